"""Lithium bodies in pores: which are full, when they fill, what each of them flows like."""

import numpy as np
import pytest
from lisic.materials import load
from lisic.materials.slots import Slot
from lisic.solvers.distribute import distribute
from lisic.solvers.kinematics import Kinematics
from lisic.solvers.loads import Displacement, Platen
from lisic.solvers.observe import observe
from lisic.solvers.points import MaterialPoints, RegionLaw
from lisic.solvers.problem import Problem
from lisic.solvers.schedule import Schedule, Step
from mpi4py import MPI
from scipy.optimize import brentq
from small_meshes import box

TEMPERATURE = 333.15
STALL = 27.5  # MPa
LITHIUM, LISI, VOID = load("lithium"), load("Li3.75Si"), load("void")
PLANE = Kinematics("plane_strain")
LAWS = {"solid": RegionLaw(LISI), "pore": RegionLaw(LITHIUM, filler=VOID, fill=0.0)}
# Two pores of 1 x 1 um in a strip, one at its very left end.
PORES = [((0.0, 0.0), (1.0, 1.0), 0.1), ((4.0, 0.0), (5.0, 1.0), 0.05)]


def strip(comm):
    return distribute(comm, box((8, 1), (8.0, 1.0), pores=PORES))


def material_points(mesh):
    """Points of a mesh whose cells have one point each."""
    corners = mesh.mesh.geometry.x[mesh.mesh.geometry.dofmaps[0][: mesh.n_own]][..., :2]
    edges = corners[:, 1:] - corners[:, :1]
    points = MaterialPoints(mesh, PLANE, LAWS, 1, np.abs(np.linalg.det(edges)) / 2)
    points.set_temperature(TEMPERATURE)
    return points


def stretched(mesh, growths):
    """Displacement gradients that change the volume of body b by the part growths[b]."""
    gradient = np.zeros((mesh.n_own, 4))
    gradient[:, 0] = np.array([0.0, *growths])[mesh.body]
    return gradient


def equilibrium(points, gradient, dt=1.0):
    """Update and revise until the set of full bodies agrees; revisions that it took."""
    points.begin()
    for revisions in range(10):
        assert points.evaluate(gradient, dt) > 0.0
        if points.revise_full() == 0:
            return revisions
    raise AssertionError("no consistent set")


def pressure_in(points, body):
    """Volume mean over a body, on all ranks."""
    comm = points.mesh.mesh.comm
    weight = np.where(points.mesh.body == body, points.point_volume, 0.0)
    pressures = -points.cauchy[:, :3].mean(axis=1)
    sums = comm.allreduce(np.array([weight @ pressures, weight.sum()]))
    return sums[0] / sums[1]


def grown(points, gradient, total, steps, body=1):
    """Bring ``total`` into a pore in equal steps; when it was full first, and the pressure."""
    filled_at = None
    growth = np.where(points.mesh.body == body, total / steps, 0.0)
    for number in range(1, steps + 1):
        points.set_growth(growth, STALL)
        equilibrium(points, gradient)
        points.accept()
        if filled_at is None and points.full[body]:
            filled_at = number / steps * total
    return filled_at, pressure_in(points, body)


@pytest.mark.parametrize("steps", [1, 2, 7, 241])
def test_a_pore_fills_at_the_right_charge_whatever_the_time_step(steps):
    mesh = strip(MPI.COMM_SELF)
    points = material_points(mesh)
    assert points.full.tolist() == [True, False, False]
    total = 1.2
    filled_at, pressure = grown(points, stretched(mesh, (0, 0)), total, steps)
    # The first step that ends beyond 1 fills it; what that step brings beyond 1, and all growth
    # after it, meets the walls: c' = g (1 - p/p*), p = K c ln c, by backward Euler from c = 1.
    first = int(steps / total) + 1
    assert filled_at == pytest.approx(total * first / steps)
    assert points.full.tolist() == [True, True, False]
    bulk = LITHIUM.elastic_moduli(TEMPERATURE)[1]
    volume = 1.0
    for growth in [total * first / steps - 1.0] + [total / steps] * (steps - first):
        volume = brentq(
            lambda c, growth=growth, start=volume: (
                c + growth / STALL * bulk * c * np.log(c) - start - growth
            ),
            1.0,
            1.1,
            xtol=1e-15,
        )
    assert points.state["volume"][mesh.body == 1] == pytest.approx(volume, rel=1e-12)
    assert pressure == pytest.approx(bulk * volume * np.log(volume), rel=1e-8)
    # However long the steps, it ends close below the stall pressure.
    assert 0.98 * STALL < pressure < STALL
    assert points.state["volume"][mesh.body == 2] == pytest.approx(0.0)


