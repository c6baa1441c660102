"""Small bodies that are stronger than bulk, as pillars or as indents."""

import numpy as np
import pytest
from lisic.materials import PropertyError, define, load
from lisic.materials.strengthening import StrengthenedPowerLaw, strengthen

ONLY = {"mechanisms": ["power_law"]}
T = 298.0


def multiplier(name, temperature, size, rate=1e-3):
    """M from stresses: strengthened over bulk."""
    lithium = load("lithium", {**ONLY, "strengthening": name})
    return lithium.flow_stress(rate, temperature, size) / load("lithium", ONLY).flow_stress(
        rate, temperature
    )


@pytest.mark.filterwarnings("ignore::lisic.materials.sourced.OutOfRange")
def test_pillars_of_one_micrometre_have_the_measured_strength():
    # M s = s + S1 at the tests' own rate. s(5e-3, 298 K): A = 2.026e4 exp(-37000/(8.314462 x 298))
    # = 6.6280e-3, (5e-3/A)^(1/6.6) = 0.75437^(0.151515) = 0.95819 MPa: 95.958 MPa.
    # At 363 K: S1 = 95 exp(-0.01536 x 65) = 35.005; A = 9.6070e-2, s = 0.63900: 35.644 MPa.
    lithium = load("lithium", {**ONLY, "strengthening": "pillars"})
    assert lithium.flow_stress(5e-3, 298.0, 1.0) == pytest.approx(95.958, rel=1e-4)
    assert lithium.flow_stress(5e-3, 363.0, 1.0) == pytest.approx(35.644, rel=1e-4)


@pytest.mark.filterwarnings("ignore::lisic.materials.sourced.OutOfRange")
@pytest.mark.parametrize(("temperature", "exponent"), [(298.0, 0.68), (363.0, 1.0), (330.5, 0.84)])
def test_exponent_of_pillars_rises_with_temperature(temperature, exponent):
    small, large = multiplier("pillars", temperature, [1.0, 8.0])
    assert np.log((small - 1) / (large - 1)) / np.log(8) == pytest.approx(exponent, rel=1e-6)


@pytest.mark.parametrize("name", ["pillars", "indentation"])
def test_the_multiplier_does_not_depend_on_the_rate(name):
    one, other = (multiplier(name, T, 2.0, rate) for rate in (1e-5, 1e-1))
    assert one == pytest.approx(other, rel=1e-12)


@pytest.mark.filterwarnings("ignore::lisic.materials.sourced.OutOfRange")
@pytest.mark.parametrize("name", ["pillars", "indentation"])
def test_smaller_is_stronger_and_the_largest_are_bulk(name):
    sizes = np.geomspace(1e-3, 1e14, 60)
    m = multiplier(name, T, sizes)
    assert (np.diff(m) < 0).all()
    assert m[-1] == pytest.approx(1.0, abs=1e-5)


def test_indents_lie_near_a_third_of_the_hardness():
    # 43/3 = 14.33 MPa at 0.25 um and 7.5/3 = 2.5 MPa at 10 um against 0.75 MPa (1e-3 /s, 25 degC):
    # 0.75 (1 + (92.3/0.25)^0.47) = 12.82, 0.75 (1 + (92.3/10)^0.47) = 2.88.
    lithium = load("lithium", {**ONLY, "strengthening": "indentation"})
    assert lithium.flow_stress(1e-3, 298.15, [0.25, 10.0]) == pytest.approx([12.82, 2.88], rel=1e-3)


def test_the_size_of_indentation_is_the_best_fit():
    # Least squares of ln stress over both depths, exponent kept: no other size is better.
    def miss(size):
        stress = 0.75 * (1 + (size / np.array([0.25, 10.0])) ** 0.47)
        return np.sum(np.log(stress / np.array([43 / 3, 2.5])) ** 2)

    size = load("lithium", {"strengthening": "indentation"}).value("indentation_strengthening.size")
    assert miss(size) < min(miss(0.99 * size), miss(1.01 * size))


