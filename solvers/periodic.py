"""Periodic sides: nodes of the far sides repeat those of the near sides, and move alike."""

from typing import Any

import numpy as np
import numpy.typing as npt
from mpi4py import MPI
from scipy.spatial import cKDTree

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

# Distance at which two places are one, as a part of the period or of the side's extent.
TOLERANCE = 1e-8


def leaders(space: Any, period: Array) -> Indices:
    """Global number of the node that each own node moves alike with: its own, or one it repeats.

    Nodes on the far side along one axis or several (edges and corners of the box) repeat that
    node which lies on no far side. Collective.

    Args:
        space: a Lagrange space.
        period: (dim,) period, um; 0 along axes that do not repeat.

    Raises:
        ValueError: the sides do not match.
    """
    comm = space.mesh.comm
    index_map = space.dofmap.index_map
    n_own = index_map.size_local
    x = space.tabulate_dof_coordinates()[:n_own]
    found: Indices = np.arange(*index_map.local_range, dtype=np.int64)
    near = np.zeros(n_own, dtype=bool)
    far = np.zeros(n_own, dtype=bool)
    place = x.copy()
    for axis in np.flatnonzero(np.asarray(period) > 0.0):
        low = comm.allreduce(float(x[:, axis].min(initial=np.inf)), op=MPI.MIN)
        sides = [
            np.abs(x[:, axis] - low - way) < TOLERANCE * period[axis] for way in (0, period[axis])
        ]
        counts = [comm.allreduce(int(side.sum())) for side in sides]
        if counts[0] != counts[1]:
            raise ValueError(
                f"periodic sides do not match: {counts[0]} and {counts[1]} nodes across axis "
                f"{axis}, {period[axis]:g} um apart"
            )
        near |= sides[0]
        far |= sides[1]
        place[sides[1], axis] = low
    places = np.concatenate(comm.allgather(x[near & ~far]))
    numbers = np.concatenate(comm.allgather(found[near & ~far]))
    worst = 0.0
    if far.any():
        distance, index = cKDTree(places).query(place[far])
        worst = float(distance.max())
        found[far] = numbers[index]
    worst = comm.allreduce(worst, op=MPI.MAX)
    if worst > TOLERANCE * max(period):
        raise ValueError(f"periodic sides do not match: nodes differ by {worst:.3g} um")
    return found
