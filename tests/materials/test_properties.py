"""No property takes a wrong unit, a bare number or a negative value."""

import pytest
from lisic.materials.properties import PROPERTIES, PropertyError, number


def unit(key):
    return PROPERTIES[key].unit.format(n="6.6")


def value(key, given):
    return number(key, given, 6.6 if "{n}" in PROPERTIES[key].unit else None)


WITH_UNIT = [key for key in PROPERTIES if PROPERTIES[key].unit]
PURE = [key for key in PROPERTIES if not PROPERTIES[key].unit]


@pytest.mark.parametrize("key", WITH_UNIT)
def test_value_with_its_unit_is_taken_as_it_stands(key):
    assert value(key, f"2 {unit(key)}") == pytest.approx(2.0, rel=1e-12)


@pytest.mark.parametrize("key", WITH_UNIT)
@pytest.mark.parametrize("given", ["2 A*m", 2.0, "2", "two", True, None, "nan m", ["2 m"]])
def test_other_units_and_bare_numbers_are_refused(key, given):
    with pytest.raises(PropertyError) as caught:
        value(key, given)
    assert ".".join(caught.value.key) == key


@pytest.mark.parametrize("key", PURE)
@pytest.mark.parametrize("given", ["2", "2 m", True, None])
def test_pure_numbers_have_no_unit(key, given):
    with pytest.raises(PropertyError, match=r"without a unit|is missing"):
        value(key, given)


@pytest.mark.parametrize("key", PROPERTIES)
def test_negative_and_infinite_values_are_refused(key):
    for text in (-2.0, float("inf"), float("nan")):
        with pytest.raises(PropertyError):
            value(key, f"{text} {unit(key)}" if unit(key) else text)


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("youngs_modulus", "7.82 GPa", 7820.0),
        ("surface_energy", "0.5 J/m^2", 0.5),  # 0.5 N/m = 0.5e6 uN/1e6 um
        ("cohesive.energy", "1 N/m", 1.0),
        ("fracture_toughness", "0.23 MPa*m^0.5", 230.0),  # sqrt(1e6 um/m) = 1000
        ("partial_molar_volume", "8.614 cm^3/mol", 8.614e12),
        ("cathode_capacity", "207.8 mAh/g", 748.08),  # x 3.6
        ("areal_capacity", "0.68 mAh/cm^2", 24480.0),  # x 36000
        ("heckel.coefficient", "1 1/GPa", 1e-3),
        ("reaction.lithiation_rate", "3.6 1/hour", 1e-3),
        ("power_law.rate", "1 GPa^-6.6/s", 10**-19.8),
    ],
)
def test_units_convert(key, given, expected):
    assert value(key, given) == pytest.approx(expected, rel=1e-12, abs=0.0)
