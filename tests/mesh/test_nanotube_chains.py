"""Bundles in three dimensions: shape of worm-like chains, amounts, sides, pores, refusals."""

from dataclasses import replace
from math import exp, pi

import numpy as np
import pytest
from lisic.mesh.lattice import fitted
from lisic.mesh.nanotube_bundles import Bundles
from lisic.mesh.nanotube_chains import grow
from lisic.mesh.nanotube_growth import Growth, Room
from lisic.mesh.nanotube_room import ClearOf
from lisic.mesh.stuffing import stuff

ASKED = Bundles(volume_fraction=0.02, diameter=0.01, length=0.5, persistence_length=1.0)


def free_chains(asked: Bundles, count: int, seed: int):
    """Chains far from any face: points (count, steps + 1, 3) and the step."""
    steps = 40
    step = asked.length / steps
    room = Room(np.array([5.0, 5.0, 1e6]), 0.0, asked.diameter / 2, None)
    number = np.full(count, steps)
    growth = Growth(room, asked.directions(step), step, number, np.random.default_rng(seed))
    return growth.run(), step


def tangents(chains, step):
    return np.diff(chains, axis=1) / step


def orientation(chains, step):
    t = tangents(chains, step).reshape(-1, 3)
    return t.T @ t / len(t)


@pytest.mark.parametrize("persistence", [0.25, 1.0, 4.0])
def test_end_to_end_distance_and_tangents_of_free_isotropic_chains(persistence):
    length, count = 1.0, 8000
    asked = replace(ASKED, length=length, persistence_length=persistence)
    chains, step = free_chains(asked, count, seed=1)
    # Kratky-Porod; steps s of a chain with this correlation differ by (s/P)^2/12 <= 0.1 %.
    expected = 2 * persistence * length
    expected *= 1 - persistence / length * (1 - exp(-length / persistence))
    square = ((chains[:, -1] - chains[:, 0]) ** 2).sum(axis=1)
    error = square.std() / np.sqrt(count)
    assert abs(square.mean() - expected) < 4 * error + 1e-3 * expected
    assert error < 0.01 * expected
    t = tangents(chains, step)
    for apart in (1, 10, 30):
        cosine = (t[:, 0] * t[:, apart]).sum(axis=1)
        expected = exp(-apart * step / persistence)
        assert abs(cosine.mean() - expected) < 4 * cosine.std() / np.sqrt(count)
    # Mean of 8000 chains, each with t t of standard deviation below 0.3: 0.0034.
    assert orientation(chains, step) == pytest.approx(np.eye(3) / 3, abs=0.0135)


def test_chains_in_the_plane():
    asked = replace(ASKED, length=1.0, persistence_length=0.5, orientation="in_plane")
    chains, step = free_chains(asked, 8000, seed=2)
    assert np.ptp(chains[..., 2], axis=1).max() == 0
    # Turning in one plane only: correlation exp(-l / 2P), L / 2P = 1, <R^2>/L^2 = 2 exp(-1).
    square = ((chains[:, -1] - chains[:, 0]) ** 2).sum(axis=1)
    assert square.mean() == pytest.approx(2 * exp(-1), abs=4 * square.std() / np.sqrt(8000) + 1e-3)
    cosine = (tangents(chains, step)[:, 0] * tangents(chains, step)[:, 20]).sum(axis=1)
    assert cosine.mean() == pytest.approx(exp(-0.5), abs=4 * cosine.std() / np.sqrt(8000))
    assert orientation(chains, step) == pytest.approx(np.diag([0.5, 0.5, 0.0]), abs=0.0135)


@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_aligned_chains(axis):
    spread = 12.0
    asked = replace(ASKED, length=1.0, orientation="aligned", axis=axis, spread_deg=spread)
    chains, step = free_chains(asked, 4000, seed=3)
    along = "xyz".index(axis)
    t = tangents(chains, step)
    # The angle to the axis is Rayleigh distributed, its mean square 2 sigma^2, along all of a
    # chain; the scatter of one chain's angle^2 is 2 sigma^2.
    for place in (0, 20, 39):
        angle = np.degrees(np.arccos(t[:, place, along]))
        assert (angle**2).mean() == pytest.approx(2 * spread**2, rel=4 / np.sqrt(4000))
    # E sin^2 = (1 - E cos(2 theta)) / 2, and E cos(k theta) of a Rayleigh angle of sigma is
    # 1 - sqrt(2) k sigma D(k sigma / sqrt(2)) with Dawson's D; to sixth order in sigma:
    s2 = np.radians(spread) ** 2
    off = 2 * s2 - 8 / 3 * s2**2 + 32 / 15 * s2**3
    expected = np.full(3, off / 2)
    expected[along] = 1 - off
    assert np.diag(orientation(chains, step)) == pytest.approx(expected, abs=0.002)


