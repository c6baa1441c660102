"""Which mechanism carries the flow."""

import numpy as np
import pytest
from lisic.materials import load
from lisic.materials.mechanism_map import map_over_stress, map_over_temperature, mechanism_rates

C20 = 293.15


def test_rates_of_the_mechanisms_add_up_to_the_materials():
    lithium = load("lithium")
    stress, size = np.geomspace(1e-3, 10, 20), np.geomspace(0.02, 20, 15)[:, None]
    rates = mechanism_rates(lithium, stress, C20, size)
    assert rates.shape == (3, 15, 20)
    assert rates.sum(axis=0) == pytest.approx(lithium.creep_rate(stress, C20, size), rel=1e-13)


def test_each_rate_is_that_of_the_mechanism_alone():
    rates = mechanism_rates(load("lithium"), 0.5, [C20, 333.15], 0.3)
    for number, name in enumerate(load("lithium").mechanism_names):
        alone = load("lithium", {"mechanisms": [name]}).creep_rate(0.5, [C20, 333.15], 0.3)
        assert rates[number] == pytest.approx(alone, rel=1e-14)


def test_fields_lie_where_they_belong():
    # Small: Coble. Large and pressed hard: power law. Large and hardly pressed: through the
    # lattice, for which d > pi delta D_b/D_v = pi 9.1e-21/2.2e-15 m = 13 um at 20 degC.
    lithium = load("lithium")
    chart = map_over_stress(lithium, C20, [0.1, 1000.0], [1e-4, 2.0])
    names = np.array(chart.names)[chart.dominant]
    assert names.tolist() == [["coble", "nabarro_herring"], ["coble", "power_law"]]
    assert chart.total == pytest.approx(chart.rates.sum(axis=0))


def test_boundary_and_lattice_share_at_the_size_that_follows_from_their_diffusivities():
    lithium = load("lithium")
    coble, lattice = lithium.mechanisms[1:]
    size = np.pi * coble.diffusivity.at(C20) / lattice.diffusivity.at(C20)
    chart = map_over_stress(lithium, C20, [0.999 * size, 1.001 * size], [1e-6])
    assert [chart.names[one] for one in chart.dominant[0]] == ["coble", "nabarro_herring"]


def test_map_over_temperature_agrees_with_maps_over_stress():
    lithium = load("lithium")
    sizes, temperatures = [0.1, 1.0, 10.0], [280.0, 300.0, 350.0]
    chart = map_over_temperature(lithium, 0.7, sizes, temperatures)
    assert chart.rates.shape == (3, 3, 3)
    for row, temperature in enumerate(temperatures):
        other = map_over_stress(lithium, temperature, sizes, [0.7])
        assert chart.rates[:, row] == pytest.approx(other.rates[:, 0], rel=1e-14)
    assert (np.diff(chart.total, axis=0) > 0).all()  # hotter is faster
    assert (np.diff(chart.total, axis=1) < 0).all()  # larger is slower


def test_strengthening_gives_ground_to_diffusion():
    sizes, stresses = np.geomspace(0.01, 100, 60), np.geomspace(1e-3, 1e3, 60)
    plain = map_over_stress(load("lithium"), C20, sizes, stresses)
    strong = map_over_stress(load("lithium", {"strengthening": "pillars"}), C20, sizes, stresses)
    power_law = plain.names.index("power_law")
    assert not ((strong.dominant == power_law) & (plain.dominant != power_law)).any()
    assert (strong.dominant == power_law).sum() < 0.8 * (plain.dominant == power_law).sum()


def test_what_can_not_be_is_refused():
    with pytest.raises(ValueError, match="stress must be zero or positive, got -1"):
        mechanism_rates(load("lithium"), [1.0, -1.0], C20, 1.0)
    with pytest.raises(ValueError, match="size"):
        map_over_stress(load("lithium"), C20, [0.0], [1.0])
    with pytest.raises(ValueError, match="temperature"):
        map_over_temperature(load("lithium"), 1.0, [1.0], [-5.0])
