"""Every entry, with every alternative that it offers: what holds for all laws."""

import numpy as np
import pytest
from lisic.materials import available, interfaces, load, load_interface
from lisic.materials.flow import flow_columns, flow_rate
from lisic.materials.provenance import read

# Of the silicide at a composition that all of its sources cover.
CHOICES = [
    (name, {key: option, **({"composition": 2.0} if name == "a-LixSi" else {})})
    for name in available()
    for key, choice in read(name).choices.items()
    for option in choice.options
] + [(name, {}) for name in available()]


def row(material, temperature=298.15, size=0.1):
    return flow_columns(material.mechanisms, temperature, np.array([size]))[0]


def stresses(material):
    """From far below to above where each law acts."""
    threshold = material.values.get("overstress.flow_stress", 0.0)
    around = [np.geomspace(1e-6, 10.0, 15), threshold + np.geomspace(0.5, 500.0, 15)]
    return np.unique(np.concatenate(around))


@pytest.mark.parametrize(("name", "overrides"), CHOICES)
def test_every_alternative_makes_a_material(name, overrides):
    material = load(name, overrides)
    assert all(modulus > 0 for modulus in material.elastic_moduli(298.15))
    for key, option in overrides.items():
        if key == "composition":
            continue
        chosen = [one for one in material.provenance if one.alternative == option]
        assert chosen
        assert any(one.key == key or one.key.startswith(f"{key}.") for one in chosen)


@pytest.mark.parametrize(("name", "overrides"), CHOICES)
def test_rates_rise_with_stress_and_their_slope_is_that_of_finite_differences(name, overrides):
    material = load(name, overrides)
    numbers = row(material)
    threshold = material.values.get("overstress.flow_stress", 0.0)
    rates = []
    for q in stresses(material):
        h = 1e-4 * min(q, abs(q - threshold))
        rate, slope = flow_rate(q, numbers)
        four = [flow_rate(q + k * h, numbers)[0] for k in (-2, -1, 1, 2)]
        difference = (four[0] - 8 * four[1] + 8 * four[2] - four[3]) / (12 * h)
        # Fourth order: (n h/q)^4 of the slope; below a threshold both are zero.
        assert slope == pytest.approx(difference, rel=1e-7, abs=0.0)
        rates.append(rate)
    assert np.all(np.diff(rates) >= 0)
    if {"power_law", "linear"} & set(material.mechanism_names):
        assert np.all(np.diff(rates) > 0)


@pytest.mark.parametrize(("name", "overrides"), CHOICES)
def test_rates_rise_with_temperature_and_with_one_over_size(name, overrides):
    material = load(name, overrides)
    for q in stresses(material):
        at_temperature = [flow_rate(q, row(material, t))[0] for t in (293.0, 303.0, 333.0)]
        at_size = [flow_rate(q, row(material, size=d))[0] for d in (3.0, 0.3, 0.03)]
        assert np.all(np.diff(at_temperature) >= 0)
        assert np.all(np.diff(at_size) >= 0)
        if material.mechanism_names == ("power_law", "coble", "nabarro_herring"):
            assert np.all(np.diff(at_temperature) > 0)
            assert np.all(np.diff(at_size) > 0)


@pytest.mark.parametrize(
    ("name", "mechanisms"),
    [
        ("lithium", ("power_law", "coble", "nabarro_herring")),
        ("a-LixSi", ("overstress", "reaction")),
    ],
)
def test_rates_of_mechanisms_add_up(name, mechanisms):
    whole = load(name, {"mechanisms": list(mechanisms)})
    parts = [load(name, {"mechanisms": [one]}) for one in mechanisms]
    for q in stresses(whole):
        total = sum(flow_rate(q, row(part))[0] for part in parts)
        assert flow_rate(q, row(whole))[0] == pytest.approx(total, rel=1e-14, abs=0.0)


INTERFACES = [
    (name, {key: option})
    for name in interfaces()
    for key, choice in read(name).choices.items()
    for option in choice.options
]


@pytest.mark.parametrize(("name", "overrides"), INTERFACES)
def test_every_alternative_makes_an_interface(name, overrides):
    (option,) = overrides.values()
    interface = load_interface(name, overrides)
    assert any(one.alternative == option for one in interface.provenance)
    assert all(value > 0 for value in interface.values.values())
