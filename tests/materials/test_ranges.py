"""Values outside their range: found, warned of once, and not mistaken for values inside."""

import warnings

import numpy as np
import pytest
from lisic.materials import OutOfRange, load
from lisic.materials.records import Record

C20 = 293.15

RECORD = Record.model_validate(
    {
        "key": "youngs_modulus",
        "value": "1 GPa",
        "source": "derived: for this test",
        "range": {"temperature": ["0 degC", "100 degC"], "size": ["1 um", "10 um"]},
        "confidence": "computed",
    }
)


@pytest.mark.parametrize(
    ("conditions", "inside"),
    [
        ({}, True),
        ({"temperature": 300.0}, True),
        ({"temperature": 273.15, "size": 1.0}, True),  # a range contains its ends
        ({"temperature": 373.15, "size": 10.0}, True),
        ({"temperature": 273.0}, False),
        ({"temperature": 374.0}, False),
        ({"temperature": 300.0, "size": 0.9}, False),
        ({"size": np.nan}, True),
        ({"porosity": 0.9}, True),  # the source says nothing that depends on it
    ],
)
def test_record_covers(conditions, inside):
    assert RECORD.covers(**conditions) is inside


def test_unknown_condition_is_refused():
    with pytest.raises(ValueError, match="known conditions are temperature"):
        RECORD.covers(temprature=300.0)


def test_out_of_range_lists_what_does_not_hold():
    lithium = load("lithium")
    keys = [key for key in lithium.in_use() if "strengthening" not in key]  # tests began at 25 degC
    assert lithium.out_of_range(keys, temperature=C20, strain_rate=1e-3) == ()
    # LePage measured from -25 to 125 degC.
    hot = {record.key for record in lithium.out_of_range(temperature=[C20, 420.0])}
    assert {"power_law.rate", "power_law.activation_energy"} <= hot
    assert "boundary_diffusivity.prefactor" not in hot


def test_laws_that_are_not_at_work_are_not_in_use():
    coble = load("lithium", {"mechanisms": ["coble"]}).in_use()
    assert "boundary_diffusivity.prefactor" in coble
    assert "atomic_volume" in coble
    assert "density" in coble
    assert not [key for key in coble if key.startswith(("power_law", "lattice_diffusivity"))]


def test_an_override_holds_anywhere():
    changed = load("lithium", {"youngs_modulus": "5 GPa"})
    assert "youngs_modulus" not in {one.key for one in changed.out_of_range(temperature=10.0)}


def test_laws_warn_of_the_values_they_use():
    lithium = load("lithium", {"mechanisms": ["coble"]})
    lithium.flow_stress(1e-9, 420.0, size=0.1)  # the power law's range plays no part
    with pytest.warns(OutOfRange) as caught:
        load("lithium").flow_stress(1e-9, C20, size=0.1)
    assert [str(one.message) for one in caught] == [
        f"lithium: power_law.{key} is used outside its range, temperature 248 K to 398 K; "
        "strain rate 1e-5 1/s to 1e-1 1/s"
        for key in ("rate", "exponent")
    ]
    with pytest.warns(OutOfRange, match="youngs_modulus"):
        lithium.youngs_modulus(100.0)


def test_a_warning_shows_once():
    lithium = load("lithium", {"mechanisms": ["power_law"]})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for temperature in (420.0, 430.0):
            for stress in (0.5, 0.6):
                lithium.creep_rate(stress, temperature)
    keys = ["power_law.rate", "power_law.exponent", "power_law.activation_energy"]
    assert [str(one.message).split()[1] for one in caught] == keys
