"""Particle layers: amount, connection, repeatability, refusals."""

import numpy as np
import pytest
from lisic.mesh import quality
from lisic.mesh.particle_layer import ParticleLayer


def layer(**changes):
    # The paper's dry layer: 36.9 % silicon, 50 nm.
    asked = {
        "thickness": 0.5,
        "width": 0.5,
        "solid_fraction": 0.369,
        "median_diameter": 0.05,
        "sigma": 0.0,
        "seed": 1,
    }
    return ParticleLayer(**asked | changes)


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_network_is_one_piece_from_face_to_face_with_the_asked_solid(seed):
    mesh, report = layer(seed=seed).build()
    assert quality.problems(mesh) == []
    volumes = mesh.volumes()
    assert volumes.sum() == pytest.approx(0.25, rel=1e-12)
    solid = mesh.region == mesh.regions["si"]
    assert volumes[solid].sum() / 0.25 == pytest.approx(0.369, abs=5e-4)
    # 0.369 * 0.25 um2 / (pi/4 * 0.05^2 um2) = 46.98
    assert report["particles"]["number"] == 47
    assert len(np.unique(mesh.body[solid])) == 47
    assert report["particles"]["pieces"] == 1
    assert report["particles"]["joins_separator_and_collector"]
    assert report["quality"]["min_angle_deg"] > 5


def test_seeds_repeat_bit_by_bit_and_differ():
    sums = [layer(seed=seed, sigma=0.2).build()[0].checksum() for seed in (1, 1, 2)]
    assert sums[0] == sums[1] != sums[2]


def test_a_large_void_holds_no_solid():
    wide = {"thickness": 1.6, "width": 1.6, "median_diameter": 0.1}
    mesh, report = layer(**wide, solid_fraction=0.25, void_diameter=1.1, element_size=0.012).build()
    centroids = mesh.points[mesh.cells].mean(axis=1)
    solid = centroids[mesh.region == mesh.regions["si"]]
    # The largest ball free of solid, also across the period, looked for on a grid of 0.05 um.
    centres = np.stack(np.meshgrid(np.arange(0, 1.6, 0.05), np.arange(0.5, 1.15, 0.05)), -1)
    offset = np.abs(centres.reshape(-1, 1, 2) - solid)
    offset[..., 0] = np.minimum(offset[..., 0], 1.6 - offset[..., 0])
    assert np.linalg.norm(offset, axis=2).min(axis=1).max() > 0.5
    assert report["particles"]["joins_separator_and_collector"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"solid_fraction": 0.9}, r"\d+ of 115 particles found room; up to about"),
        ({"solid_fraction": 1.2}, "solid_fraction must lie between 0 and 1, got 1.2"),
        ({"median_diameter": 0.3}, "median_diameter 0.3 um is too large .* up to 0.1667 um"),
        ({"void_diameter": 1.0}, "void_diameter 1.0 um does not fit .* up to 0.3 um"),
        ({"width": -1.0}, "width must be a positive length, got -1.0 um"),
    ],
)
def test_refusals(change, message):
    with pytest.raises(ValueError, match=message):
        layer(**change).build()
