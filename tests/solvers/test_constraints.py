"""Periodic sides and platens on any number of ranks: patch tests, flatness, reactions."""

from dataclasses import replace

import numpy as np
import pytest
from lisic.materials import define
from lisic.solvers.distribute import distribute
from lisic.solvers.kinematics import Kinematics
from lisic.solvers.loads import Displacement, Platen
from lisic.solvers.points import RegionLaw
from lisic.solvers.problem import Problem
from lisic.solvers.schedule import Schedule, Step
from mpi4py import MPI
from scipy.optimize import brentq
from small_meshes import box

ZERO = Schedule.constant(0.0)
STEP = Step("hold", 0.0, 1.0, 293.15)
PRESSURE = 500.0  # MPa; large, so that strains are not small
STIFF = define("stiff", {"youngs_modulus": "41 GPa", "poisson_ratio": 0.24})
SOFT = define("soft", {"youngs_modulus": "4 GPa", "poisson_ratio": 0.3})


def confined(material):
    """Stretch l of a laterally held body: nominal pressure p = -(K + 4/3 mu) ln l / l."""
    shear, bulk = material.elastic_moduli(293.15)
    stiffness = bulk + 4 / 3 * shear
    return brentq(lambda x: stiffness * np.log(x) / x + PRESSURE, 0.5, 1.0, xtol=1e-15)


def solved(mesh, kinematics, laws, loads):
    """The problem at the end of the step."""
    problem = Problem(distribute(MPI.COMM_WORLD, mesh), Kinematics(kinematics), laws, loads)
    outcome = problem.attempt(1.0, 1.0, STEP)
    assert outcome.converged, outcome
    problem.accept()
    return problem


def nodes(problem):
    """Places and displacements of the nodes of all ranks."""
    space = problem.balance.space
    dim = problem.kinematics.dim
    own = space.dofmap.index_map.size_local
    mine = space.tabulate_dof_coordinates()[:own, :dim], problem.displacement().reshape(-1, dim)
    places, values = zip(*problem.comm.allgather(mine), strict=True)
    return np.concatenate(places), np.concatenate(values)


@pytest.mark.parallel([1, 2, 3])
def test_periodic_layer_under_a_platen_is_uniform():
    width, height = 1.5, 1.0
    mesh = box((5, 4), (width, height), period=(width, 0.0), shake=0.5)
    problem = solved(
        mesh,
        "plane_strain",
        {"solid": RegionLaw(STIFF)},
        (
            Displacement("bottom", {0: ZERO, 1: ZERO}),
            Platen("top", axis=1, outward=1, pressure=Schedule.constant(PRESSURE)),
        ),
    )
    stretch = confined(STIFF)
    assert 0.98 < stretch < 0.991
    places, values = nodes(problem)
    exact = np.column_stack([np.zeros(len(places)), (stretch - 1.0) * places[:, 1]])
    assert np.abs(values - exact).max() < 1e-12
    # The same stress at every point: sigma_yy = tau_y / J = -p, no shear.
    cauchy = problem.points.cauchy
    assert cauchy[:, 1] == pytest.approx(np.full(len(cauchy), -PRESSURE), rel=1e-9)
    assert np.abs(cauchy[:, 3:]).max(initial=0.0) < 1e-9 * PRESSURE
    # Force = pressure x width (um2 per um of depth), on both sides.
    assert problem.reaction("top", 1) == pytest.approx(-PRESSURE * width, rel=1e-11)
    assert problem.reaction("bottom", 1) == pytest.approx(PRESSURE * width, rel=1e-11)
    assert problem.reaction("bottom", 0) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parallel([1, 2, 3])
def test_a_block_that_repeats_both_ways_is_uniform():
    # Nodes on edges in space are far nodes of two pairs; u_z is free to be any function of z.
    mesh = box((2, 3, 2), (1.0, 1.2, 0.8), period=(1.0, 1.2, 0.0), shake=0.4)
    problem = solved(
        mesh,
        "3d",
        {"solid": RegionLaw(STIFF)},
        (
            Displacement("back", {0: ZERO, 1: ZERO, 2: ZERO}),
            Platen("front", axis=2, outward=1, pressure=Schedule.constant(PRESSURE)),
        ),
    )
    places, values = nodes(problem)
    exact = np.outer(places[:, 2] * (confined(STIFF) - 1.0), [0.0, 0.0, 1.0])
    assert np.abs(values - exact).max() < 1e-12
    assert problem.reaction("front", 2) == pytest.approx(-PRESSURE * 1.2, rel=1e-11)


