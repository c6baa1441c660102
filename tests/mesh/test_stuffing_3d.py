"""Isosurface stuffing: conforming, periodic to the last bit, good angles, volumes that converge."""

from dataclasses import replace

import numpy as np
import pytest
from lisic.mesh import facets, quality
from lisic.mesh.cell_shape import smallest_dihedrals
from lisic.mesh.lattice import Lattice, fitted, on_points
from lisic.mesh.random_field import RandomField
from lisic.mesh.regions import RegionMesh
from lisic.mesh.stuffing import stuff, volumes


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
        period=np.array(period),
    )


def waves(seed, periodic):
    """A smooth random function that repeats along the ``periodic`` axes of the unit cube."""
    rng = np.random.default_rng(seed)
    number = rng.integers(-3, 4, (12, 3)) + np.where(periodic, 0.0, 0.31)
    phase = rng.uniform(0, 2 * np.pi, 12)
    return lambda points: np.cos(2 * np.pi * points @ number.T + phase).sum(axis=1) - 0.7


@pytest.mark.parametrize(
    "periodic",
    [(True, True, False), (True, True, True), (False, False, False), (False, True, False)],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_field_gives_a_sound_mesh(periodic, seed):
    lattice = Lattice((9, 10, 11), (1.0, 1.0, 1.0), periodic)
    stuffed = stuff(lattice, lattice.sample(on_points(waves(seed, periodic))))
    mesh = as_region_mesh(stuffed, np.array(periodic, dtype=float))
    assert quality.problems(mesh) == []
    assert quality.smallest_angles(mesh).min() >= 5
    assert stuffed.volume.sum() == pytest.approx(1.0, rel=1e-12)
    assert 0.05 < stuffed.volume[stuffed.inside].sum() < 0.95
    # Outer facets lie on the six flat faces, and fill them.
    outer, _ = facets.outer(mesh.cells, len(mesh.points))
    corners = mesh.points[outer]
    flat = ((corners == 0) | (corners == 1)).all(axis=1).any(axis=1)
    assert flat.all()
    area = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    assert area.sum() / 2 == pytest.approx(6.0, rel=1e-12)
    # Regions are the same across the period, as facets are.
    for axis in np.flatnonzero(periodic).tolist():
        facets.periodic_pairs(mesh.points, outer, axis, 1.0)


def test_a_sphere_converges_with_the_square_of_the_pitch():
    def sphere(points):
        return np.linalg.norm(points - [0.52, 0.47, 0.5], axis=1) - 0.3

    exact = np.pi / 6 * 0.6**3
    errors = []
    for n in (8, 16, 32):
        lattice = Lattice((n, n, n), (1.0, 1.0, 1.0), (False, False, False))
        stuffed = stuff(lattice, lattice.sample(on_points(sphere)))
        errors.append(abs(stuffed.volume[stuffed.inside].sum() / exact - 1))
    # Chords of a curved face are off by h^2: each halving gains about four.
    assert errors[0] < 0.1
    assert errors[1] < errors[0] / 2.5
    assert errors[2] < errors[1] / 2.5


def test_a_plane_through_the_lattice_is_met_exactly():
    # Linear interpolation finds a plane exactly, wherever it cuts.
    lattice = Lattice((5, 5, 5), (1.0, 1.0, 1.0), (True, True, False))
    stuffed = stuff(
        lattice, lattice.sample(lambda x, y, z: (z - 0.437) + 0 * (x[:, None, None] + y[:, None]))
    )
    assert stuffed.volume[stuffed.inside].sum() == pytest.approx(0.437, rel=1e-12)


@pytest.mark.parametrize("length", [0.3, 0.1])
def test_a_node_stays_where_its_move_would_leave_a_flat_tetrahedron(length):
    # With a length of three cubes and every node moved onto its closest cut, seed 160 left four
    # nodes on the interface and 2.9 degrees between their faces. A length of one cube is noise.
    periodic, extent = (True, True, False), (1.0, 1.0, 1.0)
    lattice = Lattice((10, 10, 10), extent, periodic)
    for seed in (160, 0, 321, 54, 370, 6):
        stuffed = stuff(lattice, lattice.sample(RandomField(extent, periodic, length, seed)))
        assert smallest_dihedrals(stuffed.points, stuffed.cells).min() >= 7
        assert stuffed.volume.sum() == pytest.approx(1.0, rel=1e-12)
        facets.links(stuffed.points, stuffed.cells, np.array([1.0, 1.0, 0.0]))


def test_all_inside_or_all_outside():
    lattice = Lattice((3, 3, 3), (1.0, 1.0, 1.0), (True, True, True))
    n = len(lattice.key)
    assert stuff(lattice, -np.ones(n)).inside.all()
    assert not stuff(lattice, np.ones(n)).inside.any()
    # 12 tetrahedra for each cube, and 4 more for each square on the box: 12 * 27 + 2 * 54
    assert len(stuff(lattice, np.ones(n)).cells) == 432


def test_values_that_vanish_on_nodes():
    # The interface runs through whole layers of nodes.
    lattice = Lattice((4, 4, 4), (1.0, 1.0, 1.0), (True, True, False))
    stuffed = stuff(lattice, lattice.sample(on_points(lambda p: p[:, 2] - 0.5)))
    assert stuffed.volume[stuffed.inside].sum() == pytest.approx(0.5, rel=1e-12)
    assert quality.problems(as_region_mesh(stuffed, [1.0, 1.0, 0.0])) == []


def test_the_same_mesh_every_time():
    def once():
        lattice = Lattice((7, 7, 7), (1.0, 1.0, 1.0), (True, True, False))
        values = lattice.sample(on_points(waves(5, (True, True, False))))
        return as_region_mesh(stuff(lattice, values), [1.0, 1.0, 0.0]).checksum()

    assert once() == once()


def test_cubes_are_nearly_cubes():
    lattice = fitted((1.0, 1.0, 1.37), 0.1, (True, True, False))
    assert lattice.pitch.max() / lattice.pitch.min() < 1.05
    assert 0.08 < lattice.pitch.min() <= lattice.pitch.max() < 0.105


def test_refusals():
    with pytest.raises(ValueError, match=r"at least 3 cubes along every axis, got \(2, 5, 5\)"):
        Lattice((2, 5, 5), (1.0, 1.0, 1.0), (True, True, True))
    with pytest.raises(ValueError, match="extent must be positive lengths"):
        Lattice((3, 3, 3), (1.0, -1.0, 1.0), (True, True, True))
    lattice = Lattice((3, 3, 3), (1.0, 1.0, 1.0), (True, True, True))
    with pytest.raises(ValueError, match="finite numbers, got shape"):
        stuff(lattice, np.zeros(5))
    with pytest.raises(ValueError, match="finite numbers"):
        stuff(lattice, np.full(len(lattice.key), np.nan))


# Every check fails when it should, on a mesh that was sound.


@pytest.fixture(scope="module")
def sound():
    lattice = Lattice((5, 5, 5), (1.0, 1.0, 1.0), (True, True, False))
    values = lattice.sample(on_points(waves(2, (True, True, False))))
    return as_region_mesh(stuff(lattice, values), [1.0, 1.0, 0.0])


def with_cells(mesh, cells):
    n = len(cells)
    return replace(
        mesh,
        cells=cells,
        region=np.ones(n, dtype=np.int32),
        body=np.zeros(n, dtype=np.int32),
        size=np.zeros(n),
    )


def test_sound_before_it_is_broken(sound):
    assert quality.problems(sound) == []


def test_broken_inverted(sound):
    cells = sound.cells.copy()
    cells[10, :2] = cells[10, 1::-1]
    assert quality.problems(with_cells(sound, cells)) == ["1 cells are inverted or flat"]


def test_broken_flat(sound):
    points = sound.points.copy()
    a, b, c, d = sound.cells[len(sound.cells) // 2]
    points[a] = points[[b, c, d]].mean(axis=0)
    assert any("inverted or flat" in p for p in quality.problems(replace(sound, points=points)))


def test_broken_twice(sound):
    cells = np.vstack([sound.cells, sound.cells[3, [1, 2, 0, 3]]])
    assert volumes(sound.points, cells[-1:]) > 0
    found = quality.problems(with_cells(sound, cells))
    assert "1 cells are there twice" in found
    assert any("shared by more than two" in p for p in found)


def test_broken_three_cells_on_a_facet(sound):
    shared, _, _ = facets.shared(sound.cells, len(sound.points))
    cell = np.append(shared[len(shared) // 2], 0)
    if volumes(sound.points, cell[None])[0] < 0:
        cell = cell[[1, 0, 2, 3]]
    found = quality.problems(with_cells(sound, np.vstack([sound.cells, cell])))
    assert "1 facets are shared by more than two cells" in found


def test_broken_periodic_node_moved_by_rounding(sound):
    points = sound.points.copy()
    on_face = np.flatnonzero((points[:, 0] == 0) & (points[:, 1] > 0.3) & (points[:, 1] < 0.7))
    points[on_face[0], 1] = np.nextafter(points[on_face[0], 1], 1)
    found = quality.problems(replace(sound, points=points))
    assert len(found) == 1
    assert "periodic faces normal to x" in found[0]


def test_broken_periodic_facets_divided_otherwise(sound):
    # The same nodes, but two facets of the face x = 0 joined along their other diagonal.
    outer, owner = facets.outer(sound.cells, len(sound.points))
    on_face = (sound.points[outer][..., 0] == 0).all(axis=1)
    lost = owner[on_face][0]
    keep = np.arange(len(sound.cells)) != lost
    found = quality.problems(with_cells(sound, sound.cells[keep]))
    assert any("periodic faces normal to x" in p for p in found)


def test_broken_tagged_facet_that_is_none(sound):
    broken = replace(
        sound,
        facets=np.array([[0, 1, len(sound.points) - 1]]),
        facet_tag=np.ones(1, dtype=np.int32),
        facet_groups={"top": 1},
    )
    assert quality.problems(broken) == ["1 tagged facets are not facets of the mesh"]


def test_broken_loose_vertex(sound):
    points = np.vstack([sound.points, [[0.51, 0.52, 0.53]]])
    assert quality.problems(replace(sound, points=points)) == ["1 vertices belong to no cell"]


def test_row_keys_of_more_vertices_than_fit_into_one_number():
    rows = np.array([[1, 2, 3], [1, 2, 4], [1, 2, 3], [3_000_000, 2, 1]])
    keys = facets.row_keys(rows, 3_000_001)
    assert keys[0] == keys[2]
    assert len(set(keys.tolist())) == 3
