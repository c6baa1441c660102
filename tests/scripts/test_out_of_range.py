"""What a case uses outside the range of its source is told once, and stands in the manifest."""

import warnings

import pytest
from lisic.scripts import build, estimate
from lisic.scripts.case import Case
from lisic.scripts.manifest import manifest
from lisic.scripts.ranges import outside

CHANNEL = {
    "name": "channel",
    "temperature": "20 degC",
    "geometry": {
        "kind": "channel",
        "radius": "50 nm",
        "length": "1 um",
        "flow_area_fraction": 0.11,
    },
    "step": [{"kind": "rest", "duration": "1 s"}],
}


def case(temperature="20 degC", **materials):
    step = {"kind": "rest", "duration": "1 s", "temperature": temperature}
    return Case.model_validate({**CHANNEL, "step": [step], "materials": materials})


def found(given):
    return outside(given, build.materials(given, {"lithium": 1}))


def test_nothing_to_tell_where_all_values_hold():
    assert found(case()) == ()


def test_a_step_may_leave_the_range():
    # LePage's tests went up to 125 degC.
    hot = found(case("140 degC"))
    assert [one.record.key for one in hot] == [
        "power_law.rate",
        "power_law.exponent",
        "power_law.activation_energy",
    ]
    assert "lithium (lithium) power_law.rate, known for temperature 248 K to 398 K" in str(hot[0])


def test_values_of_idle_laws_do_not_matter():
    assert found(case("140 degC", lithium={"mechanisms": ["coble", "nabarro_herring"]})) == ()


def test_check_tells_it_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        text = estimate.describe(case("140 degC"))
    assert "outside its range: lithium (lithium) power_law.rate" in text


def test_manifest_says_so():
    pytest.importorskip("dolfinx")
    hot = case("140 degC", lithium={"boundary_diffusivity": "gjostein"})
    made = build.materials(hot, {"lithium": 1})
    written = manifest(hot, made, outside(hot, made), "", {"lithium": 1}, "axisymmetric", "direct")
    first = written["out_of_range"][0]
    assert (first["part"], first["material"], first["key"]) == (
        "lithium",
        "lithium",
        "power_law.rate",
    )
    assert first["range"].startswith("temperature 248 K to 398 K")
    values = {one["key"]: one for one in written["materials"]["lithium"]["values"]}
    assert values["boundary_diffusivity.prefactor"]["alternative"] == "gjostein"
