"""The report that every mesh has: sizes, quality, regions, faces and structure as numbers."""

from typing import Any

import numpy as np
from lisic.mesh import facets as topology
from lisic.mesh import manifold, run_size, statistics
from lisic.mesh.cell_shape import (
    all_edges,
    gamma,
    longest_edges,
    shortest_edges,
    smallest_angles,
)
from lisic.mesh.checks import problems, require, shortcomings
from lisic.mesh.regions import Ids, RegionMesh

__all__ = ["gamma", "problems", "report", "smallest_angles"]


def report(mesh: RegionMesh) -> dict[str, Any]:
    """Sizes, quality, regions and structure of ``mesh``, ready for JSON; um and degrees.

    Raises:
        ValueError: the mesh is unfit; the message says why.
    """
    incidence = topology.incidence(mesh.cells, len(mesh.points))
    require(mesh, incidence)
    linked = topology.links(mesh.points, mesh.cells, mesh.period, incidence)
    volumes = mesh.volumes()
    total = float(volumes.sum())
    measure = "area_um2" if mesh.dim == 2 else "volume_um3"
    # A quadratic displacement has one vector at every vertex and every edge.
    n_edges = topology.count_different(all_edges(mesh.cells), len(mesh.points))
    dofs = mesh.dim * (len(mesh.points) + n_edges)
    roundness = gamma(mesh)
    angles = smallest_angles(mesh)
    contents: dict[str, Any] = {
        "dimension": mesh.dim,
        "vertices": len(mesh.points),
        "cells": len(mesh.cells),
        "connected_pieces": int(topology.bodies(linked, np.zeros(len(mesh.cells))).max()) + 1,
        "dofs_quadratic_displacement": dofs,
        "memory_of_a_run_gb": float(f"{run_size.memory_gb(dofs, mesh.dim):.2g}"),
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
            ("min_angle_deg" if mesh.dim == 2 else "min_dihedral_deg"): float(angles.min()),
            "gamma_min": float(roundness.min()),
            "gamma_mean": float(roundness.mean()),
            "edge_min_um": float(shortest_edges(mesh).min()),
            "edge_max_um": float(longest_edges(mesh).max()),
        },
        "faces": manifold.report(mesh, incidence),
        "period_um": mesh.period.tolist(),
        "checks": "passed",
        "shortcomings": shortcomings(mesh, linked, angles),
    }
    if mesh.body.any():
        contents["pores"] = _pores(mesh, linked)
    pores = [tag for name, tag in mesh.regions.items() if name in statistics.PORES]
    if (inside := np.isin(mesh.region, pores)).any():
        contents["structure"] = statistics.report(mesh, inside, incidence, linked)
    return contents


def _pores(mesh: RegionMesh, linked: tuple[Ids, Ids]) -> dict[str, Any]:
    """Number and diameters of the pores, and the cells of the smallest piece of a pore."""
    numbers, first = np.unique(mesh.body, return_index=True)
    diameter = mesh.size[first[numbers > 0]]
    logs = np.log(diameter[diameter > 0])
    # Pieces are connected, also across the period, and lie in one pore.
    piece = topology.bodies(linked, mesh.body)
    contents: dict[str, Any] = {
        "number": len(diameter),
        "cells_in_smallest_piece": int(np.bincount(piece)[piece[mesh.body > 0]].min()),
    }
    if len(logs):
        contents |= {
            "median_diameter_um": float(np.exp(np.median(logs))),
            "sigma": float(logs.std()),
            "smallest_diameter_um": float(np.exp(logs.min())),
            "largest_diameter_um": float(np.exp(logs.max())),
        }
    return contents
