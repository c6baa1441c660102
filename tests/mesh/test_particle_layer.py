"""Particle layers in a cut: amounts, connection, repeatability, voids, refusals."""

import re

import numpy as np
import pytest
from lisic.mesh import facets, quality
from lisic.mesh.particle_carbon import Carbon
from lisic.mesh.particle_layer import ParticleLayer


def layer(**changes):
    # The paper's dry layer: 36.9 % silicon of 50 nm and 4.55 % carbon.
    asked = {
        "dimension": 2,
        "thickness": 0.4,
        "width": 0.4,
        "silicon_fraction": 0.369,
        "median_diameter": 0.05,
        "sigma": 0.0,
        "seed": 1,
        "carbon": Carbon(0.0455, length=0.3),
    }
    return ParticleLayer(**asked | changes)


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_paper_s_fractions_in_one_network_that_bears_load(seed):
    mesh, report = layer(seed=seed, sigma=0.2).build()
    assert quality.problems(mesh) == []
    assert report["shortcomings"] == []
    assert report["quality"]["min_angle_deg"] > 5
    volumes = mesh.volumes()
    assert volumes.sum() == pytest.approx(0.16, rel=1e-12)
    share = {name: volumes[mesh.region == tag].sum() / 0.16 for name, tag in mesh.regions.items()}
    assert share["si"] == pytest.approx(0.369, abs=5e-4)
    assert share["carbon"] == pytest.approx(0.0455, abs=5e-4)
    particles = report["particles"]
    assert particles["median_diameter_um"] == pytest.approx(0.05, rel=1e-12)
    assert particles["coordination_least"] >= 2
    assert particles["backbone_share"] == 1
    assert report["carbon"]["cells_in_smallest_body"] >= 8
    # On the mesh itself: the silicon is one piece that touches both faces.
    solid = mesh.region == mesh.regions["si"]
    piece = facets.bodies(facets.links(mesh.points, mesh.cells, mesh.period), solid)[solid]
    assert len(np.unique(piece)) == 1
    height = mesh.points[mesh.cells[solid], 1]
    assert height.min() == 0
    assert height.max() == 0.4


def test_equal_particles_keep_their_area_but_for_necks():
    mesh, report = layer(carbon=None).build()
    number = report["particles"]["number"]
    # 0.369 * 0.16 um2 / (pi/4 * 0.05^2 um2) = 30.07; necks take some of it.
    assert 24 <= number <= 30
    assert "carbon" not in mesh.regions
    assert "carbon" not in report
    assert np.unique(mesh.body).tolist() == list(range(number + 1))
    assert np.unique(mesh.size).tolist() == pytest.approx([0, 0.05])
    # Most of a disc is its own: the median area is that of one, less cuts, plus halves of necks.
    area = np.bincount(mesh.body, mesh.volumes())[1:]
    assert np.median(area) == pytest.approx(np.pi / 4 * 0.05**2, rel=0.15)


def test_seeds_repeat_bit_by_bit_and_differ():
    small = {"thickness": 0.3, "width": 0.3, "sigma": 0.2, "carbon": Carbon(0.0455, length=0.2)}
    sums = [layer(seed=seed, **small).build()[0].checksum() for seed in (1, 1, 2)]
    assert sums[0] == sums[1] != sums[2]


def test_a_large_void_holds_no_solid():
    mesh, report = layer(
        thickness=1.6,
        width=1.6,
        median_diameter=0.1,
        silicon_fraction=0.25,
        void_diameter=1.1,
        carbon=Carbon(0.03, diameter=0.02, length=1.0),
        element_size=0.014,
    ).build()
    centroids = mesh.points[mesh.cells].mean(axis=1)
    solid = centroids[mesh.region != mesh.regions["void"]]
    # The largest disc free of solid, also across the period, looked for on a grid of 0.02 um.
    centres = np.stack(np.meshgrid(np.arange(0, 1.6, 0.02), np.arange(0.5, 1.12, 0.02)), -1)
    offset = np.abs(centres.reshape(-1, 1, 2) - solid[::3])
    offset[..., 0] = np.minimum(offset[..., 0], 1.6 - offset[..., 0])
    assert np.linalg.norm(offset, axis=2).min(axis=1).max() > 0.55 - 0.02
    assert report["particles"]["solid"]["percolates"]
    assert report["particles"]["backbone_share"] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"silicon_fraction": 0.9}, "silicon_fraction must .* got 0.9; .* reach about 0.654 here"),
        ({"median_diameter": 0.3}, "median_diameter 0.3 um is too large .* up to 0.1333 um"),
        ({"void_diameter": 1.0}, "void_diameter 1.0 um does not fit .* up to 0.2 um"),
        ({"width": -1.0}, "width must be a positive length, got -1.0 um"),
        ({"dimension": 1}, "dimension must be 2 or 3, got 1"),
        ({"element_size": 0.009}, "element_size 0.009 um is too coarse .* up to 0.007 um"),
        ({"silicon_fraction": 0.01}, "is too few particles to join separator and collector"),
        ({"carbon": Carbon(0.03)}, r"0.761 um of bundle .* bundle_length up to 0.76 um .*"),
        ({"void_diameter": 0.15, "voids": 3}, r"voids: \d of 3 voids.* found room"),
    ],
)
def test_refusals(change, message):
    with pytest.raises(ValueError, match=message):
        layer(**change).build()


@pytest.mark.parametrize(
    ("key", "asked", "others"),
    [
        ("silicon_fraction", 0.9, {}),
        ("silicon_fraction", 0.01, {}),
        ("median_diameter", 0.3, {"width": 0.4157}),
        ("void_diameter", 0.5, {"width": 0.46667}),
        ("element_size", 0.02, {"median_diameter": 0.0333}),
    ],
)
def test_what_a_refusal_says_is_possible_is(key, asked, others):
    others = {"carbon": None, **others}
    with pytest.raises(ValueError, match=f"{key} ") as caught:
        layer(**others, **{key: asked}).build()
    said = re.search(r"(?:up to|reach about|;) ?(?:about )?([\d.]+)", str(caught.value))
    layer(**others, **{key: float(said.group(1))}).build()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fraction": 1.5}, "carbon_fraction must lie between 0 and 1, got 1.5"),
        ({"length": 0.03}, "length must be at least 6 diameters"),
        ({"diameter": -1.0}, "diameter must be a positive length"),
    ],
)
def test_carbon_that_is_none(change, message):
    with pytest.raises(ValueError, match=message):
        Carbon(**{"fraction": 0.0455} | change)
