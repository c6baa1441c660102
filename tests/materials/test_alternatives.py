"""Where sources disagree: alternatives side by side, chosen by name."""

import numpy as np
import pytest
from lisic.materials import PropertyError, load
from lisic.materials.provenance import parse_entry, read

C20, C60 = 293.15, 333.15
RATES = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]

# Sizes (um) at which power law and diffusional creep carry half each, by diffusivity, temperature.
CROSSOVER = {
    ("xu-bound", C20): ["3.67", "1.51", "0.67", "0.31", "0.15"],
    ("low", C20): ["4.01", "1.76", "0.82", "0.40", "0.20"],
    ("gust", C20): ["6.01", "2.96", "1.49", "0.76", "0.39"],
    ("gjostein", C20): ["7.11", "3.56", "1.82", "0.94", "0.48"],
    ("high", C20): ["26.4", "13.8", "7.16", "3.73", "1.94"],
    ("xu-bound", C60): ["10.9", "4.19", "1.65", "0.68", "0.30"],
    ("low", C60): ["11.5", "4.69", "2.03", "0.94", "0.46"],
    ("gust", C60): ["13.0", "5.77", "2.72", "1.34", "0.68"],
    ("gjostein", C60): ["12.8", "5.66", "2.65", "1.30", "0.66"],
    ("high", C60): ["57", "29.8", "15.5", "8.05", "4.19"],
}


@pytest.mark.parametrize(("name", "temperature"), CROSSOVER)
def test_every_diffusivity_scales_with_temperature_as_the_crossover_table_does(name, temperature):
    # A s^n = B(d) s = rate/2 at d: half a digit and a little down from the printed d, the power
    # law carries less than half of the rate; as much up, more.
    changed = load("lithium", {"boundary_diffusivity": name})
    power_law = load("lithium", {"mechanisms": ["power_law"]})
    for rate, printed in zip(RATES, CROSSOVER[name, temperature], strict=True):
        decimals = len(printed.partition(".")[2])
        size = float(printed) + np.array([-0.6, 0.6]) * 10.0**-decimals
        stress = changed.flow_stress(rate, temperature, size)
        smaller, larger = power_law.creep_rate(stress, temperature) / rate
        assert smaller < 0.5 < larger


@pytest.mark.parametrize(
    ("name", "expected"),
    # m3/s at 298.15 K: 9.2e-14 exp(-15.866), 4.2e-16 exp(-9.951), 7e-12 and 7e-9 exp(-22.187).
    [
        ("gust", 1.18e-20),
        ("gjostein", 2.0e-20),
        ("low", 1.6e-21),
        ("high", 1.6e-18),
        ("xu-bound", 5.54e-22),
    ],
)
def test_diffusivities_at_room_temperature(name, expected):
    coble = load("lithium", {"boundary_diffusivity": name, "mechanisms": ["coble"]})
    # abs=0: by default approx takes all that is below 1e-12 for equal.
    assert coble.mechanisms[0].diffusivity.at(298.15) == pytest.approx(
        1e18 * expected, rel=2e-2, abs=0.0
    )


def test_the_name_of_the_default_changes_nothing():
    assert load("lithium", {"boundary_diffusivity": "gust"}).values == load("lithium").values


def test_a_chosen_alternative_keeps_its_source():
    lithium = load("lithium", {"boundary_diffusivity": "gjostein"})
    record = next(one for one in lithium.provenance if one.key == "boundary_diffusivity.prefactor")
    assert record.alternative == "gjostein"
    assert "Gjostein" in record.source
    assert record.confidence == "secondary"


def test_part_of_an_alternative_can_be_overridden():
    changed = load(
        "lithium",
        {
            "boundary_diffusivity": "gjostein",
            "boundary_diffusivity.activation_energy": "30 kJ/mol",
        },
    )
    assert changed.value("boundary_diffusivity.prefactor") == pytest.approx(420.0)  # um3/s
    assert changed.value("boundary_diffusivity.activation_energy") == 30e3


def test_unknown_alternative_lists_the_known():
    with pytest.raises(PropertyError, match="gust, xu-bound, low, gjostein, high") as caught:
        load("lithium", {"boundary_diffusivity": "gjostien"})
    assert caught.value.key == ("boundary_diffusivity",)


def test_a_name_where_there_is_no_choice_is_no_value():
    with pytest.raises(PropertyError, match="with its unit"):
        load("lithium", {"density": "heavy"})


GOOD = """
name = "x"
title = "An entry of a test"
[density]
name = "one"
value = "1 g/cm^3"
source = "derived: for this test"
range = "any"
confidence = "computed"
[density.alternatives.two]
value = "2 g/cm^3"
source = "derived: for this test"
range = "any"
confidence = "computed"
"""


def test_alternatives_are_read():
    choice = parse_entry(GOOD).choices["density"]
    assert choice.default == "one"
    assert [(name, records[0].value) for name, records in choice.options.items()] == [
        ("one", "1 g/cm^3"),
        ("two", "2 g/cm^3"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('name = "one"\n', "", "needs a name and alternatives"),
        ("[density.alternatives.two]", "[youngs_modulus]", "needs a name and alternatives"),
        ("alternatives.two", "alternatives.2GPa", "can't be the name"),
        ('"2 g/cm^3"', '"2 um"', "wrong kind"),
        ('value = "2 g/cm^3"\nsource = "derived: for this test"', 'value = "2 g/cm^3"', "source"),
    ],
)
def test_impossible_alternatives_are_refused(old, new, text):
    assert old in GOOD
    with pytest.raises(ValueError, match=text):
        parse_entry(GOOD.replace(old, new))


def test_alternatives_of_the_key_unknown_stand_side_by_side():
    assert list(read("lithium").choices["boundary_diffusivity"].options) == [
        "gust",
        "xu-bound",
        "low",
        "gjostein",
        "high",
    ]
