"""Amount, orientation and contacts of fibres, against fibres laid by hand."""

from itertools import pairwise

import numpy as np
import pytest
from lisic.mesh.nanotube_report import (
    Placed,
    distances,
    end_to_end_ratios,
    free_end_to_end_ratio,
    report,
    touching,
    weights,
)

PERIOD = np.array([1.0, 1.0, 0.0])


def placed(*fibres, period=PERIOD, faces=(0.0, 1.0)) -> Placed:
    """Fibres, each given by its points."""
    first = np.cumsum([0, *(len(fibre) for fibre in fibres)])
    segments = [np.stack([np.arange(a, b - 1), np.arange(a + 1, b)], 1) for a, b in pairwise(first)]
    number = np.repeat(np.arange(1, len(fibres) + 1), [len(fibre) - 1 for fibre in fibres])
    points = np.concatenate([np.array(fibre, dtype=float) for fibre in fibres])
    return Placed(points, np.concatenate(segments), number.astype(np.int32), period, faces)


def test_amount_and_orientation():
    # 0.6 um along x, 0.2 um along y and 0.2 um along z.
    contents = report(
        placed(
            [(0.1, 0.1, 0.1), (0.4, 0.1, 0.1), (0.7, 0.1, 0.1)],
            [(0.1, 0.5, 0.5), (0.1, 0.3, 0.5), (0.1, 0.3, 0.7)],
        ),
        0.01,
    )
    assert contents["number"] == 2
    assert contents["segments"] == 4
    assert contents["total_length_um"] == pytest.approx(1.0)
    assert contents["length_um"] == pytest.approx(0.5)
    assert np.array(contents["orientation_tensor"]) == pytest.approx(np.diag([0.6, 0.2, 0.2]))
    assert (contents["touching_pairs"], contents["clusters"]) == (0, 2)
    assert contents["share_of_largest_cluster"] == pytest.approx(0.6)
    assert not contents["percolates"]


def test_orientation_of_a_diagonal_in_the_plane():
    contents = report(placed([(0, 0), (0.5, 0.5)], period=np.zeros(2)), 0.01)
    assert np.array(contents["orientation_tensor"]) == pytest.approx(np.full((2, 2), 0.5))


def test_end_to_end_over_the_period():
    # A straight fibre of 0.4 um that goes on at the other side, and one with a right angle.
    across = placed([(0.8, 0.5, 0.5), (1.0, 0.5, 0.5)], [(0.0, 0.5, 0.5), (0.2, 0.5, 0.5)])
    one = Placed(across.points, across.segments, np.array([1, 1], np.int32), PERIOD, (0, 1))
    assert end_to_end_ratios(one) == pytest.approx([1.0])
    bent = placed([(0.1, 0.1, 0.1), (0.2, 0.1, 0.1), (0.2, 0.2, 0.1)])
    assert end_to_end_ratios(bent) == pytest.approx([np.sqrt(0.5)])


LINE = [(0.2, 0.5, 0.5), (0.8, 0.5, 0.5)]


@pytest.mark.parametrize(
    ("other", "touch"),
    [
        ([(0.5, 0.2, 0.509), (0.5, 0.8, 0.509)], True),  # crosses above it, 9 nm away
        ([(0.5, 0.2, 0.511), (0.5, 0.8, 0.511)], False),
        ([(0.5, 0.509, 0.5), (0.5, 0.8, 0.5)], True),  # ends beside it
        ([(0.5, 0.511, 0.5), (0.5, 0.8, 0.5)], False),
        ([(0.2, 0.509, 0.5), (0.8, 0.509, 0.5)], True),  # parallel
        ([(0.2, 0.511, 0.5), (0.8, 0.511, 0.5)], False),
        ([(0.809, 0.5, 0.5), (0.95, 0.5, 0.5)], True),  # behind its end
        ([(0.811, 0.5, 0.5), (0.95, 0.5, 0.5)], False),
    ],
)
def test_fibres_closer_than_a_diameter_touch(other, touch):
    first, second = touching(placed(LINE, other), 0.01)
    assert list(zip(first, second, strict=True)) == ([(1, 2)] if touch else [])
    assert report(placed(other, LINE), 0.01)["clusters"] == (1 if touch else 2)


def test_contacts_across_the_period():
    beside = placed(
        [(0.004, 0.2, 0.5), (0.004, 0.8, 0.5)],
        [(0.997, 0.2, 0.5), (0.997, 0.8, 0.5)],
        [(0.5, 0.2, 0.004), (0.5, 0.8, 0.004)],
        [(0.5, 0.2, 0.997), (0.5, 0.8, 0.997)],
    )
    first, second = touching(beside, 0.01)
    # Across x, but not across the faces of the layer.
    assert (first.tolist(), second.tolist()) == ([1], [2])


def test_percolation_needs_one_cluster_at_both_faces():
    lower = [(0.5, 0.5, 0.005), (0.5, 0.5, 0.6)]
    upper = [(0.505, 0.5, 0.55), (0.505, 0.5, 0.995)]
    loose = [(0.1, 0.1, 0.3), (0.1, 0.1, 0.7)]
    contents = report(placed(lower, upper, loose), 0.01)
    assert contents["percolates"]
    assert contents["clusters"] == 2
    assert contents["share_percolating"] == pytest.approx(1.04 / 1.44)
    away = [(x + 0.1, y, z) for x, y, z in upper]
    assert not report(placed(lower, away, loose), 0.01)["percolates"]
    short = [(0.505, 0.5, 0.55), (0.505, 0.5, 0.98)]
    assert not report(placed(lower, short, loose), 0.01)["percolates"]


def test_distances_of_random_segments_against_sampling():
    rng = np.random.default_rng(1)
    for dim in (2, 3):
        a, u, b, v = rng.uniform(-1, 1, (4, 40, dim))
        t = np.linspace(0, 1, 201)
        p = a[:, None] + t[:, None] * u[:, None]
        q = b[:, None] + t[:, None] * v[:, None]
        sampled = np.linalg.norm(p[:, :, None] - q[:, None], axis=3).min(axis=(1, 2))
        exact = distances(a, u, b, v)
        # Samples are up to 2 sqrt(dim) / 400 of each segment off the closest places.
        assert (exact <= sampled + 1e-12).all()
        assert (exact >= sampled - np.sqrt(dim) * 2 / 200).all()


def test_weight_follows_volume():
    assert weights(None, 1.0) == {}
    # Twice as much fibre on the same matrix: 2 g on 9 g.
    expected = {"asked_weight_fraction": 0.1, "weight_fraction": pytest.approx(2 / 11)}
    assert weights(0.1, 2.0) == expected


def test_free_chains():
    # L/p = 1: <R^2>/L^2 = 2 exp(-1); a stiff one is straight.
    assert free_end_to_end_ratio(1.0, 1.0) == pytest.approx(np.sqrt(2 * np.exp(-1)))
    assert free_end_to_end_ratio(1.0, 1e4) == pytest.approx(1, abs=1e-4)
