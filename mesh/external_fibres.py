"""Fibres of a user's mesh: a named group of line elements, along edges of the mesh or not."""

from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
from lisic.mesh import nanotube_report
from lisic.mesh.cell_shape import all_edges
from lisic.mesh.facets import row_keys
from lisic.mesh.nanotube_report import Placed
from lisic.mesh.regions import Floats, Ids, RegionMesh
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

# Places along a line element at which it must lie in the mesh, its ends included.
_LOOKS = 5
_ROUNDING = 1e-9  # in barycentric coordinates


@dataclass(frozen=True)
class FibreGroup:
    """Line elements that are fibres.

    Attributes:
        name: of their group in the file.
        diameter: of the fibres, um.

    Raises:
        ValueError: a diameter that is none.
    """

    name: str
    diameter: float

    def __post_init__(self) -> None:
        """Refuse what is no fibre."""
        if not (isfinite(self.diameter) and self.diameter > 0):
            raise ValueError(f"diameter must be a positive length, got {self.diameter} um")


def laid(mesh: RegionMesh, group: FibreGroup, points: Floats, lines: Ids) -> RegionMesh:
    """``mesh`` with the fibres of ``lines`` (m, 2), numbers of its points or beyond them.

    ``points`` (n, dim) are the mesh's and then those that no cell has. A line that is an edge of
    the mesh is a segment of ``fibres``; others, in three dimensions, are segments of ``curves``.
    Lines that are connected are one fibre.

    Raises:
        ValueError: lines that are no edges of triangles, or that leave the tetrahedra.
    """
    n = len(mesh.points)
    edge = (lines < n).all(axis=1)
    edge[edge] = _among(lines[edge], all_edges(mesh.cells), n)
    number = _connected(lines, len(points))
    loose = lines[~edge]
    if len(loose) and mesh.dim == 2:
        start, end = points[loose[0]].tolist()
        raise ValueError(
            f"{len(loose)} of {len(lines)} line elements of group {group.name!r} are not edges of "
            f"the triangles, the first from {_place(start)} to {_place(end)} um; embed the curve "
            "in its surface before meshing (in gmsh: Curve {...} In Surface {...})"
        )
    mesh = replace(mesh, fibres=lines[edge], fibre=number[edge])
    if not len(loose):
        return mesh
    used, curves = np.unique(loose, return_inverse=True)
    curves = curves.reshape(-1, 2).astype(np.int64)
    _require_inside(mesh, group, points[used], curves)
    return replace(mesh, curve_points=points[used], curves=curves, curve=number[~edge])


def report(mesh: RegionMesh, group: FibreGroup) -> dict[str, Any]:
    """How many segments follow edges, and amounts and shapes, ready for JSON."""
    n = len(mesh.points)
    # In a plane all segments are edges.
    points = np.concatenate([mesh.points, mesh.curve_points]) if mesh.dim == 3 else mesh.points
    placed = Placed(
        points=points,
        segments=np.concatenate([mesh.fibres, mesh.curves + n]),
        number=np.concatenate([mesh.fibre, mesh.curve]),
        period=mesh.period,
        faces=(float(mesh.points[:, -1].min()), float(mesh.points[:, -1].max())),
    )
    return {
        "group": group.name,
        "segments_along_edges": len(mesh.fibres),
        "segments_across_cells": len(mesh.curves),
        **nanotube_report.report(placed, group.diameter),
    }


def _among(rows: Ids, known: Ids, n: int) -> npt.NDArray[np.bool_]:
    """Which rows (m, 2) of point numbers below ``n``, in any order, are among the sorted others."""
    keys = row_keys(np.concatenate([np.sort(rows, axis=1), known]), n)
    return np.isin(keys[: len(rows)], keys[len(rows) :])


def _connected(lines: Ids, n: int) -> npt.NDArray[np.int32]:
    """Number >= 1 of the connected chain of each line, (m,)."""
    graph = coo_array((np.ones(len(lines), dtype=np.int8), (lines[:, 0], lines[:, 1])), (n, n))
    _, piece = connected_components(graph, directed=False)
    _, number = np.unique(piece[lines[:, 0]], return_inverse=True)
    return (1 + number.reshape(-1)).astype(np.int32)


def _require_inside(mesh: RegionMesh, group: FibreGroup, points: Floats, curves: Ids) -> None:
    """Refuse curves that leave the tetrahedra, looked for at some places along each."""
    start, end = points[curves[:, 0]], points[curves[:, 1]]
    share = np.linspace(0, 1, _LOOKS)[:, None]
    places = (start[:, None] + share * (end - start)[:, None]).reshape(-1, 3)
    outside = ~_inside(mesh, places).reshape(-1, _LOOKS).all(axis=1)
    if outside.any():
        first = int(np.flatnonzero(outside)[0])
        raise ValueError(
            f"{int(outside.sum())} line elements of group {group.name!r} leave the tetrahedra, the "
            f"first from {_place(start[first].tolist())} to {_place(end[first].tolist())} um; "
            "fibres that end at the surface are possible"
        )


def _inside(mesh: RegionMesh, places: Floats) -> npt.NDArray[np.bool_]:
    """Whether each place (k, 3) lies in some tetrahedron, to rounding, (k,)."""
    corners = mesh.points[mesh.cells]
    centre = corners.mean(axis=1)
    radius = np.linalg.norm(corners - centre[:, None], axis=2).max(axis=1)
    inside = np.zeros(len(places), dtype=bool)
    # Cells of like size together: a place is looked for among few of them.
    doubling = np.floor(np.log2(radius / radius.min())).astype(np.int64)
    for size in np.unique(doubling).tolist():
        cells = np.flatnonzero(doubling == size)
        sought = np.flatnonzero(~inside)
        if not len(sought):
            break
        near = cKDTree(centre[cells]).query_ball_point(
            places[sought], radius[cells].max() * (1 + _ROUNDING)
        )
        place = np.repeat(sought, [len(found) for found in near])
        cell = cells[np.concatenate([np.asarray(found, dtype=np.int64) for found in near])]
        at = places[place] - corners[cell, 0]
        edges = np.swapaxes(corners[cell, 1:] - corners[cell, :1], 1, 2)
        share = np.linalg.solve(edges, at[..., None])[..., 0]
        within = (share >= -_ROUNDING).all(axis=1) & (share.sum(axis=1) <= 1 + _ROUNDING)
        inside[place[within]] = True
    return inside


def _place(coordinates: list[float]) -> str:
    return f"({', '.join(f'{x:.6g}' for x in coordinates)})"
