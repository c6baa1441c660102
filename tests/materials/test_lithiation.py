"""Li_xSi against x, by hand; and as a material at one composition."""

import numpy as np
import pytest
from lisic.materials import OutOfRange, PropertyError, lithiated_silicon, load
from lisic.materials.lithiation import Interpolation
from lisic.materials.paper import volume_ratio

X = np.array([0.0, 1.0, 3.75])


def test_swelling():
    # 1 + 0.7146 x: 3.67975 at 3.75, 3.680 to the digits of the paper's densities.
    assert lithiated_silicon().volume_ratio(X) == pytest.approx([1.0, 1.7146, 3.67975], rel=1e-12)


@pytest.mark.parametrize(
    ("name", "full"),
    [("paper", 3.680), ("bower-guduru", 3.625), ("obrovac", 3.77), ("lattice", 3.808)],
)
def test_swelling_of_the_alternatives(name, full):
    law = lithiated_silicon({"swelling": name})
    assert law.volume_ratio(3.75) == pytest.approx(full, abs=5e-4)
    # The finished silicide's own record has the same alternatives.
    record = load("Li3.75Si", {"volume_ratio": name}).value("volume_ratio")
    assert law.volume_ratio(3.75) == pytest.approx(record, abs=5e-4)


def test_swelling_agrees_with_the_papers_masses():
    found = lithiated_silicon().volume_ratio(X)
    assert found == pytest.approx([volume_ratio(x) for x in X], abs=1e-4)


def test_density_conserves_mass():
    law = lithiated_silicon()
    # (28.0855 + 3.75 x 6.941)/28.0855 = 1.926768 x 2.33/3.67975 = 1.22002 g/cm3.
    assert law.density(X)[[0, 2]] == pytest.approx([2.33, 1.22002], rel=1e-5)
    assert law.density(X) * law.volume_ratio(X) / law.molar_mass(X) == pytest.approx(
        2.33 / 28.0855, rel=1e-12
    )


def test_modulus():
    # 90 - 62.07 x/(1 + x) GPa: 58.967 GPa at x = 1.
    found = lithiated_silicon().youngs_modulus(X)
    assert found == pytest.approx([90e3, 90e3 - 49e3 * 0.5 / (3.75 / 4.75), 41e3], rel=1e-12)
    # The form and the digits of the literature: 90 - 62 y.
    assert found == pytest.approx(1e3 * (90 - 62 * X / (1 + X)), rel=2e-3)


def test_flow_stress_and_its_rate_dependence():
    law = lithiated_silicon()
    assert law.flow_stress([0.0, 3.75]) == pytest.approx([1750.0, 630.0], rel=1e-12)
    # At the law's own rate twice as much; at a tenth 1 + 0.1^(1/2.9) = 1.45203.
    assert law.flow_stress(3.75, [0.0, 2.3e-4, 2.3e-3]) == pytest.approx(
        [630.0, 630 * 1.45203, 1260.0], rel=1e-5
    )
    # Inverse of the material's own law.
    material = load("a-LixSi")
    assert material.flow_stress(1e-4, 298.15) == pytest.approx(law.flow_stress(3.75, 1e-4))


def test_laws_fall_with_lithium_and_swelling_rises():
    x = np.linspace(0, 3.75, 50)
    law = lithiated_silicon()
    for falling in (law.youngs_modulus(x), law.flow_stress(x), law.density(x)):
        assert np.all(np.diff(falling) < 0)
    assert np.all(np.diff(law.volume_ratio(x)) > 0)


def test_a_law_is_constant_beyond_its_two_compositions():
    law = Interpolation(first=160.0, first_composition=0.5, second=8.0, second_composition=2.5)
    assert law.at(np.array([0.0, 0.5, 2.5, 3.75])).tolist() == [160.0, 160.0, 8.0, 8.0]
    with pytest.raises(ValueError, match="above first_composition"):
        Interpolation(1.0, 2.0, 3.0, 2.0)


def test_beyond_what_was_measured_it_warns():
    law = lithiated_silicon({"modulus_law": "indentation"})
    assert law.youngs_modulus(2.0) > 8e3
    with pytest.warns(OutOfRange) as caught:
        assert law.youngs_modulus(3.0) == pytest.approx(8e3)
    assert all("modulus_law" in str(one.message) for one in caught)


@pytest.mark.parametrize("composition", [-0.1, 3.8, np.nan, [1.0, 4.4]])
def test_impossible_compositions_are_refused(composition):
    law = lithiated_silicon()
    for function in (law.volume_ratio, law.youngs_modulus, law.flow_stress, law.density):
        with pytest.raises(ValueError, match=r"composition must lie between 0 and 3\.75"):
            function(composition)


def test_negative_rates_are_refused():
    with pytest.raises(ValueError, match="rate must be"):
        lithiated_silicon().flow_stress(1.0, -1e-3)


def test_material_at_a_composition():
    material = load("a-LixSi", {"composition": 1.0})
    law = lithiated_silicon()
    assert material.youngs_modulus(298.15) == pytest.approx(float(law.youngs_modulus(1.0)))
    assert material.value("overstress.flow_stress") == pytest.approx(float(law.flow_stress(1.0)))
    assert material.density == pytest.approx(float(law.density(1.0)))
    record = next(one for one in material.provenance if one.key == "youngs_modulus")
    assert record.source == "derived: modulus_law at x = 1"
    assert record.confidence == "secondary"  # as doubtful as what it comes from


def test_full_composition_is_the_finished_silicide():
    material, silicide = load("a-LixSi"), load("Li3.75Si")
    assert material.elastic_moduli(298.15) == pytest.approx(silicide.elastic_moduli(298.15))
    assert material.mechanisms == silicide.mechanisms
    assert material.density == pytest.approx(silicide.density, rel=1e-4)


def test_what_a_user_gives_stays():
    material = load("a-LixSi", {"composition": 1.0, "youngs_modulus": "50 GPa"})
    assert material.youngs_modulus(298.15) == 50e3
    assert material.value("overstress.flow_stress") < 1750
    assert load("a-LixSi", {"flow_stress": "0.2 GPa"}).mechanisms[0].flow_stress == 200.0


@pytest.mark.parametrize(
    ("overrides", "text"),
    [
        ({"composition": 4.0}, "expected at most 3.75 Li per Si"),
        ({"composition": -1.0}, "expected at least 0"),
        ({"flow_stress_law": "reactive"}, "hardness, wafer-curvature, indentation"),
        ({"modulus_law": {"second_composition": 0.0}}, "above first_composition"),
    ],
)
def test_impossible_material(overrides, text):
    with pytest.raises(PropertyError, match=text):
        load("a-LixSi", overrides)


def test_reaction_lets_it_flow_below_its_flow_stress():
    quiet = load("a-LixSi")
    reacting = load("a-LixSi", {"mechanisms": ["overstress", "reaction"]})
    assert quiet.creep_rate(140.0, 298.15) == 0.0
    # 0.49 x 4.6e-4 /s x 140/630 = 5.009e-5 /s, the paper's mean swelling rate.
    assert reacting.creep_rate(140.0, 298.15) == pytest.approx(5.009e-5, rel=1e-3)
    # Twice as fast a lithiation, twice the rate.
    fast = load(
        "a-LixSi",
        {"mechanisms": ["reaction"], "reaction.lithiation_rate": "9.2e-4 1/s"},
    )
    assert fast.creep_rate(140.0, 298.15) == pytest.approx(2 * 5.009e-5, rel=1e-3)
