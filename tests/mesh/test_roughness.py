"""Rough interfaces: rms, spectrum, period, repeatability, refusals.

All is measured on the vertices of the interface, as a mesh has them.
"""

import numpy as np
import pytest
from lisic.mesh.roughness import Roughness
from scipy.stats import kurtosis

SEEDS = range(5)
WIDTH = 3.0
# 100 waves between the longest and the shortest.
WIDE = {"rms": 0.05, "shortest": 0.03, "longest": 3.0}


def vertices(seed, hurst=0.8, **changes):
    rough = Roughness(hurst=hurst, **(WIDE | changes))
    return rough.profile(WIDTH, np.random.default_rng(seed)).vertices(0.25)


def power(line):
    """Power of each wave of the period, from the heights alone."""
    height = line[:-1, 1]
    return np.abs(np.fft.rfft(height) / len(height)) ** 2


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rms", [0.002, 0.05])
def test_rms_is_met_and_the_mean_is_zero(seed, rms):
    height = vertices(seed, rms=rms)[:-1, 1]
    assert np.sqrt((height**2).mean()) == pytest.approx(rms, rel=1e-9)
    assert height.mean() == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("hurst", [0.3, 0.5, 0.8, 1.0])
def test_the_power_spectrum_falls_with_twice_the_hurst_exponent_and_one(hurst):
    # A line of Hurst exponent H has the power spectrum q^-(2 H + 1).
    spectrum = np.mean([power(vertices(seed, hurst)) for seed in SEEDS], axis=0)
    waves = np.arange(1, 101)
    slope = np.polyfit(np.log(waves), np.log(spectrum[1:101]), 1)[0]
    assert slope == pytest.approx(-(2 * hurst + 1), abs=0.1)
    assert spectrum[101:].max() < 1e-12 * spectrum[100]


@pytest.mark.parametrize("hurst", [0.3, 0.5, 0.7])
def test_height_differences_grow_with_the_hurst_exponent(hurst):
    # The same in real space, without a Fourier transform: <(h(x + d) - h(x))^2> ~ d^(2 H),
    # far from both cut-offs, which bend the curve; hence 400 waves.
    lines = [vertices(seed, hurst, shortest=WIDTH / 400) for seed in SEEDS]
    step = lines[0][1, 0]
    shifts = np.array([int(d / step) for d in (0.03, 0.06, 0.12)])
    rise = [
        np.mean([((np.roll(h, -s) - h) ** 2).mean() for h in (line[:-1, 1] for line in lines)])
        for s in shifts
    ]
    slope = np.polyfit(np.log(shifts), np.log(rise), 1)[0]
    assert slope == pytest.approx(2 * hurst, abs=0.1)


def test_heights_are_nearly_normal():
    # Waves of amplitude a_k and random phase have the excess kurtosis -3/2 sum a^4 / (sum a^2)^2:
    # with a_k^2 ~ k^-1.1, k = 1..100: -3/2 * 1.487 / 4.278^2 = -0.122, where one wave alone has
    # -1.5. Heights of 40 seeds hold about 40 * 100 independent ones: +- sqrt(24/4000) = 0.08.
    heights = np.concatenate([vertices(seed, hurst=0.05)[:-1, 1] for seed in range(40)])
    assert kurtosis(heights) == pytest.approx(-0.122, abs=0.08)


@pytest.mark.parametrize("seed", SEEDS)
def test_it_repeats_with_the_width(seed):
    line = vertices(seed)
    assert (line[0, 0], line[-1, 0]) == (0.0, WIDTH)
    assert line[0, 1] == line[-1, 1]
    # Across the period a step is no larger than others are.
    steps = np.abs(np.diff(line[:, 1]))
    assert max(steps[0], steps[-1]) <= steps[1:-1].max()


def test_seeds_repeat_bitwise_and_differ():
    assert np.array_equal(vertices(3), vertices(3))
    assert not np.allclose(vertices(3), vertices(4))


def test_vertices_show_the_shortest_wave_and_obey_the_largest_edge():
    assert np.diff(vertices(0)[:, 0]).max() <= 0.03 / 8 * (1 + 1e-12)
    rough = Roughness(rms=0.01, hurst=0.8, shortest=1.0, longest=3.0)
    fine = rough.profile(WIDTH, np.random.default_rng(0)).vertices(0.02)
    assert np.diff(fine[:, 0]).max() <= 0.02 * (1 + 1e-12)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rms": 0.0}, "rms must be a positive length, got 0"),
        ({"rms": np.nan}, "rms must be a positive length, got nan"),
        ({"longest": np.inf}, "longest must be a positive length, got inf"),
        ({"shortest": -0.1}, "shortest must be a positive length, got -0.1"),
        ({"hurst": 1.2}, "0 < H <= 1, got 1.2"),
        ({"hurst": 0.0}, "0 < H <= 1, got 0"),
        ({"shortest": 4.0}, "must not exceed the longest, 3"),
        ({"shortest": 2.9, "longest": 2.95}, "no wave that repeats with the width 3 um"),
        ({"shortest": 0.001}, r"at least 0\.0075 um is possible"),
    ],
)
def test_what_is_no_rough_face_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        vertices(0, **changes)
