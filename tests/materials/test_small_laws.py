"""Capillarity, pressing, softening, shift of the potential, interfaces: by hand."""

import numpy as np
import pytest
from lisic.materials import PropertyError, interfaces, load, load_interface
from lisic.materials.capillarity import capillary_pressure
from lisic.materials.plating import potential_shift, stall_pressure
from lisic.materials.pressing import Heckel


def test_capillary_pressure():
    # 2 x 0.5 N/m / 50e-9 m = 20 MPa; 40, 20, 10, 4, 2 MPa in pores of 25 to 500 nm.
    gamma = load("lithium").value("surface_energy")
    assert gamma == pytest.approx(0.5)  # 0.5 J/m2 = 0.5 uN/um
    radius = np.array([0.025, 0.05, 0.1, 0.25, 0.5])
    assert capillary_pressure(gamma, radius) == pytest.approx([40, 20, 10, 4, 2])


@pytest.mark.parametrize(
    ("energy", "radius"), [(0.5, 0.0), (0.5, -1.0), (-0.5, 1.0), (0.5, np.nan)]
)
def test_impossible_capillaries_are_refused(energy, radius):
    with pytest.raises(ValueError, match="must be"):
        capillary_pressure(energy, radius)


def test_pressing_leaves_the_pores_that_were_measured():
    powder = Heckel.of(load("Li6PS5Cl-pressed"))
    # ln(1/f) = p/900 + 1.677: 12.5 % at 362 MPa, inside the 8 to 17 % reported; 8.6 % at 700 MPa.
    assert powder.porosity(362.0) == pytest.approx(0.125, rel=1e-3)
    assert powder.porosity(700.0) == pytest.approx(np.exp(-700 * 1.111e-3 - 1.677), rel=1e-12)
    assert powder.relative_density(362.0) == pytest.approx(0.875, rel=1e-3)
    pressure = np.linspace(200, 700, 20)
    assert np.all(np.diff(powder.porosity(pressure)) < 0)
    assert powder.pressure(powder.porosity(pressure)) == pytest.approx(pressure)
    assert powder.pressure(0.9) == 0.0


def test_slope_of_pressing_is_that_of_the_flow_stress():
    # d ln(1/f)/dp = K = 1/(3 x 300 MPa).
    powder = Heckel.of(load("Li6PS5Cl-pressed"))
    slope = np.log(powder.porosity(300.0) / powder.porosity(400.0)) / 100
    assert slope == pytest.approx(1 / (3 * load("Li6PS5Cl").value("overstress.flow_stress")), 1e-3)


def test_electrolyte_is_elastic_at_stack_pressure_and_flows_where_it_is_pressed():
    solid = load("Li6PS5Cl")
    assert solid.creep_rate(65.0, 298.15) == 0.0
    # Next to rate-independent: 0.1 % above the flow stress at 1e-3 /s.
    assert solid.flow_stress(1e-3, 298.15) == pytest.approx(300.3)
    assert load("Li6PS5Cl-pressed").creep_rate(700.0, 298.15) > 0


@pytest.mark.parametrize("arguments", [(0.0, 1.0), (-1.0, 1.0), (1e-3, -1.0), (np.nan, 1.0)])
def test_impossible_powders_are_refused(arguments):
    with pytest.raises(ValueError, match="must be"):
        Heckel(*arguments)


def test_impossible_pressings_are_refused():
    powder = Heckel(1e-3, 1.0)
    with pytest.raises(ValueError, match="pressure must be"):
        powder.porosity(-1.0)
    with pytest.raises(ValueError, match="porosity must lie"):
        powder.pressure(0.0)
    with pytest.raises(ValueError, match=r"steel has no heckel\.coefficient"):
        Heckel.of(load("steel"))


def test_softening_of_lithium():
    # 2.8333 (1 - 0.5 x 33.15/453.65) = 2.7298 GPa in shear at 60 degC; bulk falls alike.
    soft, stiff = load("lithium", {"softening": "frost-ashby"}), load("lithium")
    assert soft.elastic_moduli(333.15)[0] == pytest.approx(2729.8, abs=0.1)
    assert soft.elastic_moduli(300.0) == pytest.approx(stiff.elastic_moduli(300.0), rel=1e-15)
    assert stiff.youngs_modulus(333.15) == stiff.youngs_modulus(300.0)
    # Its slope by temperature is the coefficient.
    difference = (soft.youngs_modulus(320.0) - soft.youngs_modulus(300.0)) / 20
    assert difference == pytest.approx(-1.102e-3 * 7820, rel=1e-9)


@pytest.mark.filterwarnings("ignore::lisic.materials.OutOfRange")
def test_no_stiffness_below_zero():
    with pytest.raises(ValueError, match="no stiffness left at 2000"):
        load("lithium", {"softening": "frost-ashby"}).youngs_modulus(2000.0)


