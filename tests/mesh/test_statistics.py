"""Structure of discs, balls and slabs on meshes made by hand, against closed forms."""

from dataclasses import replace

import numpy as np
import pytest
from blocks import SIDE, block
from lisic.mesh import facets, manifold, quality, statistics, voxels
from lisic.mesh.regions import RegionMesh
from lisic.mesh.thickness import local_thickness, points_on

SEEDS = [0, 1, 2]


def bars(dim: int, side: int, width: int) -> RegionMesh:
    """A block whose pores are slabs ``width`` squares wide, one every four, upright along x."""
    mesh = block(dim, side=side)
    mesh = replace(mesh, points=np.rint(mesh.points))
    middle = mesh.points[mesh.cells].mean(axis=1)
    pore = middle[:, 0] % 4 < width
    return replace(mesh, region=np.where(pore, 2, 1).astype(np.int32))


def balls(dim: int, count: int, diameter: float, seed: int, n: int):
    """Periodic balls that don't overlap in the unit cube: their centres, and as voxels."""
    rng = np.random.default_rng(seed)
    centres = np.empty((0, dim))
    while len(centres) < count:
        new = rng.random(dim)
        apart = centres - new
        apart -= np.rint(apart)
        if not (np.linalg.norm(apart, axis=1) < 1.05 * diameter).any():
            centres = np.vstack([centres, new])
    at = (np.stack(np.meshgrid(*[np.arange(n)] * dim, indexing="ij"), axis=-1) + 0.5) / n
    mask = np.zeros((n,) * dim, dtype=bool)
    for centre in centres:
        apart = at - centre
        apart -= np.rint(apart)
        mask |= (apart**2).sum(axis=-1) < (diameter / 2) ** 2
    return centres, mask


def directions(dim: int, n: int):
    """Unit vectors in all directions."""
    vectors = np.random.default_rng(0).normal(size=(n, dim))
    return vectors / np.linalg.norm(vectors, axis=1)[:, None]


@pytest.mark.parametrize(("dim", "n"), [(2, 500), (3, 100)])
@pytest.mark.parametrize("seed", SEEDS)
def test_chords_and_thickness_of_balls(dim, n, seed):
    diameter = 0.2 if dim == 2 else 0.3
    centres, mask = balls(dim, 6, diameter, seed, n)
    lengths = voxels.chords(mask, 0, True) / n
    # Mean chord pi d/4 of a disc, 2 d/3 of a ball; medians from the shares of longer chords,
    # sqrt(1 - l^2/d^2) = 1/2 in a disc, 1 - l^2/d^2 = 1/2 in a ball.
    mean, median = (np.pi / 4, 3**0.5 / 2) if dim == 2 else (2 / 3, 0.5**0.5)
    assert lengths.mean() == pytest.approx(mean * diameter, rel=0.02)
    assert np.median(lengths) == pytest.approx(median * diameter, rel=0.03)
    # The largest ball in a ball that holds any of its points is the ball itself.
    wall = (centres[:, None] + diameter / 2 * directions(dim, 20_000)).reshape(-1, dim)
    inside = (np.argwhere(mask) + 0.5) / n
    thickness = local_thickness(inside, wall, np.ones(dim), 1 / n, np.random.default_rng(0))
    assert np.median(thickness) == pytest.approx(diameter, rel=0.03)
    assert np.percentile(thickness, 5) > 0.9 * diameter


