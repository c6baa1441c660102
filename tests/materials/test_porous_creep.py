"""Pores that close in a creeping solid, against the sheet's numbers (A = p = 1)."""

import numpy as np
import pytest
from lisic.materials.porous_creep import (
    PorousCreep,
    closure_rate,
    driving_pressure,
    gurson,
    gurson_pressure,
    mixed_closure_rate,
    porosity_after,
)


@pytest.mark.parametrize(
    ("exponent", "printed"),
    [
        (6.6, ["0.033541", "0.070942", "2.4317"]),
        (3.0, ["0.12991", "0.19223", "1.0900"]),
        (1.0, ["0.2475", "0.306", "0.675"]),
    ],
)
def test_closure_rates(exponent, printed):
    for porosity, text in zip((0.11, 0.136, 0.3), printed, strict=True):
        rate = -closure_rate(porosity, 1.0, 1.0, exponent)
        assert f"{rate:.{len(text.partition('.')[2])}f}" == text


def test_porosity_over_time():
    # The sheet's 0.04273845, 0.01005361, 8.9013e-4.
    found = porosity_after([10.0, 100.0, 1000.0], 0.136, 1.0, 1.0, 6.6)
    assert f"{found[0]:.8f}" == "0.04273845"
    assert f"{found[1]:.8f}" == "0.01005361"
    assert f"{found[2]:.8f}" == "0.00089013"


def test_linear_pores_close_exponentially():
    # A = 1/(3 eta): f' = -(3/4)(p/eta) f.
    times = np.array([0.0, 1.0, 5.0])
    eta, p = 2.0, 3.0
    assert porosity_after(times, 0.2, p, 1 / (3 * eta), 1.0) == pytest.approx(
        0.2 * np.exp(-3 * p * times / (4 * eta)), rel=1e-9
    )
    assert closure_rate(0.2, p, 1 / (3 * eta), 1.0) == pytest.approx(-0.75 * p / eta * 0.2)


def test_linear_cylinders():
    # f' = -(p/eta) f with A = 1/(3 eta).
    rate = closure_rate(0.2, 3.0, 1 / 6, 1.0, cylinders=True)
    assert rate == pytest.approx(-3.0 / 2.0 * 0.2)


def test_cylinders_by_hand():
    # n = 3, f = 0.125, p = A = 1: f^(1/3) = 1/2, wall stress sqrt3/3/(1/2) = 1.154701, cubed
    # 1.539601; sqrt3 x 0.125 x 0.875 x 1.539601 = 0.291667.
    assert closure_rate(0.125, 1.0, 1.0, 3.0, cylinders=True) == pytest.approx(-0.291667, rel=1e-5)


def test_mixed_creep():
    assert f"{mixed_closure_rate(0.136, 1.0, 1.0, 6.6, 1.0):.7f}" == "-0.4658734"


@pytest.mark.parametrize("porosity", [1e-6, 0.01, 0.136, 0.6, 0.99])
@pytest.mark.parametrize("pressure", [1e-6, 1.0, 100.0])
def test_mixed_creep_has_both_laws_as_limits(porosity, pressure):
    power = closure_rate(porosity, pressure, 1.0, 6.6)
    linear = closure_rate(porosity, pressure, 1.0, 1.0)
    assert mixed_closure_rate(porosity, pressure, 1.0, 6.6, 0.0) == pytest.approx(
        power, rel=1e-8, abs=0
    )
    assert mixed_closure_rate(porosity, pressure, 0.0, 6.6, 1.0) == pytest.approx(
        linear, rel=1e-8, abs=0
    )
    # Together they are faster than either alone.
    both = mixed_closure_rate(porosity, pressure, 1.0, 6.6, 1.0)
    assert both <= min(power, linear) * (1 - 1e-9)


def test_two_linear_laws_are_one():
    assert mixed_closure_rate(0.2, 2.0, 1.0, 1.0, 3.0) == pytest.approx(
        closure_rate(0.2, 2.0, 4.0, 1.0), rel=1e-10
    )


def test_tension_opens_what_pressure_closes():
    assert closure_rate(0.1, -2.0, 1.0, 6.6) == -closure_rate(0.1, 2.0, 1.0, 6.6)


