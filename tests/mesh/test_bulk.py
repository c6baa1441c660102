"""Bodies of a box in two phases: islands are found without looking at every cell."""

import numpy as np
import pytest
from lisic.mesh import bulk, facets
from lisic.mesh.lattice import Lattice
from lisic.mesh.stuffing import stuff


def noise(periodic, seed):
    """Random numbers at the nodes, equal at periodic copies: islands and flat cells everywhere."""
    lattice = Lattice((5, 6, 7), (1.0, 1.0, 1.0), periodic)
    _, copy = np.unique(lattice.key, return_inverse=True)
    rng = np.random.default_rng(seed)
    values = rng.standard_normal(copy.max() + 1) + 0.7
    # Whole numbers are often zero: the interface runs through nodes.
    return stuff(lattice, (np.rint(values) if seed % 2 else values)[copy])


@pytest.mark.parametrize(
    "periodic", [(True, True, False), (True, True, True), (False, False, False)]
)
@pytest.mark.parametrize("fewest", [2, 8, 60])
@pytest.mark.parametrize("seed", [1, 2])
def test_islands_are_those_of_all_bodies(periodic, fewest, seed):
    mesh, period = noise(periodic, seed), np.array(periodic, dtype=float)
    body = facets.bodies(facets.links(mesh.points, mesh.cells, period), mesh.inside)
    small = np.bincount(body)[body] < fewest
    assert 0 < small.sum() < len(small)
    assert np.array_equal(bulk.without_islands(mesh, period, fewest), mesh.inside ^ small)


def test_an_island_across_the_period_counts_as_one():
    # A ball around the middle of the face x = 0 and of its copy.
    lattice = Lattice((6, 6, 6), (1.0, 1.0, 1.0), (True, False, False))
    offset = lattice.positions / 6 - [0.0, 0.5, 0.5]
    offset[:, 0] -= np.rint(offset[:, 0])
    mesh = stuff(lattice, np.linalg.norm(offset, axis=1) - 0.1)
    halves = mesh.points[mesh.cells[mesh.inside]].mean(axis=1)[:, 0] < 0.5
    count = len(halves)
    assert halves.sum() == count / 2
    kept = bulk.without_islands(mesh, np.array([1.0, 0.0, 0.0]), count)
    assert np.array_equal(kept, mesh.inside)
    assert not bulk.without_islands(mesh, np.array([1.0, 0.0, 0.0]), count + 1).any()
    assert not bulk.without_islands(mesh, np.zeros(3), count).any()


def test_a_mesh_of_one_phase_has_no_islands():
    lattice = Lattice((3, 3, 3), (1.0, 1.0, 1.0), (False,) * 3)
    mesh = stuff(lattice, -np.ones(len(lattice.key)))
    assert bulk.without_islands(mesh, np.zeros(3), 8).all()
