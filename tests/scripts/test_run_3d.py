"""A porous layer in three dimensions, pressed, plated, rested and released; numbers by hand."""

import json

import numpy as np
import pytest
from lisic.mesh.regions import RegionMesh
from lisic.scripts.run_folder import RunFolder
from lisic.scripts.snapshot import Snapshot
from small_runs import assert_same_history, history, lisic

pytestmark = pytest.mark.slow

# 1,343 tetrahedra: 0.2 x 0.2 x 0.25 um with 30 % of a random field's pores.
WIDTH, THICKNESS, POROSITY, PRESSURE = 0.2, 0.25, 0.3, 64.0
CASE = """
name = "layer-3d"
[geometry]
kind = "porous_layer"
dimension = 3
structure = "random_field"
thickness = "250 nm"
width = "200 nm"
porosity = 0.3
pore_chord = "120 nm"
element_size = "50 nm"
seed = 3
[[step]]
kind = "press"
pressure = "64 MPa"
over = "10 s"
[[step]]
kind = "plate"
current = "0.3 mA/cm^2"
charge = "0.018 mAh/cm^2"
temperature = "60 degC"
overpotential = "3.7 mV"
[[step]]
kind = "rest"
duration = "60 s"
[[step]]
kind = "release"
over = "10 s"
[stepping]
initial_fraction = 0.5
largest_fraction = 0.5
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of the run on one rank."""
    place = tmp_path_factory.mktemp("layer")
    (place / "case.toml").write_text(CASE)
    lisic("run", place / "case.toml", "-o", place / "run")
    return place / "run"


def rows(columns, kind):
    return np.array([one == kind for one in columns["kind"]])


def test_the_mesh_has_the_porosity(run):
    mesh = RegionMesh.load(run / "mesh" / "mesh.npz")
    volume = mesh.volumes()
    assert volume.sum() == pytest.approx(WIDTH**2 * THICKNESS, rel=1e-12)
    pores = volume[mesh.region == mesh.regions["pore"]].sum()
    assert pores / volume.sum() == pytest.approx(POROSITY, abs=5e-4)


def test_platen_and_separator_bear_the_stack_pressure(run):
    columns = history(run)
    # 64 MPa on 0.2 x 0.2 um^2 are 2.56 uN; the platen pushes downwards.
    for kind, share in (("press", 1.0), ("plate", 1.0), ("rest", 1.0), ("release", 0.0)):
        last = np.flatnonzero(rows(columns, kind))[-1]
        assert columns["stack_pressure_mpa"][last] == pytest.approx(share * PRESSURE, abs=1e-6)
        assert columns["force_z_un_collector"][last] == pytest.approx(-2.56 * share, abs=1e-8)
        assert columns["force_z_un_separator"][last] == pytest.approx(2.56 * share, abs=1e-8)
    for axis in "xy":  # nothing pushes sideways
        assert np.abs(columns[f"force_{axis}_un_separator"]).max() < 1e-6


@pytest.mark.parametrize("step", [1, 2])
def test_the_mean_vertical_stress_is_the_stack_pressure(run, step):
    # Equilibrium: the integral of the Cauchy stress s_zz over the body is the work of the platen's
    # force on its height, whatever the pores: mean s_zz = -64 MPa. The fields hold means over
    # elements, which leave out that stress and volume vary together, by strains of 1e-3.
    folder = RunFolder.open(run)
    (output,) = folder.select(step)
    grid = folder.grid(output)
    shape = Snapshot.of(grid, folder.mesh)
    corners = shape.deformed(1.0)[shape.cells]
    volume = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1])) / 6
    stress = grid.cell_data["stress_MPa"][:, 2]
    assert (volume * stress).sum() / volume.sum() == pytest.approx(-PRESSURE, rel=2e-3)


