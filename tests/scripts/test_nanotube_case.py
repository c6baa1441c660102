"""Nanotube bundles from case files: in three dimensions, in stacks, and in a run."""

import json
import re

import gmsh
import numpy as np
import pytest
from lisic.mesh.planar import session
from lisic.scripts.build import materials
from lisic.scripts.case import load_case
from lisic.scripts.geometries import geometry
from lisic.scripts.refusal import Refusal
from small_runs import history, lisic

# 0.25 x 0.25 x 0.3 um with spheres; 10 % by weight of nanotubes.
LAYER = """
name = "nanotubes"
[geometry]
kind = "porous_layer"
dimension = 3
thickness = "300 nm"
width = "250 nm"
porosity = 0.110355
pore_diameter = { median = "80 nm", sigma = 0.2 }
element_size = "30 nm"
seed = 1
[geometry.cnt]
weight_fraction = 0.10
bundle_diameter = "8 nm"
length = "200 nm"
persistence_length = "300 nm"
[[step]]
kind = "press"
pressure = "10 MPa"
over = "1 s"
"""
STACK = """
name = "stack"
[geometry]
kind = "stack"
width = "1 um"
[[geometry.layer]]
name = "sse"
thickness = "1 um"
[[geometry.layer]]
name = "lisi"
thickness = "1 um"
cnt = { weight_fraction = 0.1, bundle_diameter = "10 nm", ends = "clipped" }
[[step]]
kind = "press"
pressure = "10 MPa"
over = "1 s"
"""


@pytest.fixture
def read(tmp_path):
    """Read case text."""

    def load(text):
        (tmp_path / "case.toml").write_text(text)
        return load_case(tmp_path / "case.toml")

    return load


def in_tetrahedra(points, corners):
    """Whether each point (n, 3) is in any of the tetrahedra (m, 4, 3), by brute force."""
    inverse = np.linalg.inv(np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2))
    inside = np.zeros(len(points), dtype=bool)
    for origin, to_barycentric in zip(corners[:, 0], inverse, strict=True):
        at = (points - origin) @ to_barycentric.T
        inside |= (at >= 0).all(axis=1) & (at.sum(axis=1) <= 1)
    return inside


@pytest.mark.parametrize(
    "pores",
    [
        'pore_diameter = { median = "80 nm", sigma = 0.2 }',
        'structure = "random_field"\npore_chord = "60 nm"',
    ],
    ids=["spheres", "field"],
)
def test_bundles_of_a_case_lie_in_the_solid_of_three_dimensions(read, pores):
    text = LAYER.replace('pore_diameter = { median = "80 nm", sigma = 0.2 }', pores)
    case = read(text)
    mesh, report = geometry(case).build()
    # In 1 g of the dry layer 0.1/2.1 cm3 are carbon and 0.9/2.33 silicon, which swells to 3.680 of
    # its volume: 0.04762/(0.04762 + 1.4214) = 0.03242 of the solid, 0.889645 of the layer.
    fibres = report["fibres"]
    assert fibres["volume_fraction"] == pytest.approx(0.02884, abs=1e-5)
    assert fibres["weight_fraction"] == pytest.approx(0.10, rel=1e-9)
    assert fibres["ends"] == "periodic"
    assert report["shortcomings"] == []
    # All along every curve, no point is in a pore.
    assert len(mesh.fibres) == 0
    ends = mesh.curve_points[mesh.curves]
    places = ends[:, :1] + np.linspace(0, 1, 5)[:, None] * (ends[:, 1:] - ends[:, :1])
    pores = mesh.points[mesh.cells[mesh.region == mesh.regions["pore"]]]
    assert not in_tetrahedra(places.reshape(-1, 3), pores).any()


# Cuts are refused in the words of weight fractions, too.
CUT = LAYER.replace("dimension = 3", "").replace("element_size", "# element_size")


@pytest.mark.parametrize(
    ("text", "key", "old", "new", "words"),
    [
        (
            LAYER,
            "weight_fraction",
            "0.10",
            "0.001",
            r"weight_fraction 0.001 .* at least ([\d.]+) is",
        ),
        (CUT, "weight_fraction", "0.10", "0.01", r"weight_fraction 0.01 .* at least ([\d.]+) is"),
        (CUT, "weight_fraction", "0.10", "0.49", r"weight_fraction 0.49 .* up to about ([\d.]+)"),
        (
            LAYER,
            "length",
            '"200 nm"',
            '"500 nm"\norientation = "aligned"\naxis = "z"',
            "up to about (.*) um",
        ),
    ],
)
def test_what_a_refusal_says_is_possible_is(read, text, key, old, new, words):
    with pytest.raises(ValueError, match=words) as caught:
        geometry(read(text.replace(f"{key} = {old}", f"{key} = {new}"))).build()
    said = re.search(words, str(caught.value)).group(1)
    possible = new.replace("500 nm", f"{said} um") if key == "length" else said
    geometry(read(text.replace(f"{key} = {old}", f"{key} = {possible}"))).build()


