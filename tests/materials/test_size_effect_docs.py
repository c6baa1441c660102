"""docs/size-effect.md and docs/homogenisation.md: their snippets run, their tables are right."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lisic.materials import load
from lisic.materials.mechanism_map import mechanism_rates
from lisic.materials.strengthening import NAMES

DOCS = Path(__file__).parents[2] / "docs"
SIZE_EFFECT = (DOCS / "size-effect.md").read_text(encoding="utf-8")
HOMOGENISATION = (DOCS / "homogenisation.md").read_text(encoding="utf-8")


def python_blocks(text):
    return re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)


def test_a_flow_stress_curve_in_five_lines_without_mesh_and_solver(tmp_path):
    (code,) = python_blocks(SIZE_EFFECT)
    assert len(code.splitlines()) == 5
    heavy = "{'dolfinx', 'gmsh', 'mpi4py', 'petsc4py', 'pyvista', 'lisic.mesh', 'lisic.solvers'}"
    script = code + f"\nimport sys\nassert not {heavy} & set(sys.modules), sys.modules\n"
    environment = {**os.environ, "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(tmp_path)}
    subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=tmp_path,
        check=True,
        timeout=120,
        env=environment,
    )
    picture = tmp_path / "flow-stress.png"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_every_strengthening_is_explained():
    assert all(f"`{name}`" in SIZE_EFFECT for name in NAMES)


def test_the_crossover_table_is_the_tested_one():
    # test_crossover.py computes every number of its TABLE.
    from test_crossover import TABLE

    for (temperature, rate), (crossover, sizes, peaks) in TABLE.items():
        pairs = zip(sizes.split(), peaks.split(), strict=True)
        row = (
            f"| {temperature - 273.15:.0f} °C | {rate:g} | {' / '.join(crossover.split())} "
            f"| {'; '.join(', '.join(pair) for pair in pairs)} |"
        )
        assert row in SIZE_EFFECT


@pytest.mark.filterwarnings("ignore::lisic.materials.sourced.OutOfRange")
def test_what_the_docs_say_of_pillars():
    lithium = load("lithium", {"strengthening": "pillars", "boundary_diffusivity": "xu-bound"})
    stress = lithium.flow_stress(5e-3, 298.15, 1.39)
    assert f"{stress:.0f}" == "29"
    lattice = mechanism_rates(lithium, 105.0, 298.15, 1.39)[2]
    assert f"{lattice:.1e}" == "1.3e-02"
    assert f"{lattice / 5e-3:.1f}" == "2.6"
    free = load("lithium", {"strengthening": "pillars"}).flow_stress(5e-3, 298.15, 1.0)
    assert free == pytest.approx(2.0, abs=0.35)


def test_homogenisation_example():
    (code,) = python_blocks(HOMOGENISATION)
    names = {}
    exec(code, names)
    assert names["layer"] == pytest.approx(32.8e3, abs=50)
    assert names["left"] == pytest.approx([0.0427, 0.0101], abs=5e-5)
