"""Newton's method: line search, prescribed displacements, and failures that are outcomes."""

import numpy as np
import pytest
from lisic.materials import define
from lisic.solvers import newton
from lisic.solvers.distribute import distribute
from lisic.solvers.kinematics import Kinematics
from lisic.solvers.loads import Displacement, Platen
from lisic.solvers.newton import NewtonOptions, describe, solve
from lisic.solvers.points import RegionLaw
from lisic.solvers.problem import Problem
from lisic.solvers.schedule import Schedule, Step
from mpi4py import MPI
from small_meshes import box


class Scalar:
    """One equation f(x) = 0 with its derivative; not admissible where f is NaN."""

    extent = 1.0

    def __init__(self, f, slope, x):
        self.f, self.slope, self.x = f, slope, np.array([x])
        self.tried = []

    def evaluate(self):
        self.tried.append(float(self.x[0]))
        return abs(self.f(self.x[0])), 1.0

    def correction(self, jump):
        assert jump == 0.0
        slope = self.slope(self.x[0])
        return np.array([-self.f(self.x[0]) / slope]) if slope else None

    def displacement(self):
        return self.x.copy()

    def set_displacement(self, values):
        self.x = values.copy()

    def largest(self, values):
        return float(np.abs(values).max())


def test_it_converges_quadratically():
    system = Scalar(lambda x: x * x - 2.0, lambda x: 2.0 * x, 2.0)
    outcome = solve(system, NewtonOptions(tolerance=1e-14))
    assert outcome.converged
    assert system.x[0] == pytest.approx(np.sqrt(2.0), rel=1e-14)
    # Errors 0.6, 0.086, 2.5e-3, 2.1e-6, 1.6e-12, then round-off: x' - sqrt 2 = (x - sqrt 2)^2/2x.
    assert outcome.iterations in (4, 5)
    assert len(outcome.residuals) == outcome.iterations + 1
    assert outcome.residuals[3] == pytest.approx(6.0e-6, rel=0.01)
    assert describe(outcome).startswith(f"{outcome.iterations} iterations, residual")


def test_the_line_search_holds_back_where_newton_would_run_away():
    # atan: from 2 the full correction overshoots to -3.5, whose atan is larger, and on to 13.9.
    system = Scalar(np.arctan, lambda x: 1.0 / (1.0 + x * x), 2.0)
    outcome = solve(system, NewtonOptions())
    assert outcome.converged
    assert system.tried[1] == pytest.approx(-3.54, abs=0.01)
    assert abs(system.tried[2]) < 2.0


def test_it_steps_back_into_what_is_admissible():
    # ln x = 0 from x = 3: the correction leads to x = 3 - 3 ln 3 < 0, where ln is NaN.
    system = Scalar(lambda x: np.log(x) if x > 0.0 else np.nan, lambda x: 1.0 / x, 3.0)
    outcome = solve(system, NewtonOptions())
    assert system.tried[1] < 0.0
    assert outcome.converged
    assert system.x[0] == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    ("f", "slope", "x", "reason", "iterations"),
    [
        (lambda x: np.nan, lambda x: 1.0, 0.0, "the start is not admissible", 0),
        (lambda x: 1.0, lambda x: 0.0, 0.0, "the linear solver failed", 1),
        (lambda x: x * x + 1.0, lambda x: 2.0 * x, 1.5, "too many Newton iterations", 15),
        (lambda x: 1.0 if x == 0.0 else np.nan, lambda x: 1.0, 0.0, "no admissible correction", 1),
    ],
)
def test_failures_are_outcomes(f, slope, x, reason, iterations):
    outcome = solve(Scalar(f, slope, x), NewtonOptions())
    assert not outcome.converged
    assert reason in outcome.reason
    assert outcome.iterations == iterations
    assert reason in describe(outcome)


def test_a_body_at_rest_needs_no_iteration():
    outcome = solve(Scalar(lambda x: 0.0, lambda x: 1.0, 0.3), NewtonOptions())
    assert (outcome.converged, outcome.iterations) == (True, 0)


def test_prescribed_displacements_arrive_where_the_first_correction_is_shortened(monkeypatch):
    # A soft slab of 0.25 um takes nearly all of the platen's 0.3 um: the first, linear correction
    # turns its elements inside out and is halved. The rest of the way must not be forgotten.
    way = 0.3
    stiff = define("stiff", {"youngs_modulus": "41 GPa", "poisson_ratio": 0.24})
    soft = define("soft", {"youngs_modulus": "1 GPa", "poisson_ratio": 0.0})
    slab = [((-0.1, 0.5), (1.1, 0.75), 0.2)]
    mesh = distribute(MPI.COMM_SELF, box((2, 4), (1.0, 1.0), pores=slab))
    zero = Schedule.constant(0.0)
    problem = Problem(
        mesh,
        Kinematics("plane_strain"),
        {"solid": RegionLaw(stiff), "pore": RegionLaw(soft)},
        (
            Displacement("bottom", {0: zero, 1: zero}),
            Displacement("left", {0: zero}),
            Displacement("right", {0: zero}),
            Platen("top", axis=1, outward=1, displacement=Schedule.constant(-way)),
        ),
    )
    factors = []
    search = newton._search

    def spied(*arguments):
        found = search(*arguments)
        factors.append(found[2])
        return found

    monkeypatch.setattr(newton, "_search", spied)
    outcome = problem.attempt(1.0, 1.0, Step("hold", 0.0, 1.0, 293.15))
    assert outcome.converged, outcome
    assert factors[0] < 1.0
    weights, _ = problem.facet_means["top"]
    assert weights @ problem.displacement() == pytest.approx(-way, rel=1e-12)
