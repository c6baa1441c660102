"""Fibres as curves with axial stiffness: exact forces, tangent, bounds, the same on any ranks."""

from dataclasses import replace

import numpy as np
import pytest
from lisic.materials import define
from lisic.solvers import checkpoint
from lisic.solvers.balance import Balance
from lisic.solvers.distribute import distribute
from lisic.solvers.kinematics import Kinematics
from lisic.solvers.loads import Displacement, FibreLaw
from lisic.solvers.loop import Clock
from lisic.solvers.newton import NewtonOptions
from lisic.solvers.observe import observe
from lisic.solvers.points import RegionLaw
from lisic.solvers.problem import Problem
from lisic.solvers.schedule import Schedule, Step
from lisic.solvers.stepping import SteppingOptions
from mpi4py import MPI
from small_meshes import box

E, NU = 41000.0, 0.24
FIBRE = FibreLaw(youngs_modulus=1.0e6, section=0.01)
STRAIN = 1e-3
ZERO = Schedule.constant(0.0)
HOLD = Step("hold", 0.0, 1.0, 293.15)


def with_fibre(shift: float):
    """A 2 x 1 um block of 8 x 4 squares with a fibre along y = 0.5, waved by ``shift``."""
    mesh = box((8, 4), (2.0, 1.0))
    on = np.isclose(mesh.points[:, 1], 0.5)
    points = mesh.points.copy()
    points[on, 1] += shift * np.sin(np.pi * points[on, 0])
    line = np.flatnonzero(on)[np.argsort(points[on, 0])]
    return replace(
        mesh,
        points=points,
        fibres=np.stack([line[:-1], line[1:]], axis=1),
        fibre=np.ones(len(line) - 1, dtype=np.int32),
    )


def force(shift: float, fibre: FibreLaw | None) -> float:
    """Force (uN per um) that stretches the block by STRAIN, its other sides held flat."""
    comm = MPI.COMM_WORLD
    mesh = distribute(comm, with_fibre(shift) if comm.rank == 0 else None)
    loads = [
        Displacement("left", {0: ZERO}),
        Displacement("bottom", {1: ZERO}),
        Displacement("top", {1: ZERO}),
        Displacement("right", {0: Schedule.constant(2.0 * STRAIN)}),
    ]
    elastic = define("elastic", {"youngs_modulus": f"{E} MPa", "poisson_ratio": NU})
    problem = Problem(mesh, Kinematics("plane_strain"), {"solid": RegionLaw(elastic)}, loads, fibre)
    assert problem.attempt(1.0, 1.0, HOLD).converged
    return problem.reaction("right", 0)


@pytest.mark.parallel([1, 3])
def test_straight_fibre_adds_its_stiffness():
    # Uniform stretch L = 1 + 1e-3, J = L. The fibre adds E A ln(L) / L per reference section
    # (first Piola: energy E A/2 (ln L)^2 derived by L), on top of the block's own force.
    bare = force(0.0, None)
    stretch = 1.0 + STRAIN
    expected = FIBRE.youngs_modulus * FIBRE.section * np.log(stretch) / stretch
    assert force(0.0, FIBRE) - bare == pytest.approx(expected, rel=1e-9)
    # The block alone: (K + 4G/3) ln(L) / L times its height of 1 um.
    modulus = E * (1 - NU) / ((1 + NU) * (1 - 2 * NU))
    assert bare == pytest.approx(modulus * np.log(stretch) / stretch, rel=1e-9)


@pytest.mark.parallel([1, 2])
def test_waved_fibre_is_softer_than_a_straight_one():
    straight = force(0.0, FIBRE) - force(0.0, None)
    waved = force(0.08, FIBRE) - force(0.08, None)
    assert 0.5 * straight < waved < 0.98 * straight


def with_curves(mesh, ends):
    """The mesh with straight fibres between the given ends, (n, 2, 3) um."""
    ends = np.asarray(ends, float)
    numbers = np.arange(len(ends))
    return replace(
        mesh,
        curve_points=ends.reshape(-1, 3),
        curves=np.stack([2 * numbers, 2 * numbers + 1], axis=1),
        curve=(numbers + 1).astype(np.int32),
    )