def test_a_pore_is_filled_at_the_full_rate_first():
    # From empty, with 1.2 to come: the pore takes 1 at the full rate, 0.2 is left to be slowed.
    points = material_points(strip(MPI.COMM_SELF))
    points.set_growth(np.where(points.mesh.body == 1, 1.2, 0.0), STALL)
    points.begin()
    points.trial_full[1] = True
    points._split_growth()
    inside = points.mesh.body == 1
    assert points._start[inside] == pytest.approx(1.0)
    assert points._growth_left[inside] == pytest.approx(0.2)
    assert points._growth_left[~inside] == pytest.approx(0.0)


def test_lithium_fills_the_room_that_a_pore_has_not_the_one_it_had():
    # Squeezed to 0.9 of its volume, a pore is full at 0.9: in the 90th of 99 steps that bring 1.
    mesh = strip(MPI.COMM_SELF)
    points = material_points(mesh)
    squeezed = stretched(mesh, (-0.1, 0.0))
    equilibrium(points, squeezed)
    points.accept()
    filled_at, pressure = grown(points, squeezed, 90 / 99, 90)
    assert filled_at == pytest.approx(90 / 99)
    # What that step brings beyond 0.9 meets the walls: c + (g / p*) p = 0.9 + g, p = K y ln y with
    # y = c / 0.9. Filled to 1 first, it would be at K / 100 = 109 MPa, far beyond the stall.
    bulk = LITHIUM.elastic_moduli(TEMPERATURE)[1]
    left = 90 / 99 - 0.9

    def wall(volume):
        return bulk * volume / 0.9 * np.log(volume / 0.9)

    volume = brentq(lambda c: c + left / STALL * wall(c) - 0.9 - left, 0.9, 1.0, xtol=1e-15)
    # The filler, at ln 0.9 of its 1 MPa, adds 0.07 MPa.
    assert pressure == pytest.approx(wall(volume) + 0.07, abs=0.01)
    assert pressure < STALL


def test_lithium_that_does_not_fill_its_pore_spreads_evenly():
    # Brought in evenly by reference volume, 0.4 of the pore; then one half of the pore is squeezed
    # to 0.6. Of the room that is left, 0.8, each part holds one half; nothing is lost.
    mesh = strip(MPI.COMM_SELF)
    points = material_points(mesh)
    points.set_growth(np.where(mesh.body == 1, 0.4, 0.0), STALL)
    inside = np.flatnonzero(mesh.body == 1)
    gradient = np.zeros((mesh.n_own, 4))
    gradient[inside[0], 0] = -0.4
    equilibrium(points, gradient)
    points.accept()
    assert points.state["volume"][inside] == pytest.approx([0.3, 0.5])
    assert points.state["volume"][inside] == pytest.approx(0.5 * points.jacobian[inside])
    assert not points.full[1]


@pytest.mark.parallel([1, 2, 3])
def test_a_full_body_opens_in_tension_alone_and_shuts_again():
    mesh = strip(MPI.COMM_WORLD)
    points = material_points(mesh)
    rest = stretched(mesh, (0.0, 0.0))
    points.set_growth(np.where(mesh.body > 0, 1.001, 0.0), np.inf)
    equilibrium(points, rest)
    points.accept()
    assert points.full.tolist() == [True, True, True]
    # c = 1.001 between rigid walls: p = K c ln c = 10.9 MPa.
    bulk = LITHIUM.elastic_moduli(TEMPERATURE)[1]
    for body in (1, 2):
        assert pressure_in(points, body) == pytest.approx(bulk * 1.001 * np.log(1.001), rel=1e-9)
    points.set_growth(np.zeros(mesh.n_own), np.inf)

    # Pore 1 widens by 1 %, more than the lithium in it: it lets go. Pore 2 stays.
    wide = stretched(mesh, (0.01, 0.0))
    assert equilibrium(points, wide) == 1
    points.accept()
    assert points.full.tolist() == [True, False, True]
    # Only the filler holds pore 1 now: E = 1 MPa at 1 % is 0.01 MPa.
    assert abs(pressure_in(points, 1)) < 0.011
    assert pressure_in(points, 2) > 10.0

    # A trial that is not accepted leaves no trace: closed again it would be full.
    assert equilibrium(points, rest) == 1
    assert points.trial_full.tolist() == [True, True, True]
    points.begin()
    assert points.trial_full.tolist() == [True, False, True]
    equilibrium(points, rest)
    points.accept()
    assert points.full.tolist() == [True, True, True]
    assert pressure_in(points, 1) == pytest.approx(pressure_in(points, 2), rel=1e-9)
    # Every rank has the same set: bodies are decided on all ranks together.
    assert len(set(points.mesh.mesh.comm.allgather(points.full.tobytes()))) == 1


