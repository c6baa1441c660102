"""The particle layer from its case file to a mesh that a platen can press."""

from pathlib import Path

import lisic.scripts
from lisic.scripts.build import materials, model
from lisic.scripts.case import load_case
from lisic.scripts.geometries import geometry

CASE = Path(lisic.scripts.__file__).parent / "cases" / "particles.toml"


def test_the_particles_case_is_silicon_and_void_under_a_platen():
    case = load_case(CASE)
    mesh, report = geometry(case).build()
    # 0.369 * 0.09 um2 / (pi/4 * 0.05^2 um2) = 16.9
    assert report["particles"]["number"] == 17
    made = materials(case, mesh.regions)
    assert made["si"].name == "silicon"
    assert made["void"].name == "void"
    assert case.lithium_regions == ()
    pressed = model(case, mesh).pressed
    assert pressed is not None
    assert pressed.platen == "collector"