def stretched(comm, mesh, strain, fibre, modulus=E):
    """A block of any mesh, solved with its faces x = 0 and 1 held apart and its sides flat."""
    loads = [
        Displacement("left", {0: ZERO, 1: ZERO, 2: ZERO}),
        Displacement("right", {0: Schedule.constant(strain), 1: ZERO, 2: ZERO}),
        *(Displacement(side, {1: ZERO}) for side in ("bottom", "top")),
        *(Displacement(side, {2: ZERO}) for side in ("back", "front")),
    ]
    elastic = define("elastic", {"youngs_modulus": f"{modulus} MPa", "poisson_ratio": NU})
    parts = distribute(comm, mesh if comm.rank == 0 else None)
    laws = {"solid": RegionLaw(elastic)}
    options = NewtonOptions(tolerance=1e-12)
    problem = Problem(parts, Kinematics("3d"), laws, loads, fibre, options=options)
    outcome = problem.attempt(1.0, 1.0, HOLD)
    assert outcome.converged, outcome
    return problem


def pull(problem):
    """Force on the face x = 1, uN."""
    return np.array([problem.reaction("right", axis) for axis in range(3)])


@pytest.mark.parametrize("modulus", [E, 41.0])
def test_a_fibre_askew_through_a_block_carries_its_exact_force(modulus):
    # The displacement is affine, F = diag(1.05, 1, 1), in a matrix as stiff as silicide or as soft
    # as a gel: a straight fibre from face to face has one force all along. With a = F t its energy
    # E A / 8 ln(a.a)^2 per length gives the force E A ln(a.a) / (2 a.a) a on the face it ends at.
    start, end = np.array([0.0, 0.23, 0.31]), np.array([1.0, 0.71, 0.44])
    mesh = box((3, 3, 2), (1.0, 1.0, 1.0), shake=0.4)
    strain = 0.05
    bare = pull(stretched(MPI.COMM_SELF, mesh, strain, None, modulus))
    problem = stretched(MPI.COMM_SELF, with_curves(mesh, [[start, end]]), strain, FIBRE, modulus)
    a = (end - start) / np.linalg.norm(end - start) * (1.0 + strain, 1.0, 1.0)
    exact = FIBRE.youngs_modulus * FIBRE.section * np.log(a @ a) / (2.0 * a @ a) * a
    assert pull(problem) - bare == pytest.approx(exact, rel=1e-9)
    stress = FIBRE.youngs_modulus * np.log(a @ a) / (2.0 * np.sqrt(a @ a))
    row = observe(problem)
    for name in ("mean", "min", "max"):
        assert row[f"fibre_stress_{name}_mpa"] == pytest.approx(stress, rel=1e-9)
    nodes = problem.balance.space.tabulate_dof_coordinates()
    affine = strain * nodes[:, 0]
    assert np.abs(problem.displacement().reshape(-1, 3)[:, 0] - affine).max() < 1e-10


def test_edges_and_free_curves_in_the_same_place_are_one():
    # A kinked line along edges of the mesh, once as edges, once as a curve of its own.
    mesh = box((3, 3, 3), (1.0, 1.0, 1.0))
    path = np.array([[0, 1, 1], [1, 1, 1], [2, 2, 2], [2, 2, 1], [3, 2, 1]]) / 3.0
    at = [int(np.argmin(np.linalg.norm(mesh.points - place, axis=1))) for place in path]
    edges = np.stack([at[:-1], at[1:]], axis=1)
    conforming = replace(mesh, fibres=edges, fibre=np.ones(len(edges), dtype=np.int32))
    free = with_curves(mesh, np.stack([path[:-1], path[1:]], axis=1))
    one, other, none = (
        pull(stretched(MPI.COMM_SELF, body, 0.02, FIBRE)) for body in (conforming, free, mesh)
    )
    assert one == pytest.approx(other, rel=1e-11)
    assert one[0] > none[0] + 1.0


def network(count, seed):
    """Ends of straight fibres at random in the unit cube, clipped to it."""
    rng = np.random.default_rng(seed)
    middle = rng.random((count, 3))
    along = rng.normal(size=(count, 3))
    along *= 0.8 / np.linalg.norm(along, axis=1)[:, None]
    with np.errstate(divide="ignore"):
        reach = np.where(along > 0.0, (1.0 - middle) / along, -middle / along).min(axis=1)
        back = np.where(along < 0.0, (middle - 1.0) / along, middle / along).min(axis=1)
    ends = [middle - np.minimum(back, 0.5)[:, None] * along]
    ends.append(middle + np.minimum(reach, 0.5)[:, None] * along)
    return np.clip(np.stack(ends, axis=1), 0.0, 1.0)