@pytest.mark.parametrize(("dim", "n"), [(2, 1000), (3, 120)])
@pytest.mark.parametrize("seed", SEEDS)
def test_two_point_correlation_of_balls(dim, n, seed):
    diameter, count = (0.2, 6) if dim == 2 else (0.3, 6)
    _, mask = balls(dim, count, diameter, seed, n)
    values = voxels.two_point(mask, np.ones_like(mask), 0, True)
    porosity = mask.mean()
    assert values[0] == pytest.approx(porosity)
    # At small distances r it falls as phi - r s/pi (2D) or phi - r s/4 (3D): G. Porod, Kolloid-Z.
    # 124 (1951) 83, doi:10.1007/BF01512792; P. Debye et al., J. Appl. Phys. 28 (1957) 679,
    # doi:10.1063/1.1722830. Pixels keep the projection of a wall on the axis, not its length.
    ball = {2: (np.pi * diameter, np.pi / 4 * diameter**2), 3: (np.pi, np.pi / 6)}[dim]
    surface = count * (ball[0] if dim == 2 else ball[0] * diameter**2)
    factor = np.pi if dim == 2 else 4.0
    assert factor * (values[0] - values[1]) * n == pytest.approx(surface, rel=0.03)
    # Balls do not overlap: up to the smallest gap, 0.05 d, the curve is that of one ball. The
    # overlap of two balls of diameter d, r apart, over the volume of one is
    # (2/pi)(acos x - x sqrt(1 - x^2)) in 2D, 1 - 3x/2 + x^3/2 in 3D, with x = r/d.
    x = np.arange(int(0.05 * diameter * n)) / n / diameter
    overlap = 2 / np.pi * (np.arccos(x) - x * (1 - x**2) ** 0.5)
    overlap = overlap if dim == 2 else 1 - 1.5 * x + 0.5 * x**3
    assert values[: len(x)] == pytest.approx(porosity * overlap, rel=0.01)
    # Over all distances the mean is the mean square over lines along the axis, at least phi^2.
    both = np.concatenate([values[:-1], values[:0:-1]])
    assert both.mean() == pytest.approx((mask.mean(axis=0) ** 2).mean())


