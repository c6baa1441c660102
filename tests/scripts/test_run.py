"""Runs from end to end: the run folder, any number of ranks, killed and resumed."""

import json
import shutil

import numpy as np
import pytest
from lisic.scripts import cli
from lisic.scripts.case import load_case
from small_runs import LAYER, assert_same_history, history, lisic, outputs

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The run that nothing interrupts, on one rank: its case file and its folder."""
    place = tmp_path_factory.mktemp("whole")
    case, folder = place / "layer.toml", place / "run"
    case.write_text(LAYER)
    said = lisic("run", case, "-o", folder)
    (place / "said.txt").write_text(said)
    return case, folder


def read(path):
    return json.loads(path.read_text())


def test_a_run_folder_holds_what_the_contract_promises(whole):
    case, folder = whole
    files = {path.name for path in folder.iterdir()}
    assert files == {
        "case.toml",
        "manifest.json",
        "mesh",
        "history.csv",
        "fields",
        "fields.pvd",
        "checkpoint",
        "summary.json",
        "run.log",
    }
    assert load_case(folder / "case.toml") == load_case(case)
    manifest, summary = read(folder / "manifest.json"), read(folder / "summary.json")
    assert manifest["status"] == summary["status"] == "done"
    assert (manifest["ranks"], manifest["seed"], manifest["kinematics"]) == (1, 1, "plane_strain")
    assert len(manifest["mesh_sha256"]) == 64
    assert manifest["wall_s"] > 0.0
    columns = history(folder)
    assert summary["steps_accepted"] == len(columns["time_s"])
    assert summary["thickness_um"] == columns["thickness_um"][-1]
    assert summary["mises_max_mpa"]["lisi"] == columns["mises_max_mpa_lisi"][-1]
    # Groups on the boundary have columns; the walls of the pores lie inside, nothing acts on them.
    assert {name for name in columns if name.startswith("displacement_")} == {
        f"displacement_um_{side}" for side in ("collector", "separator", "left", "right")
    }
    assert summary["newton_iterations"] >= columns["newton_iterations"].sum()
    assert (columns["linear_iterations"] == 0).all()
    said = (folder.parent / "said.txt").read_text()
    assert said.endswith((folder / "run.log").read_text())
    assert said.splitlines()[-1].startswith("done in ")


def test_a_layer_is_pressed_filled_and_released(whole):
    _, folder = whole
    columns = history(folder)
    kinds = np.array(columns["kind"])
    ends = {kind: np.flatnonzero(kinds == kind)[-1] for kind in ("press", "plate", "rest")}
    times = columns["time_s"]
    # 10 s; 0.03 mAh/cm2 at 0.3 mA/cm2 are 360 s; 60 s; 10 s.
    assert times[[*ends.values(), -1]].tolist() == [10.0, 370.0, 430.0, 440.0]
    assert columns["stack_pressure_mpa"][ends["press"]] == pytest.approx(64.0, rel=1e-6)
    assert columns["stack_pressure_mpa"][-1] == pytest.approx(0.0, abs=1e-6)
    assert columns["temperature_k"][[0, -1]] == pytest.approx([293.15, 333.15])
    # Before the pores are full all of the charge is in them, then the rest is at the collector.
    passed, taken = columns["charge_mah_per_cm2"], columns["pore_charge_mah_per_cm2"]
    filling = columns["fill"] < 0.99
    assert taken[filling] == pytest.approx(passed[filling], rel=1e-9, abs=1e-15)
    assert passed[-1] == pytest.approx(0.03)
    # Full: 0.11 um of lithium, 0.11 x 0.2062 mAh/cm2 per um = 0.0227, and what pressure adds.
    assert taken[-1] == pytest.approx(0.11 * 0.2062, rel=0.01)
    assert columns["fill"][ends["rest"]] == pytest.approx(1.0, abs=1e-9)
    # Lithium bears no tension: where the released layer pulls, it leaves its wall, by a hair.
    assert 0.999 < columns["fill"][-1] <= 1.0
    # Lithium stalls at 3.7 mV x 7.42 MPa/mV = 27.5 MPa and never goes beyond while plating.
    plating = kinds == "plate"
    lithium = columns["pressure_mean_mpa_pore"][plating]
    assert lithium.max() < 27.47
    assert lithium[-1] > 26.0
    assert np.nanmax(columns["stall_pressure_mpa"]) == pytest.approx(27.46, abs=0.01)
    # LiSi stays below its flow stress: elastic, and back to its thickness within 1e-4.
    assert columns["mises_max_mpa_lisi"].max() < 630.0
    assert columns["creep_max_lisi"].max() == 0.0
    assert columns["thickness_um"][ends["press"]] < 0.999
    assert columns["thickness_um"][-1] == pytest.approx(1.0, abs=1e-4)


def test_fields_are_written_at_every_steps_end_and_in_between(whole):
    _, folder = whole
    times = history(folder)["time_s"]
    written = outputs(folder)
    assert set(written) >= {0.0, 10.0, 370.0, 430.0, 440.0}
    assert set(written) == {0.0, 10.0, 370.0, 430.0, 440.0} | set(times[3::4])
    assert set(written.values()) == {1}


@pytest.mark.parametrize("ranks", [2, 3])
def test_other_ranks_give_the_same_history(whole, tmp_path, ranks):
    case, folder = whole
    lisic("run", case, "-o", tmp_path / "run", ranks=ranks)
    assert_same_history(folder, tmp_path / "run")
    assert outputs(tmp_path / "run") == {time: ranks for time in outputs(folder)}
    manifest = read(tmp_path / "run" / "manifest.json")
    assert manifest["ranks"] == read(tmp_path / "run" / "summary.json")["ranks"] == ranks
    assert manifest["mesh_sha256"] == read(folder / "manifest.json")["mesh_sha256"]


# A run that ends itself by SIGKILL, at a moment in an increment: after the checkpoint; after the
# row of the history and before the checkpoint, in the middle of writing the next row; before
# the first checkpoint. A checkpoint is written every increment.
KILLED = """
import os, signal, sys
import lisic.solvers
from mpi4py import MPI
from lisic.scripts import cli, hooks

