"""Case files: what is read, what is filled in, what is refused and in which words."""
# ruff: noqa: E501 (in the table of broken cases, a row is a line)

import tomllib
from pathlib import Path

import pytest
from lisic.scripts.case import Case, load_case
from lisic.scripts.refusal import Refusal
from lisic.scripts.steps import Plate, Press, Release, Rest

CASES = Path(__file__).parents[2] / "scripts" / "cases"

LAYER = """
name = "layer"
temperature = "20 degC"

[geometry]
kind = "porous_layer"
thickness = "3.25 um"
width = "3.25 um"
porosity = 0.110355
pore_diameter = { median = "80 nm", sigma = 0.35 }
seed = 1

[[step]]
kind = "press"
pressure = "64 MPa"
over = "10 s"

[[step]]
kind = "plate"
current = "0.3 mA/cm^2"
charge = "0.1 mAh/cm^2"
temperature = "60 degC"
overpotential = "3.7 mV"

[[step]]
kind = "rest"
duration = "1 min"

[[step]]
kind = "release"
"""
CHANNEL = """
name = "channel"
[geometry]
kind = "channel"
radius = "50 nm"
length = "3.25 um"
[[step]]
kind = "plate"
current = "0.3 mA/cm^2"
charge = "0.01 mAh/cm^2"
"""
MESH = """
name = "shell"
[geometry]
kind = "mesh"
file = "shell.msh"
unit = "um"
[materials]
shell = "my-norton"
[materials.define.my-norton]
youngs_modulus = "7.82 GPa"
[[boundary]]
on = "inner"
kind = "pressure"
value = "1 MPa"
[[boundary]]
on = "outer"
kind = "displacement"
value = { x = "0 um" }
[[step]]
kind = "hold"
duration = "100 s"
"""
BUNDLES = 'cnt = { weight_fraction = 0.1, bundle_diameter = "10 nm"'
ALIGNED = BUNDLES + ', orientation = "aligned", axis = "x" }'
IN_PLANE = BUNDLES + ', orientation = "in_plane", through_pores = true }'
TEXTS = {"layer": LAYER, "channel": CHANNEL, "mesh": MESH}


@pytest.fixture
def write(tmp_path):
    """Write case text into a folder that also holds a file shell.msh."""
    (tmp_path / "shell.msh").write_text("any file: check reads no mesh")

    def to_file(text):
        path = tmp_path / "case.toml"
        path.write_text(text)
        return path

    return to_file


def edited(text, old, new):
    assert text.count(old) == 1, f"{old!r} must stand once in the case"
    return text.replace(old, new)


def test_a_case_is_in_internal_units(write):
    case = load_case(write(LAYER))
    press, plate, rest, release = case.step
    assert case.geometry.pore_diameter.median == pytest.approx(0.08, rel=1e-15)  # um
    assert isinstance(press, Press)
    assert press.pressure == 64.0  # MPa
    assert isinstance(plate, Plate)
    assert plate.current == pytest.approx(3.0, rel=1e-15)  # 0.3 mA/cm^2 = 3 A/m^2
    assert plate.charge == pytest.approx(3600.0, rel=1e-15)  # 0.1 mAh/cm^2 = 0.36 C/cm^2
    assert plate.duration == pytest.approx(1200.0, rel=1e-15)  # 3600 C/m^2 / 3 A/m^2
    assert plate.overpotential == 3.7  # mV
    assert isinstance(rest, Rest)
    assert rest.duration == 60.0
    assert isinstance(release, Release)
    assert release.duration == 1.0


def test_a_temperature_stays_until_another_is_set(write):
    case = load_case(write(LAYER))
    assert [step.temperature for step in case.step] == [293.15, 333.15, 333.15, 333.15]
    assert [step.temperature for step in load_case(write(CHANNEL)).step] == [293.15]


