"""Lithium's creep against the sheet of numbers worked out by hand, and its limits."""

import numpy as np
import pytest
from lisic.materials import load
from lisic.materials.arrhenius import Arrhenius
from lisic.materials.diffusional import Coble, NabarroHerring

C20, C60 = 293.15, 333.15

COBLE = Coble(Arrhenius(9.2e4, 39331.0), 2.159e-11, 0.01)  # um^3/s, J/mol, um^3, um
NABARRO_HERRING = NabarroHerring(Arrhenius(1.4e7, 55000.0), 2.159e-11, 0.01)


def test_boundary_diffusivity_of_lithium():
    # 9.2e-14 exp(-39331/(8.314462 T)): exponents -15.8662 and -14.1991.
    law = Arrhenius(9.2e-14, 39331.0)
    assert law.at(298.15) == pytest.approx(1.18e-20, rel=5e-3, abs=0.0)
    assert law.at(C60) == pytest.approx(6.27e-20, rel=5e-3, abs=0.0)


@pytest.mark.parametrize(("temperature", "viscosity"), [(C20, 1.56e5), (C60, 2.53e4)])
def test_viscosity_of_lithium_of_100_nm(temperature, viscosity):
    # eta = kT d^3/(132 Omega delta D) = 1.380649e-23 x 293.15 x 1e-21
    #   / (42 pi x 2.159e-29 x 9.1e-21) = 1.56e5 Pa s; 1/(3 eta) is the rate per stress.
    rate = load("lithium").creep_rate(1e-9, temperature, size=0.1)  # so small: linear creep only
    assert 1e6 * 1e-9 / (3 * rate) == pytest.approx(viscosity, rel=5e-3)


@pytest.mark.parametrize(("temperature", "a"), [(C20, 5.18e-3), (298.15, 6.68e-3), (C60, 3.20e-2)])
def test_power_law_coefficient_of_lithium(temperature, a):
    # 2.026e4 exp(-37000/(8.314462 T)); at 1 MPa the rate is A.
    lithium = load("lithium", {"mechanisms": ["power_law"]})
    assert lithium.creep_rate(1.0, temperature) == pytest.approx(a, rel=1.5e-3)


def test_bulk_flow_stress_of_lithium():
    # (rate/A)^(1/6.6), to the printed digits.
    stress = load("lithium", {"mechanisms": ["power_law"]}).flow_stress(
        np.array([1e-5, 1e-4, 1e-3, 1e-2, 1e-1])[:, None], [C20, C60]
    )
    sheet = [[0.388, 0.294], [0.550, 0.417], [0.779, 0.591], [1.105, 0.838], [1.566, 1.188]]
    # Half a digit, and the rounding of A0 to four digits (1e-4 in rate, 2e-5 in stress).
    assert stress == pytest.approx(np.array(sheet), abs=5.5e-4)


def test_strength_of_small_lithium():
    # rate/B = 3 eta rate: 3 x 1.56e5 Pa s x 1e-2 /s = 4.68 kPa; 60 degC 0.76 kPa.
    strength = load("lithium").flow_stress(1e-2, [C20, C60], size=0.1)
    assert strength == pytest.approx([4.68e-3, 0.760e-3], rel=2e-3)


@pytest.mark.parametrize(
    ("temperature", "rate", "size", "half_digit"),
    [
        (C20, 1e-5, 6.01, 0.005),
        (C20, 1e-4, 2.96, 0.005),
        (C20, 1e-3, 1.49, 0.005),
        (C20, 1e-2, 0.76, 0.005),
        (C20, 1e-1, 0.39, 0.005),
        (C60, 1e-5, 13.0, 0.05),
        (C60, 1e-4, 5.77, 0.005),
        (C60, 1e-3, 2.72, 0.005),
        (C60, 1e-2, 1.34, 0.005),
        (C60, 1e-1, 0.68, 0.005),
    ],
)
def test_size_at_which_both_mechanisms_carry_half(temperature, rate, size, half_digit):
    # Where A s^n = B(d) s = rate/2: s = (rate/2A)^(1/n), B = rate/2s, a cubic in 1/d. At 20 degC
    # and 1e-3 /s: s = 0.7018 MPa, B = 7.12e-4, d = 1.49 um.
    power_law = load("lithium", {"mechanisms": ["power_law"]})
    sizes = [size - 1.2 * half_digit, size + 1.2 * half_digit]
    stress = load("lithium").flow_stress(rate, temperature, sizes)
    smaller, larger = power_law.creep_rate(stress, temperature) / rate
    assert smaller < 0.5 < larger


