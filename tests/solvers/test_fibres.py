"""Fibres as curves with axial stiffness: rule of mixtures, curved and parallel on any ranks."""

from dataclasses import replace

import numpy as np
import pytest
from lisic.materials import define
from lisic.solvers.distribute import distribute
from lisic.solvers.kinematics import Kinematics
from lisic.solvers.loads import Displacement, FibreLaw
from lisic.solvers.points import RegionLaw
from lisic.solvers.problem import Problem
from lisic.solvers.schedule import Schedule, Step
from mpi4py import MPI
from small_meshes import box

E, NU = 41000.0, 0.24
FIBRE = FibreLaw(youngs_modulus=1.0e6, section=0.01)
STRAIN = 1e-3


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
    zero = Schedule.constant(0.0)
    loads = [
        Displacement("left", {0: zero}),
        Displacement("bottom", {1: zero}),
        Displacement("top", {1: zero}),
        Displacement("right", {0: Schedule.constant(2.0 * STRAIN)}),
    ]
    elastic = define("elastic", {"youngs_modulus": f"{E} MPa", "poisson_ratio": NU})
    problem = Problem(mesh, Kinematics("plane_strain"), {"solid": RegionLaw(elastic)}, loads, fibre)
    assert problem.attempt(1.0, 1.0, Step("hold", 0.0, 1.0, 293.15)).converged
    return problem.reaction("right", 0)


@pytest.mark.parallel([1, 2, 3])
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