def test_two_point_correlation_inside_a_sample():
    rng = np.random.default_rng(1)
    mask, sample = rng.random((2, 30, 20)) < np.array([0.3, 0.7])[:, None, None]
    for axis in (0, 1):
        values = voxels.two_point(mask, sample, axis, periodic=False)
        for r in (0, 3, mask.shape[axis] // 2):
            first = np.arange(mask.shape[axis] - r)
            there = np.take(sample, first, axis) & np.take(sample, first + r, axis)
            inside = np.take(mask, first, axis) & np.take(mask, first + r, axis)
            assert values[r] == pytest.approx((there & inside).sum() / there.sum())


@pytest.mark.parametrize("dim", [2, 3])
def test_slabs(dim):
    # Pores one wide, every four: two walls a period, porosity 1/4, specific surface 1/2.
    mesh = bars(dim, 8, 1)
    found = quality.report(mesh)["structure"]
    assert found["sample_porosity"] == pytest.approx(0.25)
    assert found["specific_surface_per_um"] == pytest.approx(0.5)
    # By Cauchy's formula over all directions: 4 phi/s, or pi phi/s in the plane.
    assert found["mean_chord_um"] == pytest.approx((np.pi if dim == 2 else 4.0) * 0.25 / 0.5)
    # Along x all chords are one long; along y, where slabs repeat, they have no end.
    assert found["chord_length_um"]["p10"] == pytest.approx(1.0, rel=0.05)
    assert found["chord_length_um"]["p90"] == pytest.approx(1.0, rel=0.05)
    assert found["local_thickness_um"]["median"] == pytest.approx(1.0, rel=0.05)
    # Along x the probability falls as a triangle, (1 - r)/4 up to r = 1; voxels move the two walls
    # of every period of 4 by half of one at most.
    pitch = found["voxel_um"][0]
    table = found["two_point_correlation"]
    for r, probability in zip(table["distance_um"], table["probability"], strict=True):
        if r < 1:
            assert probability == pytest.approx((1 - r) / 4, abs=pitch / 4)
    for phase in ("pores", "solid"):
        assert found[phase] | {"cells_in_smallest_body": 0} == {
            "bodies": 2,
            "cells_in_smallest_body": 0,
            "share_of_largest_body": pytest.approx(0.5),
            "low_face": "separator",
            "high_face": "collector",
            "share_open_to_low_face": pytest.approx(1.0),
            "share_open_to_high_face": pytest.approx(1.0),
            "percolates": True,
            "share_percolating": pytest.approx(1.0),
        }


@pytest.mark.parametrize("dim", [2, 3])
def test_a_dead_end_and_a_closed_pore(dim):
    mesh = bars(dim, 8, 1)
    middle = mesh.points[mesh.cells].mean(axis=1)
    first, high = middle[:, 0] < 4, middle[:, -1]
    # The first slab stays below 6 of 8, the second keeps 2 to 4 and 7 to 8, apart.
    kept = np.where(first, high < 6, ((high > 2) & (high < 4)) | (high > 7))
    mesh = replace(mesh, region=np.where((mesh.region == 2) & kept, 2, 1).astype(np.int32))
    found = quality.report(mesh)["structure"]["pores"]
    # Volumes 6, 2 and 1 of 9; lowest alone, none, highest alone.
    assert found["bodies"] == 3
    assert found["share_of_largest_body"] == pytest.approx(6 / 9)
    assert found["share_open_to_low_face"] == pytest.approx(6 / 9)
    assert found["share_open_to_high_face"] == pytest.approx(1 / 9)
    assert (found["percolates"], found["share_percolating"]) == (False, 0.0)


def test_faces_go_by_their_names_and_unnamed_ones_say_nothing():
    mesh = replace(bars(2, 8, 1), facet_groups={"top": 1, "bottom": 2})
    found = quality.report(mesh)["structure"]["pores"]
    assert (found["low_face"], found["high_face"]) == ("bottom", "top")
    mesh = replace(mesh, facet_groups={"outer": 1, "inner": 2})
    assert "percolates" not in quality.report(mesh)["structure"]["pores"]


@pytest.mark.parametrize("dim", [2, 3])
def test_a_layer_above_does_not_dilute_the_sample(dim):
    mesh = bars(dim, 8, 1)
    high = mesh.points[mesh.cells].mean(axis=1)[:, -1]
    steel = np.where(high > 4, 3, np.where(mesh.region == 2, 2, 1)).astype(np.int32)
    # Pores end below the steel: a row of solid lies between.
    steel[(high > 3) & (high < 4)] = 1
    stacked = replace(mesh, region=steel, regions=mesh.regions | {"steel": 3})
    found = quality.report(stacked)["structure"]
    assert found["sample_regions"] == ["lisi", "pore"]
    assert found["sample_porosity"] == pytest.approx(3 / 16)
    assert found["voxel_porosity"] == pytest.approx(3 / 16, rel=0.05)
    # Two slabs of two walls, three high, and their tops, one wide, over four times eight.
    assert found["specific_surface_per_um"] == pytest.approx((2 * 2 * 3 + 2) / 32)


@pytest.mark.parametrize("dim", [2, 3])
def test_points_on_facets_lie_on_them_and_leave_no_gaps(dim):
    corners = np.random.default_rng(0).random((dim, dim))
    placed = points_on(corners, np.arange(dim)[None], 0.1)
    weights = np.random.default_rng(1).dirichlet(np.ones(dim), 500)
    apart = np.linalg.norm(placed[:, None] - weights @ corners, axis=2)
    assert apart.min(axis=0).max() < 0.1
    shares = np.linalg.solve(corners.T, placed.T)
    assert shares.min() > -1e-12
    assert shares.sum(axis=0) == pytest.approx(1.0)


def test_thickness_looks_across_the_period_and_not_beyond_a_face():
    # A slab 0.4 thick that the period cuts: half of it at either end.
    x = (np.arange(100) + 0.5) / 100
    inside = np.stack(np.meshgrid(x[(x < 0.2) | (x > 0.8)], x, indexing="ij"), axis=-1)
    wall = np.stack(np.meshgrid([0.2, 0.8], np.arange(200) / 199, indexing="ij"), axis=-1)
    for period, thickness in (((1.0, 0.0), 0.4), ((0.0, 0.0), 0.4)):
        found = local_thickness(
            inside.reshape(-1, 2),
            wall.reshape(-1, 2),
            np.array(period),
            0.01,
            np.random.default_rng(0),
        )
        assert np.median(found) == pytest.approx(thickness, rel=0.03)


def test_no_pores_no_structure():
    mesh = replace(block(2), region=np.ones(2 * SIDE**2, dtype=np.int32), regions={"lisi": 1})
    assert "structure" not in quality.report(mesh)
    everything = statistics.report(mesh, np.ones(len(mesh.cells), dtype=bool))
    assert everything["specific_surface_per_um"] == 0
    assert everything["mean_chord_um"] is None
    assert everything["solid"] == {"bodies": 0, "percolates": False}


def test_pores_too_fine_for_the_voxels_are_not_measured():
    mesh = bars(2, 8, 1)
    flat = replace(mesh, points=mesh.points * np.array([1e-3, 1.0]), period=mesh.period * 1e-3)
    found = quality.report(flat)["structure"]
    assert found["sizes"].startswith("not measured: pores of 0.00157 um are too fine")
    assert "chord_length_um" not in found


@pytest.mark.parametrize("dim", [2, 3])
def test_voxels_lie_in_the_cells_that_hold_their_centres(dim):
    mesh = block(dim, seed=1)
    counts = np.full(dim, 12)
    cell = voxels.cell_of_voxel(mesh, counts)
    # The region of the middle was set square by square, the moved nodes are of its inside.
    assert (cell >= 0).all()
    at = (np.stack(np.unravel_index(np.arange(12**dim), tuple(counts)), axis=1) + 0.5) * SIDE / 12
    corners = mesh.points[mesh.cells[cell.ravel()]]
    edges = (corners[:, 1:] - corners[:, :1]).transpose(0, 2, 1)
    share = np.linalg.solve(edges, (at - corners[:, 0])[..., None])[..., 0]
    assert share.min() > -1e-9
    assert share.sum(axis=1).max() < 1 + 1e-9


@pytest.mark.parametrize("dim", [2, 3])
def test_faces_of_a_sound_block(dim):
    found = quality.report(block(dim))["faces"]
    # Each square has one edge on every side of the block; each face of a cube is two triangles.
    outer = {2: 4 * SIDE, 3: 6 * 2 * SIDE**2}[dim]
    cells = {2: 2 * SIDE**2, 3: 6 * SIDE**3}[dim]
    assert found["facets_of_one_cell"] == outer
    assert found["facets_of_two_cells"] == ((dim + 1) * cells - outer) // 2
    assert found["facets_of_more_cells"] == 0
    assert found["outer_face_touches_itself"] == 0
    assert found["regions_touch_themselves"] == {"lisi": 0, "pore": 0}
    repeats = {"period_um": float(SIDE), "facets": outer // (2 * dim), "out_of_plane_um": 0.0}
    for axis in "xyz"[: dim - 1]:
        assert found[f"periodic_{axis}"] == repeats


@pytest.mark.parametrize("dim", [2, 3])
def test_pores_that_touch_along_an_edge(dim):
    mesh = block(dim)
    middle = np.floor(np.rint(mesh.points)[mesh.cells].mean(axis=1)).astype(int)
    chess = (middle[:, 0] + middle[:, -1]) % 2 == 0
    inner = ((middle[:, [0, -1]] == 1) | (middle[:, [0, -1]] == 2)).all(axis=1)
    mesh = replace(mesh, region=np.where(chess & inner, 2, 1).astype(np.int32))
    incidence = facets.incidence(mesh.cells, len(mesh.points))
    # Two columns of squares meet at one corner; along y that is an edge of each of four cubes.
    # Seen from the solid the same edges have four of its facets.
    times = 1 if dim == 2 else SIDE
    found = manifold.report(mesh, incidence)["regions_touch_themselves"]
    assert found == {"lisi": times, "pore": times}


def test_the_same_mesh_gives_the_same_numbers():
    mesh = bars(3, 8, 1)
    assert quality.report(mesh) == quality.report(mesh)
