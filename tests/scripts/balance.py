"""A pressed body in this process, and whether its stress balances the platen."""

import numpy as np
from lisic.scripts import build
from lisic.solvers.loop import Loop
from lisic.solvers.stepping import SteppingOptions


class _Looking:
    """A hook that lets the loop go on, and no increment fail."""

    def accepted(self, problem, clock, increment):
        return False

    def failed(self, clock, step, dt, outcome):
        raise AssertionError(outcome)


def pressed(comm, case, mesh):
    """The problem of ``case`` at its end, each step one increment, on the ranks of ``comm``."""
    model = build.model(case, mesh)
    problem = build.problem(comm, case, mesh if comm.rank == 0 else None, model)
    options = SteppingOptions(initial_fraction=1.0, largest_fraction=1.0)
    assert Loop(problem, model.protocol.steps, options, [_Looking()]).run() == "done"
    return problem


def vertical_work(problem):
    """Work of the solid's and of the fibres' stress on the velocity (0, ..., height), uN um.

    Equilibrium: as that velocity is 0 below, periodic sideways and uniform on the platen, both
    together are the work of the platen's force, -p A, at the height h. Over the volume they are
    the mean vertical stress, which is -p whatever the structure.
    """
    points, balance, dim = problem.points, problem.balance, problem.kinematics.dim
    solid = (points.point_volume * points.jacobian * points.cauchy[:, dim - 1]).sum()
    forces = np.zeros_like(balance.u.x.array)
    if balance.fibres is not None:
        balance.fibres.add_forces(balance.u.x.array, forces)
    vertical = slice(dim - 1, None, dim)
    height = balance.space.tabulate_dof_coordinates()[:, dim - 1] + balance.u.x.array[vertical]
    total = problem.comm.allreduce(np.array([solid, forces[vertical] @ height]))
    return float(total[0]), float(total[1])
