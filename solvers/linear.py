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
MOST_ITERATIONS = 500
_PREFIX = "lisic_"
# For stiffnesses that differ by 1e6: Jacobi as a smoother takes 1.7 times the iterations there.
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
    algebraic multigrid (PETSc's GAMG). Lithium that flows under pressure is nearly incompressible,
    and its tangent need not be positive: there iterations can fail. PETSc's options with the prefix
    ``lisic_`` change either.

    Attributes:
        method: the one in use.
    """

    def __init__(
        self,
        comm: MPI.Intracomm,
        constraints: Any,
        method: Method,
        modes: Sequence[Array] = (),
        *,
        symmetric: bool = True,
        may_switch: bool = False,
    ) -> None:
        """Set up.

        Args:
            comm: of the matrix.
            constraints: the matrix T.
            method: direct or iterative.
            modes: rigid-body modes (own dofs), for multigrid.
            symmetric: whether K is.
            may_switch: factorise from then on where iterations have failed.
        """
        self.method = method
        self._may_switch = may_switch
        self._constraints = constraints
        self._reduced: Any = None
        self._modes = _near_null_space(constraints, modes) if method == "iterative" else None
        self._ksp = self._create(comm, symmetric)

    def _create(self, comm: MPI.Intracomm, symmetric: bool) -> Any:
        """PETSc's solver for the method in use."""
        ksp = PETSc.KSP().create(comm)
        ksp.setOptionsPrefix(_PREFIX)
        preconditioner = ksp.getPC()
        if self.method == "direct":
            ksp.setType(PETSc.KSP.Type.PREONLY)
            preconditioner.setType(PETSc.PC.Type.LU)
            preconditioner.setFactorSolverType("mumps")
        else:
            ksp.setType(PETSc.KSP.Type.CG if symmetric else PETSc.KSP.Type.GMRES)
            if not symmetric:
                ksp.setPCSide(PETSc.PC.Side.RIGHT)
                ksp.setGMRESRestart(100)
            # Measured by the residual itself: preconditioned, 1e-8 was a true 4e-5.
            ksp.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
            ksp.setTolerances(rtol=RESIDUAL, atol=0.0, max_it=MOST_ITERATIONS)
            preconditioner.setType(PETSc.PC.Type.GAMG)
            _set_defaults(_MULTIGRID)
        ksp.setFromOptions()
        return ksp

    def solve(self, matrix: Any, right: Any, solution: Any) -> Solved:
        """Solve for one right-hand side."""
        self._reduced = matrix.PtAP(self._constraints, result=self._reduced)
        if self._modes is not None:
            self._reduced.setNearNullSpace(self._modes)
        self._ksp.setOperators(self._reduced)
        self._ksp.solve(right, solution)
        converged = bool(self._ksp.getConvergedReason() > 0 and np.isfinite(solution.norm()))
        iterations = self._ksp.getIterationNumber() if self.method == "iterative" else 0
        if converged or not (self._may_switch and self.method == "iterative"):
            return Solved(converged, iterations)
        self.method = "direct"
        self._ksp.destroy()
        self._ksp = self._create(self._reduced.comm, True)
        return Solved(self.solve(matrix, right, solution).converged, iterations)


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
