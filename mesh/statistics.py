"""Structure of a two-phase mesh as numbers: pore sizes, surface, correlation, connectivity.

Lengths are um.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from lisic.mesh import facets, voxels
from lisic.mesh.regions import Floats, Ids, RegionMesh

# Voxels looked at, at most; 80^3 tell sizes to a few percent in a second or two.
_VOXELS = 512_000
_DISTANCES = 12  # at which the two-point correlation is listed
_PERCENTILES = (10, 50, 90)


def report(mesh: RegionMesh, inside: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Structure of the cells ``inside`` (n_cells,), the pores, ready for JSON.

    Low and high face are those across the last axis, at its smallest and largest coordinate.
    """
    volume = float(mesh.volumes().sum())
    surface = float(_measures(mesh.points, _interface(mesh, inside)).sum()) / volume
    linked = facets.links(mesh.points, mesh.cells, mesh.period)
    counts, pitch = _grid(mesh)
    cell = voxels.cell_of_voxel(mesh, counts)
    mask = inside[cell] & (cell >= 0)
    periodic = tuple(bool(p) for p in mesh.period)
    porosity = float(mesh.volumes()[inside].sum()) / volume
    contents: dict[str, Any] = {
        "specific_surface_per_um": surface,
        # Exact for any isotropic structure, and needs no voxels.
        "mean_chord_um": (4 if mesh.dim == 3 else np.pi) * porosity / surface if surface else None,
        "pores": connectivity(mesh, linked, inside),
        "solid": connectivity(mesh, linked, ~inside),
        "voxels": counts.tolist(),
        "voxel_porosity": float(mask.mean()),
    }
    if mask.any() and not mask.all():
        lengths = np.concatenate(
            [
                voxels.chords(mask, axis, periodic[axis]) * pitch[axis]
                for axis in range(mesh.dim)
                if periodic[axis] or not any(periodic)
            ]
        )
        thickness = voxels.local_thickness(mask, pitch, periodic)[mask]
        contents["chord_length_um"] = _distribution(lengths)
        contents["local_thickness_um"] = _distribution(thickness)
        if any(periodic):
            contents["two_point_correlation"] = _correlation(mask, pitch, periodic)
    return contents


def connectivity(
    mesh: RegionMesh, linked: tuple[Ids, Ids], inside: npt.NDArray[np.bool_]
) -> dict[str, Any]:
    """Bodies of the cells ``inside``, and whether they lead through the layer."""
    if not inside.any():
        return {"bodies": 0, "percolates": False}
    volumes = mesh.volumes()
    body = facets.bodies(linked, inside)
    known, number = np.unique(body[inside], return_inverse=True)
    number = number.reshape(-1)
    volume = np.bincount(number, volumes[inside])
    cells = np.bincount(number)
    along = mesh.points[:, -1]
    ends = []
    for place in (along.min(), along.max()):
        touches = (along[mesh.cells[inside]] == place).sum(axis=1) == mesh.dim
        ends.append(np.isin(np.arange(len(known)), number[touches]))
    total = float(volume.sum())
    return {
        "bodies": len(known),
        "cells_in_smallest_body": int(cells.min()),
        "share_of_largest_body": float(volume.max()) / total,
        "share_open_to_low_face": float(volume[ends[0]].sum()) / total,
        "share_open_to_high_face": float(volume[ends[1]].sum()) / total,
        "percolates": bool((ends[0] & ends[1]).any()),
        "share_percolating": float(volume[ends[0] & ends[1]].sum()) / total,
    }


def _interface(mesh: RegionMesh, inside: npt.NDArray[np.bool_]) -> Ids:
    """Facets between cells inside and others, (n, dim)."""
    shared, a, b = facets.shared(mesh.cells, len(mesh.points))
    between: Ids = shared[inside[a] != inside[b]]
    return between


def _measures(points: Floats, rows: Ids) -> Floats:
    """Lengths of edges or areas of triangles, (n,)."""
    edges = points[rows[:, 1:]] - points[rows[:, :1]]
    if points.shape[1] == 2:
        length: Floats = np.linalg.norm(edges[:, 0], axis=1)
        return length
    area: Floats = np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1) / 2
    return area


def _grid(mesh: RegionMesh) -> tuple[Ids, Floats]:
    extent = np.ptp(mesh.points, axis=0)
    # No finer than the mesh: two voxels a cell.
    voxels_wanted = min(_VOXELS, 2 * len(mesh.cells))
    wanted = (np.prod(extent) / voxels_wanted) ** (1 / mesh.dim)
    counts = np.maximum(4, np.rint(extent / wanted)).astype(np.int64)
    return counts, extent / counts


def _distribution(values: Floats) -> dict[str, float]:
    low, median, high = np.percentile(values, _PERCENTILES).tolist()
    return {"mean": float(values.mean()), "p10": low, "median": median, "p90": high}


def _correlation(
    mask: npt.NDArray[np.bool_], pitch: Floats, periodic: tuple[bool, ...]
) -> dict[str, list[float]]:
    """Two-point probability along the first periodic axis at some distances up to its half."""
    axis = periodic.index(True)
    values = voxels.two_point(mask, axis)
    # Finer at first, where it falls.
    at = np.unique(np.rint(np.geomspace(1, len(values) - 1, _DISTANCES)).astype(np.int64))
    at = np.concatenate([[0], at])
    return {
        "distance_um": (at * pitch[axis]).tolist(),
        "probability": values[at].tolist(),
    }