def test_regions_take_the_materials_of_their_geometry_by_default(write):
    text = LAYER + '[materials]\npore = "void"\n'
    text = edited(text, LAYER[LAYER.index('[[step]]\nkind = "plate"') : -1], "")
    case = load_case(write(text))
    names = ("lisi", "pore", "cnt", "platen")
    found = [case.material_of(name) for name in names]
    assert found == ["Li3.75Si", "void", "cnt-bundle", "steel"]
    assert case.lithium_regions == ()
    assert load_case(write(LAYER)).lithium_regions == ("pore",)


def test_overrides_and_definitions_are_kept_apart_from_regions(write):
    text = (
        LAYER
        + """
        [materials]
        lisi = "Li3.75Si"
        lithium.boundary_diffusivity = "1.2e-20 m^3/s"
        "Li3.75Si".flow_stress = "0.3 GPa"
        define.putty = { youngs_modulus = "1 GPa" }
        """
    )
    materials = load_case(write(text)).materials
    assert materials.regions["lisi"] == "Li3.75Si"
    assert materials.overrides == {
        "lithium": {"boundary_diffusivity": "1.2e-20 m^3/s"},
        "Li3.75Si": {"flow_stress": "0.3 GPa"},
    }
    assert materials.define == {"putty": {"youngs_modulus": "1 GPa"}}


def test_a_mesh_lies_beside_its_case_file(write, tmp_path, monkeypatch):
    path = write(MESH)
    monkeypatch.chdir("/")
    assert load_case(path).geometry.file == str(tmp_path / "shell.msh")


@pytest.mark.parametrize(
    "text",
    [
        LAYER,
        CHANNEL,
        MESH,
        edited(LAYER, "seed = 1", f"seed = 1\n{ALIGNED}"),
        edited(LAYER, "seed = 1", f"seed = 1\ndimension = 3\n{IN_PLANE}"),
        # a table under the name of a region that is also its material's name
        CHANNEL + '[materials]\nlithium.mechanisms = ["power_law"]\n',
        # floats with no short decimal form in internal units
        edited(LAYER, '"3.7 mV"', '"0.0033333333333333335 V"'),
        edited(LAYER, 'median = "80 nm"', 'median = "0.0031496063 thou"'),
        *(
            edited(MESH, 'kind = "pressure"\nvalue = "1 MPa"', new)
            for new in (
                'kind = "symmetry"',
                'kind = "spring"\nstiffness = "1 MPa/nm"',
                'kind = "platen"\ndisplacement = "1 nm"\nover = "3 s"',
                'kind = "traction"\nvalue = ["1 MPa", "0.1 kPa"]',
            )
        ),
    ],
)
def test_a_resolved_case_reads_back_as_the_same_case(write, text):
    case = load_case(write(text))
    resolved = case.to_toml()
    again = load_case(write(resolved))
    assert again == case
    assert again.to_toml() == resolved


def test_a_resolved_case_says_every_default(write):
    resolved = tomllib.loads(load_case(write(LAYER)).to_toml())
    assert resolved["geometry"]["nodes_per_pore"] == 16
    assert resolved["step"][3]["over"] == "1.0 s"
    assert resolved["step"][0]["temperature"] == "293.15 K"
    assert resolved["materials"]["platen"] == "steel"
    assert resolved["stepping"]["max_iterations"] == 15
    assert resolved["output"]["fields_every"] == 5


def test_a_resolved_case_says_the_defaults_of_its_kind_of_bundles_only(write):
    def bundles(text):
        resolved = load_case(write(edited(LAYER, "seed = 1", f"seed = 1\n{text}"))).to_toml()
        return tomllib.loads(resolved)["geometry"]["cnt"]

    common = {"weight_fraction", "bundle_diameter", "length", "persistence_length"}
    common |= {"orientation", "through_pores"}
    flat = bundles(BUNDLES + " }")
    assert set(flat) == common
    assert flat["orientation"] == "isotropic"
    aligned = bundles(ALIGNED)
    assert set(aligned) == common | {"axis", "spread"}
    assert aligned["spread"] == "10.0 deg"
    solid = bundles(f"dimension = 3\n{IN_PLANE}")
    assert set(solid) == common | {"ends"}
    assert (solid["ends"], solid["through_pores"]) == ("periodic", True)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_shipped_cases_are_valid(path):
    assert isinstance(load_case(path), Case)


