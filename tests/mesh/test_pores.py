"""Pore sizes and their random places."""

from math import exp, pi

import numpy as np
import pytest
from lisic.mesh.layer_outline import corner_radius
from lisic.mesh.pores import CUT_DEPTH, GAP, diameters, pack


def test_population_has_median_width_and_area():
    area = 0.110355 * 3.25**2
    d = diameters(0.08, 0.35, area)
    # A mean pore has pi/4 * 0.08^2 * exp(2 * 0.35^2) = 6.422e-3 um^2; 1.16562/6.422e-3 = 181.5
    assert abs(len(d) - area / (pi / 4 * 0.08**2 * exp(2 * 0.35**2))) < 2
    assert (pi / 4 * d**2).sum() == pytest.approx(area, rel=1e-12)
    assert np.median(d) == pytest.approx(0.08, rel=0.01)
    assert np.log(d).std() == pytest.approx(0.35, rel=0.01)
    assert (np.diff(d) <= 0).all()


@pytest.mark.parametrize("pore_area", [0.02, 0.05, 0.2, 5.0])
def test_median_moves_little_when_pores_are_few(pore_area):
    d = diameters(0.08, 0.35, pore_area)
    assert np.median(d) == pytest.approx(0.08, rel=max(0.01, 0.3 / len(d)))


def test_less_than_half_a_pore_is_refused():
    with pytest.raises(ValueError, match=r"less than half a pore of median diameter 0\.08"):
        diameters(0.08, 0.35, 0.001)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("porosity", [0.3, 0.58546])  # one after the other, and all together
def test_gaps_and_cuts(seed, porosity):
    width, thickness = 2.0, 1.5
    d = diameters(0.1, 0.4, porosity * width * thickness)
    r = corner_radius(d, 16)
    pores = pack(d, r, width, thickness, np.random.default_rng(seed))
    dx = np.abs(pores.x[:, None] - pores.x)
    distance = np.hypot(np.minimum(dx, width - dx), pores.y[:, None] - pores.y)
    sums = r[:, None] + r
    np.fill_diagonal(distance, np.inf)
    # To a millionth of the smallest radius where pores are pushed apart.
    assert (distance >= sums * (1 + GAP / 2) - 2e-6 * r.min()).all()
    assert (pores.y - r >= GAP * r - 1e-12).all()
    assert (thickness - pores.y - r >= GAP * r - 1e-12).all()
    to_side = np.minimum(pores.x, width - pores.x)
    cut = to_side < r
    assert cut.any()
    assert (to_side[cut] <= (1 - CUT_DEPTH) * r[cut] + 1e-12).all()
    assert (to_side[~cut] >= (1 + GAP) * r[~cut] - 1e-12).all()


def test_a_pore_larger_than_the_layer_is_refused():
    d = np.array([0.5])
    with pytest.raises(ValueError, match=r"largest pore, 0.5 um across, does not fit.*0.4348 um"):
        # 0.5 um / 1.15 = 0.4348 um is the largest that keeps its gaps
        pack(d, d / 2, 2.0, 0.5, np.random.default_rng(0))


def test_too_many_pores_are_refused():
    d = diameters(0.1, 0.3, 0.7)
    with pytest.raises(ValueError, match=r"porosity 0.7 does not fit.*up to about 0.\d+ is poss"):
        pack(d, d / 2, 1.0, 1.0, np.random.default_rng(0))
