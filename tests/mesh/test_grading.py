"""Tetrahedra that grow away from an interface: sound, periodic, and the interface as it was."""

import numpy as np
import pytest
from lisic.mesh import cell_shape, checks, facets
from lisic.mesh.grading import graded
from lisic.mesh.lattice import Lattice, on_points
from lisic.mesh.regions import RegionMesh
from lisic.mesh.stuffing import stuff


def ball(centre, radius, periodic):
    """Distance from a sphere that repeats along the ``periodic`` axes of the unit cube."""

    def distance(points):
        offset = points - centre
        offset -= np.where(periodic, np.rint(offset), 0.0)
        return np.linalg.norm(offset, axis=1) - radius

    return on_points(distance)


def as_region_mesh(stuffed, period):
    n = len(stuffed.cells)
    return RegionMesh(
        points=stuffed.points,
        cells=stuffed.cells,
        region=np.where(stuffed.inside, 2, 1).astype(np.int32),
        regions={"outside": 1, "inside": 2},
        facets=np.empty((0, 3), dtype=np.int64),
        facet_tag=np.empty(0, dtype=np.int32),
        facet_groups={},
        body=np.zeros(n, dtype=np.int32),
        size=np.zeros(n),
        fibres=np.empty((0, 2), dtype=np.int64),
        fibre=np.empty(0, dtype=np.int32),
        period=np.array(period, dtype=float),
    )


def interface(stuffed):
    """Points of the facets between the two sides in order of their coordinates, and the facets."""
    shared, a, b = facets.shared(stuffed.cells, len(stuffed.points))
    corners = stuffed.points[shared[stuffed.inside[a] != stuffed.inside[b]]].reshape(-1, 3)
    points, rank = np.unique(corners, axis=0, return_inverse=True)
    return points, np.unique(np.sort(rank.reshape(-1, 3), axis=1), axis=0)


# Counts of cubes that halve often, and others.
@pytest.mark.parametrize(("cubes", "doublings"), [((16, 16, 16), 3), ((14, 13, 12), 1)])
@pytest.mark.parametrize(
    "periodic", [(True, True, False), (True, True, True), (False, False, False)]
)
def test_the_mesh_is_sound_and_its_interface_is_that_of_the_lattice(cubes, periodic, doublings):
    lattice = Lattice(cubes, (1.0, 1.0, 1.0), periodic)
    # Across faces and edges of the box, so that grading meets both.
    values = lattice.sample(ball([0.1, 0.2, 0.55], 0.17, periodic))
    fine = stuff(lattice, values)
    coarse = stuff(lattice, values, graded(lattice, values, doublings))
    mesh = as_region_mesh(coarse, periodic)
    assert checks.problems(mesh) == []
    assert cell_shape.smallest_angles(mesh).min() >= 5
    assert coarse.volume.sum() == pytest.approx(1.0, rel=1e-12)
    # No facet of one cell only lies inside the box: nothing hangs, nothing is open.
    outer, _ = facets.outer(mesh.cells, len(mesh.points))
    corners = mesh.points[outer]
    assert ((corners == 0) | (corners == 1)).all(axis=1).any(axis=1).all()
    for of_one, of_other in zip(interface(coarse), interface(fine), strict=True):
        assert np.array_equal(of_one, of_other)
    assert len(coarse.cells) < 0.8 * len(fine.cells)


def test_size_changes_by_a_factor_of_two_at_most_from_cell_to_cell():
    lattice = Lattice((32, 32, 32), (1.0, 1.0, 1.0), (False, False, False))
    values = lattice.sample(ball([0.0, 0.0, 0.0], 0.05, (False,) * 3))
    cells = graded(lattice, values, 4)
    points = lattice.positions
    _, a, b = facets.shared(cells, len(points))
    edges = points[cells[:, [0, 0, 0, 1, 1, 2]]] - points[cells[:, [1, 2, 3, 2, 3, 3]]]
    longest = np.linalg.norm(edges, axis=2).max(axis=1)
    ratio = np.maximum(longest[a] / longest[b], longest[b] / longest[a])
    assert ratio.max() <= 2 + 1e-12
    # Sixteen cubes long, where four doublings are asked for.
    assert longest.max() == pytest.approx(16.0)


def test_nothing_grows_where_an_interface_is_everywhere():
    lattice = Lattice((6, 6, 6), (1.0, 1.0, 1.0), (True, True, False))
    values = np.where(np.arange(len(lattice.key)) % 2, 1.0, -1.0)
    cells = graded(lattice, values, 2)
    assert len(cells) == len(lattice.cells)
    assert np.array_equal(
        np.unique(np.sort(cells, axis=1), axis=0),
        np.unique(np.sort(lattice.cells, axis=1), axis=0),
    )


def test_no_doubling_is_the_lattice_itself():
    lattice = Lattice((5, 6, 7), (1.0, 1.0, 1.0), (True, True, False))
    cells = graded(lattice, np.ones(len(lattice.key)), 0)
    assert np.array_equal(
        np.unique(np.sort(cells, axis=1), axis=0),
        np.unique(np.sort(lattice.cells, axis=1), axis=0),
    )


def test_a_negative_number_of_doublings_is_refused():
    lattice = Lattice((5, 6, 7), (1.0, 1.0, 1.0), (True, True, False))
    with pytest.raises(ValueError, match="doublings must not be negative, got -1"):
        graded(lattice, np.ones(len(lattice.key)), -1)