# Each broken case: which text, what is replaced by what, and the words the refusal must hold:
# the key path, the value as the user wrote it, and what is expected.
BROKEN = {
    "unknown key": ("layer", "porosity =", "porositty =", ["geometry.porositty", "did you mean 'porosity'?"]),
    "unknown key of a step": ("layer", 'over = "10 s"', 'ovr = "10 s"', ["step[1].ovr", "did you mean 'over'?"]),
    "unknown table": ("layer", "[geometry]", "[solver]\nx = 1\n[geometry]", ["solver: got an unknown key", "geometry"]),
    "missing key": ("layer", 'thickness = "3.25 um"\n', "", ["geometry.thickness", "got nothing", "3.25 um"]),
    "no steps": ("channel", CHANNEL[CHANNEL.index("[[step]]"):], "", ["step: got nothing"]),
    "empty steps": ("channel", CHANNEL, "step = []\n" + CHANNEL[:CHANNEL.index("[[step]]")], ["step: got []", "at least 1"]),
    "missing unit": ("layer", 'thickness = "3.25 um"', "thickness = 3.25", ["geometry.thickness", "got 3.25", "with its unit"]),
    "unit left out of text": ("layer", 'median = "80 nm"', 'median = "80"', ["geometry.pore_diameter.median", 'got "80"', "with its unit"]),
    "unit of the wrong kind": ("layer", '"64 MPa"', '"64 nm"', ["step[1].pressure", 'got "64 nm"', "wrong kind", "MPa"]),
    "unit unheard of": ("layer", '"64 MPa"', '"64 frob"', ["step[1].pressure", 'got "64 frob"', "unknown unit"]),
    "number as text": ("layer", "porosity = 0.110355", 'porosity = "0.1"', ["geometry.porosity", 'got "0.1"', "expected a number"]),
    "number infinite": ("layer", "sigma = 0.35", "sigma = inf", ["geometry.pore_diameter.sigma", "got inf"]),
    "porosity above one": ("layer", "porosity = 0.110355", "porosity = 1.2", ["geometry.porosity", "got 1.2", "below 1"]),
    "negative length": ("layer", 'width = "3.25 um"', 'width = "-3.25 um"', ["geometry.width", 'got "-3.25 um"', "above 0"]),
    "four dimensions": ("layer", "seed = 1", "seed = 1\ndimension = 4", ["geometry.dimension", "got 4", "expected 2 or 3"]),
    "unknown structure": ("layer", "seed = 1", 'seed = 1\nstructure = "cubes"', ["geometry.structure", 'got "cubes"', "'spheres' or 'random_field'"]),
    "spheres without diameter": ("layer", 'pore_diameter = { median = "80 nm", sigma = 0.35 }\n', "", ["geometry.pore_diameter", "got nothing", 'structure = "spheres"']),
    "field without chord": ("layer", 'pore_diameter = { median = "80 nm", sigma = 0.35 }', 'structure = "random_field"', ["geometry.pore_chord", "got nothing", '"100 nm"']),
    "field with diameter": ("layer", "seed = 1", 'seed = 1\nstructure = "random_field"\npore_chord = "100 nm"', ["geometry.pore_diameter", "got { median", "expected pore_chord"]),
    "spheres with chord": ("layer", "seed = 1", 'seed = 1\npore_chord = "100 nm"', ["geometry.pore_chord", 'got "100 nm"', "expected pore_diameter"]),
    "open spheres": ("layer", "seed = 1", "seed = 1\nopen_pores = true", ["geometry.open_pores", "got true", "random_field"]),
    "overfilled": ("layer", "seed = 1", "seed = 1\nfilled = 1.5", ["geometry.filled", "got 1.5", "at most 1"]),
    "circles in three dimensions": ("layer", "seed = 1", "seed = 1\ndimension = 3\nnodes_per_pore = 16", ["geometry.nodes_per_pore", "got 16", "spheres in 2D"]),
    "growing elements in the plane": ("layer", "seed = 1", 'seed = 1\nlargest_element = "1 um"', ["geometry.largest_element", 'got "1 um"', "3D only"]),
    "plate where nothing is filled": ("layer", "seed = 1", "seed = 1\nfilled = 0", ["step[2].kind", 'got "plate"', "no region"]),
    "seed true": ("layer", "seed = 1", "seed = true", ["geometry.seed", "got true", "whole number"]),
    "negative seed": ("layer", "seed = 1", "seed = -1", ["geometry.seed", "got -1", "at least 0"]),
    "coarse pores": ("layer", "seed = 1", "seed = 1\nnodes_per_pore = 4", ["geometry.nodes_per_pore", "got 4", "at least 10"]),
    "too much carbon": ("layer", "seed = 1", 'seed = 1\ncnt = { weight_fraction = 0.6, bundle_diameter = "10 nm" }', ["geometry.cnt.weight_fraction", "got 0.6", "below 0.5"]),
    "unknown orientation": ("layer", "seed = 1", f'seed = 1\n{BUNDLES}, orientation = "upright" }}', ["geometry.cnt.orientation", 'got "upright"', "'isotropic', 'in_plane' or 'aligned'"]),
    "aligned to nothing": ("layer", "seed = 1", f'seed = 1\n{BUNDLES}, orientation = "aligned" }}', ["geometry.cnt.axis", "got nothing", 'such as "x"']),
    "axis of isotropic bundles": ("layer", "seed = 1", f'seed = 1\n{BUNDLES}, axis = "x" }}', ["geometry.cnt.axis", 'got "x"', 'goes with orientation = "aligned"']),
    "spread of isotropic bundles": ("layer", "seed = 1", f'seed = 1\n{BUNDLES}, spread = "10 deg" }}', ["geometry.cnt.spread", 'got "10 deg"', 'goes with orientation = "aligned"']),
    "spread without unit": ("layer", "seed = 1", f"seed = 1\n{ALIGNED[:-1]}, spread = 10 }}", ["geometry.cnt.spread", "got 10", "with its unit"]),
    "spread to all sides": ("layer", "seed = 1", f'seed = 1\n{ALIGNED[:-1]}, spread = "60 deg" }}', ["geometry.cnt.spread", 'got "60 deg"', "at most 45"]),
    "no plane in a cut": ("layer", "seed = 1", f'seed = 1\n{BUNDLES}, orientation = "in_plane" }}', ["geometry.cnt.orientation", 'got "in_plane"', 'in 2D "isotropic"']),
    "no z in a cut": ("layer", "seed = 1", f'seed = 1\n{BUNDLES}, orientation = "aligned", axis = "z" }}', ["geometry.cnt.axis", 'got "z"', 'in 2D "x", along the layer, or "y"']),
    "clipped in a cut": ("layer", "seed = 1", f'seed = 1\n{BUNDLES}, ends = "clipped" }}', ["geometry.cnt.ends", 'got "clipped"', "dimension = 3"]),
    "through pores in a cut": ("layer", "seed = 1", f"seed = 1\n{BUNDLES}, through_pores = true }}", ["geometry.cnt.through_pores", "got true", "dimension = 3"]),
    "bundles in a flat field": ("layer", 'pore_diameter = { median = "80 nm", sigma = 0.35 }', f'structure = "random_field"\npore_chord = "100 nm"\n{BUNDLES} }}', ["geometry.cnt: got", "in 2D nanotubes go with circles"]),
    "odd elements": ("channel", 'radius = "50 nm"', 'radius = "50 nm"\nelements_across = 7', ["geometry.elements_across", "got 7", "multiple of 2"]),
    "unknown geometry": ("channel", 'kind = "channel"', 'kind = "tunnel"', ["geometry.kind", 'got "tunnel"', "expected one of porous_layer", "channel", "mesh"]),
    "no geometry kind": ("channel", 'kind = "channel"', "", ["geometry.kind", "got nothing", "channel"]),
    "geometry is text": ("channel", '[geometry]\nkind = "channel"\nradius = "50 nm"\nlength = "3.25 um"', 'geometry = "channel"', ["geometry", 'got "channel"', "table"]),
    "step kind to come": ("channel", 'kind = "plate"', 'kind = "strip"', ["step[1].kind", 'got "strip"', "press, plate, rest, release, hold"]),
    "bad name": ("channel", 'name = "channel"', 'name = "../channel"', ["name", 'got "../channel"', "letters, digits"]),
    "no such mesh": ("mesh", "shell.msh", "shall.msh", ["geometry.file", 'got "shall.msh"', "mesh file"]),
    "unknown mesh unit": ("mesh", 'unit = "um"', 'unit = "mil"', ["geometry.unit", 'got "mil"', "'um', 'nm', 'mm' or 'm'"]),
    "unknown region": ("layer", "[geometry]", '[materials]\nlissi = "Li3.75Si"\n[geometry]', ["materials.lissi", '"Li3.75Si"', "did you mean 'lisi'?"]),
    "override of nothing": ("layer", "[geometry]", '[materials]\nlithum.size = "1 um"\n[geometry]', ["materials.lithum", "did you mean 'lithium'?"]),
    "material is a number": ("layer", "[geometry]", "[materials]\nlisi = 3\n[geometry]", ["materials.lisi", "got 3", "material's name"]),
    "definition is text": ("layer", "[geometry]", '[materials]\ndefine.putty = "soft"\n[geometry]', ["materials.define.putty", 'got "soft"', "table"]),
    "boundary of a layer": ("layer", "[geometry]", '[[boundary]]\non = "top"\nkind = "symmetry"\n[geometry]', ["boundary: got 1", "porous_layer"]),
    "boundary twice": ("mesh", 'on = "outer"\nkind = "displacement"\nvalue = { x = "0 um" }', 'on = "inner"\nkind = "pressure"\nvalue = "2 MPa"', ["boundary[2].on", 'got "inner"', "one pressure"]),
    "boundary without axis": ("mesh", '{ x = "0 um" }', "{}", ["boundary[2].value", "expected x, y or z"]),
    "boundary with unknown axis": ("mesh", '{ x = "0 um" }', '{ r = "0 um" }', ["boundary[2].value.r", "x, y, z"]),
    "traction in one axis": ("mesh", 'kind = "pressure"\nvalue = "1 MPa"', 'kind = "traction"\nvalue = ["1 MPa"]', ["boundary[1].value", "at least 2"]),
    "traction without unit": ("mesh", 'kind = "pressure"\nvalue = "1 MPa"', 'kind = "traction"\nvalue = ["1 MPa", 0]', ["boundary[1].value[2]", "got 0", "with its unit"]),
    "platen undriven": ("mesh", 'kind = "pressure"\nvalue = "1 MPa"', 'kind = "platen"', ["boundary[1]", "got neither", "expected one"]),
    "zero current": ("layer", '"0.3 mA/cm^2"', '"0 mA/cm^2"', ["step[2].current", 'got "0 mA/cm^2"', "above 0"]),
    "charge out of reach": ("layer", '"0.3 mA/cm^2"', '"1e-12 mA/cm^2"', ["step[2].charge", 'got "0.1 mAh/cm^2"', "this makes 3.6e+14 s"]),
    "no overpotential": ("layer", 'overpotential = "3.7 mV"', "", ["step[2].overpotential", "got nothing", "3.7 mV"]),
    "zero duration": ("layer", '"1 min"', '"0 s"', ["step[3].duration", 'got "0 s"', "above 0"]),
    "negative duration": ("layer", '"10 s"', '"-1 s"', ["step[1].over", 'got "-1 s"', "above 0"]),
    "endless rest": ("layer", '"1 min"', '"1e10 s"', ["step[3].duration", 'got "1e10 s"', "at most 1e+09 s"]),
    "molten lithium": ("layer", '"60 degC"', '"200 degC"', ["step[2].temperature", 'got "200 degC"', "lithium melts"]),
    "molten from the start": ("layer", 'temperature = "20 degC"', 'temperature = "180.5 degC"', [": temperature: ", 'got "180.5 degC"', "453.65 K"]),
    "below absolute zero": ("layer", '"60 degC"', '"-300 degC"', ["step[2].temperature", 'got "-300 degC"', "above 0"]),
    "press in a channel": ("channel", "[[step]]", '[[step]]\nkind = "press"\npressure = "1 MPa"\nover = "1 s"\n[[step]]', ["step[1].kind", 'got "press"', "no platen"]),
    "release of nothing": ("layer", '"64 MPa"', '"0 MPa"', ["step[4].kind", 'got "release"', "no pressure to release"]),
    "plate into void": ("layer", "[geometry]", '[materials]\npore = "void"\n[geometry]', ["step[2].kind", 'got "plate"', "no region"]),
    "plate into a shell": ("mesh", 'kind = "hold"\nduration = "100 s"', 'kind = "plate"\ncurrent = "1 A/m^2"\ncharge = "1 C/m^2"\noverpotential = "1 mV"', ["step[1].kind", 'got "plate"', "no region"]),
    "time steps out of order": ("channel", "[geometry]", "[stepping]\ninitial_fraction = 0.5\n[geometry]", ["stepping.initial_fraction", "got 0.5", "largest_fraction = 0.05"]),
    "broken TOML": ("channel", "[geometry]", "[geometry", ["broken TOML", "line 3"]),
}  # fmt: skip