def test_driving_pressure():
    # 2 x 0.5 J/m2 over 50 nm = 20 MPa.
    assert driving_pressure(64.0, 0.5, 0.050, gas=0.1) == pytest.approx(83.9)
    assert driving_pressure(64.0) == 64.0


@pytest.mark.parametrize("exponent", [1.0, 3.0, 6.6])
@pytest.mark.parametrize("porosity", [0.01, 0.136, 0.5])
def test_effective_creep_under_pressure_is_the_exact_closure(exponent, porosity):
    law = PorousCreep(1.3, exponent, porosity)
    assert law.closure_rate(0.0, 0.7) == pytest.approx(
        closure_rate(porosity, 0.7, 1.3, exponent), rel=1e-12
    )


def test_effective_creep_of_a_dense_solid_is_the_solids():
    law = PorousCreep(2.0, 6.6, 0.0)
    assert law.rates(1.5, 30.0) == pytest.approx((2.0 * 1.5**6.6, 0.0))
    assert PorousCreep(2.0, 6.6, 1e-12).rates(1.5, 0.0)[0] == pytest.approx(2.0 * 1.5**6.6)


def test_effective_rates_are_the_slopes_of_the_potential():
    law, h = PorousCreep(1.0, 4.2, 0.2), 1e-6
    q, p = 1.2, 0.8
    slopes = (
        (law.potential(q + h, p) - law.potential(q - h, p)) / (2 * h),
        (law.potential(q, p + h) - law.potential(q, p - h)) / (2 * h),
    )
    assert law.rates(q, p) == pytest.approx(slopes, rel=1e-8)


def test_more_pores_creep_faster():
    fast = [PorousCreep(1.0, 6.6, f).potential(1.0, 1.0) for f in np.linspace(0.0, 0.6, 13)]
    assert (np.diff(fast) > 0).all()


def test_gurson_yields_at_its_limits():
    # Dense: q = s_Y. Under pressure alone: (2/3) 630 ln(1/0.136) = 837.9 MPa, the sheet's 838.
    assert gurson(630.0, 1e4, 630.0, 0.0) == pytest.approx(0.0)
    assert f"{gurson_pressure(630.0, 0.136):.0f}" == "838"
    for q1, q2 in ((1.0, 1.0), (1.5, 0.9)):
        limit = gurson_pressure(630.0, 0.136, q1, q2)
        assert gurson(0.0, limit, 630.0, 0.136, q1, q2) == pytest.approx(0.0, abs=1e-12)
        assert gurson(0.0, -limit, 630.0, 0.136, q1, q2) == pytest.approx(0.0, abs=1e-12)
    # By shear alone: q = s_Y (1 - f).
    assert gurson(630.0 * 0.864, 0.0, 630.0, 0.136) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("porosity", [-0.1, 1.0, np.nan])
def test_impossible_porosities_are_refused(porosity):
    for call in (
        lambda f: closure_rate(f, 1.0, 1.0, 3.0),
        lambda f: mixed_closure_rate(f, 1.0, 1.0, 3.0, 1.0),
        lambda f: porosity_after(1.0, f, 1.0, 1.0, 3.0),
        lambda f: PorousCreep(1.0, 3.0, f),
        lambda f: gurson(1.0, 1.0, 1.0, f),
    ):
        with pytest.raises(ValueError, match="porosity must lie in"):
            call(porosity)


def test_impossible_loads_are_refused():
    with pytest.raises(ValueError, match="pressure must be zero or positive, got -1"):
        mixed_closure_rate(0.1, -1.0, 1.0, 3.0, 1.0)
    with pytest.raises(ValueError, match="solid must flow"):
        mixed_closure_rate(0.1, 1.0, 0.0, 3.0, 0.0)
    with pytest.raises(ValueError, match="pressure"):
        porosity_after(1.0, 0.1, -1.0, 1.0, 3.0)
    with pytest.raises(ValueError, match="time must be zero or positive"):
        porosity_after(-1.0, 0.1, 1.0, 1.0, 3.0)
    assert mixed_closure_rate(0.1, 0.0, 1.0, 3.0, 1.0) == 0.0
    assert (porosity_after([0.0, 5.0], 0.1, 0.0, 1.0, 3.0) == 0.1).all()
