"""Lithium that grows at a point: free, against a wall, up to the stall pressure."""

import numpy as np
import pytest
from lisic.materials import load, plating
from one_point import Point, flow_row
from scipy.optimize import brentq

SHEAR, BULK = 2833.0, 10_861.0  # MPa, lithium
STALL = 27.5  # MPa
WALLED = np.zeros(9)


def lithium(**changes):
    return Point(SHEAR, BULK, flow_row(linear=0.03), **changes)


def test_stall_pressure_of_lithium():
    # F / V_m = 96485.33 C/mol / 13.0e-6 m^3/mol = 7.422 GPa/V, 7.42 MPa per mV.
    molar_volume = load("lithium").molar_volume
    assert plating.stall_pressure(1.0, molar_volume) == pytest.approx(7.42, abs=5e-3)


@pytest.mark.parametrize("growth", [1e-4, 1e-2, 1.0])
def test_between_stiff_walls_it_grows_to_the_stall_pressure(growth):
    # c' = g (1 - p/p*), p = K c ln c: p rises towards p* and never beyond, however long the step.
    point = lithium(stall=STALL)
    pressures = [0.0]
    for _ in range(2000):
        result = point.at(WALLED, 1.0, growth)
        pressures.append(-result.cauchy[:3].mean())
        point.advance(result)
    assert (np.diff(pressures) >= -1e-9).all()
    assert max(pressures) <= STALL * (1 + 1e-12)
    # Near the end 1 - p/p* falls by exp(-g K / p*) a unit of growth; 1e-4 * 2000 * 395 = 79.
    assert pressures[-1] == pytest.approx(STALL, rel=1e-9)
    assert pressures[1] < STALL * 0.999


@pytest.mark.parametrize("growth", [1e-4, 1e-2, 1.0])
@pytest.mark.parametrize("start", [0.99, 1.0, 1.003])
def test_one_step_of_growth_solves_backward_euler(start, growth):
    # c + (g / p*) K (c/J) ln(c/J) = c_n + g at J = 1.001^3, by bisection.
    jacobian = 1.001**3
    result = lithium(stall=STALL, volume=start).at(0.001 * np.eye(3).ravel(), 1.0, growth)

    def pressure(volume):
        return BULK * volume / jacobian * np.log(volume / jacobian)

    volume = brentq(lambda c: c + growth / STALL * pressure(c) - start - growth, 0.5, 3.0)
    assert result.volume == pytest.approx(volume, rel=1e-11)
    assert -result.cauchy[:3].mean() == pytest.approx(pressure(volume), abs=1e-7)


def test_lithium_beyond_the_stall_pressure_dissolves():
    # Pressed to K ln(1.005)/1 = 54 MPa, twice p*, lithium shrinks while the current stays on.
    point = lithium(stall=STALL, volume=1.005)
    before = -point.at(WALLED, 1.0).cauchy[0]
    assert before > 1.9 * STALL
    result = point.at(WALLED, 1.0, 1e-3)
    assert result.volume < 1.005
    assert STALL < -result.cauchy[0] < before


@pytest.mark.parametrize("stall", [STALL, np.inf])
def test_free_growth_bears_no_stress(stall):
    # F = c^(1/3) I with c = 1 + g: nothing holds it, and p = 0 takes nothing off the growth.
    growth = 0.3
    result = lithium(stall=stall).stretched(np.full(3, np.log1p(growth) / 3), 1.0, growth)
    assert result.volume == pytest.approx(1.0 + growth, rel=1e-14)
    assert np.abs(result.cauchy).max() < 1e-9


def test_prescribed_growth_takes_any_pressure():
    # p = K c ln c with c = 1.1 is 1139 MPa: no stall, no bound.
    result = lithium().at(WALLED, 1.0, 0.1)
    assert -result.cauchy[0] == pytest.approx(BULK * 1.1 * np.log(1.1), rel=1e-12)


def test_lithium_that_does_not_fill_its_pore_bears_nothing_and_forgets_its_shape():
    # The neo-Hookean filler alone: sigma = (mu (b - 1) + K ln J 1) / J.
    mu, k = 0.5, 1 / 3
    point = lithium(full=False, filler=(mu, k), volume=0.4, stall=STALL)
    f = np.array([[1.1, 0.2, 0.0], [-0.1, 0.9, 0.1], [0.0, 0.3, 1.2]])
    result = point.at((f - np.eye(3)).ravel(), 1.0, 0.1)
    jacobian = np.linalg.det(f)
    exact = (mu * (f @ f.T - np.eye(3)) + k * np.log(jacobian) * np.eye(3)) / jacobian
    assert result.cauchy_matrix == pytest.approx(exact, rel=1e-12, abs=1e-15)
    assert result.volume == pytest.approx(0.5, rel=1e-15)
    assert result.creep == 0.0
    # Its elastic metric is spherical: F Cp^-1 F^T = J^(2/3) 1, no shear stress when it fills up.
    elastic = f @ result.cp_inv @ f.T
    assert elastic == pytest.approx(jacobian ** (2 / 3) * np.eye(3), rel=1e-12, abs=1e-14)
