"""The layer: porosity, periodicity, names, repeatability, refusals."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from lisic.mesh import quality
from lisic.mesh.porous_layer import Nanotubes, PorousLayer

SMALL = PorousLayer(
    thickness=1.0, width=1.2, porosity=0.110355, median_diameter=0.08, sigma=0.35, seed=1
)
BUNDLES = Nanotubes(area_fraction=0.02, diameter=0.01, length=0.5, persistence_length=1.0)


def group(mesh, name):
    return mesh.facets[mesh.facet_tag == mesh.facet_groups[name]]


@pytest.mark.parametrize(
    ("porosity", "seed"), [(0.02, 3), (0.110355, 1), (0.110355, 2), (0.2, 4), (0.3, 5), (0.35, 6)]
)
def test_porosity_is_met_on_the_meshed_area(porosity, seed):
    mesh, report = replace(SMALL, porosity=porosity, seed=seed).build()
    areas = mesh.volumes()
    assert areas[mesh.region == mesh.regions["pore"]].sum() / 1.2 == pytest.approx(
        porosity, abs=1e-10
    )
    assert areas.sum() == pytest.approx(1.2, rel=1e-12)
    assert report["quality"]["min_angle_deg"] > 12
    assert report["pores"]["cells_in_smallest_piece"] >= 8
    assert report["pores"]["smallest_gap_um"] > 0
    json.dumps(report)


def test_every_pore_has_the_area_of_its_circle_also_when_a_side_cuts_it():
    mesh, report = SMALL.build()
    areas = np.bincount(mesh.body, mesh.volumes())[1:]
    diameter = np.array([mesh.size[mesh.body == n][0] for n in range(1, len(areas) + 1)])
    assert areas == pytest.approx(np.pi / 4 * diameter**2, rel=1e-10)
    assert len(areas) == report["pores"]["number"]
    assert (mesh.size[mesh.body == 0] == 0).all()
    # Some pore lies at both lateral sides, under one number.
    x = mesh.points[mesh.cells].mean(axis=1)[:, 0]
    both = set(mesh.body[x < 0.1]) & set(mesh.body[x > 1.1]) - {0}
    assert both


def test_median_and_report_of_the_paper_layer():
    layer = PorousLayer(3.25, 3.25, 0.110355, 0.08, 0.35, seed=1)
    mesh, report = layer.build()
    assert report["pores"]["median_diameter_um"] == pytest.approx(0.08, rel=0.03)
    assert report["pores"]["asked_porosity"] == 0.110355
    assert report["pores"]["porosity"] == pytest.approx(0.110355, abs=5e-4)
    assert 15_000 < len(mesh.cells) < 25_000
    assert report["quality"]["min_angle_deg"] > 15


def test_facet_groups_lie_where_their_names_say():
    mesh, _ = SMALL.build()
    for name, axis, position, length in (
        ("separator", 1, 0.0, 1.2),
        ("collector", 1, 1.0, 1.2),
        ("left", 0, 0.0, 1.0),
        ("right", 0, 1.2, 1.0),
    ):
        ends = mesh.points[group(mesh, name)]
        assert set(ends[..., axis].ravel()) == {position}
        assert np.abs(ends[:, 1] - ends[:, 0]).sum() == pytest.approx(length)
    # The walls are exactly the facets between pore and solid.
    owners: dict[tuple[int, int], set[int]] = {}
    for cell, region in zip(mesh.cells.tolist(), mesh.region.tolist(), strict=True):
        for a, b in ((0, 1), (1, 2), (0, 2)):
            owners.setdefault(tuple(sorted((cell[a], cell[b]))), set()).add(region)
    between = {edge for edge, regions in owners.items() if len(regions) == 2}
    assert {tuple(sorted(e)) for e in group(mesh, "pore_wall").tolist()} == between


def test_sides_carry_identical_nodes():
    mesh, _ = replace(SMALL, nanotubes=BUNDLES).build()
    y = [np.unique(mesh.points[group(mesh, side)][..., 1]) for side in ("left", "right")]
    assert np.array_equal(*y)
    assert mesh.period.tolist() == [1.2, 0.0]


def test_fibres_are_mesh_edges_in_the_solid():
    mesh, report = replace(SMALL, nanotubes=BUNDLES).build()
    edges = np.sort(mesh.cells[:, [[0, 1], [1, 2], [0, 2]]].reshape(-1, 2), axis=1)
    touching = {tuple(e): set() for e in np.sort(mesh.fibres, axis=1).tolist()}
    for edge, cell in zip(edges.tolist(), np.repeat(np.arange(len(mesh.cells)), 3), strict=True):
        if tuple(edge) in touching:
            touching[tuple(edge)].add(int(mesh.region[cell]))
    assert all(regions == {mesh.regions["lisi"]} for regions in touching.values())
    ends = mesh.points[mesh.fibres]
    length = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum()
    assert length * 0.01 / 1.2 == pytest.approx(0.02, rel=1e-9)
    # 0.02 * 1.2 um^2 / 0.01 um = 2.4 um, near five bundles of 0.5 um
    assert report["fibres"]["number"] == 5
    assert report["fibres"]["area_fraction"] == pytest.approx(0.02)


def test_pores_stay_where_they_are_when_fibres_come():
    without, _ = SMALL.build()
    with_fibres, _ = replace(SMALL, nanotubes=BUNDLES).build()
    walls = [m.points[group(m, "pore_wall")] for m in (without, with_fibres)]
    assert np.array_equal(*walls)


def test_same_seed_same_mesh_in_this_process_and_in_another():
    layer = replace(SMALL, nanotubes=BUNDLES)
    first, second = layer.build()[0].checksum(), layer.build()[0].checksum()
    assert first == second
    code = (
        "from lisic.mesh.porous_layer import Nanotubes, PorousLayer\n"
        f"print({layer!r}.build()[0].checksum())"
    )
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert other == first
    assert replace(layer, seed=2).build()[0].checksum() != first


def test_element_size_bounds_the_mesh():
    mesh, report = replace(SMALL, porosity=0.02, element_size=0.03).build()
    # gmsh follows the asked size up to about its half again.
    assert report["quality"]["edge_max_um"] < 0.055
    assert not quality.problems(mesh)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"porosity": 1.2}, "porosity must lie between 0 and 1, got 1.2"),
        ({"porosity": 0.0}, "porosity must lie between 0 and 1, got 0.0"),
        ({"porosity": float("nan")}, "porosity must lie between 0 and 1, got nan"),
        ({"thickness": -1.0}, "thickness must be a positive length, got -1.0"),
        ({"median_diameter": 4.0}, "median_diameter 4.0 um does not fit"),
        ({"sigma": -0.1}, "sigma, of ln"),
        ({"nodes_per_pore": 8}, "at least 10"),
        ({"seed": -1}, "seed must be"),
        ({"filled": 1.5}, "filled must lie in 0..1, got 1.5"),
        ({"element_size": 0.0}, "element_size must be"),
    ],
)
def test_refused_values(change, message):
    with pytest.raises(ValueError, match=message):
        replace(SMALL, **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"porosity": 0.7}, "porosity 0.7 does not fit.*random_field"),
        ({"porosity": 0.5, "median_diameter": 0.95, "sigma": 0.0}, "largest pore"),
        ({"porosity": 1e-4}, "less than half a pore"),
        ({"nanotubes": replace(BUNDLES, area_fraction=0.5)}, r"\d+ of 120 bundles"),
        ({"nanotubes": replace(BUNDLES, area_fraction=1e-4)}, "less than half a bundle"),
    ],
)
def test_what_cannot_fit_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(SMALL, **change).build()


def test_a_mix_of_filled_and_empty_pores():
    full, _ = SMALL.build()
    mesh, report = replace(SMALL, filled=0.4).build()
    # The same pores; each is full or empty as a whole.
    assert np.array_equal(mesh.points, full.points)
    assert np.array_equal(mesh.body, full.body)
    for body in range(1, mesh.body.max() + 1):
        assert len(np.unique(mesh.region[mesh.body == body])) == 1
    area = np.bincount(mesh.region, mesh.volumes())
    share = area[mesh.regions["pore"]] / area[2:].sum()
    assert share == pytest.approx(0.4, abs=0.05)
    assert report["pores"]["filled"] == pytest.approx(share)
    assert report["pores"]["porosity"] == pytest.approx(0.110355, abs=1e-10)