def test_coble_goes_with_the_third_power_of_size_and_nabarro_herring_with_the_second():
    sizes = np.array([0.1, 0.2])
    coble = COBLE.columns(C20, sizes)[:, 0]
    lattice = NABARRO_HERRING.columns(C20, sizes)[:, 0]
    assert coble[0] / coble[1] == pytest.approx(8, rel=1e-14)
    assert lattice[0] / lattice[1] == pytest.approx(4, rel=1e-14)


def test_nabarro_herring_value():
    # 14 Omega D/(kT d^2) with D = 1.4e-5 exp(-55000/(8.314462 x 298.15)) = 3.2400e-15 m2/s,
    # Omega/kT = 2.159e-29/4.116405e-21 = 5.24487e-9 1/Pa, d = 1 um:
    # 14 x 5.24487e-9 x 3.2400e-15/1e-12 = 2.3790e-10 1/(Pa s) = 2.3790e-4 1/(MPa s).
    assert NABARRO_HERRING.columns(298.15, np.ones(1))[0, 0] == pytest.approx(2.3790e-4, rel=2e-4)


def test_size_has_a_floor():
    assert COBLE.columns(C20, np.array([0.001])) == COBLE.columns(C20, np.array([0.01]))


@pytest.mark.parametrize("size", [np.nan, 0.0, -1.0, np.inf])
def test_diffusional_creep_needs_a_size(size):
    for law in (COBLE, NABARRO_HERRING):
        with pytest.raises(ValueError, match="size"):
            law.columns(C20, np.array([0.1, size]))


def test_rates_rise_with_stress_and_temperature_and_fall_with_size():
    lithium = load("lithium")
    stress = np.geomspace(1e-6, 10, 50)
    temperature = np.linspace(275, 395, 30)[:, None]
    size = np.geomspace(0.02, 20, 20)[:, None, None]
    rate = lithium.creep_rate(stress, temperature, size)
    assert rate.shape == (20, 30, 50)
    assert np.all(np.diff(rate, axis=2) > 0)
    assert np.all(np.diff(rate, axis=1) > 0)
    assert np.all(np.diff(rate, axis=0) < 0)


def test_flow_stress_inverts_creep_rate():
    lithium = load("lithium")
    # From Coble creep alone (1e-5 /s) to mostly the power law (0.1 /s).
    stress = np.geomspace(0.03, 1.15, 40)
    rate = lithium.creep_rate(stress, C60, size=3.0)
    assert lithium.flow_stress(rate, C60, size=3.0) == pytest.approx(stress, rel=1e-12)


def test_silicide_flows_at_its_rate_at_twice_the_flow_stress():
    silicide = load("Li3.75Si")
    # excess 1: 2.3e-3; excess 0.5: 2.3e-3 x 0.5^2.9 = 3.0814e-4.
    assert silicide.creep_rate([630.0, 945.0, 1260.0], C20) == pytest.approx(
        [0.0, 3.0814e-4, 2.3e-3], rel=1e-4
    )


def test_elastic_materials_do_not_flow():
    assert load("steel").flow_stress(1e-3, C20) == np.inf
    assert load("steel").creep_rate(500.0, C20) == 0.0


def test_negative_arguments_are_refused():
    lithium = load("lithium")
    with pytest.raises(ValueError, match="stress must be"):
        lithium.creep_rate([1.0, -1.0], C20, size=0.1)
    with pytest.raises(ValueError, match="rate must be"):
        lithium.flow_stress(-1e-3, C20, size=0.1)
    with pytest.raises(ValueError, match="size"):
        lithium.flow_stress(1e-3, C20)
    with pytest.raises(ValueError, match="temperature"):
        lithium.flow_stress(1e-3, -20.0, size=0.1)
