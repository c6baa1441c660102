"""Rigid-body modes: what an elastic body does at no cost, for multigrid to know."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_TURNS = {"plane_strain": ((0, 1),), "3d": ((0, 1), (1, 2), (2, 0))}


def rigid_modes(space: Any, kinematics: str) -> list[Array]:
    """Displacements (own dofs) of translations and small rotations about the middle.

    In axisymmetry the only one is the translation along the axis.
    """
    dim = space.dofmap.index_map_bs
    n_own = space.dofmap.index_map.size_local
    x = space.tabulate_dof_coordinates()[:n_own, :dim]
    middle = space.mesh.comm.allreduce(x.sum(axis=0)) / space.dofmap.index_map.size_global
    x = x - middle
    modes = []
    for axis in (1,) if kinematics == "axisymmetric" else range(dim):
        mode = np.zeros((n_own, dim))
        mode[:, axis] = 1.0
        modes.append(mode.ravel())
    for i, j in _TURNS.get(kinematics, ()):
        mode = np.zeros((n_own, dim))
        mode[:, i], mode[:, j] = -x[:, j], x[:, i]
        modes.append(mode.ravel())
    return modes
