"""A run that can not go on: exit code 3, and everything up to there is kept."""

import json
import shutil

import meshio
import numpy as np
import pytest
from lisic.scripts import cli
from mesh_files import write_quarter_ring
from small_runs import assert_same_history, history, outputs

# A ring of lithium under a pressure that rises to ten times what it can bear: creep at 10^3 /s
# blows it up on the way (n = 6.6 in finite strain: at a finite time, whatever the time step).
BURST = """
name = "burst"
[geometry]
kind = "mesh"
file = "ring.msh"
unit = "um"
[materials]
shell = "soft"
[materials.define.soft]
youngs_modulus = "7.82 GPa"
poisson_ratio = 0.38
power_law = { rate = "6.68e-3 MPa^-6.6/s", exponent = 6.6 }
[[boundary]]
on = "inner"
kind = "pressure"
value = "5 MPa"
over = "10 s"
[[boundary]]
on = "bottom"
kind = "symmetry"
[[boundary]]
on = "left"
kind = "symmetry"
[[step]]
kind = "hold"
duration = "10 s"
[[step]]
kind = "hold"
duration = "10 s"
[stepping]
initial_fraction = 0.02
largest_fraction = 0.02
smallest_fraction = 2e-3
[output]
fields_every = 1000
"""


@pytest.fixture(scope="module")
def burst(tmp_path_factory):
    """Case and folder of the run, which must end with exit code 3."""
    place = tmp_path_factory.mktemp("burst")
    write_quarter_ring(place / "ring.msh", across=4, around=8)
    case, folder = place / "burst.toml", place / "run"
    case.write_text(BURST)
    assert cli.main(["run", str(case), "-o", str(folder)]) == 3
    return case, folder


def read(path):
    return json.loads(path.read_text())


def test_partial_results_are_kept_and_said(burst):
    _, folder = burst
    columns = history(folder)
    summary, manifest = read(folder / "summary.json"), read(folder / "manifest.json")
    assert summary["status"] == manifest["status"] == "failed"
    reached = columns["time_s"][-1]
    assert 1.0 < reached < 10.0
    assert summary["time_s"] == reached
    assert summary["steps_accepted"] == len(columns["time_s"]) > 5
    log = (folder / "run.log").read_text().splitlines()
    assert log[-1].startswith(f"stopped at t = {reached:.6g} s of 20 s: the smallest time step")
    assert str(folder) in log[-1]


def test_cuts_are_counted_and_logged_with_their_reason(burst):
    _, folder = burst
    failed = [line for line in (folder / "run.log").read_text().splitlines() if " failed: " in line]
    assert read(folder / "summary.json")["steps_cut"] == len(failed) >= 3
    assert all(line.endswith("cut and tried again") for line in failed)
    # 0.2 s, then halves: the last one tried is above 0.02 s, the half of it would be below.
    last = float(failed[-1].split()[1])
    assert 0.02 <= last < 0.04
    assert history(folder)["cuts"].sum() <= len(failed)


def test_the_last_accepted_state_is_written(burst):
    _, folder = burst
    columns = history(folder)
    times = list(outputs(folder))
    assert times == [0.0, columns["time_s"][-1]]
    grid = meshio.read(sorted((folder / "fields").glob("*.vtu"))[-1])
    # Its stresses are those of that state, not of the attempt that failed after it: means over
    # elements lie below the largest point, which the history has, and close to it.
    stress = grid.cell_data["von_mises_MPa"][0]
    largest = columns["mises_max_mpa_shell"][-1]
    assert np.isfinite(stress).all()
    assert 0.9 * largest < stress.max() <= largest * (1 + 1e-9)
    # Volume mean of the pressure, by elements that have moved.
    cells = grid.cells_dict["triangle"]
    corners = (grid.points + grid.point_data["displacement_um"])[cells][..., :2]
    areas = np.linalg.det(corners[:, 1:] - corners[:, :1]) / 2
    mean = np.average(grid.cell_data["pressure_MPa"][0], weights=areas)
    assert mean == pytest.approx(columns["pressure_mean_mpa_shell"][-1], rel=3e-3)
    # So are the displacements: outwards at the bore, against its normal.
    points = grid.points[:, :2]
    bore = np.isclose(np.linalg.norm(points, axis=1), 1.0)
    along = (grid.point_data["displacement_um"][bore, :2] * points[bore]).sum(axis=1)
    assert along.mean() == pytest.approx(-columns["displacement_um_inner"][-1], rel=0.02)


def test_it_can_be_resumed_and_fails_again_at_the_same_place(burst, tmp_path):
    case, folder = burst
    mine = tmp_path / "run"
    shutil.copytree(folder, mine)
    assert cli.main(["run", str(case), "-o", str(mine), "--resume"]) == 3
    assert_same_history(folder, mine)
    assert read(mine / "manifest.json")["status"] == "failed"


def test_a_run_that_fails_at_once_says_so_too(burst, tmp_path):
    case, _ = burst
    case = case.with_name("at_once.toml")
    case.write_text(BURST.replace('over = "10 s"\n', "").replace('"5 MPa"', '"500 MPa"'))
    assert cli.main(["run", str(case), "-o", str(tmp_path / "run")]) == 3
    summary = read(tmp_path / "run" / "summary.json")
    assert (summary["status"], summary["steps_accepted"], summary["time_s"]) == ("failed", 0, 0.0)
    assert list(outputs(tmp_path / "run")) == [0.0]
    assert not (tmp_path / "run" / "history.csv").exists()