moment, number, rank = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
hooks._CHECKPOINT_SHARE = 1e12
hook = hooks.CheckpointHook if moment == "before" else hooks.ProgressHook
inner = hook.accepted

def accepted(self, problem, clock, increment):
    if increment.number == number:
        if moment == "before" and problem.comm.rank == 0:
            with history.path.open("a") as stream:
                stream.write("13,2,plate,99.")
        problem.comm.barrier()
        if problem.comm.rank == rank:
            os.kill(os.getpid(), signal.SIGKILL)
    return inner(self, problem, clock, increment)

hook.accepted = accepted
made = hooks.HistoryHook.accepted

def seen(self, *arguments):
    global history
    history = self
    return made(self, *arguments)

hooks.HistoryHook.accepted = seen
sys.exit(cli.main(sys.argv[4:]))
"""


@pytest.mark.parametrize(
    ("moment", "increment", "ranks", "resumed_on"),
    [
        ("after", 12, 1, 1),  # in the middle of plating, the pores full since the last increment
        ("after", 4, 1, 2),  # in the middle of pressing, where the predictor counts
        ("before", 12, 2, 1),
        ("before", 7, 2, 3),  # the first increment of a step
        ("after", 22, 2, 1),  # in the middle of the release
        ("before", 1, 1, 1),  # nothing to go on from: it starts anew
    ],
)
def test_a_killed_run_is_resumed(whole, tmp_path, moment, increment, ranks, resumed_on):
    case, folder = whole
    mine = tmp_path / "run"
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    last = ranks - 1
    lisic(moment, increment, last, "run", case, "-o", mine, ranks=ranks, script=script, code=None)
    lines = (mine / "history.csv").read_text().splitlines()
    assert len(lines) == 1 + increment + (moment == "before")
    assert read(mine / "manifest.json")["status"] == "running"
    assert not (mine / "summary.json").exists()

    said = lisic("run", case, "-o", mine, "--resume", ranks=resumed_on)
    kept = increment - (moment == "before")
    assert (f"resumed at t = {history(folder)['time_s'][kept - 1]:.6g} s" in said) == (kept > 0)
    assert_same_history(folder, mine)
    assert list(outputs(mine)) == list(outputs(folder))
    before, after = read(folder / "summary.json"), read(mine / "summary.json")
    assert after["status"] == read(mine / "manifest.json")["status"] == "done"
    for key in ("steps_accepted", "steps_cut", "newton_iterations", "dofs"):
        assert after[key] == before[key]
    assert after["ranks"] == resumed_on


def test_a_finished_run_is_resumed_without_harm(whole, tmp_path, capsys):
    case, folder = whole
    mine = tmp_path / "run"
    shutil.copytree(folder, mine)
    before = {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()}
    assert cli.main(["run", str(case), "-o", str(mine), "--resume"]) == 0
    assert "nothing is left to compute" in capsys.readouterr().out
    rewritten = {"summary.json", "manifest.json", "run.log"}
    after = {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()}
    assert set(after) == set(before)
    changed = {path.name for path in before if before[path] != after[path]}
    assert changed <= rewritten
    summary, old = read(mine / "summary.json"), read(folder / "summary.json")
    assert summary["wall_s"] >= old["wall_s"]
    for times in (summary, old):
        times.pop("wall_s")
    assert summary == old


def test_another_runs_results_are_refused_or_overwritten_when_told_to(tmp_path, capsys):
    case, mine = tmp_path / "channel.toml", tmp_path / "run"
    case.write_text(CHANNEL)
    assert cli.main(["run", str(case), "-o", str(mine)]) == 0
    first = {
        path.relative_to(mine): path.read_bytes() for path in mine.rglob("*") if path.is_file()
    }
    capsys.readouterr()
    assert cli.main(["run", str(case), "-o", str(mine)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "--resume goes on, --overwrite starts anew" in said.err
    assert first == {
        path.relative_to(mine): path.read_bytes() for path in mine.rglob("*") if path.is_file()
    }
    # Pictures of the run before are its own and go; a file of the user's stays.
    (mine / "figures").mkdir()
    (mine / "figures" / "old.png").touch()
    (mine / "notes.txt").write_text("mine")
    case.write_text(CHANNEL.replace("1e-5 mAh", "2e-5 mAh"))
    assert cli.main(["run", str(case), "-o", str(mine), "--overwrite"]) == 0
    assert (mine / "notes.txt").read_text() == "mine"
    assert not (mine / "figures").exists()
    assert len(history(mine)["time_s"]) == len(history_of(first))
    assert history(mine)["charge_mah_per_cm2"][-1] == pytest.approx(2e-5)
    assert load_case(mine / "case.toml") == load_case(case)


def history_of(files):
    """Rows of the history among the files of a run."""
    text = next(content for path, content in files.items() if path.name == "history.csv")
    return text.decode().splitlines()[1:]


CHANNEL = """
name = "pore"
[geometry]
kind = "channel"
radius = "50 nm"
length = "200 nm"
elements_across = 2
[[step]]
kind = "plate"
current = "0.3 mA/cm^2"
charge = "1e-5 mAh/cm^2"
[stepping]
initial_fraction = 0.2
largest_fraction = 0.2
"""
