"""From a case to laws and loads: what fills a pore, and what can't be plated."""

from pathlib import Path

import lisic.solvers  # noqa: F401
import pytest
from lisic.scripts import build, geometries
from lisic.scripts.case import Case, load_case
from lisic.scripts.refusal import Refusal

LAYER = """\
name = "small"
[geometry]
kind = "porous_layer"
thickness = "1 um"
width = "1 um"
porosity = 0.1
pore_diameter = { median = "150 nm", sigma = 0.2 }
seed = 1
"""
PRESS = '[[step]]\nkind = "press"\npressure = "1 MPa"\nover = "1 s"\n'
PLATE = (
    '[[step]]\nkind = "plate"\ncurrent = "0.3 mA/cm^2"\ncharge = "0.01 mAh/cm^2"\n'
    'overpotential = "2 mV"\n'
)


def case_of(tmp_path: Path, text: str) -> Case:
    file = tmp_path / "case.toml"
    file.write_text(text, encoding="utf-8")
    return load_case(file)


def model_of(case: Case) -> build.Model:
    return build.model(case, geometries.geometry(case).build()[0])


def test_lithium_starts_in_an_empty_pore(tmp_path: Path) -> None:
    model = model_of(case_of(tmp_path, LAYER + PRESS + PLATE))
    assert model.source == "pore"
    assert model.laws["pore"].unilateral
    assert model.laws["pore"].fill == 0.0
    # 2 mV x 7.42 MPa/mV, and 3 A/m2 x V_m / F over a width of 1 um: 4.041e-4 um2/s.
    plate = model.protocol.steps[1]
    assert plate.stall_pressure == pytest.approx(14.85, abs=0.01)
    assert plate.growth_rate == pytest.approx(4.041e-4, rel=1e-3)


@pytest.mark.parametrize("solid", ["Li3.75Si", "void"])
def test_any_other_material_fills_its_pore(tmp_path: Path, solid: str) -> None:
    model = model_of(case_of(tmp_path, LAYER + f'[materials]\npore = "{solid}"\n' + PRESS))
    assert model.source is None
    assert not model.laws["pore"].unilateral
    assert model.laws["pore"].fill == 1.0


def test_a_metal_of_the_users_own_can_be_plated(tmp_path: Path) -> None:
    table = """\
[materials]
pore = "sodium"
[materials.define.sodium]
youngs_modulus = "10 GPa"
poisson_ratio = 0.3
molar_volume = "23.7 cm^3/mol"
linear = { rate = "1 MPa^-1/s" }
"""
    model = model_of(case_of(tmp_path, LAYER + table + PLATE))
    # Sodium: 23.7 cm3/mol, 2 mV x 96485 C/mol / 23.7e-6 m3/mol = 8.142 MPa.
    assert model.protocol.steps[0].stall_pressure == pytest.approx(8.142, rel=1e-3)


def test_a_solid_in_the_pores_is_not_plated_silently(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no region has one"):
        case_of(tmp_path, LAYER + '[materials]\npore = "Li3.75Si"\n' + PLATE)


def test_lithium_of_a_mesh_is_not_plated_silently(tmp_path: Path) -> None:
    shell = Path(build.__file__).parent / "cases" / "shell.msh"
    text = (
        f'name = "m"\n[geometry]\nkind = "mesh"\nfile = "{shell}"\nunit = "um"\n'
        '[materials]\nshell = "lithium"\n' + PLATE
    )
    with pytest.raises(Refusal, match="where its current enters"):
        case_of(tmp_path, text)
