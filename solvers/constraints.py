r"""Linear constraints on the displacement: prescribed values, periodic sides, rigid flat platens.

All of them are one affine map :math:`u = T q + g` from the free unknowns :math:`q`. Newton works
on :math:`T^T R(T q + g) = f_q` with the matrix :math:`T^T K T`, so that equilibrium of a periodic
pair or of a platen holds to solver accuracy, without penalties or multipliers, on any number of
ranks. Each row of :math:`T` has at most one entry, equal to one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from mpi4py import MPI
from petsc4py import PETSc

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tie:
    """Own dofs (unrolled, local) that move together as one unknown: a rigid flat platen."""

    dofs: Indices


@dataclass(frozen=True, eq=False)
class PeriodicPair:
    """Nodes of the far side follow those of the near side, ``period`` apart along ``axis``."""

    near: Indices  # own nodes on the side at the smaller coordinate
    far: Indices
    axis: int


class Constraints:
    """The map u = T q + g for a vector-valued Lagrange space.

    Attributes:
        matrix: T, PETSc AIJ; rows laid out as the space, columns as ``q``.
        tie_columns: global column of each tie, in the order given.
        prescribed: own dofs (unrolled, local) whose value is given.
    """

    def __init__(
        self,
        space: Any,
        prescribed: Indices,
        ties: Sequence[Tie] = (),
        periodic: Sequence[PeriodicPair] = (),
    ) -> None:
        """Number the free unknowns and build T. Collective."""
        comm = space.mesh.comm
        index_map = space.dofmap.index_map
        bs = space.dofmap.index_map_bs
        n_own = index_map.size_local * bs
        free = np.ones(n_own, dtype=bool)
        free[prescribed] = False
        column = np.full(n_own, -1, dtype=np.int64)
        tied = np.full(n_own, -1, dtype=np.int64)
        for number, tie in enumerate(ties):
            tied[tie.dofs[free[tie.dofs]]] = number
        free &= tied < 0
        # A node on two far sides (3D edge) follows along one axis here and the other there: the
        # last pair wins, and the chain is followed below until it ends at a free unknown.
        follows = np.full(index_map.size_local, -1, dtype=np.int64)
        coordinates = space.tabulate_dof_coordinates()[: index_map.size_local]
        first_node = index_map.local_range[0]
        masters: dict[int, tuple[npt.NDArray[np.float64], Indices]] = {}
        for pair in periodic:
            near = _gather(comm, coordinates[pair.near])
            ids = _gather(comm, pair.near + first_node)
            follows[pair.far] = _match(near, ids, coordinates[pair.far], pair.axis)
            masters[pair.axis] = (near, ids)
        slave = np.repeat(follows >= 0, bs) & free
        free &= ~slave

        n_free = int(free.sum())
        last = comm.rank == comm.size - 1
        n_columns = n_free + (len(ties) if last else 0)
        first_column = comm.exscan(n_columns) or 0
        column[free] = first_column + np.arange(n_free)
        total_free = comm.allreduce(n_free)
        self.tie_columns = total_free + np.arange(len(ties))
        has_tie = tied >= 0
        column[has_tie] = self.tie_columns[tied[has_tie]]

        # Columns of slaves come from their masters, which may live on another rank and may be
        # slaves themselves (edges of a doubly periodic box): repeat until nothing changes.
        if periodic:
            near_nodes = np.unique(np.concatenate([pair.near for pair in periodic]))
            for _ in range(len(periodic)):
                table_ids = _gather(comm, near_nodes + first_node)
                table = _gather(comm, column.reshape(-1, bs)[near_nodes])
                order = np.argsort(table_ids)
                followers = np.flatnonzero(follows >= 0)
                at = order[np.searchsorted(table_ids[order], follows[followers])]
                mine = column.reshape(-1, bs)[followers]
                take = slave.reshape(-1, bs)[followers]
                column.reshape(-1, bs)[followers] = np.where(take, table[at], mine)

        matrix = PETSc.Mat().createAIJ([[n_own, None], [n_columns, None]], nnz=(1, 1), comm=comm)
        row0 = first_node * bs
        rows = np.flatnonzero(column >= 0)
        for row in rows:
            matrix.setValue(row0 + row, column[row], 1.0)
        matrix.assemble()
        self.matrix = matrix
        self.prescribed = prescribed

    def reduce(self, full: Any, reduced: Any) -> None:
        """``reduced`` = T^T ``full``: forces on the free unknowns."""
        self.matrix.multTranspose(full, reduced)

    def expand(self, reduced: Any, full: Any) -> None:
        """``full`` = T ``reduced``: a change of the free unknowns as a displacement."""
        self.matrix.mult(reduced, full)


def _gather(comm: MPI.Intracomm, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The rows of all ranks, in rank order, on every rank."""
    return np.concatenate(comm.allgather(np.ascontiguousarray(rows)))


def _match(
    near: npt.NDArray[np.float64], ids: Indices, far: npt.NDArray[np.float64], axis: int
) -> Indices:
    """Global node on the near side for each node of the far side, by the other coordinates."""
    from scipy.spatial import cKDTree

    if len(far) == 0:
        return np.empty(0, dtype=np.int64)
    across = [i for i in range(3) if i != axis]
    if len(near) == 0:
        raise ValueError("the periodic side has no partner nodes")
    distance, index = cKDTree(near[:, across]).query(far[:, across])
    extent = max(float(np.ptp(near[:, across], axis=0).max()), 1e-300)
    if distance.max() > 1e-8 * extent:
        raise ValueError(
            f"periodic sides do not match: nodes differ by {distance.max():.3g} um "
            f"across axis {axis}"
        )
    return np.asarray(ids[index], dtype=np.int64)
