"""Materials: loading, overriding, defining, and what is refused."""

import json
import subprocess
import sys

import numpy as np
import pytest
from lisic.materials import PropertyError, define, load
from lisic.materials.flow import flow_columns
from lisic.materials.overstress import Overstress

NORTON = {
    "youngs_modulus": "7.82 GPa",
    "poisson_ratio": 0.38,
    "power_law": {"rate": "6.68e-3 MPa^-6.6/s", "exponent": 6.6},
}


def test_elastic_moduli_of_lithium():
    # G = E/(2(1+nu)) = 7820/2.76 = 2833.3, K = E/(3(1-2nu)) = 7820/0.72 = 10861.1 MPa.
    assert load("lithium").elastic_moduli(298.15) == pytest.approx((2833.333, 10861.111), rel=1e-6)


def test_default_mechanisms():
    assert load("lithium").mechanism_names == ("power_law", "coble", "nabarro_herring")
    assert load("Li3.75Si").mechanisms == (Overstress(2.3e-3, 630.0, 2.9),)
    assert load("void").mechanisms == ()


def test_single_value_of_a_diffusivity_holds_at_any_temperature():
    lithium = load("lithium", {"boundary_diffusivity": "1.2e-20 m^3/s", "mechanisms": ["coble"]})
    assert lithium.value("boundary_diffusivity.prefactor") == pytest.approx(0.012)
    cold, warm = lithium.creep_rate(1.0, [250.0, 450.0], size=0.1)
    # What is left of the temperature is 1/T.
    assert cold / warm == pytest.approx(1.8)


def test_part_of_a_table_can_be_overridden():
    changed = load("lithium", {"power_law": {"activation_energy": "75 kJ/mol"}})
    assert changed.value("power_law.activation_energy") == 75e3
    assert changed.value("power_law.exponent") == 6.6


def test_short_key_and_full_path_mean_the_same():
    for overrides in (
        {"flow_stress": "0.3 GPa"},
        {"overstress.flow_stress": "0.3 GPa"},
        {"overstress": {"flow_stress": "0.3 GPa"}},
    ):
        assert load("Li3.75Si", overrides).mechanisms == (Overstress(2.3e-3, 300.0, 2.9),)


def test_choosing_mechanisms():
    lithium = load("lithium", {"mechanisms": ["coble"]})
    rows = flow_columns(lithium.mechanisms, 300.0, np.array([0.1]))
    assert np.flatnonzero(rows[0]).tolist() == [2]
    assert load("lithium", {"mechanisms": []}).mechanisms == ()


def test_size_of_all_bodies():
    lithium = load("lithium", {"size": "100 nm"})
    assert lithium.size == pytest.approx(0.1)
    assert lithium.flow_stress(1e-2, 293.15) == load("lithium").flow_stress(1e-2, 293.15, size=0.1)
    assert load("lithium").size is None


def test_provenance_says_what_was_overridden():
    lithium = load("lithium", {"youngs_modulus": "5 GPa"})
    record = next(one for one in lithium.provenance if one.key == "youngs_modulus")
    assert record.confidence == "user"
    assert record.note == "instead of 7.82 GPa"
    untouched = next(one for one in lithium.provenance if one.key == "poisson_ratio")
    assert untouched.source.startswith("doi:")
    assert [one.key for one in lithium.provenance] == list(lithium.values)


def test_assumptions_are_those_without_a_source():
    assert "smallest_size" in [one.key for one in load("lithium").assumptions()]
    assert all(one.source.startswith("assumed: ") for one in load("lithium").assumptions())
    assert len(load("void").assumptions()) == 2
    assert load("void", {"youngs_modulus": "2 MPa", "poisson_ratio": 0.1}).assumptions() == ()


def test_provenance_is_ready_for_json():
    written = json.dumps([one.model_dump(exclude_none=True) for one in load("lithium").provenance])
    assert json.loads(written)[0]["source"] == "doi:10.1007/s10853-018-2971-3"


def test_loading_does_not_change_the_database():
    load("lithium", {"youngs_modulus": "5 GPa"})
    assert load("lithium").youngs_modulus(300.0) == 7820.0


def test_material_of_the_users_own():
    norton = define("my-norton", NORTON)
    assert norton.elastic_moduli(300.0)[0] == pytest.approx(2833.333, rel=1e-6)
    # 6.68e-3 x 2^6.6 = 6.68e-3 x 97.006 = 0.64800 /s, at any temperature.
    assert norton.creep_rate(2.0, [250.0, 400.0]) == pytest.approx([0.648, 0.648], rel=1e-4)


