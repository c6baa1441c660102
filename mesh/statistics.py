"""Structure of a two-phase mesh as numbers: pore sizes, surface, correlation, connectivity.

Lengths are um.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from lisic.mesh import facets, voxels
from lisic.mesh.facets import Incidence
from lisic.mesh.regions import Floats, Ids, RegionMesh
from lisic.mesh.thickness import local_thickness, points_on

PORES = ("pore", "void")
"""Regions that are pores, by their names."""
# Facet groups between which a structure conducts and carries: low, high.
_ENDS = (("separator", "collector"), ("bottom", "top"))
# Voxels looked at, at most; 64^3 and 500^2 tell sizes to a few percent in about a second.
_VOXELS = 260_000
_PER_CHORD = 24  # no finer than this
_COARSEST = 4  # voxels in a mean chord, below which sizes mean nothing
_DISTANCES = 12  # at which the two-point correlation is listed
_PERCENTILES = (10, 50, 90)


def report(
    mesh: RegionMesh,
    inside: npt.NDArray[np.bool_],
    incidence: Incidence | None = None,
    linked: tuple[Ids, Ids] | None = None,
) -> dict[str, Any]:
    """Structure of the cells ``inside`` (n_cells,), the pores, ready for JSON.

    The sample is the pores and the regions that share facets with them: of a stack, the porous
    layer. ``incidence`` and ``linked`` (:mod:`lisic.mesh.facets`) are those of the cells, where
    the caller has them. Two samples of the same mesh give the same numbers, bit by bit.
    """
    known = facets.incidence(mesh.cells, len(mesh.points)) if incidence is None else incidence
    if linked is None:
        linked = facets.links(mesh.points, mesh.cells, mesh.period, known)
    wall, a, b = known.walls(mesh.points, mesh.period, inside)
    hosts = np.unique(mesh.region[np.concatenate([a, b])])
    sample = inside | np.isin(mesh.region, hosts)
    volumes = mesh.volumes()
    volume = float(volumes[sample].sum())
    surface = float(measures(mesh.points, wall).sum()) / volume
    porosity = float(volumes[inside].sum()) / volume
    # Exact for any isotropic structure, and needs no voxels.
    chord = (4 if mesh.dim == 3 else np.pi) * porosity / surface if surface else None
    contents: dict[str, Any] = {
        "sample_regions": [name for name, tag in mesh.regions.items() if tag in hosts],
        "sample_porosity": porosity,
        "specific_surface_per_um": surface,
        "mean_chord_um": chord,
        "pores": connectivity(mesh, linked, inside),
        "solid": connectivity(mesh, linked, ~inside),
    }
    if chord is not None:
        contents |= _sizes(mesh, inside, sample, wall, chord)
    return contents


def connectivity(
    mesh: RegionMesh, linked: tuple[Ids, Ids], inside: npt.NDArray[np.bool_]
) -> dict[str, Any]:
    """Bodies of the cells ``inside``, and whether they lead from the low to the high face.

    These are the facet groups separator and collector, or bottom and top.
    """
    if not inside.any():
        return {"bodies": 0, "percolates": False}
    volumes = mesh.volumes()[inside]
    body = facets.bodies(linked, inside)[inside]
    known = np.flatnonzero(np.bincount(body))
    number = np.searchsorted(known, body)
    volume = np.bincount(number, volumes)
    total = float(volume.sum())
    contents: dict[str, Any] = {
        "bodies": len(known),
        "cells_in_smallest_body": int(np.bincount(number).min()),
        "share_of_largest_body": float(volume.max()) / total,
    }
    names = next((pair for pair in _ENDS if set(pair) <= set(mesh.facet_groups)), None)
    if names is None:
        return contents
    low, high = (_touching(mesh, name)[inside] for name in names)
    ends = [np.isin(np.arange(len(known)), number[touches]) for touches in (low, high)]
    return contents | {
        "low_face": names[0],
        "high_face": names[1],
        "share_open_to_low_face": float(volume[ends[0]].sum()) / total,
        "share_open_to_high_face": float(volume[ends[1]].sum()) / total,
        "percolates": bool((ends[0] & ends[1]).any()),
        "share_percolating": float(volume[ends[0] & ends[1]].sum()) / total,
    }


def measures(points: Floats, rows: Ids) -> Floats:
    """Lengths in um of edges, or areas in um^2 of triangles, (n,)."""
    edges = points[rows[:, 1:]] - points[rows[:, :1]]
    if points.shape[1] == 2:
        length: Floats = np.linalg.norm(edges[:, 0], axis=1)
        return length
    area: Floats = np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1) / 2
    return area


def _touching(mesh: RegionMesh, group: str) -> npt.NDArray[np.bool_]:
    """Whether each cell has a facet of the group."""
    rows = mesh.facets[mesh.facet_tag == mesh.facet_groups[group]]
    vertices = np.zeros(len(mesh.points), dtype=bool)
    vertices[rows] = True
    near = np.flatnonzero(vertices[mesh.cells].sum(axis=1) >= mesh.dim)
    of_cells = facets.of_cells(mesh.cells[near])
    keys = facets.row_keys(np.concatenate([np.sort(rows, axis=1), of_cells]), len(mesh.points))
    found = np.isin(keys[len(rows) :], keys[: len(rows)]).reshape(len(near), -1).any(axis=1)
    touching = np.zeros(len(mesh.cells), dtype=bool)
    touching[near[found]] = True
    return touching


def _sizes(
    mesh: RegionMesh,
    inside: npt.NDArray[np.bool_],
    sample: npt.NDArray[np.bool_],
    wall: Ids,
    chord: float,
) -> dict[str, Any]:
    """Chord lengths, local thickness and two-point correlation, seen on voxels."""
    used = np.zeros(len(mesh.points), dtype=bool)
    used[mesh.cells[sample]] = True
    low, high = mesh.points[used].min(axis=0), mesh.points[used].max(axis=0)
    extent = high - low
    coarsest = (float(np.prod(extent)) / _VOXELS) ** (1 / mesh.dim)
    wanted = max(coarsest, chord / _PER_CHORD)
    counts = np.maximum(4, np.rint(extent / wanted)).astype(np.int64)
    pitch = extent / counts
    contents: dict[str, Any] = {"voxels": counts.tolist(), "voxel_um": pitch.tolist()}
    if pitch.max() > chord / _COARSEST:
        text = f"pores of {chord:.3g} um are too fine for voxels of {pitch.max():.3g} um"
        return contents | {"sizes": f"not measured: {text}"}
    cell = voxels.cell_of_voxel(mesh, counts, (low, high))
    there = (cell >= 0) & sample[cell]
    mask = inside[cell] & there
    contents["voxel_porosity"] = float(mask.sum() / there.sum())
    if not mask.any():
        return contents
    periodic = tuple(bool(p) for p in mesh.period)
    axes = [k for k in range(mesh.dim) if periodic[k] or not any(periodic)]
    lengths = [voxels.chords(mask, axis, periodic[axis]) * pitch[axis] for axis in axes]
    thickness = local_thickness(
        low + (np.argwhere(mask) + 0.5) * pitch,
        points_on(mesh.points, wall, float(pitch.min())),
        mesh.period,
        float(pitch.max()),
        np.random.default_rng(0),
    )
    contents["chord_length_um"] = _distribution(np.concatenate(lengths))
    contents["local_thickness_um"] = _distribution(thickness)
    values = voxels.two_point(mask, there, axes[0], periodic[axes[0]])
    # Finer at first, where it falls.
    at = np.unique(np.rint(np.geomspace(1, len(values) - 1, _DISTANCES)).astype(np.int64))
    at = np.concatenate([[0], at])
    contents["two_point_correlation"] = {
        "distance_um": (at * pitch[axes[0]]).tolist(),
        "probability": values[at].tolist(),
    }
    return contents


def _distribution(values: Floats) -> dict[str, float] | None:
    if not len(values):
        return None
    low, median, high = np.percentile(values, _PERCENTILES).tolist()
    return {"mean": float(values.mean()), "p10": low, "median": median, "p90": high}
