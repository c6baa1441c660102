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
        ties: Sequence[Tie],
        leaders: Indices,
    ) -> None:
        """Number the free unknowns and build T. Collective.

        Args:
            space: the displacement's function space.
            prescribed: own dofs (unrolled, local) whose value is given.
            ties: own dofs that move together. These and the prescribed ones contain all nodes
                that repeat each other, or none.
            leaders: (own nodes,) global number of the node that each one repeats, or its own.
        """
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
        first_node = index_map.local_range[0]
        follows = leaders != first_node + np.arange(index_map.size_local)
        slave = np.repeat(follows, bs) & free
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

        # Columns of slaves come from their leaders, which may live on another rank.
        wanted = np.unique(_gather(comm, leaders[follows])) - first_node
        wanted = wanted[(wanted >= 0) & (wanted < index_map.size_local)]
        numbers = _gather(comm, wanted + first_node)
        columns = _gather(comm, column.reshape(-1, bs)[wanted])
        at = np.searchsorted(numbers, leaders[follows])  # numbers rise from rank to rank
        column.reshape(-1, bs)[follows] = np.where(
            slave.reshape(-1, bs)[follows], columns[at], column.reshape(-1, bs)[follows]
        )

        rows = np.concatenate([[0], np.cumsum(column >= 0)]).astype(PETSc.IntType)
        columns = column[column >= 0].astype(PETSc.IntType)
        csr = (rows, columns, np.ones(len(columns)))
        self.matrix = PETSc.Mat().createAIJ([[n_own, None], [n_columns, None]], csr=csr, comm=comm)
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