def test_each_body_creeps_at_the_rate_of_its_own_size():
    # Coble: B ~ 1/d^3, so the pore of 50 nm flows 8 times faster than that of 100 nm.
    points = material_points(strip(MPI.COMM_SELF))
    linear = points._flow[:, Slot.LINEAR.first]
    large, small = (linear[points.mesh.body == body] for body in (1, 2))
    assert "coble" in LITHIUM.mechanism_names
    # Nabarro-Herring creep, ~ 1/d^2, would make it less than 8; it is a small part.
    assert small[0] / large[0] == pytest.approx(8.0, rel=0.02)
    assert np.ptp(large) == np.ptp(small) == 0.0
    assert (linear[points.mesh.body == 0] == 0.0).all()


def test_a_partly_empty_region_must_lie_in_pores():
    mesh = distribute(MPI.COMM_SELF, box((2, 2), (1.0, 1.0)))
    laws = {"solid": RegionLaw(LITHIUM, filler=VOID, fill=0.0)}
    with pytest.raises(ValueError, match="region solid may be partly empty but is not in pores"):
        MaterialPoints(mesh, PLANE, laws, 1, np.ones(mesh.n_own))


def plated(comm):
    """A strip pressed by a platen, with lithium plated into the pore at its left end."""
    zero = Schedule.constant(0.0)
    pore = [((0.0, 0.25), (0.5, 0.75), 0.1)]
    mesh = distribute(comm, box((24, 4), (6.0, 1.0), pores=pore))
    loads = (
        Displacement("bottom", {0: zero, 1: zero}),
        Displacement("left", {0: zero}),
        Displacement("right", {0: zero}),
        Platen("top", axis=1, outward=1, pressure=Schedule.constant(10.0)),
    )
    problem = Problem(mesh, PLANE, LAWS, loads, grows=mesh.region == mesh.regions["pore"])
    rows = []
    # 0.25 um2 of pore; 0.1 um2/s fills it after 2.5 s, and 2.5 s more let it stall.
    step = Step("plate", 0.0, 5.0, TEMPERATURE, growth_rate=0.1, stall_pressure=STALL)
    for number in range(1, 11):
        outcome = problem.attempt(0.5 * number, 0.5, step)
        assert outcome.converged, outcome
        problem.accept()
        rows.append(observe(problem))
    return problem, rows


@pytest.mark.parallel([1, 2, 3])
def test_ranks_without_a_pore_cell_agree_with_those_that_have_them():
    problem, rows = plated(MPI.COMM_WORLD)
    owned = MPI.COMM_WORLD.allgather(int((problem.mesh.body > 0).sum()))
    assert sum(owned) == 8  # 2 x 2 squares of two triangles
    assert MPI.COMM_WORLD.size < 3 or min(owned) == 0
    alone, expected = plated(MPI.COMM_SELF)
    for row, same in zip(rows, expected, strict=True):
        forces = max(abs(value) for name, value in same.items() if name.startswith("force"))
        for name, value in same.items():
            scale = forces if name.startswith("force") else abs(value)
            assert row[name] == pytest.approx(value, abs=1e-8 * scale + 1e-13), name
    assert problem.points.full.tolist() == alone.points.full.tolist() == [True, True]
    # 0.05 um2 a step until the pore, of 0.25 um2, is full.
    assert [row["lithium_um3_pore"] for row in rows[:4]] == pytest.approx(
        [0.05, 0.1, 0.15, 0.2], rel=1e-9
    )
    assert rows[3]["fill_pore"] < 0.9
    assert rows[-1]["fill_pore"] == pytest.approx(1.0, abs=1e-12)
    assert rows[-1]["pressure_mean_mpa_pore"] == pytest.approx(STALL, rel=0.02)
    assert rows[-1]["void_um3"] == pytest.approx(0.0, abs=1e-12)
