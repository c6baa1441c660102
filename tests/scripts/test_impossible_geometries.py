"""Geometries that cannot be: one line with key, value and what is possible, and that this is.

Each request goes through the whole program. Where the refusal gives a number, the same request
with that number is built.
"""

import re
from typing import NamedTuple

import numpy as np
import pytest
from lisic.scripts import cli
from PIL import Image

STEP = '\n[[step]]\nkind = "press"\npressure = "1 MPa"\nover = "1 s"\n'
CIRCLES = """
kind = "porous_layer"
thickness = "1 um"
width = "1 um"
porosity = 0.11
pore_diameter = { median = "100 nm", sigma = 0.2 }
seed = 1
"""
SPHERES = """
kind = "porous_layer"
dimension = 3
thickness = "320 nm"
width = "240 nm"
porosity = 0.11
pore_diameter = { median = "80 nm", sigma = 0.1 }
seed = 1
element_size = "27 nm"
"""
FIELD = SPHERES.replace(
    'pore_diameter = { median = "80 nm", sigma = 0.1 }',
    'structure = "random_field"\npore_chord = "60 nm"',
)
BUNDLES = 'cnt = { weight_fraction = 0.10, bundle_diameter = "10 nm", length = "300 nm" }\n'
PARTICLES = """
kind = "particle_layer"
thickness = "0.3 um"
width = "0.3 um"
seed = 1
silicon_fraction = 0.369
bundle_length = "0.3 um"
"""
STACK = """
kind = "stack"
width = "1 um"
[[geometry.layer]]
name = "sus"
thickness = "1 um"
roughness = { rms = "20 nm", shortest = "250 nm" }
[[geometry.layer]]
name = "lisi"
thickness = "0.5 um"
element_size = "100 nm"
[[geometry.layer]]
name = "sse"
thickness = "1 um"
[materials]
sus = "steel"
lisi = "Li3.75Si"
sse = "Li6PS5Cl"
"""
IMAGE = """
kind = "image"
file = "sem.png"
pixel_size = "50 nm"
regions = ["pore", "lisi"]
thresholds = [95.0]
[materials]
lisi = "Li3.75Si"
"""
VOLUME = IMAGE.replace('"image"', '"volume"').replace("sem.png", "stack.npy")
VOLUME = VOLUME.replace("[95.0]", '[95.0]\nelement_size = "100 nm"')
NUMBER = r"([\d.]+(?:e-?\d+)?)"


class Request(NamedTuple):
    """What is asked for, what must be said, and the request that must be possible.

    ``possible`` is what takes the place of ``new``; its {} the number that ``said`` caught,
    times ``share``.
    """

    table: str
    old: str
    new: str
    said: str
    possible: str = ""
    share: float = 1.0