@pytest.mark.parallel([1, 2, 3])
def test_a_platen_stays_flat_and_sides_match_on_an_uneven_body():
    # A soft inclusion off the middle, cut by the periodic sides: nothing is uniform.
    mesh = box(
        (8, 6), (1.0, 1.0), period=(1.0, 0.0), pores=[((-0.1, 0.5), (0.3, 0.9), 0.3)], shake=0.2
    )
    problem = solved(
        mesh,
        "plane_strain",
        {"solid": RegionLaw(STIFF), "pore": RegionLaw(SOFT)},
        (
            Displacement("bottom", {0: ZERO, 1: ZERO}),
            Platen("top", axis=1, outward=1, pressure=Schedule.constant(PRESSURE)),
        ),
    )
    places, values = nodes(problem)
    top = values[np.isclose(places[:, 1], 1.0)]
    assert np.ptp(top[:, 1]) < 1e-15
    assert np.ptp(top[:, 0]) > 1e-4  # it slides along the platen: not a uniform body
    near, far = (np.flatnonzero(np.isclose(places[:, 0], x)) for x in (0.0, 1.0))
    near, far = (side[np.argsort(places[side, 1])] for side in (near, far))
    assert len(near) == 13
    assert values[far] == pytest.approx(values[near], abs=1e-15)
    assert np.ptp(values[near, 0]) > 1e-5
    # Equilibrium: platen and separator carry the pressure, 500 uN per um of depth.
    assert problem.reaction("top", 1) == pytest.approx(-PRESSURE, rel=1e-9)
    assert problem.reaction("bottom", 1) == pytest.approx(PRESSURE, rel=1e-9)


@pytest.mark.parallel([1, 2, 3])
@pytest.mark.parametrize("side", ["left", "right"])
def test_what_moves_one_periodic_side_moves_the_other(side):
    # Given on one side alone and nowhere else, a motion carries the whole body along.
    mesh = box((3, 4), (1.0, 1.0), period=(1.0, 0.0), shake=0.3)
    motion = {0: Schedule.constant(0.02), 1: Schedule.constant(-0.01)}
    problem = solved(
        mesh, "plane_strain", {"solid": RegionLaw(STIFF)}, (Displacement(side, motion),)
    )
    _, values = nodes(problem)
    assert np.abs(values - [0.02, -0.01]).max() < 1e-14
    # In 3D an edge is on two pairs of sides: one of its four copies is enough for all of them.
    mesh = box((2, 2, 2), (1.0, 1.2, 0.8), period=(1.0, 1.2, 0.0), shake=0.3)
    load = Displacement("top" if side == "right" else "bottom", {**motion, 2: ZERO})
    problem = solved(mesh, "3d", {"solid": RegionLaw(STIFF)}, (load,))
    _, values = nodes(problem)
    assert np.abs(values - [0.02, -0.01, 0.0]).max() < 1e-14


@pytest.mark.parallel([1, 2, 3])
def test_a_platen_under_displacement_control():
    # The way that a pressure of 500 MPa makes, prescribed instead, asks for that pressure.
    mesh = box((3, 3), (1.0, 1.0), period=(1.0, 0.0), shake=0.3)
    way = Schedule.constant(confined(STIFF) - 1.0)
    problem = solved(
        mesh,
        "plane_strain",
        {"solid": RegionLaw(STIFF)},
        (
            Displacement("bottom", {0: ZERO, 1: ZERO}),
            Platen("top", axis=1, outward=1, displacement=way),
        ),
    )
    assert problem.reaction("top", 1) == pytest.approx(-PRESSURE, rel=1e-10)
    weights, area = problem.facet_means["top"]
    mean = problem.comm.allreduce(float(weights @ problem.displacement()))
    assert area == pytest.approx(1.0, rel=1e-14)
    assert mean == pytest.approx(confined(STIFF) - 1.0, rel=1e-13)


def test_an_axisymmetric_platen_presses_on_rings():
    # A free side makes it uniaxial: tau = E ln l along the axis, P = tau / l = -p, ln of the radial
    # stretch -nu ln l. The platen's area is that of a disc of radius 2 um.
    mesh = box((3, 3), (2.0, 1.0), shake=0.2)
    problem = solved(
        mesh,
        "axisymmetric",
        {"solid": RegionLaw(STIFF)},
        (
            Displacement("left", {0: ZERO}),
            Displacement("bottom", {1: ZERO}),
            Platen("top", axis=1, outward=1, pressure=Schedule.constant(PRESSURE)),
        ),
    )
    stretch = brentq(lambda x: 41_000.0 * np.log(x) / x + PRESSURE, 0.9, 1.0, xtol=1e-15)
    places, values = nodes(problem)
    exact = places * [stretch**-0.24 - 1.0, stretch - 1.0]
    assert np.abs(values - exact).max() < 1e-12
    assert problem.reaction("top", 1) == pytest.approx(-PRESSURE * np.pi * 4.0, rel=1e-11)


