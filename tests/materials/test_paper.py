"""The paper's numbers, to the digits it prints."""

import pytest
from lisic.materials import load, paper
from lisic.materials.plating import MAH_PER_CM2


def test_porosity_of_the_dry_layer():
    # Table S1: carbon 1.5e-5/2.1 = 7.14286e-6, silicon 1.35e-4/2.33 = 5.79399e-5 cm3 in
    # 0.785 cm2 x 2 um = 1.57e-4 cm3.
    assert paper.dry_porosity() == pytest.approx(0.5854600554, abs=5e-11)


def test_porosity_of_the_lithiated_layer():
    # Table S1: silicide 2.601137e-4 g / 1.22 = 2.132080e-4, carbon 1.37626e-5 cm3 in
    # 0.785 cm2 x 3.25 um = 2.55125e-4 cm3.
    assert paper.lithiated_porosity() == pytest.approx(0.1103553405, abs=5e-11)


def test_porosity_of_the_lithiated_layer_when_no_carbon_comes_in():
    # Carbon 7.142857e-6 instead: solid 2.203508e-4/2.55125e-4 = 86.36975 %.
    assert paper.lithiated_porosity(conserve_carbon=True) == pytest.approx(0.1363025, abs=1e-7)


def test_carbon_grows_in_the_papers_table():
    # 2.601137e-4 g / 9 = 2.89015e-5 g against 1.5e-5 g.
    grown = paper.lithiated().carbon_mass / paper.dry().carbon_mass
    assert grown == pytest.approx(1.92677, abs=1e-5)
    kept = paper.lithiated(conserve_carbon=True)
    assert kept.carbon_mass == paper.dry().carbon_mass
    # The same solids, less 6.6198e-6 cm3 of carbon in 2.55125e-4: 2.5947 % more pores.
    assert kept.porosity - paper.lithiated().porosity == pytest.approx(0.025947, abs=1e-6)


def test_porosity_by_loading_density_and_atomic_mass():
    # 0.21/0.191083 = 1.0990 times the solids: 45.5579 % and 94.9204 %.
    assert paper.dry(0.21).porosity == pytest.approx(0.544421, abs=1e-6)
    assert paper.lithiated(True, 0.21).porosity == pytest.approx(0.050796, abs=1e-6)
    # Silicide 2.601137e-4/1.1785 = 2.207160e-4: solid (2.207160 + 0.0714286)e-4/2.55125e-4.
    assert paper.lithiated(True, density=1.1785).porosity == pytest.approx(0.106874, abs=1e-6)
    assert paper.lithiated(atomic_mass=6.94).porosity == pytest.approx(0.110417, abs=1e-6)


def test_impossible_loading_is_refused():
    with pytest.raises(ValueError, match="loading must be positive"):
        paper.dry(0.0)


def test_volumes_add_up():
    for layer in (paper.dry(), paper.lithiated(), paper.lithiated(conserve_carbon=True)):
        assert layer.solid_fraction + layer.porosity == pytest.approx(1.0, rel=1e-15)
        pores = layer.thickness - layer.dense_thickness
        assert layer.void_ratio == pytest.approx(pores / layer.dense_thickness, rel=1e-12)


@pytest.mark.parametrize(
    ("porosity", "milliamp_hours"),
    [
        # 11.0355 % of 3.25 um = 0.358655 um; 96485.33/12.9963 C/cm3 = 2062.2 mAh/cm3.
        (0.110355, 0.0740),
        (0.13630, 0.0914),
    ],
)
def test_charge_that_fills_the_pores(porosity, milliamp_hours):
    charge = paper.pore_filling_charge(porosity, 3.25) / MAH_PER_CM2
    assert charge == pytest.approx(milliamp_hours, abs=5e-5)


@pytest.mark.parametrize(
    ("porosity", "composition", "of_layer", "of_solid"),
    [
        # Per gram: carbon 0.1/2.1 = 0.047619, silicon 0.9/2.33 = 0.386266 cm3.
        # Dry: 0.0476190/0.4338851 = 10.97504 %, x 0.4145399 = 4.54959 %.
        (0.5854601, 0.0, 0.0454959, 0.1097504),
        # Lithiated: silicon x 3.6798 = 1.421382; 0.047619/1.469001 = 3.2416 %;
        # x 0.889645 = 2.8839 %, x 0.863698 = 2.7998 %.
        (0.110355, 3.75, 0.028839, 0.032416),
        (0.136302, 3.75, 0.027998, 0.032416),
    ],
)
def test_nanotubes_keep_their_mass(porosity, composition, of_layer, of_solid):
    fraction = paper.nanotube_volume_fraction(0.1, porosity, composition)
    assert fraction == pytest.approx(of_layer, abs=1e-6)
    assert fraction / (1 - porosity) == pytest.approx(of_solid, abs=1e-6)


def test_no_nanotubes_take_no_volume():
    assert paper.nanotube_volume_fraction(0.0, 0.11) == 0.0


def test_swelling_agrees_with_its_record():
    assert load("Li3.75Si").value("volume_ratio") == pytest.approx(
        paper.volume_ratio(3.75), abs=5e-5
    )
    assert paper.volume_ratio(0.0) == 1.0


@pytest.mark.parametrize("arguments", [(1.2, 0.1), (-0.1, 0.1), (0.1, 1.0), (0.1, 0.1, 4.4)])
def test_impossible_layers_are_refused(arguments):
    with pytest.raises(ValueError, match="must lie between"):
        paper.nanotube_volume_fraction(*arguments)
