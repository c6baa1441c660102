"""The linear solver: reduction by the constraints, then a direct factorisation."""

from typing import Any

import numpy as np
from mpi4py import MPI
from petsc4py import PETSc


class LinearSolver:
    """Solves T^T K T x = b by MUMPS; the reduced matrix and its symbolic analysis are reused."""

    def __init__(self, comm: MPI.Intracomm, constraints: Any) -> None:
        """Set up for the constraint matrix T."""
        self._constraints = constraints
        self._reduced: Any = None
        self._ksp = PETSc.KSP().create(comm)
        self._ksp.setType(PETSc.KSP.Type.PREONLY)
        preconditioner = self._ksp.getPC()
        preconditioner.setType(PETSc.PC.Type.LU)
        preconditioner.setFactorSolverType("mumps")

    def solve(self, matrix: Any, right: Any, solution: Any) -> bool:
        """Solve for one right-hand side; False where the factorisation failed."""
        self._reduced = matrix.PtAP(self._constraints, result=self._reduced)
        self._ksp.setOperators(self._reduced)
        self._ksp.solve(right, solution)
        return bool(self._ksp.getConvergedReason() > 0 and np.isfinite(solution.norm()))
