"""Relaxation, creep and elasticity of one point against closed forms.

Strains are isochoric and coaxial, so that nothing is small-strain: with F = diag(l, l^-1/2, l^-1/2)
the logarithmic deviator is ln l (1, -1/2, -1/2), J = 1, and the equivalent stress obeys

    q' = 3 mu (d ln l / dt - A q^n - B q)

at any stretch. A hold is B5 of the physics sheet with E replaced by 3 mu.
"""

import math
from itertools import pairwise

import numpy as np
import pytest
from one_point import Point, flow_row
from scipy.optimize import brentq, root

MODULUS = 7820.0  # MPa, stands for 3 mu in relaxation
RATE, EXPONENT = 6.677e-3, 6.6  # MPa^-6.6/s
START = 2.0  # MPa
BULK = 10_000.0
ISOCHORIC = np.array([1.0, -0.5, -0.5])


def exact_relaxation(time, linear):
    """B5; with B -> 0 its limit."""
    power = 1.0 - EXPONENT
    if linear == 0.0:
        return (START**power - power * RATE * MODULUS * time) ** (1 / power)
    ratio = RATE / linear
    growth = np.exp(-power * MODULUS * linear * time)
    return ((START**power + ratio) * growth - ratio) ** (1 / power)


def relaxed(times, linear):
    """Equivalent stress after holding a stretch over ``times`` (s), backward Euler."""
    point = Point(MODULUS / 3, BULK, flow_row(power=(RATE, EXPONENT), linear=linear))
    strain = START / MODULUS * ISOCHORIC
    for dt in np.diff(times):
        result = point.stretched(strain, dt)
        point.advance(result)
    assert point.creep == pytest.approx((START - result.mises) / MODULUS, rel=1e-10)
    return result.mises


def graded(end, steps):
    """Times from 0 to ``end``, steps growing in proportion to the time."""
    first = 1e-4 * START / (RATE * START**EXPONENT * MODULUS)
    return first * np.expm1(np.linspace(0.0, math.log1p(end / first), steps + 1))


def extrapolated(end, linear, steps=200, levels=5):
    """Romberg's scheme: the error of backward Euler on a graded mesh is a series in 1/steps."""
    table = [relaxed(graded(end, steps * 2**level), linear) for level in range(levels)]
    for order in range(1, levels):
        table = [b + (b - a) / (2**order - 1) for a, b in pairwise(table)]
    return table[0]


@pytest.mark.parametrize(
    ("linear", "time", "sheet", "digits"),
    [
        # physics.md, B5, with its digits
        (0.0, 1.0, 0.36278, 5e-6),
        (0.0, 10.0, 0.24048, 5e-6),
        (0.0, 100.0, 0.15941, 5e-6),
        (0.0, 1000.0, 0.10567, 5e-6),
        (1e-3, 1e-3, 1.2253507, 5e-8),
        (1e-3, 1e-2, 0.79162227, 5e-9),
        (1e-3, 1e-1, 0.326491, 5e-7),
    ],
)
def test_relaxation(linear, time, sheet, digits):
    exact = exact_relaxation(time, linear)
    assert exact == pytest.approx(sheet, abs=digits)
    assert extrapolated(time, linear) == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("linear", [0.0, 1e-3])
def test_relaxation_is_of_first_order_in_the_time_step(linear):
    exact = exact_relaxation(0.01, linear)
    errors = [relaxed(graded(0.01, steps), linear) - exact for steps in (100, 200, 400)]
    # Backward Euler lags behind: stress is too high, and the error halves with the step.
    assert errors[2] > 0.0
    assert errors[0] / errors[1] == pytest.approx(2.0, abs=0.05)
    assert errors[1] / errors[2] == pytest.approx(2.0, abs=0.03)


@pytest.mark.parametrize("dt", [1e-9, 1e-4, 1.0, 1e6])
@pytest.mark.parametrize(
    ("power", "linear"), [((RATE, EXPONENT), 0.0), ((0.0, 1.0), 1e-3), ((RATE, EXPONENT), 1e-3)]
)
def test_one_step_solves_backward_euler(power, linear, dt):
    # q + 3 mu dt (A q^n + B q) = q_trial, by bisection.
    result = Point(MODULUS / 3, BULK, flow_row(power=power, linear=linear)).stretched(
        START / MODULUS * ISOCHORIC, dt
    )

    def excess(q):
        return q + MODULUS * dt * (power[0] * q ** power[1] + linear * q) - START

    assert result.mises == pytest.approx(brentq(excess, 0.0, START, xtol=1e-300, rtol=1e-14))
    assert np.trace(result.cauchy_matrix) == pytest.approx(0.0, abs=1e-9)
    assert np.linalg.det(result.cp_inv) == pytest.approx(1.0, abs=1e-14)


