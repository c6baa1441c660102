"""The particle layer from its case file to a mesh that a platen can press."""

from pathlib import Path

import lisic.scripts
import pytest
from lisic.scripts.build import materials, model
from lisic.scripts.case import load_case
from lisic.scripts.geometries import geometry

CASE = Path(lisic.scripts.__file__).parent / "cases" / "particles.toml"


def test_the_particles_case_is_silicon_carbon_and_void_under_a_platen():
    case = load_case(CASE)
    mesh, report = geometry(case).build()
    # 0.369 * 0.09 um2 / (pi/4 * 0.05^2 um2) = 16.9, of which necks take 5 to 20 %
    assert 14 <= report["particles"]["number"] <= 16
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