def test_a_fluid_under_hardly_any_load_converges():
    # Lithium that flows linearly, B = 1 /(MPa s), under 1e-11 MPa in increments of 1e4 s: its
    # stiffness in shear is 1e-8 of the elastic one. Rounding of F makes nodal forces of about
    # 2e-16 x 1.5e4 MPa x 0.07 um in each of 50 cells, 2e-12 uN/um: no iteration can come to 1e-9
    # of the load, nor do corrections become small. None of it may end in a failure.
    pressure, dt = 1e-11, 1e4
    fluid = define(
        "fluid",
        {"youngs_modulus": "7.82 GPa", "poisson_ratio": 0.38, "linear": {"rate": "1 MPa^-1/s"}},
    )
    mesh = distribute(MPI.COMM_SELF, box((5, 5), (1.0, 1.0), shake=0.3))
    problem = Problem(
        mesh,
        Kinematics("plane_strain"),
        {"solid": RegionLaw(fluid)},
        (
            Displacement("left", {0: ZERO}),
            Displacement("bottom", {1: ZERO}),
            Platen("top", axis=1, outward=1, pressure=Schedule.constant(pressure)),
        ),
    )
    for number in (1, 2, 3):
        outcome = problem.attempt(number * dt, dt, STEP)
        assert outcome.converged, outcome
        problem.accept()
    # Plane strain, one side free: q = sqrt(3)/2 p, and the strain is sqrt(3)/2 B q t = 3/4 B p t.
    weights, _ = problem.facet_means["top"]
    exact = -0.75 * pressure * 3 * dt
    assert weights @ problem.displacement() == pytest.approx(exact, rel=0.3)


def test_contradictions_are_refused():
    mesh = distribute(MPI.COMM_SELF, box((2, 2), (1.0, 1.0)))
    laws = {"solid": RegionLaw(STIFF)}
    kinematics = Kinematics("plane_strain")
    with pytest.raises(ValueError, match="no facet group 'lid'; the mesh has bottom, left"):
        Problem(mesh, kinematics, laws, (Displacement("lid", {0: ZERO}),))
    with pytest.raises(ValueError, match="axis z does not exist in 2 dimensions"):
        Problem(mesh, kinematics, laws, (Displacement("top", {2: ZERO}),))
    with pytest.raises(ValueError, match="no material for region solid"):
        Problem(mesh, kinematics, {}, ())
    with pytest.raises(ValueError, match="either a pressure or a displacement"):
        Platen("top", axis=1, outward=1)
    with pytest.raises(ValueError, match="unknown kinematics 'plane_stress'"):
        Kinematics("plane_stress")


@pytest.mark.parallel([1, 2])
def test_two_motions_of_one_node_are_refused():
    mesh = distribute(MPI.COMM_WORLD, box((3, 3), (1.0, 1.0)))
    laws, kinematics = {"solid": RegionLaw(STIFF)}, Kinematics("plane_strain")
    fixed = Displacement("bottom", {0: ZERO, 1: ZERO})
    pushed = Displacement("left", {0: Schedule.constant(0.1)})
    told = r"bottom and left prescribe different displacements along x.*at \(0, 0\) um"
    with pytest.raises(ValueError, match=told):
        Problem(mesh, kinematics, laws, (fixed, pushed))
    Problem(mesh, kinematics, laws, (fixed, Displacement("left", {0: ZERO})))
    platen = Platen("left", axis=0, outward=-1, pressure=Schedule.constant(1.0))
    told = r"the platen on left moves freely and bottom is held along x.*at \(0, 0\) um"
    with pytest.raises(ValueError, match=told):
        Problem(mesh, kinematics, laws, (fixed, platen))
    Problem(mesh, kinematics, laws, (Displacement("bottom", {1: ZERO}), platen))


def test_sides_that_do_not_match_are_refused():
    plain = box((2, 2), (1.0, 1.0), period=(1.0, 0.0))
    points = plain.points.copy()
    points[1, 1] += 0.1  # a node half way up the left side
    assert points[1, 0] == 0.0
    mesh = distribute(MPI.COMM_SELF, replace(plain, points=points))
    with pytest.raises(ValueError, match=r"periodic sides do not match: nodes differ by 0\.1 um"):
        Problem(mesh, Kinematics("plane_strain"), {"solid": RegionLaw(STIFF)}, ())