def test_a_network_stiffens_the_block_by_less_than_affine_stretching_would():
    # Uniaxial strain e: with the affine displacement, which is admissible, the fibres of total
    # energy sum E A L (t_x^2 e)^2 / 2 would add E A sum L t_x^4 to the stiffness (Voigt); the true
    # one lies below, since energy is at its minimum, and above the bare block's.
    ends = network(40, seed=3)
    along = ends[:, 1] - ends[:, 0]
    lengths = np.linalg.norm(along, axis=1)
    stiff = FibreLaw(youngs_modulus=1.0e6, section=0.002)
    voigt = stiff.youngs_modulus * stiff.section * (along[:, 0] ** 4 / lengths**3).sum()
    mesh = box((4, 4, 4), (1.0, 1.0, 1.0), shake=0.3)
    strain = 1e-6
    bare = pull(stretched(MPI.COMM_SELF, mesh, strain, None))[0] / strain
    whole = pull(stretched(MPI.COMM_SELF, with_curves(mesh, ends), strain, stiff))[0] / strain
    assert 0.0 < whole - bare < voigt
    # The block is far softer than the fibres together: they share the load unevenly.
    assert whole - bare < 0.95 * voigt
    # In a block a thousand times stiffer they have to follow it.
    hard = 1e3 * E
    bare = pull(stretched(MPI.COMM_SELF, mesh, strain, None, hard))[0] / strain
    whole = pull(stretched(MPI.COMM_SELF, with_curves(mesh, ends), strain, stiff, hard))[0] / strain
    assert whole - bare == pytest.approx(voigt, rel=0.01)
    assert whole - bare < voigt


@pytest.mark.parallel([1, 2, 3])
def test_forces_and_tangent_agree_on_any_ranks_where_most_own_no_fibre(shared_tmp):
    comm = MPI.COMM_WORLD
    # Short fibres in one corner: with three ranks at least one has none.
    ends = 0.03 + 0.3 * network(4, seed=1)
    ends[0] = [[0.0, 0.1, 0.1], [0.3, 0.2, 0.15]]
    serial = with_curves(box((4, 3, 3), (1.0, 1.0, 1.0), shake=0.3), ends)
    problem = stretched(comm, serial, 0.05, FIBRE)
    owned = comm.allgather(len(problem.mesh.fibres.cell))
    assert comm.size < 3 or min(owned) == 0
    alone = stretched(MPI.COMM_SELF, serial, 0.05, FIBRE)
    assert pull(problem) == pytest.approx(pull(alone), rel=1e-9, abs=1e-9)
    assert problem.reaction("left", 0) == pytest.approx(alone.reaction("left", 0), rel=1e-9)
    assert observe(problem) == pytest.approx(observe(alone), rel=1e-9, abs=1e-9)

    # The tangent, at this state: central differences of the residual along a random direction.
    balance = problem.balance
    there = problem.displacement()
    x = balance.space.tabulate_dof_coordinates()[: len(there) // 3]
    direction = np.sin(7.0 * x @ np.array([[1.0, 2, 3], [3, 1, 2], [2, 3, 1]]) + [0, 1, 2]).ravel()

    def forces(values):
        problem.set_displacement(values)
        problem.points.evaluate(balance.gradient(), 0.0)
        return balance.assemble_residual(problem.points.stress).array.copy()

    h = 1e-6
    slope = (forces(there + h * direction) - forces(there - h * direction)) / (2.0 * h)
    forces(there)
    matrix = balance.assemble_matrix(problem.points.tangent)
    vector, product = matrix.createVecs()
    vector.array[:] = direction
    matrix.mult(vector, product)
    scale = problem.largest(product.array)
    assert problem.largest(product.array - slope) < 1e-8 * scale

    # A restart on one rank needs nothing more than the displacement.
    path = shared_tmp / "state.npz"
    problem.accept()
    checkpoint.save(path, problem, Clock(time=1.0), {})
    comm.barrier()
    checkpoint.load(path, alone, SteppingOptions())
    mine, other = problem.attempt(2.0, 1.0, HOLD), alone.attempt(2.0, 1.0, HOLD)
    assert mine.converged
    assert other.iterations == mine.iterations
    assert pull(alone) == pytest.approx(pull(problem), rel=1e-9, abs=1e-9)


def test_fibres_in_axisymmetry_are_refused():
    with pytest.raises(ValueError, match="fibres need plane strain or 3d, got axisymmetric"):
        Balance(distribute(MPI.COMM_SELF, with_fibre(0.0)), Kinematics("axisymmetric"), (), FIBRE)