def test_stacks_refuse_bundles_of_three_dimensions(read):
    with pytest.raises(Refusal) as caught:
        read(STACK)
    message = str(caught.value)
    assert "geometry.layer[2].cnt.ends" in message
    assert 'got "clipped"' in message


# A block of 1 x 1 x 1 um of 1 GPa, drawn out by 1 % along z, and a fibre of 100 nm across along
# its middle.
BLOCK = """
name = "block"
[geometry]
kind = "mesh"
file = "block.msh"
unit = "um"
fibres = { group = "wire", diameter = "100 nm" }
[materials]
block = "rubber"
wire = "tungsten"
[materials.define.rubber]
youngs_modulus = "1 GPa"
poisson_ratio = 0.0
[materials.define.tungsten]
youngs_modulus = "200 GPa"
poisson_ratio = 0.28
[[boundary]]
on = "x0"
kind = "symmetry"
[[boundary]]
on = "y0"
kind = "symmetry"
[[boundary]]
on = "z0"
kind = "symmetry"
[[boundary]]
on = "z1"
kind = "displacement"
value = { z = "10 nm" }
over = "1 s"
[[step]]
kind = "hold"
duration = "1 s"
[stepping]
initial_fraction = 1.0
largest_fraction = 1.0
"""


def write_block(path, *, embedded):
    """A unit cube, its sides x0, y0, z0 and z1, and a line from z0 to z1 as group wire."""
    with session():
        geo, mesh = gmsh.model.occ, gmsh.model.mesh
        block = geo.addBox(0, 0, 0, 1, 1, 1)
        wire = geo.addLine(geo.addPoint(0.43, 0.52, 0), geo.addPoint(0.43, 0.52, 1))
        if embedded:
            geo.fragment([(3, block)], [(1, wire)])
        geo.synchronize()
        wire = next(
            tag
            for _, tag in gmsh.model.getEntities(1)
            if gmsh.model.getBoundingBox(1, tag)[0] == pytest.approx(0.43, abs=1e-3)
        )
        gmsh.model.addPhysicalGroup(3, [block], -1, "block")
        gmsh.model.addPhysicalGroup(1, [wire], -1, "wire")
        for name, k, at in (("x0", 0, 0), ("y0", 1, 0), ("z0", 2, 0), ("z1", 2, 1)):
            sides = [
                tag
                for _, tag in gmsh.model.getEntities(2)
                if gmsh.model.getBoundingBox(2, tag)[k] == pytest.approx(at, abs=1e-3)
                and gmsh.model.getBoundingBox(2, tag)[k + 3] == pytest.approx(at, abs=1e-3)
            ]
            gmsh.model.addPhysicalGroup(2, sides, -1, name)
        gmsh.option.setNumber("Mesh.MeshSizeMax", 0.5)
        mesh.generate(3)
        gmsh.write(str(path))


@pytest.mark.parametrize("embedded", [True, False])
def test_a_fibre_of_a_users_mesh_bears_its_part(tmp_path, embedded):
    write_block(tmp_path / "block.msh", embedded=embedded)
    (tmp_path / "case.toml").write_text(BLOCK)
    lisic("run", tmp_path / "case.toml", "-o", tmp_path / "run")
    report = json.loads((tmp_path / "run" / "mesh" / "report.json").read_text())["fibres"]
    along, across = report["segments_along_edges"], report["segments_across_cells"]
    assert (along > 0, across > 0) == (embedded, not embedded)
    columns = history(tmp_path / "run")
    # At a stretch of 1.01 a force per first section is E ln(1.01)/1.01 = 0.00985182 E, without
    # lateral strain. The block bears 9.85182 uN, the wire of 200 GPa and pi/4 x 0.01 um2 15.4752.
    assert columns["fibre_stress_mean_mpa"][-1] == pytest.approx(1970.36, rel=1e-5)
    assert columns["fibre_stress_min_mpa"][-1] == pytest.approx(1970.36, rel=1e-5)
    assert columns["force_z_un_z1"][-1] == pytest.approx(9.85182 + 15.4752, rel=1e-5)
    # Uniform, as the block's section stays 1 um2.
    assert columns["mises_max_mpa_block"][-1] == pytest.approx(9.85182, rel=1e-5)


def test_the_group_of_fibres_needs_a_material_of_its_name(read, tmp_path):
    write_block(tmp_path / "block.msh", embedded=True)
    case = read(BLOCK.replace('wire = "tungsten"\n', ""))
    mesh, _ = geometry(case).build()
    with pytest.raises(Refusal, match=r"materials\.wire: material 'wire': unknown; known are"):
        materials(case, mesh.regions)
