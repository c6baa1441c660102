"""The layer in 3D: porosity, sizes, quality, open pores, mixes, repeatability, refusals."""

import json
from dataclasses import replace

import numpy as np
import pytest
from lisic.mesh.porous_volume import FieldPores, PorousVolume, SpherePores

FIELD = PorousVolume(0.3, 0.3, 0.110355, FieldPores(0.064), seed=1, element_size=0.02)
SPHERES = PorousVolume(0.3, 0.3, 0.110355, SpherePores(0.08, 0.2), seed=1, element_size=0.018)


@pytest.mark.parametrize("porosity", [0.02, 0.110355, 0.3, 0.58546])
def test_field_porosity_and_quality(porosity):
    mesh, report = replace(FIELD, porosity=porosity).build()
    check(mesh, report, porosity)


@pytest.mark.parametrize("porosity", [0.02, 0.110355, 0.3])
def test_sphere_porosity_quality_and_median(porosity):
    mesh, report = replace(SPHERES, porosity=porosity).build()
    check(mesh, report, porosity)
    # The quantiles of a few spheres are scaled to the volume: 1/(6 n) at most, n >= 2 here.
    n = report["pores"]["spheres"]
    assert report["pores"]["median_diameter_um"] == pytest.approx(0.08, rel=max(0.03, 1 / (6 * n)))


def check(mesh, report, porosity):
    volume = mesh.volumes()
    pore = volume[mesh.region == mesh.regions["pore"]].sum()
    assert pore / 0.027 == pytest.approx(porosity, abs=5e-4)
    assert volume.sum() == pytest.approx(0.027, rel=1e-12)
    assert report["quality"]["min_dihedral_deg"] >= 5
    assert report["structure"]["pores"]["cells_in_smallest_body"] >= 8
    assert report["structure"]["solid"]["percolates"]
    # Sampled on a grid the pores fill the same share, to the error of 40^3 voxels.
    assert report["structure"]["voxel_porosity"] == pytest.approx(porosity, abs=1e-2)
    assert mesh.period.tolist() == [0.3, 0.3, 0.0]
    json.dumps(report)


def test_surface_follows_rice():
    # A sample of ten correlation lengths scatters by several percent.
    volume = PorousVolume(0.4, 0.4, 0.3, FieldPores(0.1), seed=3, element_size=0.018)
    _, report = volume.build()
    meshed = report["structure"]["specific_surface_per_um"]
    assert meshed == pytest.approx(report["pores"]["surface_by_rice_per_um"], rel=0.15)


def test_open_pores_all_reach_the_collector():
    _, report = replace(FIELD, porosity=0.3, open_pores=True).build()
    assert report["structure"]["pores"]["share_open_to_high_face"] == pytest.approx(1.0)
    assert report["pores"]["porosity"] == pytest.approx(0.3, abs=5e-4)


def test_a_mix_of_filled_and_empty_pores():
    mesh, report = replace(SPHERES, porosity=0.3, filled=0.5).build()
    assert report["pores"]["filled"] == pytest.approx(0.5, abs=0.1)
    # A pore is full or empty, never both.
    for body in range(1, mesh.body.max() + 1):
        assert len(np.unique(mesh.region[mesh.body == body])) == 1


def test_elements_grow_away_from_the_walls_and_the_walls_stay_the_same():
    fine = PorousVolume(0.4, 0.4, 0.110355, SpherePores(0.2, 0.2), seed=1, element_size=0.02)
    meshes, reports = zip(
        *(replace(fine, largest_element=size).build() for size in (None, 0.079, 0.08)), strict=True
    )
    # 0.079 um is one doubling of 0.02 um and not yet two.
    for report, longest in zip(reports, (0.03, 0.04, 0.08), strict=True):
        assert report["quality"]["edge_max_um"] <= longest * (1 + 1e-12)
        assert report["quality"]["min_dihedral_deg"] >= 5
        assert report["pores"]["porosity"] == pytest.approx(0.110355, abs=1e-5)
    assert reports[2]["quality"]["edge_max_um"] == pytest.approx(0.08)
    walls = [
        np.unique(mesh.points[np.unique(mesh.facets[mesh.facet_tag == tag])], axis=0)
        for mesh in meshes
        for name, tag in mesh.facet_groups.items()
        if name == "pore_wall"
    ]
    assert walls[2] == pytest.approx(walls[0], abs=1e-9)
    assert len(meshes[2].cells) < 0.6 * len(meshes[0].cells)


def test_the_same_seed_gives_the_same_mesh():
    for volume in (FIELD, SPHERES):
        checksum = volume.build()[0].checksum()
        assert volume.build()[0].checksum() == checksum
        assert replace(volume, seed=7).build()[0].checksum() != checksum


@pytest.mark.parametrize(
    ("base", "change", "message"),
    [
        (FIELD, {"porosity": 1.0}, "porosity must lie between 0 and 1, got 1.0"),
        (FIELD, {"thickness": -1.0}, "does not fit|positive length"),
        (FIELD, {"pores": FieldPores(0.5)}, "mean_chord 0.5 um does not fit"),
        (SPHERES, {"pores": SpherePores(0.5, 0.2)}, "median_diameter 0.5 um does not fit"),
        (SPHERES, {"pores": SpherePores(0.08, -1.0)}, "sigma, of ln"),
        (SPHERES, {"open_pores": True}, "open_pores: spherical pores don't touch"),
        (FIELD, {"largest_element": 0.019}, "largest_element must be a length of element_size"),
        (FIELD, {"largest_element": np.inf}, "largest_element must be a length of element_size"),
        (FIELD, {"filled": 1.5}, "filled must lie in 0..1, got 1.5"),
        (FIELD, {"seed": -1}, "seed must be"),
    ],
)
def test_refused_values(base, change, message):
    with pytest.raises(ValueError, match=message):
        replace(base, **change)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_crowded_spheres_keep_apart(seed):
    # 23 spheres; gaps of more than a cube of the lattice, so that no two become one body.
    mesh, report = PorousVolume(
        0.3, 0.3, 0.3, SpherePores(0.08, 0.25), seed=seed, element_size=0.015
    ).build()
    assert report["pores"]["smallest_gap_um"] > 0.015
    assert report["pores"]["number"] == report["pores"]["spheres"] == mesh.body.max()
    volume = np.bincount(mesh.body, mesh.volumes())[1:]
    meshed = np.sort((6 / np.pi * volume) ** (1 / 3))
    asked = np.sort([mesh.size[mesh.body == n][0] for n in range(1, len(volume) + 1)])
    assert meshed == pytest.approx(asked, rel=0.02)


def test_spheres_that_cannot_fit_are_refused():
    with pytest.raises(ValueError, match=r"porosity 0\.5855 does not fit"):
        replace(SPHERES, porosity=0.58546).build()
