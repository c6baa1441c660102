"""Moduli of two-phase solids against numbers worked out by hand, limits and the order of bounds."""

import numpy as np
import pytest
from lisic.materials.homogenisation import PORE, Isotropic, hashin_shtrikman, reuss, voigt
from lisic.materials.mori_tanaka import (
    eshelby,
    isotropic_part,
    moduli,
    mori_tanaka,
    stiffness,
    youngs_modulus_along,
)

SILICIDE = Isotropic.of(41.0, 0.24)  # GPa
TUBE = Isotropic.of(1000.0, 0.2)
VF = 0.0324


def test_moduli_and_back():
    # E = 41, nu = 0.24: K = 41/(3 x 0.52) = 26.282, G = 41/2.48 = 16.532.
    assert SILICIDE.bulk == pytest.approx(26.282, abs=5e-4)
    assert SILICIDE.shear == pytest.approx(16.532, abs=5e-4)
    assert SILICIDE.youngs_modulus == pytest.approx(41.0, rel=1e-14)
    assert SILICIDE.poisson_ratio == pytest.approx(0.24, rel=1e-14)


def test_voigt_and_reuss_of_nanotubes_in_silicide():
    # 41 x 0.9676 + 1000 x 0.0324 = 72.07; 1/(0.9676/41 + 0.0324/1000) = 42.31.
    assert f"{voigt(41.0, 1000.0, VF):.1f}" == "72.1"
    assert f"{reuss(41.0, 1000.0, VF):.1f}" == "42.3"


@pytest.mark.parametrize(
    ("porosity", "modulus"),
    # The sheet prints 31.2 for 0.1363; that is the value at 0.136 (31.165), at 0.1363 it is 31.146.
    [(0.1104, "32.8"), (0.136, "31.2"), (0.1363, "31.1"), (0.585, "10.7")],
)
def test_youngs_modulus_of_porous_silicide(porosity, modulus):
    assert f"{hashin_shtrikman(SILICIDE, PORE, porosity).youngs_modulus:.1f}" == modulus


def test_pores_as_the_sheet_writes_them():
    # K = Km (1-f) 4G/(4G + 3 Km f); G = Gm (1-f)/(1 + 6 f (K+2G)/(9K+8G)).
    f, k, g = np.linspace(0, 1, 11), SILICIDE.bulk, SILICIDE.shear
    porous = hashin_shtrikman(SILICIDE, PORE, f)
    assert porous.bulk == pytest.approx(k * (1 - f) * 4 * g / (4 * g + 3 * k * f))
    assert porous.shear == pytest.approx(
        g * (1 - f) / (1 + 6 * f * (k + 2 * g) / (9 * k + 8 * g)), rel=1e-12
    )


def test_two_phases_by_hand():
    # K1 = 26.2821, G1 = 16.5323, K2 = 555.5556, G2 = 416.6667, V2 = 0.0324:
    # K = K1 + V2/[1/529.2735 + 3 x 0.9676/(78.8462 + 66.1290)] = 26.2821 + 0.0324/0.0219120
    # G = G1 + V2/[1/400.1344 + 6 x 0.9676 x 59.3466/(5 x 16.5323 x 144.9752)]
    #   = 16.5323 + 0.0324/0.0312498.
    both = hashin_shtrikman(SILICIDE, TUBE, VF)
    assert both.bulk == pytest.approx(27.7607, abs=2e-4)
    assert both.shear == pytest.approx(17.5691, abs=2e-4)


def test_order_of_the_bounds():
    rng = np.random.default_rng(4)
    for _ in range(200):
        k, g = 10.0 ** rng.uniform(-2, 3, (2, 2))
        soft, stiff = Isotropic(k.min(), g.min()), Isotropic(k.max(), g.max())
        f = rng.uniform(0.001, 0.999)  # of the stiff phase
        low = hashin_shtrikman(soft, stiff, f)
        high = hashin_shtrikman(stiff, soft, 1 - f)
        for name in ("bulk", "shear"):
            ends = getattr(soft, name), getattr(stiff, name)
            line = [
                reuss(*ends, f),
                getattr(low, name),
                getattr(high, name),
                voigt(*ends, f),
            ]
            assert (np.diff(line) >= -1e-12 * line[-1]).all()


