"""Bundles: amount, shape, clearances."""

from dataclasses import replace
from math import exp, sqrt

import numpy as np
import pytest
from lisic.mesh import porous_layer
from lisic.mesh.nanotubes import Nanotubes, grow

ASKED = Nanotubes(area_fraction=0.02, diameter=0.01, length=1.0, persistence_length=1.0)
NO_PORES = (np.empty((0, 2)), np.empty(0))


def distance_to_segments(points, starts, ends):
    """Brute force (n_points, n_segments)."""
    along = ends - starts
    t = np.einsum("psi,si->ps", points[:, None] - starts, along) / (along**2).sum(axis=1)
    nearest = starts + np.clip(t, 0, 1)[..., None] * along
    return np.linalg.norm(points[:, None] - nearest, axis=2)


def test_free_chains_have_the_end_to_end_distance_of_a_worm_like_chain():
    # A large empty layer, few chains: 0.002 * 900 / 0.01 = 180 chains of 1 um.
    asked = Nanotubes(area_fraction=0.002, diameter=0.01, length=1.0, persistence_length=0.5)
    fibres = grow(asked, *NO_PORES, 30.0, 30.0, np.random.default_rng(1))
    report = fibres.report(asked, 900.0)
    assert report["number"] == 180
    # Kratky-Porod in the plane, L/(2P) = 1: <R^2>/L^2 = 2 exp(-1) = 0.7358, rms 0.8578.
    # One chain scatters by about 0.15, the mean of 180 by 0.011.
    assert report["end_to_end_ratio_rms_of_a_free_chain"] == pytest.approx(sqrt(2 * exp(-1)))
    assert report["end_to_end_ratio_rms"] == pytest.approx(sqrt(2 * exp(-1)), abs=0.04)
    # No direction is preferred: of 180 chains, each with cos(2 angle) of standard deviation
    # below 0.7, the mean has 0.052, half of which is an entry's.
    assert np.array(report["orientation_tensor"]) == pytest.approx(np.eye(2) / 2, abs=0.1)


def test_amount_is_exact_and_lengths_are_equal():
    fibres = grow(ASKED, *NO_PORES, 3.0, 2.0, np.random.default_rng(2))
    lengths = np.linalg.norm(np.diff(fibres.points[fibres.segments], axis=1)[:, 0], axis=1)
    # 0.02 * 6 / 0.01 = 12 um
    assert lengths.sum() == pytest.approx(12.0)
    assert np.bincount(fibres.number, lengths)[1:] == pytest.approx(np.ones(12))
    assert 0.025 <= fibres.step <= 0.04


def test_chains_keep_clear_of_pores_sides_and_each_other():
    rng = np.random.default_rng(3)
    centres = np.stack(np.meshgrid(np.arange(0.2, 2, 0.4), np.arange(0.2, 2, 0.4)), -1)
    centres = centres.reshape(-1, 2)
    radii = np.full(len(centres), 0.09)
    fibres = grow(ASKED, centres, radii, 2.0, 2.0, rng)
    starts, ends = (fibres.points[fibres.segments[:, k]] for k in (0, 1))
    # Pores: 0.15 r = 0.0135 um is less than half a step of about 0.03 um.
    gap = fibres.step / 2
    assert distance_to_segments(centres, starts, ends).min() >= 0.09 + gap - 1e-12
    assert fibres.points.min() >= fibres.step - 1e-12
    assert fibres.points.max() <= 2.0 - fibres.step + 1e-12
    # Points of the chains against all segments that do not hold or touch them: no crossing of
    # segments as long as 2 gaps can hide between points that keep a gap from every segment.
    t = np.linspace(0, 1, 9)[:, None, None]
    points = (starts + t * (ends - starts)).reshape(-1, 2)
    owner = np.tile(np.arange(len(starts)), 9)
    distance = distance_to_segments(points, starts, ends)
    number = fibres.number
    neighbour = (np.abs(owner[:, None] - np.arange(len(starts))) <= 1) & (
        number[owner][:, None] == number
    )
    distance[neighbour] = np.inf
    assert distance.min() >= gap - 1e-12


def along(fibres):
    """Unit tangents of all segments."""
    ends = fibres.points[fibres.segments]
    return (ends[:, 1] - ends[:, 0]) / fibres.step


