"""Bundles in a porous layer in 3D: amounts, clear of pores, repeatable, impossible ones."""

import json
from dataclasses import replace
from math import exp, pi, sqrt

import numpy as np
import pytest
from lisic.mesh.nanotube_bundles import Bundles
from lisic.mesh.porous_volume import FieldPores, PorousVolume, SpherePores

BUNDLES = Bundles(
    volume_fraction=0.02,
    diameter=0.005,
    length=0.2,
    persistence_length=0.2,
    weight_fraction=0.1,
)
# Eight or so pores of 70 nm.
LAYER = PorousVolume(
    0.3, 0.3, 0.110355, SpherePores(0.07, 0.2), seed=1, element_size=0.018, nanotubes=BUNDLES
)


@pytest.fixture(scope="module")
def built():
    return LAYER.build()


def in_pores(mesh, points):
    """Share of ``points`` that lie in cells of a pore, by brute force over those cells."""
    corners = mesh.points[mesh.cells[mesh.body > 0]]
    inverse = np.linalg.inv(np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2))
    found = np.zeros(len(points), dtype=bool)
    for part in np.array_split(np.arange(len(points)), 1 + len(points) // 50):
        at = np.einsum("cij,cpj->cpi", inverse, points[part][None] - corners[:, :1])
        found[part] = ((at >= 0).all(axis=2) & (at.sum(axis=2) <= 1)).any(axis=0)
    return found.mean()


def middles(mesh):
    return mesh.curve_points[mesh.curves].mean(axis=1)


def test_the_report_tells_amount_shape_and_contacts(built):
    _, report = built
    fibres = report["fibres"]
    # 0.02 * 0.027 / (pi/4 * 25e-6) = 27.50 um: 137 bundles and one of 0.1 um.
    total = 0.02 * 0.027 / (pi / 4 * 25e-6)
    assert fibres["number"] == 138
    assert fibres["total_length_um"] == pytest.approx(total)
    assert fibres["length_um"] == pytest.approx(total / 138)
    assert fibres["volume_fraction"] == pytest.approx(0.02)
    assert fibres["weight_fraction"] == pytest.approx(0.1)
    tensor = np.array(fibres["orientation_tensor"])
    assert np.trace(tensor) == pytest.approx(1)
    # Of 138 bundles of one persistence length, less free between pores and faces.
    assert tensor == pytest.approx(np.eye(3) / 3, abs=0.15)
    # Kratky-Porod at L/P = 1: <R^2>/L^2 = 2 exp(-1).
    assert fibres["end_to_end_ratio_rms_of_a_free_chain"] == pytest.approx(sqrt(2 * exp(-1)))
    assert fibres["end_to_end_ratio_rms"] == pytest.approx(sqrt(2 * exp(-1)), abs=0.08)
    assert fibres["touching_pairs"] > 0
    assert fibres["clusters"] <= 138
    json.dumps(report)


def test_curves_lie_in_the_solid_of_the_same_layer(built):
    mesh, _ = built
    assert (mesh.curve_points >= 0).all()
    assert (mesh.curve_points <= 0.3).all()
    assert in_pores(mesh, middles(mesh)) == 0
    bare, _ = replace(LAYER, nanotubes=None).build()
    assert len(bare.curves) == 0
    assert np.array_equal(mesh.points, bare.points)
    assert np.array_equal(mesh.region, bare.region)


def test_the_same_seed_gives_the_same_curves(built):
    again, _ = LAYER.build()
    assert again.checksum() == built[0].checksum()


def test_through_pores_where_asked():
    through = replace(BUNDLES, through_pores=True, orientation="in_plane", ends="clipped")
    mesh, report = replace(LAYER, nanotubes=through).build()
    assert in_pores(mesh, middles(mesh)) == pytest.approx(0.110355, abs=0.04)
    fibres = report["fibres"]
    assert fibres["volume_fraction"] == pytest.approx(0.02)
    assert np.array(fibres["orientation_tensor"])[2] == pytest.approx(0, abs=1e-12)
    assert fibres["orientation"] == "in_plane"


def test_between_the_pores_of_a_field():
    field = replace(LAYER, porosity=0.3, pores=FieldPores(0.08), element_size=0.025)
    mesh, report = field.build()
    assert in_pores(mesh, middles(mesh)) == 0
    assert report["fibres"]["volume_fraction"] == pytest.approx(0.02)


def test_what_has_no_room_is_refused():
    # One straight bundle, across thirteen periods.
    one = 4.0 * BUNDLES.section / 0.027
    stiff = replace(BUNDLES, volume_fraction=one, length=4.0, persistence_length=500.0)
    with pytest.raises(ValueError, match=r"0 of 1 were .* up to about [012]\.\d+ um is possible"):
        replace(LAYER, nanotubes=stiff).build()
    with pytest.raises(ValueError, match=r"more than the solid .* less than 0\.8896 is possible"):
        replace(LAYER, nanotubes=replace(BUNDLES, volume_fraction=0.9))