def test_ends_and_equal_phases():
    for rule in (voigt, reuss):
        assert rule(41.0, 1000.0, 0.0) == pytest.approx(41.0)
        assert rule(41.0, 1000.0, 1.0) == pytest.approx(1000.0)
    assert hashin_shtrikman(SILICIDE, TUBE, 0.0) == SILICIDE
    assert hashin_shtrikman(SILICIDE, TUBE, 1.0).bulk == pytest.approx(TUBE.bulk)
    assert hashin_shtrikman(SILICIDE, SILICIDE, 0.4) == SILICIDE
    assert reuss(41.0, 0.0, 0.1) == 0.0


def test_arrays_broadcast():
    f = np.linspace(0, 1, 5)
    assert voigt(41.0, 1000.0, f).shape == reuss(41.0, 1000.0, f).shape == (5,)
    assert hashin_shtrikman(SILICIDE, TUBE, f).youngs_modulus.shape == (5,)


@pytest.mark.parametrize("fraction", [-0.1, 1.1, np.nan])
def test_impossible_fractions_are_refused(fraction):
    for rule in (voigt, reuss):
        with pytest.raises(ValueError, match="volume fraction"):
            rule(1.0, 2.0, fraction)
    with pytest.raises(ValueError, match="volume fraction"):
        hashin_shtrikman(SILICIDE, TUBE, fraction)
    with pytest.raises(ValueError, match="volume fraction"):
        mori_tanaka(SILICIDE, TUBE, fraction)


def test_impossible_moduli_are_refused():
    with pytest.raises(ValueError, match="youngs_modulus must be positive, got -1"):
        Isotropic.of(-1.0, 0.3)
    with pytest.raises(ValueError, match="poisson_ratio"):
        Isotropic.of(1.0, 0.5)
    with pytest.raises(ValueError, match="matrix must be stiff"):
        hashin_shtrikman(PORE, SILICIDE, 0.2)


# --- Eshelby's tensor and Mori-Tanaka ---


def test_eshelby_of_a_sphere():
    # (1 + nu)/(3 (1 - nu)) on the spherical part, 2 (4 - 5 nu)/(15 (1 - nu)) on the rest.
    nu = 0.24
    j = np.zeros((6, 6))
    j[:3, :3] = 1 / 3
    expected = (1 + nu) / (3 * (1 - nu)) * j
    expected += 2 * (4 - 5 * nu) / (15 * (1 - nu)) * (np.eye(6) - j)
    assert eshelby(1.0, nu) == pytest.approx(expected, abs=1e-14)


def test_eshelby_of_a_cylinder():
    # Across: S2222 = (5 - 4 nu)/(8 (1 - nu)), S2233 = (4 nu - 1)/(8 (1 - nu)), S2211 = nu/(2 (1 -
    # nu)), S2323 = (3 - 4 nu)/(8 (1 - nu)), S1212 = 1/4, S11.. = 0.
    nu = 0.3
    s = eshelby(np.inf, nu)
    assert s[1, 1] == pytest.approx((5 - 4 * nu) / (8 * (1 - nu)))
    assert s[1, 2] == pytest.approx((4 * nu - 1) / (8 * (1 - nu)))
    assert s[1, 0] == pytest.approx(nu / (2 * (1 - nu)))
    assert s[3, 3] / 2 == pytest.approx((3 - 4 * nu) / (8 * (1 - nu)))
    assert s[4, 4] / 2 == pytest.approx(0.25)
    assert s[0, :3] == pytest.approx([0, 0, 0], abs=1e-8)


