"""The particle layer from its case file to a mesh that a platen can press."""

import re
from pathlib import Path

import lisic.scripts
import numpy as np
import pytest
from balance import pressed, vertical_work
from lisic.materials import load
from lisic.scripts.build import materials, model
from lisic.scripts.case import load_case
from lisic.scripts.estimate import describe
from lisic.scripts.geometries import geometry
from lisic.solvers.observe import observe
from mpi4py import MPI

CASE = Path(lisic.scripts.__file__).parent / "cases" / "particles.toml"


def test_the_particles_case_is_silicon_carbon_and_void_under_a_platen():
    case = load_case(CASE)
    mesh, report = geometry(case).build()
    # 0.369 * 0.16 um2 / (pi/4 * 0.05^2 um2) = 30.1, of which necks take 5 to 20 %
    assert 24 <= report["particles"]["number"] <= 29
    assert report["regions"]["si"]["fraction"] == pytest.approx(0.369, abs=5e-4)
    assert report["regions"]["carbon"]["fraction"] == pytest.approx(0.0455, abs=5e-4)
    made = materials(case, mesh.regions)
    assert made["si"].name == "silicon"
    assert made["carbon"].name == "cnt-bundle"
    assert made["void"].name == "void"
    assert case.lithium_regions == ()
    pressed = model(case, mesh).pressed
    assert pressed is not None
    assert pressed.platen == "collector"


@pytest.mark.parallel(2)
def test_the_network_bears_the_stack_pressure():
    case = load_case(CASE)
    mesh, _ = geometry(case).build()
    problem = pressed(MPI.COMM_WORLD, case, mesh)
    row = observe(problem)
    solid, _ = vertical_work(problem)
    height = 0.4 + row["displacement_um_collector"]
    # The mean vertical stress, the void's too, is the platen's pressure of 1 MPa.
    assert solid / (0.4 * height) == pytest.approx(-1.0, rel=1e-8)
    # Void bears none of it: its modulus is 1 MPa, so a strain of 1e-3 there is 1e-3 MPa. The
    # layer's uniaxial modulus is far from silicon's, but not nothing: below the mean over the
    # fractions (Voigt), p/strain < 0.369 M with M = E (1 - nu)/((1 + nu)(1 - 2 nu)), and above a
    # twentieth of it, as chains of particles from face to face bend and stretch.
    silicon = load("silicon")
    e, nu = silicon.youngs_modulus(293.15), silicon.poisson_ratio
    voigt = 0.369 * e * (1 - nu) / ((1 + nu) * (1 - 2 * nu))
    modulus = 1.0 / (1 - height / 0.4)
    assert voigt / 20 < modulus < voigt


def test_a_case_in_three_dimensions_has_its_bundles_as_curves(tmp_path):
    text = CASE.read_text()
    for old, new in (
        ('kind = "particle_layer"', 'kind = "particle_layer"\ndimension = 3'),
        ('thickness = "0.4 um"', 'thickness = "0.2 um"'),
        ('width = "0.4 um"', 'width = "0.15 um"'),
        ('bundle_length = "0.4 um"', 'bundle_length = "0.2 um"'),
        ("seed = 1", 'seed = 1\nelement_size = "15 nm"'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (tmp_path / "case.toml").write_text(text)
    case = load_case(tmp_path / "case.toml")
    mesh, report = geometry(case).build()
    assert mesh.dim == 3
    assert set(mesh.regions) == {"si", "void"}
    # `lisic check` does not build it; coarse elements have more walls than the estimate's.
    said = re.search("about ([0-9,]+) elements", describe(case))
    assert int(said.group(1).replace(",", "")) == pytest.approx(len(mesh.cells), rel=0.15)
    assert report["shortcomings"] == []
    assert report["particles"]["silicon_fraction"] == pytest.approx(0.369, abs=5e-4)
    assert report["particles"]["solid"]["bodies"] == 1
    assert report["particles"]["solid"]["percolates"]
    # Length x pi/4 x (10 nm)^2 over 0.15 x 0.15 x 0.2 um3.
    length = np.linalg.norm(np.diff(mesh.curve_points[mesh.curves], axis=1)[:, 0], axis=1).sum()
    assert length * np.pi / 4 * 0.01**2 / (0.15**2 * 0.2) == pytest.approx(0.0455, abs=1e-5)
    carbon = report["carbon"]
    assert carbon["total_length_um"] == pytest.approx(length, rel=1e-9)
    # 0.0455 x 0.0045 um3 over pi/4 x 1e-4 um2 are 2.607 um, 13 bundles of 0.2 um.
    assert carbon["number"] == 13
    assert np.trace(carbon["orientation_tensor"]) == pytest.approx(1, rel=1e-12)
    made = model(case, mesh)
    assert made.fibre is not None
    assert made.fibre.youngs_modulus == 1e6
    assert made.fibre.section == pytest.approx(np.pi / 4 * 0.01**2)
