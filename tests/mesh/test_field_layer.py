"""Layers in 2D with pores of a random field: porosity, size, openness, mixes, period, refusals."""

import json
from dataclasses import replace

import numpy as np
import pytest
from lisic.mesh.field_layer import FieldLayer
from lisic.mesh.filling import left_empty

SMALL = FieldLayer(thickness=0.8, width=1.0, porosity=0.110355, mean_chord=0.1, seed=1)


def group(mesh, name):
    return mesh.facets[mesh.facet_tag == mesh.facet_groups[name]]


@pytest.mark.parametrize(("porosity", "chord"), [(0.110355, 0.1), (0.3, 0.14), (0.58546, 0.3)])
def test_porosity_and_chord_are_met_on_the_mesh(porosity, chord):
    mesh, report = replace(SMALL, porosity=porosity, mean_chord=chord).build()
    area = mesh.volumes()
    pores = mesh.region == mesh.regions["pore"]
    assert area.sum() == pytest.approx(0.8, rel=1e-12)
    assert area[pores].sum() / 0.8 == pytest.approx(porosity, abs=5e-4)
    # Mean chord pi A / P, with P counted from the tagged walls.
    ends = mesh.points[group(mesh, "pore_wall")]
    wall = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum()
    assert np.pi * area[pores].sum() / wall == pytest.approx(chord, rel=0.03)
    assert report["pores"]["mean_chord_um"] == pytest.approx(chord, rel=0.03)
    assert report["quality"]["min_angle_deg"] >= 5
    assert report["pores"]["cells_in_smallest_piece"] >= 8
    assert report["shortcomings"] == []
    json.dumps(report)


def test_size_and_porosity_are_independent():
    # At one porosity, half the chord is twice the wall.
    walls = []
    for chord in (0.1, 0.2):
        mesh, _ = replace(SMALL, porosity=0.3, mean_chord=chord, element_size=0.02).build()
        ends = mesh.points[group(mesh, "pore_wall")]
        walls.append(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum())
    assert walls[0] / walls[1] == pytest.approx(2.0, rel=0.06)


def test_sides_are_alike_to_the_last_bit_and_seeds_repeat():
    mesh, report = SMALL.build()
    sides = [np.sort(mesh.points[group(mesh, side)][..., 1], axis=1) for side in ("left", "right")]
    assert np.array_equal(*(np.unique(side, axis=0) for side in sides))
    for name, axis, place in (("separator", 1, 0.0), ("collector", 1, 0.8), ("right", 0, 1.0)):
        assert set(mesh.points[group(mesh, name)][..., axis].ravel()) == {place}
    assert report["checks"] == "passed"
    assert SMALL.build()[0].checksum() == mesh.checksum()
    assert replace(SMALL, seed=2).build()[0].checksum() != mesh.checksum()


def test_open_pores_all_reach_the_collector():
    asked = replace(SMALL, porosity=0.58546, mean_chord=0.15, open_pores=True)
    _, report = asked.build()
    assert report["structure"]["pores"]["share_open_to_high_face"] == pytest.approx(1.0)
    assert report["pores"]["porosity"] == pytest.approx(0.58546, abs=5e-4)
    _, closed = replace(asked, open_pores=False).build()
    assert closed["structure"]["pores"]["share_open_to_high_face"] < 0.9999


def test_open_pores_that_come_in_too_large_pieces_are_refused():
    # In a plane pores join at 50 %: below, branches come and go as a whole.
    with pytest.raises(ValueError, match=r"open_pores: pores that reach .* are possible"):
        replace(SMALL, porosity=0.3, mean_chord=0.2, open_pores=True, element_size=0.03).build()


def test_a_mix_of_filled_and_empty_pores():
    mesh, report = replace(SMALL, filled=0.4).build()
    area = mesh.volumes()
    full, empty = (area[mesh.region == mesh.regions[name]].sum() for name in ("pore", "void"))
    assert full / (full + empty) == pytest.approx(0.4, abs=0.05)
    assert report["pores"]["filled"] == pytest.approx(full / (full + empty))
    for body in range(1, mesh.body.max() + 1):
        assert len(np.unique(mesh.region[mesh.body == body])) == 1
    assert "pore" not in replace(SMALL, filled=0.0).build()[0].regions


def test_a_pore_too_large_to_be_filled_in_part_is_refused():
    body, volume = np.array([0, 1, 1, 2]), np.array([5.0, 4.0, 4.0, 2.0])
    # Bodies of 0.8 and 0.2: filled 1, 0.8, 0.2 or 0 are possible.
    for filled in (1.0, 0.8, 0.2, 0.0):
        empty = left_empty(body, volume, filled, np.random.default_rng(0))
        held = np.bincount(body, volume)[empty].sum() / 10
        assert held == pytest.approx(1 - filled)
    with pytest.raises(ValueError, match=r"filled 0\.5 can't be met.* takes 0\.8 of all"):
        left_empty(body, volume, 0.5, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"porosity": 1.0}, "porosity must lie between 0 and 1, got 1.0"),
        ({"porosity": float("nan")}, "porosity must lie between 0 and 1, got nan"),
        ({"mean_chord": 0.9}, "mean_chord 0.9 um does not fit"),
        ({"mean_chord": float("nan")}, "mean_chord must be a positive length"),
        ({"width": 0.0}, "width must be a positive length"),
        ({"element_size": -1.0}, "element_size must be a positive length"),
        ({"filled": 1.5}, "filled must lie in 0..1, got 1.5"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_refused_values(change, message):
    with pytest.raises(ValueError, match=message):
        replace(SMALL, **change)


def test_pores_of_a_size_that_the_sample_cannot_hold_are_refused():
    # 2 % of 0.8 um2 is the area of one or two pores with chords of 0.1 um.
    with pytest.raises(ValueError, match=r"so small a sample|can't be met on this mesh"):
        replace(SMALL, porosity=0.02, mean_chord=0.3).build()
