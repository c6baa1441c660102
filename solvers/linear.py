"""The linear solver: reduction by the constraints, then a factorisation or iterations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from mpi4py import MPI
from petsc4py import PETSc

Array = npt.NDArray[np.float64]
Method = Literal["direct", "iterative"]

# Unknowns in 3D above which iterations are as fast as a factorisation and need far less memory.
LARGE_3D = 100_000
RESIDUAL = 1e-6
"""To which part of the right-hand side iterations bring the residual; Newton's does the rest."""
MOST_ITERATIONS = 1000
_PREFIX = "lisic_"
# Smoothed aggregation for stiffnesses that differ by 1e6: Jacobi smoothing breaks down there.
_MULTIGRID = {
    "pc_gamg_threshold": 0.02,
    "pc_gamg_coarse_eq_limit": 1000,
    "mg_levels_ksp_type": "chebyshev",
    "mg_levels_pc_type": "sor",
}


def choose(method: Method | Literal["auto"], n_dofs: int, dim: int) -> Method:
    """The method for a problem of ``n_dofs`` unknowns, unless the user has chosen.

    In the plane the factors of a matrix are hardly larger than the matrix: always direct.
    """
    if method != "auto":
        return method
    return "iterative" if dim == 3 and n_dofs > LARGE_3D else "direct"


@dataclass(frozen=True)
class Solved:
    """How a solve ended; ``iterations`` is 0 for a factorisation."""

    converged: bool
    iterations: int


class LinearSolver:
    """Solves T^T K T x = b; the reduced matrix is reused, so is the factors' symbolic analysis.

    Direct: LU by MUMPS. Iterative: conjugate gradients, or GMRES where K is not symmetric, with
    algebraic multigrid (PETSc's GAMG). PETSc's options with the prefix ``lisic_`` change either.
    """

    def __init__(
        self,
        comm: MPI.Intracomm,
        constraints: Any,
        method: Method,
        modes: Sequence[Array] = (),
        *,
        symmetric: bool = True,
    ) -> None:
        """Set up.

        Args:
            comm: of the matrix.
            constraints: the matrix T.
            method: direct or iterative.
            modes: rigid-body modes (own dofs), for multigrid.
            symmetric: whether K is.
        """
        self.method = method
        self._constraints = constraints
        self._reduced: Any = None
        self._modes = _near_null_space(constraints, modes) if method == "iterative" else None
        self._ksp = PETSc.KSP().create(comm)
        self._ksp.setOptionsPrefix(_PREFIX)
        preconditioner = self._ksp.getPC()
        if method == "direct":
            self._ksp.setType(PETSc.KSP.Type.PREONLY)
            preconditioner.setType(PETSc.PC.Type.LU)
            preconditioner.setFactorSolverType("mumps")
        else:
            self._ksp.setType(PETSc.KSP.Type.CG if symmetric else PETSc.KSP.Type.GMRES)
            if not symmetric:
                self._ksp.setPCSide(PETSc.PC.Side.RIGHT)
                self._ksp.setGMRESRestart(100)
            # Measured by the residual itself: preconditioned, 1e-8 was a true 4e-5.
            self._ksp.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
            self._ksp.setTolerances(rtol=RESIDUAL, atol=0.0, max_it=MOST_ITERATIONS)
            preconditioner.setType(PETSc.PC.Type.GAMG)
            _set_defaults(_MULTIGRID)
        self._ksp.setFromOptions()

    def solve(self, matrix: Any, right: Any, solution: Any) -> Solved:
        """Solve for one right-hand side."""
        self._reduced = matrix.PtAP(self._constraints, result=self._reduced)
        if self._modes is not None:
            self._reduced.setNearNullSpace(self._modes)
        self._ksp.setOperators(self._reduced)
        self._ksp.solve(right, solution)
        converged = self._ksp.getConvergedReason() > 0 and np.isfinite(solution.norm())
        iterative = self.method == "iterative"
        return Solved(bool(converged), self._ksp.getIterationNumber() if iterative else 0)


def _set_defaults(options: dict[str, Any]) -> None:
    """Options of ours that a user has not set."""
    known = PETSc.Options()
    for name, value in options.items():
        if not known.hasName(_PREFIX + name):
            known[_PREFIX + name] = value


def _near_null_space(constraints: Any, modes: Sequence[Array]) -> Any:
    """Orthonormal rigid-body modes of the free unknowns: the mean over the dofs each one moves."""
    full, count = constraints.createVecLeft(), constraints.createVecRight()
    full.set(1.0)
    constraints.multTranspose(full, count)
    count.array[:] = np.maximum(count.array, 1.0)
    vectors: list[Any] = []
    for mode in modes:
        full.array[:] = mode
        vector = constraints.createVecRight()
        constraints.multTranspose(full, vector)
        vector.pointwiseDivide(vector, count)
        length = vector.norm()
        for other in vectors:
            vector.axpy(-vector.dot(other), other)
        if vector.norm() > 1e-10 * length:
            vector.normalize()
            vectors.append(vector)
    return PETSc.NullSpace().create(vectors=vectors, comm=constraints.comm)
