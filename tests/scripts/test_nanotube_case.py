"""Nanotube bundles from case files: in three dimensions, in stacks, and in a run."""

import numpy as np
import pytest
from lisic.scripts.case import load_case
from lisic.scripts.geometries import geometry
from lisic.scripts.refusal import Refusal

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


def test_stacks_refuse_bundles_of_three_dimensions(read):
    with pytest.raises(Refusal) as caught:
        read(STACK)
    message = str(caught.value)
    assert "geometry.layer[2].cnt.ends" in message
    assert 'got "clipped"' in message
