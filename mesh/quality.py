"""Is a mesh fit to compute on? Checks that name what is wrong, and the numbers for a report."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from lisic.mesh import facets as topology
from lisic.mesh.regions import Floats, Ids, RegionMesh, Tags

_EDGES = {2: [(0, 1), (1, 2), (2, 0)], 3: [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]}
# Cells looked at together, so that a million of them need no gigabyte.
_CHUNK = 200_000


def problems(mesh: RegionMesh) -> list[str]:
    """What makes the mesh unfit, one sentence each; empty for a good mesh.

    Looked for: inverted or flat cells, duplicate cells, facets shared by more than two cells,
    tagged facets and fibre segments that are none of the mesh's, vertices that no cell uses,
    periodic faces that differ.
    """
    found = []
    volumes = mesh.volumes()
    # A cell flatter than this relative to its longest edge is rounding, not geometry.
    edges = _chunked(lambda part: _edge_lengths(part).max(axis=1), mesh)
    if (bad := int((volumes <= 1e-10 * edges**mesh.dim).sum())) > 0:
        found.append(f"{bad} cells are inverted or flat")
    n = len(mesh.points)
    cells = topology.row_keys(np.sort(mesh.cells, axis=1), n)
    if (bad := len(cells) - len(np.unique(cells))) > 0:
        found.append(f"{bad} cells are there twice")
    facets = topology.of_cells(mesh.cells)
    _, first, counts = np.unique(
        topology.row_keys(facets, n), return_index=True, return_counts=True
    )
    if (bad := int((counts > 2).sum())) > 0:
        found.append(f"{bad} facets are shared by more than two cells")
    if (bad := _missing(mesh.facets, facets[first], n)) > 0:
        found.append(f"{bad} tagged facets are not facets of the mesh")
    if (bad := _missing(mesh.fibres, _all_edges(mesh), n)) > 0:
        found.append(f"{bad} fibre segments are not edges of the mesh")
    if (bad := len(mesh.points) - len(np.unique(mesh.cells))) > 0:
        found.append(f"{bad} vertices belong to no cell")
    found += _periodic_problems(mesh, facets[first[counts == 1]])
    return found


def report(mesh: RegionMesh) -> dict[str, Any]:
    """Sizes, quality, regions and pores of ``mesh``, ready for JSON; lengths um, angles degrees.

    Raises:
        ValueError: the mesh is unfit; the message says why.
    """
    if found := problems(mesh):
        raise ValueError("the mesh is unfit: " + "; ".join(found))
    volumes = mesh.volumes()
    total = float(volumes.sum())
    measure = "area_um2" if mesh.dim == 2 else "volume_um3"
    edges = np.unique(topology.row_keys(_all_edges(mesh), len(mesh.points)))
    quality = _chunked(gamma, mesh)
    smallest = _chunked(smallest_angles, mesh)
    shortest = _chunked(lambda part: _edge_lengths(part).min(axis=1), mesh)
    longest = _chunked(lambda part: _edge_lengths(part).max(axis=1), mesh)
    contents: dict[str, Any] = {
        "dimension": mesh.dim,
        "vertices": len(mesh.points),
        "cells": len(mesh.cells),
        "connected_pieces": len(_cells_of_pieces(mesh, np.ones_like(mesh.body))),
        # A quadratic displacement has one vector at every vertex and every edge.
        "dofs_quadratic_displacement": mesh.dim * (len(mesh.points) + len(edges)),
        "regions": {
            name: {
                "cells": int((mesh.region == tag).sum()),
                measure: float(volumes[mesh.region == tag].sum()),
                "fraction": float(volumes[mesh.region == tag].sum()) / total,
            }
            for name, tag in mesh.regions.items()
        },
        "facet_groups": {
            name: int((mesh.facet_tag == tag).sum()) for name, tag in mesh.facet_groups.items()
        },
        "quality": {
            ("min_angle_deg" if mesh.dim == 2 else "min_dihedral_deg"): float(smallest.min()),
            "gamma_min": float(quality.min()),
            "gamma_mean": float(quality.mean()),
            "edge_min_um": float(shortest.min()),
            "edge_max_um": float(longest.max()),
        },
        "period_um": mesh.period.tolist(),
        "checks": "passed",
    }
    if mesh.body.any():
        contents["pores"] = _pores(mesh)
    return contents


def gamma(mesh: RegionMesh) -> Floats:
    """Inscribed over circumscribed radius of each cell times the dimension, 1 at best."""
    volumes = np.abs(mesh.volumes())
    lengths = _edge_lengths(mesh)
    if mesh.dim == 2:
        # r = A/s, R = abc/(4A)
        ratio: Floats = 16 * volumes**2 / (lengths.sum(axis=1) * lengths.prod(axis=1))
        return ratio
    p = mesh.points[mesh.cells]
    a, b, c = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0], p[:, 3] - p[:, 0]
    faces = [np.cross(a, b), np.cross(b, c), np.cross(c, a), np.cross(b - a, c - a)]
    surface = sum(np.linalg.norm(f, axis=1) for f in faces) / 2
    # The circumcentre, seen from the first corner, lies at m / (12 V).
    m = (
        (a**2).sum(axis=1)[:, None] * faces[1]
        + (b**2).sum(axis=1)[:, None] * faces[2]
        + (c**2).sum(axis=1)[:, None] * faces[0]
    )
    ratio = 3 * (3 * volumes / surface) * (12 * volumes) / np.linalg.norm(m, axis=1)
    return ratio


def smallest_angles(mesh: RegionMesh) -> Floats:
    """Smallest angle (2D) or dihedral angle (3D) of each cell in degrees."""
    p = mesh.points[mesh.cells]
    if mesh.dim == 2:
        lengths = _edge_lengths(mesh)
        a, b, c = np.sort(lengths, axis=1).T
        cosine = (b**2 + c**2 - a**2) / (2 * b * c)
        angles: Floats = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
        return angles
    smallest = np.full(len(p), 180.0)
    for i, j in _EDGES[3]:
        k, m = (n for n in range(4) if n not in (i, j))
        axis = p[:, j] - p[:, i]
        first = np.cross(axis, p[:, k] - p[:, i])
        second = np.cross(axis, p[:, m] - p[:, i])
        cosine = (first * second).sum(axis=1)
        sine = np.linalg.norm(np.cross(first, second), axis=1)
        np.minimum(smallest, np.degrees(np.arctan2(sine, cosine)), out=smallest)
    return smallest


def _pores(mesh: RegionMesh) -> dict[str, Any]:
    """Number and diameters of the pores, and the cells of the smallest piece of a pore."""
    numbers, first = np.unique(mesh.body, return_index=True)
    diameter = mesh.size[first[numbers > 0]]
    logs = np.log(diameter[diameter > 0])
    contents: dict[str, Any] = {
        "number": len(diameter),
        "cells_in_smallest_piece": int(_cells_of_pieces(mesh, mesh.body).min()),
    }
    if len(logs):
        contents |= {
            "median_diameter_um": float(np.exp(np.median(logs))),
            "sigma": float(logs.std()),
            "smallest_diameter_um": float(np.exp(logs.min())),
            "largest_diameter_um": float(np.exp(logs.max())),
        }
    return contents


def _cells_of_pieces(mesh: RegionMesh, body: Tags) -> Ids:
    """Cells in each piece that is connected, also across the period, and lies in one body > 0."""
    piece = topology.bodies(topology.links(mesh.points, mesh.cells, mesh.period), body)
    _, sizes = np.unique(piece[body > 0], return_counts=True)
    return sizes


def _periodic_problems(mesh: RegionMesh, boundary: Ids) -> list[str]:
    """Boundary facets on opposite periodic faces must be each other's translates, exactly."""
    found = []
    for axis in np.flatnonzero(mesh.period).tolist():
        try:
            topology.periodic_pairs(mesh.points, boundary, axis, float(mesh.period[axis]))
        except ValueError as difference:
            found.append(str(difference))
    return found


