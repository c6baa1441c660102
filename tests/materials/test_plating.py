"""Plating: the paper's velocities and thicknesses, the stall pressure."""

import numpy as np
import pytest
from lisic.materials import load
from lisic.materials.plating import MAH_PER_CM2, charge, stall_pressure, thickness, velocity

V_LI = load("lithium").molar_volume


def test_molar_volume_is_that_of_the_density():
    # 6.94 g/mol / 0.534 g/cm3 = 12.99625 cm3/mol = 1.299625e13 um3/mol.
    assert pytest.approx(1.299625e13, rel=1e-5) == V_LI


def test_stall_pressure():
    # F/V = 96485.33/12.9963e-6 J/m3/V = 7.424 GPa/V; physics: 7.42 MPa/mV, 1 GPa at 135 mV.
    assert stall_pressure(1.0, V_LI) == pytest.approx(7.42, abs=0.005)
    assert stall_pressure(135.0, V_LI) == pytest.approx(1002.2, abs=0.5)


@pytest.mark.parametrize(
    ("milliamps", "nanometres"),
    # v = i V/F: 1 A/m2 x 12.9963e-6 / 96485.33 = 0.13470 nm/s for 0.1 mA/cm2.
    [(0.10, 0.1347), (0.13, 0.1751), (0.25, 0.3367), (0.30, 0.4041), (0.92, 1.2392), (0.98, 1.32)],
)
def test_velocity_of_the_papers_currents(milliamps, nanometres):
    assert velocity(10 * milliamps, V_LI) * 1e3 == pytest.approx(nanometres, abs=6e-5)


@pytest.mark.parametrize(
    ("milliamp_hours", "micrometres"),
    [(1.0, 4.849), (3.0, 14.55), (3.036, 14.72), (2.55, 12.37)],
)
def test_thickness_of_the_papers_charges(milliamp_hours, micrometres):
    # 36000 C/m2 x 12.9963e-6 m3/mol / 96485.33 C/mol = 4.8491 um for 1 mAh/cm2.
    assert thickness(milliamp_hours * MAH_PER_CM2, V_LI) == pytest.approx(micrometres, abs=5e-3)


def test_charge_inverts_thickness_on_arrays():
    layers = np.array([0.1, 3.25, 30.0])
    assert thickness(charge(layers, V_LI), V_LI) == pytest.approx(layers, rel=1e-14)
    # 30 um = 6.187 mAh/cm2
    assert charge(layers, V_LI)[2] / MAH_PER_CM2 == pytest.approx(6.187, abs=5e-4)