def test_amount_and_lengths():
    # 0.02 * 2 / (pi/4 * 1e-4) = 509.3 um: 1018 bundles of 0.5 um, and one of the rest.
    curves = grow(ASKED, (1.0, 2.0, 1.0), np.random.default_rng(4))
    total = 0.02 * 2 / (pi / 4 * 1e-4)
    assert curves.lengths().sum() == pytest.approx(total, rel=1e-12)
    fibre = np.bincount(curves.number, curves.lengths())[1:]
    assert fibre[:-1] == pytest.approx(np.full(1018, 0.5))
    assert fibre[-1] == pytest.approx(total - 509, abs=1e-9)
    assert curves.points.min() >= 0
    assert (curves.points.max(axis=0) <= [1, 2, 1]).all()
    assert curves.points[:, 2].min() >= 0.005
    assert curves.points[:, 2].max() <= 0.995


def test_periodic_bundles_go_on_at_the_other_side():
    curves = grow(ASKED, (1.0, 2.0, 1.0), np.random.default_rng(5))
    new = np.flatnonzero(curves.segments[1:, 0] != curves.segments[:-1, 1])
    same = curves.number[new] == curves.number[new + 1]
    end = curves.points[curves.segments[new[same], 1]]
    start = curves.points[curves.segments[new[same] + 1, 0]]
    jump = start - end
    assert len(jump) > 100
    # Along one axis by the whole period, along the others not at all.
    assert (np.abs(jump).max(axis=1) > 0.99).all()
    assert np.abs(jump / [1, 2, 1] - np.round(jump / [1, 2, 1])).max() < 1e-12
    assert (np.count_nonzero(np.abs(jump) > 1e-9, axis=1) == 1).all()


def test_clipped_bundles_end_at_the_sides_and_fill_the_box_evenly():
    asked = replace(ASKED, ends="clipped", volume_fraction=0.05)
    curves = grow(asked, (1.0, 1.0, 1.0), np.random.default_rng(6))
    lengths = curves.lengths()
    assert lengths.sum() == pytest.approx(0.05 / (pi / 4 * 1e-4), rel=1e-12)
    # No fibre is in two places: each is one unbroken chain.
    new = curves.segments[1:, 0] != curves.segments[:-1, 1]
    assert (new == (curves.number[1:] != curves.number[:-1])).all()
    fibre = np.bincount(curves.number, lengths)[1:]
    assert fibre.max() <= 0.5 + 1e-9
    assert fibre.min() < 0.2
    ends = np.concatenate(
        [
            curves.points[curves.segments[np.append(True, new), 0]],
            curves.points[curves.segments[np.append(new, True), 1]],
        ]
    )
    on_side = ((ends[:, :2] < 1e-12) | (ends[:, :2] > 1 - 1e-12)).any(axis=1)
    assert on_side.mean() > 0.2
    # Ends elsewhere are as many as in the bulk: 2 a bundle, total / length bundles.
    assert (~on_side).sum() == pytest.approx(2 * lengths.sum() / 0.5, rel=0.1)
    # As much fibre beside the sides as in the middle.
    x = curves.points[curves.segments].mean(axis=1)[:, 0]
    share = lengths[(x < 0.1) | (x > 0.9)].sum() / lengths.sum()
    assert share == pytest.approx(0.2, abs=0.03)


def spheres(x, y, z):
    """Signed distance to eight spheres of radius 0.17 um in a unit cell, periodic."""
    off = [(np.mod(v, 0.5) - 0.25) ** 2 for v in (x, y, z)]
    return np.sqrt(sum(off)) - 0.17