def _missing(asked: Ids, there: Ids, n_points: int) -> int:
    """How many rows of ``asked``, in any order of vertices, are not among the rows ``there``."""
    if not len(asked):
        return 0
    keys = topology.row_keys(np.concatenate([np.sort(asked, axis=1), there]), n_points)
    return int((~np.isin(keys[: len(asked)], keys[len(asked) :])).sum())


def _chunked(measure: Callable[[RegionMesh], Floats], mesh: RegionMesh) -> Floats:
    """``measure`` of every cell, some cells at a time."""
    parts = []
    for start in range(0, len(mesh.cells), _CHUNK):
        cells = slice(start, start + _CHUNK)
        parts.append(
            measure(
                replace(
                    mesh,
                    cells=mesh.cells[cells],
                    region=mesh.region[cells],
                    body=mesh.body[cells],
                    size=mesh.size[cells],
                )
            )
        )
    return np.concatenate(parts)


def _all_edges(mesh: RegionMesh) -> Ids:
    """Edges of every cell with sorted vertices, (n_cells * edges per cell, 2)."""
    return np.sort(mesh.cells[:, _EDGES[mesh.dim]].reshape(-1, 2), axis=1)


def _edge_lengths(mesh: RegionMesh) -> Floats:
    """Edge lengths of each cell, (n_cells, 3 or 6)."""
    ends = mesh.points[mesh.cells[:, _EDGES[mesh.dim]]]
    lengths: Floats = np.linalg.norm(ends[:, :, 1] - ends[:, :, 0], axis=2)
    return lengths