IMPOSSIBLE = {
    "70 % random circles": Request(
        CIRCLES,
        "porosity = 0.11",
        "porosity = 0.70",
        rf"porosity 0\.7 does not fit.* up to about {NUMBER} is possible",
        "porosity = {}",
        0.9,
    ),
    "spheres beyond what packs": Request(
        SPHERES,
        "porosity = 0.11",
        "porosity = 0.75",
        rf"porosity 0\.75 does not fit.* up to about {NUMBER} is possible.*random_field",
        "porosity = {}",
        0.8,
    ),
    "porosity 0": Request(
        CIRCLES,
        "porosity = 0.11",
        "porosity = 0.0",
        r"geometry\.porosity: got 0\.0; expected a value above 0",
    ),
    "porosity below 0": Request(
        CIRCLES,
        "porosity = 0.11",
        "porosity = -0.1",
        r"geometry\.porosity: got -0\.1; expected a value above 0",
    ),
    "porosity 1": Request(
        FIELD,
        "porosity = 0.11",
        "porosity = 1.0",
        r"geometry\.porosity: got 1\.0; expected a value below 1",
    ),
    "circle larger than the layer": Request(
        CIRCLES,
        '"100 nm", sigma = 0.2',
        '"5 um", sigma = 0.2',
        "median_diameter 5.0 um does not fit into a layer 1.0 um wide and 1.0 um thick",
    ),
    "sphere larger than the layer": Request(
        SPHERES,
        '"80 nm", sigma = 0.1',
        '"0.4 um", sigma = 0.1',
        "median_diameter 0.4 um does not fit into a layer 0.24 um wide and 0.32 um thick",
    ),
    "chord longer than the layer": Request(
        FIELD,
        '"60 nm"',
        '"0.4 um"',
        "mean_chord 0.4 um does not fit into a layer 0.24 um wide and 0.32 um thick",
    ),
    "aligned bundles longer than a cut": Request(
        CIRCLES.replace("0.11", "0.03") + BUNDLES,
        '"300 nm" }',
        '"2 um", persistence_length = "100 um", orientation = "aligned", axis = "y" }',
        rf"length \d\.\d+ um .*aligned to y .*up to (?:about )?{NUMBER} um is possible",
        '"{} um", persistence_length = "100 um", orientation = "aligned", axis = "y" }}',
        0.7,
    ),
    "bundles longer than their turning space in a cut": Request(
        CIRCLES.replace("1 um", "2 um") + BUNDLES,
        '"300 nm" }',
        '"11 um", persistence_length = "50 um" }',
        rf"bundles of 1\d\.\d+ um .*turning space .*up to about {NUMBER} um is possible",
        '"{} um", persistence_length = "50 um" }}',
    ),
    "aligned bundles longer than a layer in 3D": Request(
        SPHERES + BUNDLES,
        '"300 nm" }',
        '"2 um", persistence_length = "100 um", orientation = "aligned", axis = "z" }',
        rf"length 2 um .*aligned to z .*up to (?:about )?{NUMBER} um is possible",
        '"{} um", persistence_length = "100 um", orientation = "aligned", axis = "z" }}',
        0.7,
    ),
    "more silicon than packs": Request(
        PARTICLES,
        "silicon_fraction = 0.369",
        "silicon_fraction = 0.9",
        rf"silicon_fraction .*got 0\.9; random necked particles reach about {NUMBER}",
        "silicon_fraction = {}",
        0.95,
    ),
    "rough interfaces that cross": Request(
        STACK,
        'rms = "20 nm"',
        'rms = "2 um"',
        rf"layer sus, 1 um thick, .*rms 2 um; with this seed up to {NUMBER} times that",
        'rms = "{} um"',
        2.0,
    ),
    "layer thinner than its roughness": Request(
        STACK,
        'thickness = "0.5 um"\nelement_size = "100 nm"',
        'thickness = "10 nm"',
        r"layer lisi, 0\.01 um thick, .* by its rough faces of rms 0\.02 um.*or a thicker layer",
        'thickness = "100 nm"',
    ),
    "layer thinner than its elements": Request(
        STACK,
        'element_size = "100 nm"',
        'element_size = "0.8 um"',
        rf"layer lisi: element_size must be at most the layer's thickness {NUMBER} um, got 0\.8",
        'element_size = "{} um"',
    ),
    "pores larger than a layer of a stack": Request(
        STACK,
        'element_size = "100 nm"',
        'porosity = 0.2\npore_diameter = { median = "2 um", sigma = 0.0 }',
        rf"layer lisi: pores of median diameter 2 um .*up to {NUMBER} um is possible",
        'porosity = 0.2\npore_diameter = {{ median = "{} um", sigma = 0.0 }}',
        0.8,
    ),
    "shortest wave longer than a stack is wide": Request(
        STACK,
        'shortest = "250 nm"',
        'shortest = "2 um"',
        rf"upper face of layer sus: shortest .* exceed the longest, {NUMBER} um, got 2 um",
        'shortest = "{} um"',
    ),
    "waves that do not repeat with a stack's width": Request(
        STACK,
        'shortest = "250 nm"',
        'shortest = "2 um", longest = "3 um"',
        "upper face of layer sus: no wave .* width 1 um .*wavelengths are 1 um / 1, 2, 3",
        'shortest = "1 um"',
    ),
    "image without solid": Request(
        IMAGE,
        "[95.0]",
        "[200.0]",
        rf"sem\.png: there is no solid.* go from 40 to {NUMBER}: thresholds .*up to the last are",
        "[{}]",
    ),
    "image of one grey": Request(
        IMAGE,
        "sem.png",
        "black.png",
        r"black\.png: there is no solid.* go from 0 to 0: one region, that is not pore",
    ),
    "image whose pores are islands": Request(
        IMAGE,
        "[95.0]",
        "[95.0]\nsmallest_island = 500",
        rf"sem\.png: .*region pore; smallest_island = {NUMBER} is possible",
        "[95.0]\nsmallest_island = {}",
    ),
    "volume without solid": Request(
        VOLUME,
        "[95.0]",
        "[200.0]",
        r"stack\.npy: there is no solid.* go from 40 to 140: thresholds above the first",
        "[40.1]",
    ),
    "field finer than its elements": Request(
        FIELD,
        "porosity = 0.11",
        "porosity = 0.99",
        r"element_size 0\.027 um is too coarse to show this field at porosity 0\.99; 0\.0\d+ um or",
    ),
    "elements too small for any machine": Request(
        FIELD,
        '"27 nm"',
        '"0.05 nm"',
        r"tetrahedra, and 20,000,000 are possible: make them .* at least \d+\.?\d* times larger",
    ),
    "pores too small for any machine": Request(
        CIRCLES,
        '"100 nm"',
        '"0.05 nm"',
        r"triangles, and 2,000,000 are possible: make them \(and the pores, .* times larger",
    ),
    "one particle in a layer": Request(
        PARTICLES,
        "silicon_fraction = 0.369",
        "silicon_fraction = 0.001",
        rf"silicon_fraction 0\.001 is too few particles to join .*; about {NUMBER} or a thinner",
        "silicon_fraction = {}",
    ),
    "particles too small for any machine": Request(
        PARTICLES,
        "seed = 1",
        'seed = 1\nmedian_diameter = "0.5 nm"',
        r"triangles, and 2,000,000 are possible: make them .* times larger",
    ),
    "volume with elements as large": Request(
        VOLUME,
        '"100 nm"',
        '"2 um"',
        rf'stack\.npy: elements of 2 um .*element_size = "{NUMBER} um" is possible',
        '"{} um"',
    ),
    "volume with elements as small": Request(
        VOLUME,
        '"100 nm"',
        '"0.01 nm"',
        r"stack\.npy: .* tetrahedra, and 20,000,000 are possible: make them .* times larger",
    ),
}


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A folder with a micrograph, a black one and a stack of slices, each with one pore."""
    monkeypatch.chdir(tmp_path)
    pixels = np.full((30, 30), 140, dtype=np.uint8)
    pixels[10:20, 12:22] = 40
    Image.fromarray(pixels).save("sem.png")
    Image.fromarray(pixels * 0).save("black.png")
    voxels = np.full((12, 12, 12), 140, dtype=np.uint8)
    voxels[3:9, 3:9, 3:9] = 40
    np.save("stack.npy", voxels)
    return tmp_path


def write(folder, table):
    (folder / "case.toml").write_text(f'name = "impossible"\n[geometry]{table}{STEP}')
    return str(folder / "case.toml")


@pytest.mark.parametrize("label", IMPOSSIBLE)
def test_it_is_refused_with_what_is_possible_and_that_is(label, workplace, capsys):
    asked = IMPOSSIBLE[label]
    assert asked.table.count(asked.old) == 1
    case = write(workplace, asked.table.replace(asked.old, asked.new))
    before = sorted(workplace.rglob("*"))
    assert cli.main(["mesh", case, "-o", "out"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1, said
    assert said.startswith(f"lisic: {case}: geometry")
    found = re.search(asked.said, said)
    assert found is not None, said
    assert sorted(workplace.rglob("*")) == before
    if asked.possible:
        numbers = [f"{asked.share * float(number):.6g}" for number in found.groups()]
        possible = asked.possible.format(*numbers) if numbers else asked.possible
        write(workplace, asked.table.replace(asked.old, possible))
        assert cli.main(["mesh", case, "-o", "out"]) == 0, capsys.readouterr().err


# What can be told from the request, before anything is placed.
AT_SIGHT = sorted(
    set(IMPOSSIBLE)
    - {
        "70 % random circles",
        "spheres beyond what packs",
        "aligned bundles longer than a cut",
        "bundles longer than their turning space in a cut",
        "aligned bundles longer than a layer in 3D",
        "one particle in a layer",
    }
)


@pytest.mark.parametrize("label", AT_SIGHT)
def test_check_refuses_it_alike(label, workplace, capsys):
    asked = IMPOSSIBLE[label]
    case = write(workplace, asked.table.replace(asked.old, asked.new))
    assert cli.main(["check", case]) == 2
    assert re.search(asked.said, capsys.readouterr().err)