def test_bundles_keep_out_of_pores():
    lattice = fitted((1.0, 1.0, 1.0), 0.06, (True, True, False))
    mesh = stuff(lattice, lattice.sample(lambda *axes: spheres(*np.ix_(*axes))))
    period = np.array([1.0, 1.0, 0.0])
    clear = ClearOf(mesh.points, mesh.cells, mesh.inside, period, ASKED.diameter)
    few = replace(ASKED, volume_fraction=0.008)
    for asked in (few, replace(few, orientation="in_plane"), replace(few, ends="clipped")):
        curves = grow(asked, (1.0, 1.0, 1.0), np.random.default_rng(7), clear)
        assert curves.lengths().sum() == pytest.approx(0.008 / (pi / 4 * 1e-4), rel=1e-12)
        ends = curves.points[curves.segments]
        t = np.linspace(0, 1, 9)[:, None, None]
        points = (ends[:, 0] + t * (ends[:, 1] - ends[:, 0])).reshape(-1, 3)
        # A face of the polyhedron with an edge of 0.06 um lies up to 0.06^2/(8 0.17) = 0.0026 um
        # within its sphere.
        off = spheres(*points.T)
        assert off.min() > -0.003
        assert not pores_at(mesh, points[np.argsort(off)[:200]]).any()
    through = grow(ASKED, (1.0, 1.0, 1.0), np.random.default_rng(7))
    # Eight spheres of 0.17 um take 16.5 %.
    assert pores_at(mesh, through.points[::20]).mean() == pytest.approx(0.165, abs=0.05)


def pores_at(mesh, points):
    """Whether points lie in cells inside, by brute force."""
    corners = mesh.points[mesh.cells[mesh.inside]]
    edges = np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2)
    inverse = np.linalg.inv(edges)
    found = np.zeros(len(points), dtype=bool)
    for part in np.array_split(np.arange(len(points)), 1 + len(points) // 100):
        at = np.einsum("cij,cpj->cpi", inverse, points[part][None] - corners[:, :1])
        found[part] = ((at >= 0).all(axis=2) & (at.sum(axis=2) <= 1)).any(axis=0)
    return found


def test_the_same_seed_gives_the_same_bits():
    runs = [grow(ASKED, (1.0, 1.0, 1.0), np.random.default_rng(8)) for _ in range(2)]
    assert runs[0].points.tobytes() == runs[1].points.tobytes()
    other = grow(ASKED, (1.0, 1.0, 1.0), np.random.default_rng(9))
    assert runs[0].points.tobytes() != other.points.tobytes()


def test_bundles_longer_than_their_turning_space_are_refused():
    def cage(points):
        return (np.abs(points - 0.5) < 0.2).all(axis=1)

    stiff = replace(ASKED, volume_fraction=8e-5, length=1.0, persistence_length=50.0)
    with pytest.raises(ValueError, match=r"0 of 1 were placed; up to about 0\.[2-7]\d* um"):
        grow(stiff, (1.0, 1.0, 1.0), np.random.default_rng(1), cage)
    with pytest.raises(ValueError, match="turning space"):
        grow(stiff, (1.0, 1.0, 1.0), np.random.default_rng(1), lambda p: np.zeros(len(p), bool))
    upright = replace(ASKED, length=1.5, orientation="aligned", axis="z")
    with pytest.raises(ValueError, match=r"up to about 0\.79 um is possible, or another axis"):
        grow(upright, (1.0, 1.0, 1.0), np.random.default_rng(1))
    with pytest.raises(ValueError, match=r"at least 0\.00802 is needed for one"):
        grow(replace(ASKED, volume_fraction=0.005), (0.07, 0.07, 1.0), np.random.default_rng(1))
    with pytest.raises(ValueError, match="does not fit into a layer"):
        grow(replace(ASKED, volume_fraction=0.5), (0.02, 0.02, 1.0), np.random.default_rng(1))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"volume_fraction": 1.0}, "volume_fraction must lie between 0 and 1, got 1.0"),
        ({"diameter": float("nan")}, "diameter must be a positive length"),
        ({"length": 0.05}, r"length must be at least 6 diameters \(0.06 um\), got 0.05"),
        ({"persistence_length": 0.0}, "persistence_length must be at least 6 diameters"),
        ({"orientation": "random"}, "one of isotropic, in_plane, aligned, got 'random'"),
        ({"axis": "w"}, "axis must be one of x, y, z, got 'w'"),
        ({"ends": "open"}, "ends must be one of periodic, clipped, got 'open'"),
        ({"spread_deg": 60.0}, "spread_deg must lie in 0..45 degrees, got 60.0"),
    ],
)
def test_refused_values(change, message):
    with pytest.raises(ValueError, match=message):
        replace(ASKED, **change)
