"""The paper's six cells: each meshes, presses and relaxes, bonded."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
import pyvista
from lisic.scripts.case import load_case
from lisic.scripts.cli import main
from lisic.scripts.geometries import geometry

CELLS = Path(__file__).parents[2] / "scripts" / "cases" / "cells"
NAMES = (
    "sus-sse-li",
    "sus-c-sse-li",
    "sus-lisi-sse-li",
    "sus-lisi-c-sse-li",
    "li-si-c-sse-ncm811",
    "li-sse-ncm811",
)
STEPPING = "\n[stepping]\ninitial_fraction = 0.1\nlargest_fraction = 0.25\n"


def coarse(name):
    """The cell's file, narrower, with fewer and larger pores and longer time steps."""
    text = (CELLS / f"{name}.toml").read_text(encoding="utf-8")
    assert text.count('width = "3 um"') == 1
    text = text.replace('width = "3 um"', 'width = "1 um"')
    text = re.sub(
        "pore_diameter = .*",
        'pore_diameter = { median = "160 nm", sigma = 0.2 }\n'
        'nodes_per_pore = 10\nelement_size = "250 nm"',
        text,
    )
    return text.partition("\n[stepping]")[0] + STEPPING


def summary(folder):
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def mean_vertical_stress(folder, regions, time):
    """Of every region at an output's time in s: mean vertical stress in MPa, deformed area."""
    reader = pyvista.get_reader(folder / "fields.pvd")
    assert time in reader.time_values
    reader.set_active_time_value(time)
    grid = reader.read()[0].warp_by_vector("displacement_um")
    area = grid.compute_cell_sizes()["Area"]
    region, vertical = grid["region"], grid["stress_MPa"][:, 1]
    areas = {name: area[region == tag].sum() for name, tag in regions.items()}
    return {
        name: (float((area * vertical)[region == tag].sum() / areas[name]), float(areas[name]))
        for name, tag in regions.items()
    }


def test_all_cells_are_there():
    assert sorted(path.stem for path in CELLS.glob("*.toml")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_cell_presses_relaxes_and_springs_back(name, tmp_path):
    file = tmp_path / f"{name}.toml"
    file.write_text(coarse(name), encoding="utf-8")
    assert main(["run", str(file), "-o", str(tmp_path / "run")]) == 0
    end = summary(tmp_path / "run")
    assert end["status"] == "done"
    assert end["steps_cut"] == 0
    case = load_case(file)
    # Lithium sheds shear while pressed and is left with some: the stack springs back all but
    # 1e-4 of the lithium's thickness. All other layers stay elastic at these pressures.
    lost = case.geometry.thickness - end["thickness_um"]
    assert 0 < lost < 1e-3
    assert end["stack_pressure_mpa"] == pytest.approx(0.0, abs=1e-6)
    assert end["mises_max_mpa"]["li"] < 1.0
    mesh = geometry(case).build()[0]
    # Every horizontal cut carries the stack pressure: so does a layer's mean vertical stress, over
    # its solid and its empty pores, less what nanotubes bear.
    stress = mean_vertical_stress(tmp_path / "run", mesh.regions, 70.0)
    pressure = next(step.pressure for step in case.step if step.kind == "press")
    for layer in case.geometry.layer:
        mean, area = stress[layer.name]
        if layer.porosity is not None:
            mean *= area / (area + stress["pore"][1])
        if layer.cnt is None:
            assert mean == pytest.approx(-pressure, rel=1e-3)
        else:
            assert -0.95 * pressure < mean < -0.7 * pressure
    names = [layer.name for layer in case.geometry.layer]
    assert {f"{a}|{b}" for a, b in pairwise(names)} < set(mesh.facet_groups)


def test_a_flat_stack_is_as_stiff_as_its_layers_in_series(tmp_path):
    # No lateral strain: an elastic layer of modulus M = E (1 - nu) / ((1 + nu) (1 - 2 nu)) yields
    # t (1 - exp(-p/M)) in Hencky strain; relaxed lithium carries a pressure only, so that
    # K = E/(3 (1 - 2 nu))
    # stands for M. At p = 35 MPa:
    #   steel       193000, 0.29:  M = 252916 MPa, 10 um: 0.0013838 um
    #   electrolyte  13500, 0.372: M =  24138 MPa, 10 um: 0.0144895 um
    #   lithium       7820, 0.38:  K =  10861 MPa, 10 um: 0.0321732 um
    # Not all of the lithium's shear has gone in 60 s: about 0.4 MPa of it raises the last by 1 %.
    text = coarse("sus-sse-li")
    text = re.sub(r"roughness = .*", "", text)
    text = text[: text.rindex('[[step]]\nkind = "release"')] + STEPPING
    file = tmp_path / "flat.toml"
    file.write_text(text, encoding="utf-8")
    assert main(["run", str(file), "-o", str(tmp_path / "run")]) == 0
    end = summary(tmp_path / "run")
    assert end["stack_pressure_mpa"] == pytest.approx(35.0, rel=1e-9)
    assert 30.0 - end["thickness_um"] == pytest.approx(0.0480465, rel=0.01)
