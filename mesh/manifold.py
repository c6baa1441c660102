"""Whether the faces of a mesh and of its regions are surfaces (curves in 2D), as numbers."""

from typing import Any

import numpy as np
from lisic.mesh import facets as topology
from lisic.mesh.facets import Incidence
from lisic.mesh.regions import Ids, RegionMesh


def report(mesh: RegionMesh, incidence: Incidence) -> dict[str, Any]:
    """How facets are shared, where faces touch themselves, and which faces repeat.

    The face of a region is a closed surface: each of its edges (2D: vertices) has two of its
    facets. More than two say that the region touches itself there, as pores that meet along
    an edge do: sound, but no stress passes and no lithium flows through that place.

    Args:
        mesh: a fit mesh (:func:`lisic.mesh.checks.problems`).
        incidence: of its cells.
    """
    shared, a, b = incidence.shared()
    outer, owner = incidence.outer()
    touching = {}
    for name, tag in mesh.regions.items():
        of_one = (mesh.region[a] == tag) != (mesh.region[b] == tag)
        face = np.concatenate([shared[of_one], outer[mesh.region[owner] == tag]])
        touching[name] = _touching(face, len(mesh.points))
    contents: dict[str, Any] = {
        "facets_of_one_cell": len(outer),
        "facets_of_two_cells": len(shared),
        "facets_of_more_cells": int((incidence.count > 2).sum()),
        "outer_face_touches_itself": _touching(outer, len(mesh.points)),
        "regions_touch_themselves": touching,
    }
    for axis in np.flatnonzero(mesh.period).tolist():
        period = float(mesh.period[axis])
        near, far = topology.periodic_pairs(mesh.points, outer, axis, period)
        low, high = (np.unique(outer[side]) for side in (near, far))
        difference = np.ptp(mesh.points[high, axis]) + np.ptp(mesh.points[low, axis])
        contents[f"periodic_{'xyz'[axis]}"] = {
            "period_um": period,
            "facets": len(near),
            # Along the face the nodes are equal bit by bit, or the mesh is refused.
            "out_of_plane_um": float(difference),
        }
    return contents


def _touching(face: Ids, n_points: int) -> int:
    """Number of edges (2D: vertices) that more than two of the facets (m, dim) have."""
    if not len(face):
        return 0
    corners = range(face.shape[1])
    ridges = [face[:, [k for k in corners if k != left_out]] for left_out in corners]
    keys = topology.row_keys(np.concatenate(ridges), n_points)
    return int((np.unique(keys, return_counts=True)[1] > 2).sum())