@pytest.mark.parametrize(("axis", "order"), [("x", 1), ("y", -1)])
def test_aligned_bundles_follow_their_axis(axis, order):
    spread = 15.0
    asked = Nanotubes(0.003, 0.01, 0.5, 1.0, orientation="aligned", axis=axis, spread_deg=spread)
    fibres = grow(asked, *NO_PORES, 15.0, 15.0, np.random.default_rng(6))
    t = along(fibres)[:, ::order]
    angle = np.degrees(np.arctan2(t[:, 1], t[:, 0]))
    # The deflection is normally distributed; 135 bundles are a few deflection lengths each.
    assert angle.mean() == pytest.approx(0, abs=4 * spread / np.sqrt(135))
    assert angle.std() == pytest.approx(spread, rel=0.15)
    assert np.abs(angle).max() < 5 * spread
    tensor = np.array(fibres.report(asked, 225.0)["orientation_tensor"])[::order, ::order]
    # E cos^2 of a normal angle of spread s: (1 + exp(-2 s^2)) / 2.
    s = np.radians(spread)
    assert tensor[0, 0] == pytest.approx((1 + exp(-2 * s**2)) / 2, abs=0.02)


def test_aligned_bundles_longer_than_the_layer_are_refused():
    asked = Nanotubes(0.02, 0.01, 1.5, 1.0, orientation="aligned", axis="y")
    with pytest.raises(ValueError, match=r"aligned to y .* up to about 0\.7\d* um is possible, or"):
        grow(asked, *NO_PORES, 3.0, 1.0, np.random.default_rng(7))


def test_no_room_says_what_was_reached():
    asked = Nanotubes(area_fraction=0.6, diameter=0.01, length=0.5, persistence_length=1.0)
    # 0.6 * 0.36 / 0.01 / 0.5 = 43 bundles
    with pytest.raises(ValueError, match=r"area_fraction 0.6 .*: \d+ of 43 bundles of 0.5023 um"):
        grow(asked, *NO_PORES, 0.6, 0.6, np.random.default_rng(4))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((0.0, 0.01, 1.0, 1.0), "area_fraction must lie between 0 and 1, got 0.0"),
        ((0.02, -0.01, 1.0, 1.0), "diameter must be a positive length, got -0.01"),
        ((0.02, 0.01, 0.05, 1.0), "length must be at least 6 diameters"),
        ((0.02, 0.01, 1.0, 0.05), "persistence_length must be at least 6 diameters"),
        ((0.02, 0.01, 1.0, 1.0, "in_plane"), "one of isotropic, aligned, got 'in_plane'"),
        ((0.02, 0.01, 1.0, 1.0, "aligned", "z"), "axis must be one of x, y, got 'z'"),
        ((0.02, 0.01, 1.0, 1.0, "aligned", "x", 0.0), "spread_deg must lie in 0..45 degrees"),
    ],
)
def test_refusals(change, message):
    with pytest.raises(ValueError, match=message):
        Nanotubes(*change)


def test_a_mesher_that_drops_bundles_is_found_out(monkeypatch):
    layer = porous_layer.PorousLayer(
        thickness=0.6,
        width=0.6,
        porosity=0.1,
        median_diameter=0.1,
        sigma=0.0,
        seed=1,
        nanotubes=Nanotubes(0.02, 0.01, 0.3, 1.0),
    )
    mesh, report = layer.build()
    edges = {
        tuple(edge) for edge in np.sort(mesh.cells[:, [[0, 1], [1, 2], [2, 0]]]).reshape(-1, 2)
    }
    assert {tuple(one) for one in np.sort(mesh.fibres)} < edges
    assert report["fibres"]["segments"] == len(mesh.fibres)
    meshed = porous_layer.triangulate

    def forgetful(points, polygons, spacing):
        return meshed(points, [replace(p, embedded=p.embedded[1:]) for p in polygons], spacing)

    # Of the bundle whose first segment is no longer embedded, a vertex or an edge is missing.
    monkeypatch.setattr(porous_layer, "triangulate", forgetful)
    with pytest.raises(ValueError, match=r"the mesh is unfit: .*1 fibre segments are not edges"):
        layer.build()
