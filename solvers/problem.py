"""One mechanical problem: its unknowns, and the attempt at one step in time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from lisic.solvers import newton
from lisic.solvers.balance import Balance
from lisic.solvers.boundary import Boundary
from lisic.solvers.distribute import DistributedMesh
from lisic.solvers.kinematics import Kinematics
from lisic.solvers.linear import LinearSolver, Method, choose
from lisic.solvers.loads import FibreLaw, Load, Pressure
from lisic.solvers.points import MaterialPoints, RegionLaw
from lisic.solvers.rigid import rigid_modes
from lisic.solvers.schedule import Step
from mpi4py import MPI

Array = npt.NDArray[np.float64]

# Rounding of F = 1 + grad u makes a stress of this part of the elastic modulus at every point.
ROUND_OFF = 3.0 * float(np.finfo(float).eps)

# Revisions of the set of full pores within one increment.
MOST_REVISIONS = 15


class Problem:
    """Displacement and material state, advanced by attempts that are accepted or undone.

    Attributes:
        mesh, kinematics, balance, points, boundary: the parts.
        growth_share: (n_own,) growth of relaxed volume per reference volume in each own cell,
            for one unit of lithium volume brought in; integrates to one.
    """

    def __init__(
        self,
        mesh: DistributedMesh,
        kinematics: Kinematics,
        laws: Mapping[str, RegionLaw],
        loads: Sequence[Load],
        fibre: FibreLaw | None = None,
        grows: npt.NDArray[np.bool_] | None = None,
        options: newton.NewtonOptions | None = None,
        linear_solver: Method | Literal["auto"] = "auto",
    ) -> None:
        """Set the problem up at rest. Collective.

        Args:
            mesh: the distributed mesh.
            kinematics: plane strain, axisymmetric or 3d.
            laws: the material of each region.
            loads: what acts on the boundary.
            fibre: axial law of the mesh's fibres, or None.
            grows: (n_own,) own cells in which lithium grows, or None.
            options: tolerances of Newton's method.
            linear_solver: direct, iterative, or auto: by dimension and size.
        """
        self.comm: MPI.Intracomm = mesh.mesh.comm
        self.mesh = mesh
        self.kinematics = kinematics
        self.options = options or newton.NewtonOptions()
        self.balance = Balance(mesh, kinematics, loads, fibre)
        self.points = MaterialPoints(
            mesh, kinematics, laws, self.balance.points_per_cell, self.balance.point_volume
        )
        self.facet_means = {
            name: self.balance.mean_displacement_weights(name) for name in sorted(mesh.facets)
        }
        self.boundary = Boundary(
            mesh, self.balance.space, loads, lambda name: self.facet_means[name][1]
        )
        self.growth_share = np.zeros(mesh.n_own)
        if grows is not None:
            cell_volume = self.balance.point_volume.reshape(mesh.n_own, -1).sum(axis=1)
            total = self.comm.allreduce(float(cell_volume[grows].sum()))
            self.growth_share[grows] = 1.0 / total
        x = mesh.mesh.geometry.x
        extents = [
            self.comm.allreduce(float(x[:, i].max(initial=-np.inf)), op=MPI.MAX)
            + self.comm.allreduce(float((-x[:, i]).max(initial=-np.inf)), op=MPI.MAX)
            for i in range(kinematics.dim)
        ]
        self.extent = max(extents)
        self._linear = LinearSolver(
            self.comm,
            self.boundary.constraints.matrix,
            choose(linear_solver, self.n_dofs, kinematics.dim),
            rigid_modes(self.balance.space, kinematics.name),
            # The tangent of a follower pressure is symmetric on closed surfaces only.
            symmetric=not any(isinstance(load, Pressure) for load in loads),
            may_switch=linear_solver == "auto",
        )
        self._linear_iterations = 0  # of the present attempt
        self._reduced = self.boundary.constraints.matrix.createVecRight()
        self._reduced_step = self._reduced.duplicate()
        self._full_step = self.boundary.constraints.matrix.createVecLeft()
        self._forces = self._reduced.duplicate()
        self._accepted = np.zeros(self.n_own_dofs)
        self._increment = np.zeros(self.n_own_dofs)
        self._previous_dt = 0.0
        self._jump: Array | None = None
        self._previous_step: Step | None = None
        self._dt = 0.0
        self._step: Step | None = None
        self._least_force = 0.0

    @property
    def n_own_dofs(self) -> int:
        """Number of the rank's own displacement dofs."""
        return int(
            self.balance.space.dofmap.index_map.size_local * self.balance.space.dofmap.index_map_bs
        )

    @property
    def n_dofs(self) -> int:
        """Number of displacement dofs on all ranks, before constraints."""
        return int(
            self.balance.space.dofmap.index_map.size_global * self.balance.space.dofmap.index_map_bs
        )

    def rest_state(self, step: Step) -> None:
        """Stress of the accepted state at the start of ``step``, without a step in time."""
        self.points.set_temperature(step.temperature)
        self.points.set_growth(np.zeros(self.mesh.n_own), step.stall_pressure)
        self.points.begin()
        self.points.evaluate(self.balance.gradient(), 0.0)

    def attempt(self, time: float, dt: float, step: Step) -> newton.Outcome:
        """Try to reach ``time`` from ``time - dt``. Nothing is kept until :meth:`accept`."""
        self.points.set_temperature(step.temperature)
        self.points.set_growth(self.growth_share * step.growth_rate * dt, step.stall_pressure)
        self.points.begin()
        self.balance.set_loads(time)
        self._set_platen_forces(time)
        self._least_force = self._round_off() / self.options.tolerance
        self._dt = dt
        self._step = step
        self._linear_iterations = 0
        dofs, values = self.boundary.prescribed_values(time)
        jump = np.zeros(self.n_own_dofs)
        jump[dofs] = values - self._accepted[dofs]
        moves = self.largest(jump) > 0.0

        # Go on at the last velocity, unless a new step changes what drives the motion.
        wasted = 0
        moving = self._previous_dt > 0.0 and self.largest(self._increment) > 0.0
        if moving and self._previous_step == step:
            guess = self._increment * (dt / self._previous_dt)
            guess[dofs] = jump[dofs]
            outcome = self._solve_from(self._accepted + guess, None)
            if outcome.converged:
                return replace(outcome, linear_iterations=self._linear_iterations)
            wasted = outcome.iterations
            self.points.begin()
        outcome = self._solve_from(self._accepted, jump if moves else None)
        return replace(
            outcome,
            iterations=outcome.iterations + wasted,
            linear_iterations=self._linear_iterations,
        )

    def _solve_from(self, start: Array, jump: Array | None) -> newton.Outcome:
        """Equilibrium, and the set of full pores that goes with it."""
        self.set_displacement(start)
        self._jump = jump
        outcome = newton.solve(self, self.options, jumps=jump is not None)
        iterations = outcome.iterations
        for _ in range(MOST_REVISIONS):
            if not outcome.converged or self.points.revise_full() == 0:
                return replace(outcome, iterations=iterations)
            outcome = newton.solve(self, self.options)
            iterations += outcome.iterations
        return newton.Outcome(
            False, iterations, outcome.residuals, "no consistent set of full pores"
        )

    def accept(self) -> None:
        """Keep the step that the last attempt reached."""
        now = self.displacement()
        self._increment = now - self._accepted
        self._accepted = now
        self._previous_dt = self._dt
        self._previous_step = self._step
        self.points.accept()

    def restore(self) -> None:
        """Go back to the last accepted displacement."""
        self.set_displacement(self._accepted)

    def predictor_state(self) -> tuple[Array, float, Step | None]:
        """Last accepted increment (own dofs), its length in time and its step, for checkpoints."""
        return self._increment, self._previous_dt, self._previous_step

    def resume(
        self,
        displacement: Array,
        increment: Array,
        previous_dt: float,
        previous_step: Step | None,
    ) -> None:
        """Set the accepted displacement and predictor from a checkpoint (own dofs)."""
        self._accepted = displacement.copy()
        self._increment = increment.copy()
        self._previous_dt = previous_dt
        self._previous_step = previous_step
        self.set_displacement(displacement)

    # --- what newton.System asks for ---

    def evaluate(self) -> tuple[float, float]:
        """Residual norm on the free unknowns, and the force it is measured by."""
        smallest = self.points.evaluate(self.balance.gradient(), self._dt)
        if self.comm.allreduce(smallest, op=MPI.MIN) <= 0.0:
            return np.nan, np.nan
        full = self.balance.assemble_residual(self.points.stress)
        self.boundary.constraints.reduce(full, self._reduced)
        self._reduced.axpy(-1.0, self._forces)
        # Reactions and loads at this iterate: a wild trial must not loosen the tolerance for good.
        reference = max(full.norm(), self._forces.norm(), self._least_force)
        return self._reduced.norm(), reference

    def correction(self, jump: float) -> Array | None:
        """Newton correction, with a part of the jump of the prescribed displacements."""
        matrix = self.balance.assemble_matrix(self.points.tangent)
        right = self._reduced.copy()
        prescribed = None if self._jump is None or jump == 0.0 else jump * self._jump
        if prescribed is not None:
            self._full_step.array[:] = prescribed
            product = self._full_step.duplicate()
            matrix.mult(self._full_step, product)
            self.boundary.constraints.reduce(product, self._reduced_step)
            right.axpy(1.0, self._reduced_step)
            product.destroy()
        right.scale(-1.0)
        solved = self._linear.solve(matrix, right, self._reduced_step)
        right.destroy()
        self._linear_iterations += solved.iterations
        if not solved.converged:
            return None
        self.boundary.constraints.expand(self._reduced_step, self._full_step)
        step: Array = self._full_step.array.copy()
        if prescribed is not None:
            step += prescribed
        return step

    def displacement(self) -> Array:
        """Copy of the present displacement (own dofs), um."""
        values: Array = self.balance.u.x.array[: self.n_own_dofs].copy()
        return values

    def set_displacement(self, values: Array) -> None:
        """Set the displacement (own dofs), um, and update ghosts."""
        self.balance.u.x.array[: self.n_own_dofs] = values
        self.balance.u.x.scatter_forward()

    def largest(self, values: Array) -> float:
        """Largest absolute value over all ranks."""
        local = float(np.abs(values).max(initial=0.0))
        return float(self.comm.allreduce(local, op=MPI.MAX))

    def reaction(self, group: str, axis: int) -> float:
        """Force that the constraint exerts on a facet group along an axis, uN."""
        forces = self.balance.residual_vector.array
        dofs = self.boundary.held[group][axis]
        return float(self.comm.allreduce(float(forces[dofs].sum())))

    def _round_off(self) -> float:
        """Norm of the nodal forces that rounding alone makes, uN: of each cell's at random.

        Where lithium has relaxed, or flows at 1e-7 of its modulus, forces are hardly larger.
        """
        mesh, n_own = self.mesh.mesh, self.mesh.n_own
        sizes = mesh.h(mesh.topology.dim, np.arange(n_own, dtype=np.int32))
        volumes = self.balance.point_volume.reshape(n_own, -1).sum(axis=1)
        forces = ROUND_OFF * self.points.stiffness() * volumes / sizes
        return float(np.sqrt(self.comm.allreduce(float(forces @ forces))))

    def _set_platen_forces(self, time: float) -> None:
        self._forces.set(0.0)
        columns = self.boundary.constraints.tie_columns
        values = self.boundary.platen_forces(time)
        first, last = self._forces.getOwnershipRange()
        for column, value in zip(columns, values, strict=True):
            if first <= column < last:
                self._forces.setValue(int(column), value)
        self._forces.assemble()
