"""Nanotube bundles in a meshed layer in three dimensions, as curves. Lengths are um."""

from dataclasses import replace
from typing import Any

import numpy as np
from lisic.mesh import nanotube_report
from lisic.mesh.nanotube_bundles import Bundles
from lisic.mesh.nanotube_chains import grow
from lisic.mesh.nanotube_report import Placed
from lisic.mesh.nanotube_room import ClearOf
from lisic.mesh.regions import RegionMesh


def with_bundles(mesh: RegionMesh, asked: Bundles, rng: np.random.Generator) -> RegionMesh:
    """The mesh of a box, from the origin, with bundles clear of its pores unless asked otherwise.

    Raises:
        ValueError: less than one bundle is asked for, or there is no room for all.
    """
    width, depth, thickness = mesh.points.max(axis=0).tolist()
    clear = None
    if not asked.through_pores:
        clear = ClearOf(mesh.points, mesh.cells, mesh.body > 0, mesh.period, asked.diameter)
    curves = grow(asked, (width, depth, thickness), rng, clear)
    return replace(mesh, curve_points=curves.points, curves=curves.segments, curve=curves.number)


def report(mesh: RegionMesh, asked: Bundles) -> dict[str, Any]:
    """Asked and achieved amounts and shapes of the mesh's curves, ready for JSON."""
    faces = (0.0, float(mesh.points[:, 2].max()))
    placed = Placed(mesh.curve_points, mesh.curves, mesh.curve, mesh.period, faces)
    contents = nanotube_report.report(placed, asked.diameter)
    volume = float(mesh.volumes().sum())
    volume_fraction = contents["total_length_um"] * asked.section / volume
    ratios = nanotube_report.end_to_end_ratios(placed)
    contents = {
        "asked_volume_fraction": asked.volume_fraction,
        "volume_fraction": volume_fraction,
        **nanotube_report.weights(asked.weight_fraction, volume_fraction / asked.volume_fraction),
        "asked_length_um": asked.length,
        "persistence_length_um": asked.persistence_length,
        "orientation": asked.orientation,
        "ends": asked.ends,
        "through_pores": asked.through_pores,
        **contents,
        "end_to_end_ratio_rms": float(np.sqrt((ratios**2).mean())),
    }
    if asked.orientation != "aligned" and asked.ends == "periodic":
        # What turns in one plane only keeps its direction twice as long.
        kept = asked.persistence_length * (2 if asked.orientation == "in_plane" else 1)
        contents["end_to_end_ratio_rms_of_a_free_chain"] = nanotube_report.free_end_to_end_ratio(
            asked.length, kept
        )
    return contents