def test_defined_laws_add_up():
    both = define("mixed", {**NORTON, "linear": {"rate": "1e-3 MPa^-1/s"}})
    # 6.68e-3 + 1e-3 at 1 MPa.
    assert both.creep_rate(1.0, 300.0) == pytest.approx(7.68e-3, rel=1e-12)


def test_rate_may_come_in_other_units():
    # 1 GPa^-2/s = 1e-6 MPa^-2/s.
    law = {"rate": "1 GPa^-2/s", "exponent": 2}
    assert define("x", {**NORTON, "power_law": law}).creep_rate(1.0, 300.0) == pytest.approx(1e-6)


@pytest.mark.parametrize(
    ("overrides", "key", "text"),
    [
        ({"youngs_modulus": 3}, "youngs_modulus", "with its unit"),
        ({"youngs_modulus": "3 m"}, "youngs_modulus", "wrong kind"),
        ({"youngs_modulus": "-3 GPa"}, "youngs_modulus", "above 0 MPa"),
        ({"youngs_modulus": True}, "youngs_modulus", "expected a number"),
        ({"youngs_modulus": {"value": "3 GPa"}}, "youngs_modulus", "not a table"),
        ({"poisson_ratio": 0.5}, "poisson_ratio", "at most 0.4999"),
        ({"poisson_ratio": "0.3"}, "poisson_ratio", "without a unit"),
        ({"young_modulus": "3 GPa"}, "young_modulus", "did you mean youngs_modulus"),
        ({"power_law": {"exponant": 3.0}}, "power_law.exponant", "did you mean exponent"),
        ({"power_law": "3 MPa"}, "power_law", "a table of rate, exponent, activation_energy"),
        ({"power_law": {"exponent": 5.0}}, "power_law.exponent", "give power_law.rate as well"),
        ({"activation_energy": "3 kJ/mol"}, "activation_energy", "power_law.activation_energy or"),
        ({"overstress": {"rate": "1/s"}}, "overstress", "unknown"),
        ({"boundary_diffusivity": "1 m^2/s"}, "boundary_diffusivity.prefactor", "wrong kind"),
        ({"mechanisms": ["cobble"]}, "mechanisms", "power_law, coble, nabarro_herring"),
        ({"mechanisms": "coble"}, "mechanisms", "expected a list"),
        ({"mechanisms": ["coble", "coble"]}, "mechanisms", "twice"),
        ({"size": "0 nm"}, "size", "above 0 um"),
        (
            {"boundary_diffusivity": "1 m^3/s", "boundary_diffusivity.prefactor": "2 m^3/s"},
            "boundary_diffusivity.prefactor",
            "given twice",
        ),
    ],
)
def test_impossible_override_names_key_and_what_is_possible(overrides, key, text):
    with pytest.raises(PropertyError, match=text) as caught:
        load("lithium", overrides)
    assert ".".join(caught.value.key) == key


@pytest.mark.parametrize(
    ("change", "key", "text"),
    [
        ({"poisson_ratio": None}, "poisson_ratio", "expected a number"),
        ({"power_law": {"exponent": 6.6}}, "power_law.rate", "power_law needs it"),
        ({"power_law": {"rate": "1 MPa^-3/s"}}, "power_law.exponent", "power_law needs it"),
        (
            {"power_law": {"rate": "1 MPa^-6/s", "exponent": 6.6}},
            "power_law.rate",
            "one like MPa\\^-6.6/s",
        ),
        ({"power_law": {"rate": "1 MPa^-1/s", "exponent": 0.5}}, "power_law.exponent", "at least"),
        ({"boundary_diffusivity": "1e-20 m^3/s"}, "atomic_volume", "coble needs it"),
    ],
)
def test_impossible_definition_names_key_and_what_is_possible(change, key, text):
    with pytest.raises(PropertyError, match=text) as caught:
        define("x", {**NORTON, **change})
    assert ".".join(caught.value.key) == key


def test_definition_needs_elasticity():
    with pytest.raises(PropertyError, match="youngs_modulus is missing"):
        define("x", {"poisson_ratio": 0.3})


@pytest.mark.parametrize(("name", "text"), [("litium", "did you mean lithium"), ("sung-layer", "")])
def test_unknown_material_names_the_nearest(name, text):
    with pytest.raises(ValueError, match=f"{name}.*unknown.*{text}"):
        load(name)


def test_material_says_what_it_lacks():
    with pytest.raises(ValueError, match="steel has no molar_volume"):
        _ = load("steel").molar_volume


def test_room_knows_no_other():
    code = (
        "import sys; import lisic.materials, lisic.materials.paper; "
        "print([m for m in sys.modules if m.split('.')[0] in ('dolfinx', 'gmsh', 'mpi4py') "
        "or m.startswith(('lisic.mesh', 'lisic.solvers', 'lisic.scripts'))])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
