"""Nanotubes in lithium silicide: E 41 GPa, nu 0.24, 3.24 % by volume, 1 TPa."""

import numpy as np
import pytest
from lisic.materials.fibre_composite import (
    IN_PLANE,
    IN_SPACE,
    ShearLag,
    critical_length,
    halpin_tsai,
    krenchel,
    random_in_plane,
    random_in_space,
)
from lisic.materials.homogenisation import reuss, voigt

EM, EF, VF = 41.0, 1000.0, 0.0324
GM = EM / 2.48


def tube(diameter, length=1.0):
    return ShearLag(EF, GM, diameter, length, VF)


@pytest.mark.parametrize(
    ("diameter", "efficiency"), [(0.0016, "0.989"), (0.010, "0.929"), (0.050, "0.648")]
)
def test_efficiency_of_tubes_of_one_micrometre(diameter, efficiency):
    # d = 10 nm: ln(R/r) = ln sqrt(pi/(2 sqrt3 0.0324)) = 1.66596, beta r = sqrt(2 x 16.532/
    # (1000 x 1.66596)) = 0.14088, beta L/2 = 0.14088 x 100 = 14.088: 1 - 1/14.088 = 0.9290.
    assert f"{tube(diameter).efficiency():.3f}" == efficiency


def test_random_tubes():
    # Across: eta = (24.390 - 1)/(24.390 + 2) = 0.88632, 41 x 1.057434/0.971283 = 44.637.
    # Along, tubes of 1.6 nm and 1 um: 0.98864 x 32.4 + 39.672 = 71.704 GPa.
    # In a plane 3/8 x 71.704 + 5/8 x 44.637 = 54.787, in space 14.341 + 35.709 = 50.050.
    across = halpin_tsai(EM, EF, VF, 2.0)
    along = krenchel(EM, EF, VF, 1.0, tube(0.0016).efficiency())
    assert f"{random_in_plane(along, across):.1f}" == "54.8"
    assert f"{random_in_space(along, across):.1f}" == "50.1"
    # The same with Halpin and Tsai along the tubes, length 1000 diameters.
    along = halpin_tsai(EM, EF, VF, 2000.0)
    assert f"{random_in_plane(along, across):.1f}" == "54.8"
    assert f"{random_in_space(along, across):.1f}" == "50.1"


def test_krenchel():
    # 1/5 x 32.4 + 39.672 = 46.15; 3/8 x 32.4 + 39.672 = 51.82.
    assert f"{krenchel(EM, EF, VF, IN_SPACE):.1f}" == "46.2"
    assert krenchel(EM, EF, VF, IN_PLANE) == pytest.approx(51.82, abs=5e-3)


def test_halpin_tsai_between_its_limits():
    f = np.linspace(0.01, 0.6, 7)
    assert halpin_tsai(EM, EF, f, 0.0) == pytest.approx(reuss(EM, EF, f), rel=1e-12)
    assert halpin_tsai(EM, EF, f, np.inf) == pytest.approx(voigt(EM, EF, f))
    assert halpin_tsai(EM, EF, f, 1e9) == pytest.approx(voigt(EM, EF, f), rel=1e-4)
    shapes = np.array([0.0, 0.5, 2.0, 20.0, 200.0, 1e4])[:, None]
    assert (np.diff(halpin_tsai(EM, EF, f, shapes), axis=0) > 0).all()


def test_shear_lag_is_in_equilibrium():
    # d(stress)/dx pi r^2 = -2 pi r tau, and the mean stress is eta E_f eps.
    lag, strain = tube(0.05), 1e-3
    x = np.linspace(-0.5, 0.5, 20001)
    stress, shear = lag.fibre_stress(x, strain), lag.interface_shear(x, strain)
    change = np.gradient(stress, x)[1:-1]
    assert change == pytest.approx(-4 * shear[1:-1] / lag.diameter, abs=1e-3)
    assert stress[[0, -1]] == pytest.approx([0.0, 0.0], abs=1e-12)
    assert np.trapezoid(stress, x) == pytest.approx(lag.efficiency() * EF * strain, rel=1e-6)


def test_shear_lag_of_a_very_long_tube_does_not_overflow():
    lag = tube(0.0016, length=1e4)
    assert lag.fibre_stress(0.0, 1e-3) == pytest.approx(1.0)  # GPa
    assert lag.interface_shear([0.0, 5e3], 1e-3) == pytest.approx(
        [0.0, EF * 1e-3 * 0.0008 * lag.decay / 2]
    )
    assert lag.efficiency() == pytest.approx(1.0, abs=1e-5)


def test_critical_length():
    # 10 GPa, 10 nm, 50 MPa: 10000 x 0.010/100 = 1 um.
    assert critical_length(1e4, 0.010, 50.0) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"length": -1.0}, "length must be positive, got -1"),
        ({"diameter": 0.0}, "diameter must be positive"),
        ({"fraction": 0.95}, "between 0 and 0.907"),
    ],
)
def test_what_is_no_composite_is_refused(change, text):
    given = {"fibre": EF, "shear": GM, "diameter": 0.01, "length": 1.0, "fraction": VF}
    with pytest.raises(ValueError, match=text):
        ShearLag(**(given | change))


def test_beyond_the_end_of_the_fibre_is_refused():
    with pytest.raises(ValueError, match="within half the length"):
        tube(0.01).fibre_stress([0.0, 0.6], 1e-3)