@pytest.mark.parametrize("aspect", [0.1, 0.5, 2.0, 10.0, 1000.0])
def test_eshelby_against_tandon_and_weng(aspect):
    # Their closed form (Polym. Compos. 5 (1984) 327) of three components, with
    # g = a/(a^2-1)^1.5 [a sqrt(a^2-1) - arcosh a], or its continuation below 1.
    nu, a = 0.24, aspect
    if a > 1:
        g = a / (a * a - 1) ** 1.5 * (a * np.sqrt(a * a - 1) - np.arccosh(a))
    else:
        g = a / (1 - a * a) ** 1.5 * (np.arccos(a) - a * np.sqrt(1 - a * a))
    h, m = 1 - 2 * nu, a * a - 1
    s = eshelby(aspect, nu)
    s1111 = (h + (3 * a * a - 1) / m - (h + 3 * a * a / m) * g) / (2 * (1 - nu))
    s1122 = (-(h + 1 / m) + (h + 1.5 / m) * g) / (2 * (1 - nu))
    s1212 = (h - (a * a + 1) / m - 0.5 * (h - 3 * (a * a + 1) / m) * g) / (4 * (1 - nu))
    assert [s[0, 0], s[0, 1], s[5, 5] / 2] == pytest.approx([s1111, s1122, s1212], abs=1e-12)


@pytest.mark.parametrize("inclusion", [TUBE, PORE])
def test_spheres_are_hashin_and_shtrikman(inclusion):
    for aligned in (False, True):
        tensor = mori_tanaka(SILICIDE, inclusion, 0.2, aligned=aligned)
        expected = hashin_shtrikman(SILICIDE, inclusion, 0.2)
        assert moduli(tensor).bulk == pytest.approx(expected.bulk, rel=1e-12)
        assert moduli(tensor).shear == pytest.approx(expected.shear, rel=1e-12)


def test_long_aligned_fibres_follow_the_rule_of_mixtures():
    # Exact up to the mismatch of Poisson's ratios, here 0.24 and 0.2: 72.0716 and a little more.
    long = youngs_modulus_along(mori_tanaka(SILICIDE, TUBE, VF, np.inf, aligned=True))
    assert long == pytest.approx(72.0716, rel=1e-4)
    assert long > 72.0716


def test_longer_fibres_are_stiffer_and_stay_within_the_bounds():
    aspects = [1.0, 3.0, 10.0, 100.0, 1e4, np.inf]
    along = [
        youngs_modulus_along(mori_tanaka(SILICIDE, TUBE, VF, aspect, aligned=True))
        for aspect in aspects
    ]
    random = [moduli(mori_tanaka(SILICIDE, TUBE, VF, aspect)) for aspect in aspects]
    assert (np.diff(along) > 0).all()
    assert (np.diff([one.youngs_modulus for one in random]) > 0).all()
    low, high = hashin_shtrikman(SILICIDE, TUBE, VF), hashin_shtrikman(TUBE, SILICIDE, 1 - VF)
    for one in random:
        assert low.bulk * (1 - 1e-12) <= one.bulk <= high.bulk
        assert low.shear * (1 - 1e-12) <= one.shear <= high.shear


def test_ends_of_mori_tanaka():
    assert mori_tanaka(SILICIDE, TUBE, 0.0, 20.0) == pytest.approx(stiffness(SILICIDE))
    aligned = mori_tanaka(SILICIDE, TUBE, 1.0, 20.0, aligned=True)
    assert aligned == pytest.approx(stiffness(TUBE), rel=1e-10, abs=1e-9)
    tensor = stiffness(SILICIDE)
    assert isotropic_part(tensor) == pytest.approx(tensor)


def test_flat_pores_soften_more_than_round_ones():
    round_pores, flat = (
        moduli(mori_tanaka(SILICIDE, PORE, 0.1, a)).youngs_modulus for a in (1, 0.1)
    )
    assert flat < round_pores


def test_impossible_aspects_are_refused():
    with pytest.raises(ValueError, match="aspect must be positive, got 0"):
        eshelby(0.0, 0.3)