@pytest.mark.parametrize(("rate", "linear"), [(RATE, 0.0), (0.0, 1e-3), (RATE, 1e-3)])
def test_uniaxial_creep(rate, linear):
    # A Kirchhoff stress s held along x: eps = s/E + (A s^n + B s) t, sideways half of the flow
    # back and -nu of the elastic strain. Its rate is constant, so backward Euler is exact.
    stress, young, poisson = 0.8, 7820.0, 0.38
    shear, bulk = young / (2 * (1 + poisson)), young / (3 * (1 - 2 * poisson))
    point = Point(shear, bulk, flow_row(power=(rate, EXPONENT), linear=linear))
    flow = rate * stress**EXPONENT + linear * stress
    time = 0.0
    strains = np.array([stress / young, -poisson * stress / young])
    for dt in (0.1, 3.0, 20.0, 100.0):
        time += dt

        def miss(trial, dt=dt):
            result = point.stretched([trial[0], trial[1], trial[1]], dt)
            kirchhoff = result.jacobian * result.cauchy
            return [kirchhoff[0] - stress, kirchhoff[1]]

        found = root(miss, strains, tol=1e-14)
        strains = found.x
        result = point.stretched([strains[0], strains[1], strains[1]], dt)
        assert np.abs(miss(strains)).max() < 1e-9
        point.advance(result)
        elastic = stress / young
        assert strains[0] == pytest.approx(elastic + flow * time, rel=1e-6)
        assert strains[1] == pytest.approx(-poisson * elastic - 0.5 * flow * time, rel=1e-6)
        assert point.creep == pytest.approx(flow * time, rel=1e-6)
    assert time * flow > 0.09  # strains are not small


def test_elastic_stress_is_that_of_hencky():
    # tau_i = 2 mu (e_i - tr e / 3) + K tr e along each axis, sigma = tau / J.
    shear, bulk = 16_532.0, 26_282.0
    strains = np.array([0.2, -0.05, 0.1])
    result = Point(shear, bulk).stretched(strains, 1.0)
    trace = strains.sum()
    kirchhoff = 2 * shear * (strains - trace / 3) + bulk * trace
    assert result.cauchy[:3] == pytest.approx(kirchhoff / math.exp(trace), rel=1e-13)
    assert result.cauchy[3:] == pytest.approx(np.zeros(3), abs=1e-9)
    assert result.stress.reshape(3, 3) == pytest.approx(
        np.diag(kirchhoff / np.exp(strains)), rel=1e-13
    )


def test_slow_overstress_flow_ends_at_the_flow_stress():
    # LiSi: rate0 <q/s0 - 1>^m. Held long at 2 % it ends at s0 = 630 MPa; below it stays elastic.
    shear = 16_532.0
    point = Point(shear, 26_282.0, flow_row(overstress=(2.3e-3, 630.0, 2.9)))
    assert point.stretched(0.02 * ISOCHORIC, 1e12).mises == pytest.approx(630.0, rel=1e-3)
    assert point.stretched(0.01 * ISOCHORIC, 1e12).mises == pytest.approx(3 * shear * 0.01)


def test_what_is_not_admissible_is_told():
    point = Point(2830.0, 11_100.0)
    assert point.stretched([0.0, 0.0, 0.0], 1.0).smallest == 1.0
    inverted = np.diag([-2.0, 0.0, 0.0]).ravel()
    assert point.at(inverted, 1.0).smallest == -1.0
    assert point.at(np.full(9, np.nan), 1.0).smallest == -1.0


@pytest.mark.parametrize("dt", [0.0, 0.3])
def test_a_rigid_rotation_turns_the_stress_and_nothing_else(dt):
    rng = np.random.default_rng(7)
    rotation, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    rotation *= np.linalg.det(rotation)
    earlier = np.eye(3) + 0.2 * rng.normal(size=(3, 3))
    metric = np.linalg.inv(earlier @ earlier.T)
    point = Point(
        2830.0,
        11_100.0,
        flow_row(power=(1e-12, 2.0), linear=1e-5),
        filler=(10.0, 20.0),
        cp_inv=metric / np.cbrt(np.linalg.det(metric)),
        volume=1.02,
        creep=0.1,
    )
    f = np.eye(3) + 0.1 * rng.normal(size=(3, 3))
    before = point.at((f - np.eye(3)).ravel(), dt)
    after = point.at((rotation @ f - np.eye(3)).ravel(), dt)
    turned = rotation @ before.cauchy_matrix @ rotation.T
    scale = np.abs(turned).max()
    assert scale > 1.0
    assert after.cauchy_matrix == pytest.approx(turned, abs=1e-11 * scale)
    assert after.cp_inv == pytest.approx(before.cp_inv, abs=1e-12)
    assert (after.volume, after.jacobian) == pytest.approx((before.volume, before.jacobian))
    assert after.creep == pytest.approx(before.creep, rel=1e-12)
    if dt > 0.0:
        assert before.creep > 0.1
