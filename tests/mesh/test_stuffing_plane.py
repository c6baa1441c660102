"""Isosurface stuffing in the plane: two phases, three phases, and the hardest levels there are."""

import numpy as np
import pytest
from lisic.mesh import facets, quality
from lisic.mesh.regions import RegionMesh
from lisic.mesh.stuffing_plane import Grid, part, stuff


def test_the_interface_of_a_circle_lies_on_the_circle():
    grid = Grid(1.0, 1.0, 40, 40)
    centre = np.array([0.503, 0.491])
    mesh = stuff(grid, np.linalg.norm(grid.points - centre, axis=1) - 0.3)
    shared, a, b = facets.shared(mesh.cells, len(mesh.points))
    wall = shared[mesh.inside[a] != mesh.inside[b]]
    # Linear interpolation on an edge h = 0.025 sqrt(2) misses by at most h^2 / (8 R) = 5.2e-4.
    distance = np.linalg.norm(mesh.points[np.unique(wall)] - centre, axis=1)
    assert np.abs(distance - 0.3).max() < 5.3e-4
    length = np.linalg.norm(np.diff(mesh.points[wall], axis=1)[:, 0], axis=1).sum()
    assert length == pytest.approx(2 * np.pi * 0.3, rel=2e-3)


def test_a_bar_behind_a_disc_has_the_area_that_the_disc_leaves():
    grid = Grid(1.0, 1.0, 80, 80)
    x, y = grid.points.T
    disc = np.hypot(x - 0.5, y - 0.5) - 0.3
    bar = np.abs(y - 0.5) - 0.1
    mesh = part(grid, np.stack([disc, bar]))
    areas = np.bincount(mesh.phase, mesh.area)
    # The disc covers the bar up to |x - 0.5| = sqrt(0.09 - y^2); integrated over |y| < 0.1 that is
    # 0.1 sqrt(0.08) + 0.09 asin(1/3), and twice that for both sides.
    hidden = 2 * (0.1 * np.sqrt(0.08) + 0.09 * np.arcsin(1 / 3))
    assert areas == pytest.approx(
        [np.pi * 0.09, 0.2 - hidden, 0.8 - (np.pi * 0.09 - hidden)], abs=3e-4
    )


@pytest.mark.parametrize("seed", range(6))
def test_random_levels_of_three_phases_mesh_well(seed):
    rng = np.random.default_rng(seed)
    grid = Grid(1.0, 1.2, 15 + seed, 18)
    levels = rng.standard_normal((2, len(grid.points)))
    levels[:, -19:] = levels[:, :19]
    mesh = part(grid, levels)
    assert np.bincount(mesh.phase).min() > 50
    whole = RegionMesh(
        points=mesh.points,
        cells=mesh.cells,
        region=(1 + mesh.phase).astype(np.int32),
        regions={"a": 1, "b": 2, "c": 3},
        facets=np.empty((0, 2), dtype=np.int64),
        facet_tag=np.empty(0, dtype=np.int32),
        facet_groups={},
        body=np.zeros(len(mesh.cells), dtype=np.int32),
        size=np.zeros(len(mesh.cells)),
        fibres=np.empty((0, 2), dtype=np.int64),
        fibre=np.empty(0, dtype=np.int32),
        period=np.array([1.0, 0.0]),
    )
    # Conforming, without overlap, periodic to the last bit.
    assert quality.problems(whole) == []
    assert mesh.area.sum() == pytest.approx(1.2, rel=1e-12)
    # Independent random numbers at the nodes are the hardest input there is.
    assert quality.smallest_angles(whole).min() > 5


def test_levels_that_do_not_fit_the_grid_are_refused():
    with pytest.raises(ValueError, match="values must be 25 finite numbers"):
        part(Grid(1.0, 1.0, 4, 4), np.zeros((2, 24)))