@pytest.mark.parametrize("label", BROKEN)
def test_a_broken_case_is_refused_with_key_value_and_expectation(write, label):
    text, old, new, words = BROKEN[label]
    path = write(edited(TEXTS[text], old, new))
    with pytest.raises(Refusal) as caught:
        load_case(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    for word in words:
        assert word in message
    assert len(message.splitlines()) <= 2


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Refusal, match=r"nope\.toml: got No such file or directory; expected"):
        load_case(tmp_path / "nope.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "case.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refusal, match=r"expected TOML in UTF-8"):
        load_case(tmp_path / "case.toml")


def test_further_faults_are_named_on_a_second_line(write):
    text = edited(LAYER, "porosity = 0.110355", "porosity = 1.2")
    text = edited(text, '"64 MPa"', '"64 nm"')
    with pytest.raises(Refusal) as caught:
        load_case(write(text))
    first, second = str(caught.value).splitlines()
    assert "geometry.porosity" in first
    assert second == "  also wrong: step[1].pressure"


def test_a_misspelt_key_is_not_reported_as_missing_too(write):
    with pytest.raises(Refusal) as caught:
        load_case(write(edited(LAYER, "thickness =", "thicknes =")))
    assert str(caught.value).endswith(
        "geometry.thicknes: got an unknown key; did you mean 'thickness'?"
    )


def test_a_temperature_that_is_carried_on_is_reported_once(write):
    with pytest.raises(Refusal) as caught:
        load_case(write(edited(LAYER, '"60 degC"', '"-300 degC"')))
    assert str(caught.value).endswith(
        'step[2].temperature: got "-300 degC"; expected a value above 0'
    )


def test_a_line_break_in_a_value_stays_on_its_line(write):
    with pytest.raises(Refusal) as caught:
        load_case(write(edited(LAYER, '"64 MPa"', '"64\\nMPa\\n!"')))
    assert len(str(caught.value).splitlines()) == 1
