"""Iterations and factorisations give the same answer; which is taken, and what is counted."""

import numpy as np
import pytest
from lisic.materials import define
from lisic.solvers import linear
from lisic.solvers.distribute import distribute
from lisic.solvers.kinematics import Kinematics
from lisic.solvers.linear import LARGE_3D, choose
from lisic.solvers.loads import Displacement, Platen, Pressure
from lisic.solvers.points import RegionLaw
from lisic.solvers.problem import Problem
from lisic.solvers.rigid import rigid_modes
from lisic.solvers.schedule import Schedule, Step
from mpi4py import MPI
from small_meshes import box

ZERO = Schedule.constant(0.0)
STEP = Step("hold", 0.0, 1.0, 293.15)
LITHIUM = RegionLaw(
    define(
        "lithium",
        {
            "youngs_modulus": "7.82 GPa",
            "poisson_ratio": 0.38,
            "power_law": {"rate": "6.68e-3 MPa^-6.6/s", "exponent": 6.6},
        },
    )
)


def elastic(name, modulus):
    return RegionLaw(define(name, {"youngs_modulus": modulus, "poisson_ratio": 0.24}))


def pressed(method, pore, loads=(), counts=(5, 4, 5)):
    """A periodic layer with a pore under a platen, one increment further; its outcome."""
    mesh = box(
        counts,
        (1.0, 1.0, 1.0),
        period=(1.0, 1.0, 0.0),
        pores=[((0.2, 0.2, 0.2), (0.8, 0.8, 0.8), 0.6)],
        shake=0.2,
    )
    problem = Problem(
        distribute(MPI.COMM_WORLD, mesh),
        Kinematics("3d"),
        {"solid": elastic("solid", "41 GPa"), "pore": pore},
        (
            Displacement("back", {0: ZERO, 1: ZERO, 2: ZERO}),
            Platen("front", axis=2, outward=1, pressure=Schedule.constant(64.0)),
            *loads,
        ),
        linear_solver=method,
    )
    outcome = problem.attempt(1.0, 1.0, STEP)
    assert outcome.converged, outcome
    problem.accept()
    return problem, outcome


@pytest.mark.parallel([1, 2, 3])
@pytest.mark.parametrize("pore", [elastic("soft", "4 GPa"), LITHIUM], ids=["elastic", "lithium"])
def test_iterations_agree_with_a_factorisation(pore):
    exact, direct = pressed("direct", pore)
    found, iterative = pressed("iterative", pore)
    scale = exact.largest(exact.displacement())
    difference = exact.largest(found.displacement() - exact.displacement())
    assert difference < 1e-7 * scale
    # Only iterations are counted, at least one for each correction.
    assert direct.linear_iterations == 0
    assert iterative.linear_iterations >= iterative.iterations > 0


@pytest.mark.parallel([1, 2])
def test_a_contrast_of_a_million_converges():
    # A pore 1e6 times softer than the solid around it.
    problem, outcome = pressed("iterative", elastic("air", "41 kPa"))
    assert outcome.linear_iterations <= 40 * outcome.iterations
    exact, _ = pressed("direct", elastic("air", "41 kPa"))
    difference = exact.largest(problem.displacement() - exact.displacement())
    assert difference < 1e-6 * exact.largest(exact.displacement())


@pytest.mark.parallel([1, 2])
def test_a_following_pressure_makes_it_gmres():
    push = Pressure("front", Schedule.constant(2_000.0))
    exact, _ = pressed("direct", elastic("soft", "4 GPa"), (push,))
    found, outcome = pressed("iterative", elastic("soft", "4 GPa"), (push,))
    assert outcome.linear_iterations > 0
    difference = exact.largest(found.displacement() - exact.displacement())
    assert difference < 1e-7 * exact.largest(exact.displacement())


@pytest.mark.parallel([1, 2])
def test_where_iterations_fail_matrices_are_factorised(monkeypatch):
    monkeypatch.setattr(linear, "MOST_ITERATIONS", 2)
    monkeypatch.setattr(linear, "LARGE_3D", 10)
    soft = elastic("soft", "4 GPa")
    problem, outcome = pressed("auto", soft)
    # Two iterations of the first correction, and none in those after it.
    assert outcome.linear_iterations == 2
    exact, _ = pressed("direct", soft)
    assert np.abs(problem.displacement() - exact.displacement()).max() < 1e-12
    with pytest.raises(AssertionError, match="the linear solver failed"):
        pressed("iterative", soft)


def test_what_is_chosen():
    assert choose("auto", LARGE_3D, 3) == "direct"
    assert choose("auto", LARGE_3D + 1, 3) == "iterative"
    assert choose("auto", 10 * LARGE_3D, 2) == "direct"
    assert choose("iterative", 10, 2) == "iterative"
    assert choose("direct", 10 * LARGE_3D, 3) == "direct"


@pytest.mark.parallel([1, 2])
@pytest.mark.parametrize(("kinematics", "count"), [("plane_strain", 3), ("3d", 6)])
def test_rigid_modes_strain_nothing(kinematics, count):
    dim = 3 if kinematics == "3d" else 2
    problem = Problem(
        distribute(MPI.COMM_WORLD, box((3,) * dim, (1.0, 1.3, 0.7)[:dim], shake=0.2)),
        Kinematics(kinematics),
        {"solid": elastic("solid", "41 GPa")},
        (Displacement("bottom", {1: ZERO}),),
    )
    modes = rigid_modes(problem.balance.space, kinematics)
    assert len(modes) == count
    problem.rest_state(STEP)
    stiffness = problem.balance.assemble_matrix(problem.points.tangent)
    full, forces = stiffness.createVecs()
    for mode in modes:
        full.array[:] = mode
        stiffness.mult(full, forces)
        assert forces.norm() < 1e-12 * stiffness.norm() * full.norm()
        assert np.abs(mode).max() > 0.3