def test_the_pressed_layer_is_softer_than_its_solid_and_stiffer_than_nothing(run):
    # Solid, held sideways: p/M with M = E (1 - nu)/((1 + nu)(1 - 2 nu)) = 48.33 GPa for E = 41 GPa
    # and nu = 0.24, a strain of 1.324e-3. The upper Hashin-Shtrikman bounds for 30 % of pores are
    # K = 4 G K (1 - f)/(4 G + 3 f K) and G (1 - f)/(1 + 6 f (K + 2 G)/(9 K + 8 G)): with
    # K = 26.28, G = 16.53 GPa they are 13.53 and 9.48 GPa, M = 26.17 GPa, 2.446e-3.
    columns = history(run)
    pressed = np.flatnonzero(rows(columns, "press"))[-1]
    strain = 1 - columns["thickness_um"][pressed] / THICKNESS
    assert 2.446e-3 < strain < 1e-2
    released = columns["thickness_um"][-1]
    assert released == pytest.approx(THICKNESS, abs=0.05 * strain * THICKNESS)


def test_the_pores_take_the_lithium_of_the_charge(run):
    # 0.3 mA/cm2 = 3 A/m2; lithium has 12.9963 cm3/mol: a film grows by
    # 3 / 96485 x 12.9963e-6 m/s = 4.041e-4 um/s, on 0.04 um2.
    columns = history(run)
    plating = rows(columns, "plate")
    begun = columns["time_s"][rows(columns, "press")][-1]
    filling = plating & (columns["fill"] < 1 - 1e-6)
    assert filling.any()
    charge = 3.0 * (columns["time_s"][filling] - begun) / 36000.0
    assert columns["charge_mah_per_cm2"][filling] == pytest.approx(charge, rel=1e-12)
    film = 4.041e-4 * (columns["time_s"][filling] - begun)
    assert columns["lithium_um3_pore"][filling] == pytest.approx(film * WIDTH**2, rel=2e-3)
    assert columns["pore_charge_mah_per_cm2"][filling] == pytest.approx(charge, rel=1e-9)
    # 30 % of 0.25 um hold 0.075 um of lithium, 0.01547 mAh/cm2, and more under its pressure.
    full = columns["pore_charge_mah_per_cm2"][plating][-1]
    assert full == pytest.approx(0.01547, rel=0.02)
    assert columns["fill"][plating][-1] == pytest.approx(1.0, abs=1e-6)
    assert columns["charge_mah_per_cm2"][-1] == pytest.approx(0.018, rel=1e-12)
    # Full pores bear 3.7 mV x 7.42 MPa/mV = 27.45 MPa at most.
    assert 20.0 < columns["pressure_mean_mpa_pore"][plating][-1] < 27.46


def test_two_ranks_agree(run, tmp_path):
    lisic("run", run.parent / "case.toml", "-o", tmp_path / "two", ranks=2)
    assert_same_history(run, tmp_path / "two", tolerance=1e-8)
    summary = json.loads((tmp_path / "two" / "summary.json").read_text())
    assert (summary["status"], summary["ranks"]) == ("done", 2)


def test_iterations_give_the_same_run(run, tmp_path):
    (tmp_path / "case.toml").write_text(CASE + 'linear_solver = "iterative"\n')
    lisic("run", tmp_path / "case.toml", "-o", tmp_path / "iterative", ranks=2)
    mine, other = history(run), history(tmp_path / "iterative")
    assert (mine["linear_iterations"] == 0).all()
    moved = other["newton_iterations"] > 0
    assert (other["linear_iterations"][moved] >= other["newton_iterations"][moved]).all()
    for name in ("thickness_um", "stack_pressure_mpa", "pore_charge_mah_per_cm2"):
        assert other[name] == pytest.approx(mine[name], rel=1e-7, abs=1e-9)
    used = json.loads((tmp_path / "iterative" / "manifest.json").read_text())["solver"]
    assert used["linear_solver"] == "iterative"
    used = json.loads((run / "manifest.json").read_text())["solver"]
    assert used["linear_solver"] == "direct"