@pytest.mark.filterwarnings("ignore::lisic.materials.sourced.OutOfRange")
def test_bounds_of_physics_pillars_above_indents():
    sizes = np.geomspace(0.05, 20, 40)
    assert (multiplier("pillars", T, sizes) > multiplier("indentation", T, sizes)).all()


@pytest.mark.filterwarnings("ignore::lisic.materials.sourced.OutOfRange")
def test_rates_of_all_mechanisms_still_add_up():
    parts = [
        load("lithium", {"mechanisms": [name], "strengthening": on})
        for name, on in (("power_law", "pillars"), ("coble", "off"), ("nabarro_herring", "off"))
    ]
    whole = load("lithium", {"strengthening": "pillars"})
    stress = np.geomspace(1e-3, 300, 50)
    total = sum(part.creep_rate(stress, 333.15, 0.4) for part in parts)
    assert whole.creep_rate(stress, 333.15, 0.4) == pytest.approx(total, rel=1e-12)


def test_off_by_default_and_its_numbers_play_no_part():
    lithium = load("lithium")
    assert load("lithium", {"strengthening": "off"}) == lithium
    assert not any("strengthening" in record.key for record in lithium.provenance)
    assert not any(isinstance(law, StrengthenedPowerLaw) for law in lithium.mechanisms)


def test_only_the_chosen_strengthening_is_in_the_provenance():
    keys = [record.key for record in load("lithium", {"strengthening": "pillars"}).provenance]
    assert "pillar_strengthening.strength" in keys
    assert not any(key.startswith("indentation") for key in keys)


def test_its_numbers_can_be_overridden():
    changed = load(
        "lithium",
        {**ONLY, "strengthening": "pillars", "pillar_strengthening": {"strength": "190 MPa"}},
    )
    plain = load("lithium", {**ONLY, "strengthening": "pillars"})
    bulk = load("lithium", ONLY).flow_stress(1e-3, T)
    ratio = (changed.flow_stress(1e-3, T, 2.0) - bulk) / (plain.flow_stress(1e-3, T, 2.0) - bulk)
    assert ratio == pytest.approx(2.0, rel=1e-12)


def test_a_material_of_ones_own_can_be_strengthened():
    mine = define(
        "mine",
        {
            "youngs_modulus": "8 GPa",
            "poisson_ratio": 0.38,
            "power_law": {"rate": "1e-3 MPa^-5/s", "exponent": 5},
            "strengthening": "indentation",
            "indentation_strengthening": {"size": "4 um", "exponent": 0.5},
        },
    )
    # 1 MPa in bulk at 1e-3 /s; 1 + sqrt(4/1) = 3 at 1 um.
    assert mine.flow_stress(1e-3, T, [1.0]) == pytest.approx([3.0])


@pytest.mark.parametrize(
    ("overrides", "text"),
    [
        ({"strengthening": "pilars"}, "did you mean pillars"),
        ({"strengthening": 3.0}, "known are off, pillars, indentation"),
        ({"strengthening": ["pillars"]}, "did you mean pillars"),
        ({"strengthening": "pillars", "mechanisms": ["coble"]}, "no power law acts"),
    ],
)
def test_impossible_choices_are_refused(overrides, text):
    with pytest.raises(PropertyError, match=text) as caught:
        load("lithium", overrides)
    assert caught.value.key == ("strengthening",)


def test_a_material_without_its_numbers_is_refused():
    with pytest.raises(PropertyError, match=r"needs pillar_strengthening\.strength"):
        load("Li3.75Si", {"strengthening": "pillars"})
    assert strengthen((), {}, "off") == ()


@pytest.mark.parametrize("name", ["pillars", "indentation"])
@pytest.mark.parametrize("size", [np.nan, 0.0, -1.0])
def test_a_body_needs_a_size(name, size):
    with pytest.raises(ValueError, match="needs the size"):
        load("lithium", {**ONLY, "strengthening": name}).flow_stress(1e-3, T, size)


def test_pillars_say_nothing_about_the_deep_cold():
    # 0.68 + (T - 298)/65 x 0.32 = 0 at 159.9 K.
    with pytest.raises(ValueError, match="holds near 298 K, got 150"):
        multiplier("pillars", 150.0, 1.0)
