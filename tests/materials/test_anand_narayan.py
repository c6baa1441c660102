"""Anand and Narayan's law: its table of strengths, its hardening against the exact path."""

from itertools import pairwise

import numpy as np
import pytest
from lisic.materials import load
from lisic.materials.anand_narayan import AnandNarayan, rate, resistance
from lisic.materials.arrhenius import Arrhenius
from lisic.materials.flow import equivalent_stress, flow_columns, flow_rate, hardened, resume
from lisic.materials.properties import PropertyError
from scipy.integrate import solve_ivp

# In MPa at 20 and 60 degC: at the start, (rate/P)^0.15 0.95, and in the end, (rate/P)^0.2 2.
STRENGTHS = {
    1e-5: ((0.333, 0.253), (0.494, 0.343)),
    1e-4: ((0.470, 0.358), (0.783, 0.544)),
    1e-3: ((0.664, 0.505), (1.241, 0.862)),
    1e-2: ((0.938, 0.714), (1.967, 1.366)),
    1e-1: ((1.325, 1.008), (3.118, 2.166)),
}
TEMPERATURES = (293.15, 333.15)
SHEAR = 2830.0
ONLY = {"mechanisms": ["anand_narayan"]}


def law():
    return load("lithium", ONLY).mechanisms[0]


def pulled(strain_rate, temperature, strain, steps):
    """Stress and resistance when pulled at a constant rate, step by step."""
    row = flow_columns([law()], temperature, np.array([np.nan]))[0]
    gained, q, dt = 0.0, 0.0, strain / strain_rate / steps
    for _ in range(steps):
        now = row.copy()
        resume(now, gained, dt)
        q, _ = equivalent_stress(q + 3 * SHEAR * dt * strain_rate, 3 * SHEAR * dt, now)
        gained += hardened(q, now)
    return q, row[8] + gained


@pytest.mark.parametrize("strain_rate", STRENGTHS)
def test_strength_at_the_start(strain_rate):
    stress = load("lithium", ONLY).flow_stress(strain_rate, np.array(TEMPERATURES))
    assert stress.round(3).tolist() == list(STRENGTHS[strain_rate][0])


@pytest.mark.parametrize("strain_rate", STRENGTHS)
@pytest.mark.parametrize("which", [0, 1])
def test_strength_in_the_end(strain_rate, which):
    # (1 - S/S_s)^2 dies out slowly: after a strain of s with H_0 = 10 MPa it is about 1/(10 s).
    far = pulled(strain_rate, TEMPERATURES[which], 2000.0, 400)[0]
    assert round(far, 3) == pytest.approx(STRENGTHS[strain_rate][1][which], abs=1.01e-3)


@pytest.mark.parametrize("before", [0.0, 1.5])
def test_one_step_solves_its_equations(before):
    # Backward Euler, written out: S - S_n = dt H_0 |1 - S/S_s|^a sign(1 - S/S_s) rate.
    row = flow_columns([law()], 298.15, np.array([np.nan]))[0]
    for dt in 10.0 ** np.arange(-6, 7):
        for q in (1e-4, 0.05, 0.4, 0.9, 2.0, 30.0):
            now = row.copy()
            resume(now, before, dt)
            s, _ = resistance(q, now[6:])
            value, _ = rate(q, now[6:])
            p, m, start, h, saturation, a, n, _ = now[6:]
            assert value == pytest.approx(p * (q / s) ** (1 / m), rel=1e-13)
            away = 1 - s / (saturation * (value / p) ** n)
            grown = dt * h * abs(away) ** a * np.sign(away) * value
            # Near the steady state `away` is a small difference of numbers of order one.
            slack = 1e-13 * s + 1e-14 * dt * h * value * a * abs(away) ** (a - 1)
            assert s - start == pytest.approx(grown, abs=slack)


@pytest.mark.parametrize("before", [0.0, 1.5])
def test_slope_is_the_derivative_of_the_rate(before):
    row = flow_columns([law()], 298.15, np.array([np.nan]))[0]
    for dt in (0.0, 1e-3, 1.0, 1e3):
        now = row.copy()
        resume(now, before, dt)
        for q in (0.05, 0.4, 0.9, 2.0, 30.0):
            h = 1e-5 * q
            difference = (flow_rate(q + h, now)[0] - flow_rate(q - h, now)[0]) / (2 * h)
            assert flow_rate(q, now)[1] == pytest.approx(difference, rel=1e-7)


def test_pulling_converges_to_the_differential_equation():
    p = law().rate.at(298.15)

    def change(strain, state):
        q, s = state
        flow = p * (max(q, 0.0) / s) ** (1 / 0.15) / 1e-3  # per strain
        away = 1 - s / (2.0 * (flow * 1e-3 / p) ** 0.05) if flow > 0 else -1.0
        return 3 * SHEAR * (1 - flow), 10 * abs(away) ** 2 * np.sign(away) * flow

    exact = solve_ivp(change, (0, 0.2), (0.0, 0.95), method="Radau", rtol=1e-10, atol=1e-13)
    q, s = exact.y[:, -1]
    assert s > 1.1  # it has hardened by 16 % or more
    errors = [abs(np.array(pulled(1e-3, 298.15, 0.2, n)) - (q, s)) for n in (50, 100, 200)]
    for coarse, fine in pairwise(errors):
        assert coarse / fine == pytest.approx(2.0, abs=0.1)  # first order
    assert (errors[-1] < 2e-3).all()


def test_it_softens_after_fast_flow():
    # At 1e-5 /s the steady S is 2 (1e-5/P)^0.05 = 1.40 MPa: from 2.45 it falls, from 0.95 it rises.
    row = flow_columns([law()], 298.15, np.array([np.nan]))[0]
    end = 2.0 * (1e-5 / law().rate.at(298.15)) ** 0.05
    for before, sign in ((0.0, 1), (1.5, -1)):
        now = row.copy()
        resume(now, before, 1e4)
        s, _ = resistance(end * (1e-5 / law().rate.at(298.15)) ** 0.15, now[6:])
        assert sign * (s - 0.95 - before) > 0
        assert sign * (end - s) > 0


def test_impossible_values_are_refused():
    good = {"resistance": 0.95, "hardening": 10.0, "saturation": 2.0}
    exponents = {"hardening_exponent": 2.0, "saturation_exponent": 0.05}
    for key, value in {
        "sensitivity": 1.5,
        "resistance": 0.0,
        "hardening": -1.0,
        "saturation": np.nan,
        "hardening_exponent": 0.5,
        "saturation_exponent": -0.1,
    }.items():
        with pytest.raises(ValueError, match=key):
            AnandNarayan(
                Arrhenius(1.0), **({"sensitivity": 0.15} | good | exponents | {key: value})
            )
    with pytest.raises(PropertyError, match="sensitivity"):
        load("lithium", {"anand_narayan": {"sensitivity": 2.0}})