@pytest.mark.parametrize(
    ("name", "shift"),
    # 8.614e-6 m3/mol x 1e9 Pa / 96485.33 C/mol = 89.3 mV per GPa; 8.89: 92.1.
    [("paper", 89.3), ("bower-guduru", 92.1)],
)
def test_stress_shifts_the_potential(name, shift):
    volume = load("a-LixSi", {"partial_molar_volume": name}).value("partial_molar_volume")
    assert potential_shift(1000.0, volume) == pytest.approx(shift, abs=0.05)
    assert potential_shift(-1000.0, volume) < 0  # compression lowers it
    # The pressure that a potential can hold is the inverse.
    assert stall_pressure(potential_shift(64.0, volume), volume) == pytest.approx(64.0)


def test_pressure_that_stalls_the_first_plateau():
    # F x 0.1 V / 8.89e-6 m3/mol = 1.085 GPa.
    volume = load("a-LixSi", {"partial_molar_volume": "bower-guduru"}).value("partial_molar_volume")
    assert stall_pressure(100.0, volume) == pytest.approx(1085, abs=1)


def test_interfaces():
    assert interfaces() == ["LiSi|Li6PS5Cl", "LiSi|steel", "Li|LiSi", "Li|steel"]
    strong, weak = load_interface("LiSi|Li6PS5Cl"), load_interface("LiSi|steel")
    # 1 J/m2 = 1 uN/um. Lithium opens the side of the collector.
    assert (strong.value("cohesive.strength"), strong.value("cohesive.energy")) == (50.0, 1.0)
    assert weak.value("cohesive.strength") == 2.0
    assert weak.value("cohesive.energy") == pytest.approx(0.1)
    assert weak.value("cohesive.strength") < strong.value("cohesive.strength")
    # Work of adhesion is at most twice the surface energy of lithium.
    gamma = load("lithium").value("surface_energy")
    assert load_interface("Li|LiSi").value("work_of_adhesion") <= 2 * gamma


def test_interface_overrides():
    changed = load_interface("LiSi|steel", {"cohesive": "strong", "friction": 0.3})
    assert changed.value("cohesive.strength") == 5.0
    assert changed.value("friction") == 0.3
    with pytest.raises(PropertyError, match="buffer-layer, weak, strong"):
        load_interface("LiSi|steel", {"cohesive": "glued"})
    with pytest.raises(PropertyError, match="did you mean friction"):
        load_interface("LiSi|steel", {"fricton": 0.3})
    with pytest.raises(ValueError, match=r"did you mean LiSi\|steel"):
        load_interface("LiSi|stel")
    with pytest.raises(ValueError, match=r"LiSi\|steel"):
        load("LiSi|steel")


@pytest.mark.parametrize(
    ("rate", "cold", "warm"),
    # q = 2 MPa (rate/P)^0.2, P = 4.25e4 exp(-37000/RT): 1.0866e-2 /s at 20 degC.
    [
        (1e-5, 0.494, 0.343),
        (1e-4, 0.783, 0.544),
        (1e-3, 1.241, 0.862),
        (1e-2, 1.967, 1.366),
        (1e-1, 3.118, 2.166),
    ],
)
def test_steady_state_of_anand_and_narayan(rate, cold, warm):
    lithium = load("lithium", {"power_law": "anand-narayan", "mechanisms": ["power_law"]})
    assert lithium.flow_stress(rate, [293.15, 333.15]) == pytest.approx([cold, warm], abs=6e-4)


def test_tariq_falls_by_the_measured_ratio():
    # exp(75000/8.314462 (1/348.15 - 1/298.15)/6.6) = 0.518 = 0.46/0.89 MPa.
    lithium = load("lithium", {"power_law": "tariq", "mechanisms": ["power_law"]})
    cold, warm = lithium.flow_stress(2e-3, [298.15, 348.15])
    assert warm / cold == pytest.approx(0.46 / 0.89, rel=5e-3)
    assert lithium.flow_stress(1e-3, 298.15) == pytest.approx(0.75, rel=1e-4)


def test_bower_guduru_takes_all_three_numbers():
    silicide = load("Li3.75Si", {"overstress": "bower-guduru"})
    # 0.6e-9 (q/120 - 1)^4: twice the flow stress gives the rate itself.
    assert silicide.creep_rate(240.0, 298.15) == pytest.approx(0.6e-9, rel=1e-12, abs=0.0)
    both = load("Li3.75Si", {"overstress": "bower-guduru", "flow_stress": "reaction-softened"})
    assert both.value("overstress.flow_stress") == 140.0
    assert both.value("overstress.exponent") == 4.0
