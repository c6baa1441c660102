"""The command line: exit codes, what it says and where, and what it leaves on disk."""

import json
import subprocess
import sys
from types import SimpleNamespace

import lisic.scripts
import pytest
from lisic.mesh.channel import Channel
from lisic.mesh.regions import RegionMesh
from lisic.scripts import cli
from lisic.scripts.case import load_case
from lisic.scripts.launch import place
from lisic.scripts.refusal import Unfit
from small_runs import CHANNEL


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    """An empty current folder, and a process that no launcher started."""
    monkeypatch.chdir(tmp_path)
    for name in ("PMI_RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "case.toml").write_text(CHANNEL)
    return tmp_path


@pytest.fixture
def runs(monkeypatch):
    """Stand in for the solver; the calls it got."""
    calls = []

    def run(case, folder, *, resume, overwrite, use_cache):
        calls.append((case.name, str(folder), resume, overwrite))
        return 3

    monkeypatch.setitem(sys.modules, "lisic.scripts.run", SimpleNamespace(run=run))
    return calls


@pytest.fixture
def built(monkeypatch):
    """Stand in for the composition of case and rooms."""
    estimate = SimpleNamespace(describe=lambda case: "dofs 1234\nmemory 1 GB")
    geometries = SimpleNamespace(
        geometry=lambda case: Channel(case.geometry.radius, case.geometry.length, 2)
    )
    monkeypatch.setattr(lisic.scripts, "estimate", estimate, raising=False)
    monkeypatch.setattr(lisic.scripts, "geometries", geometries, raising=False)
    return geometries


def listing(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def refused(capsys, argv):
    """Run a command that must refuse; what it said on its one or two lines."""
    assert cli.main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert 1 <= len(err.splitlines()) <= 2
    return err


@pytest.mark.parametrize("command", ["check", "mesh", "run"])
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("radius =", "radios =", ["geometry.radios", "did you mean 'radius'?"]),
        ('"50 nm"', "50", ["geometry.radius", "got 50", "with its unit"]),
        ('"50 nm"', '"50 MPa"', ["geometry.radius", 'got "50 MPa"', "wrong kind"]),
        ('"0.3 mA/cm^2"', '"0 mA/cm^2"', ["step[1].current", "above 0"]),
        ("[geometry]", "[geometry", ["broken TOML", "line 3"]),
    ],
)
def test_a_broken_case_is_refused_and_nothing_is_written(
    capsys, workplace, runs, built, command, old, new, words
):
    (workplace / "case.toml").write_text(CHANNEL.replace(old, new))
    before = listing(workplace)
    said = refused(capsys, [command, "case.toml"])
    assert said.startswith("lisic: case.toml: ")
    for word in words:
        assert word in said
    assert listing(workplace) == before
    assert runs == []


def test_a_missing_case_file_is_refused(capsys, workplace):
    said = refused(capsys, ["run", "nope.toml"])
    assert said == (
        "lisic: nope.toml: got No such file or directory; expected a case file that can be read\n"
    )


def test_a_folder_under_a_file_can_not_be_written(capsys, workplace, runs):
    before = listing(workplace)
    said = refused(capsys, ["run", "case.toml", "-o", "case.toml/results"])
    assert said.startswith('lisic: --output: got "case.toml/results"; expected a folder that can')
    assert listing(workplace) == before
    assert runs == []


def test_a_folder_the_system_denies_can_not_be_written(capsys, workplace, runs):
    # /proc takes no folders, whoever asks: permissions alone would not stop root.
    said = refused(capsys, ["run", "case.toml", "-o", "/proc/lisic/results"])
    assert said.startswith('lisic: --output: got "/proc/lisic/results"; expected a folder that can')
    assert runs == []


def test_run_hands_on_what_it_was_asked_and_returns_the_exit_code(runs, workplace):
    assert cli.main(["run", "case.toml"]) == 3
    assert cli.main(["run", "case.toml", "-o", "there", "--overwrite"]) == 3
    assert runs == [("pore", "results/pore", False, False), ("pore", "there", False, True)]
    assert listing(workplace) == ["case.toml"]


def test_a_run_is_overwritten_or_resumed_only_when_told_to(capsys, runs, workplace):
    folder = workplace / "results" / "pore"
    folder.mkdir(parents=True)
    (folder / "case.toml").write_text(load_case("case.toml").to_toml())
    said = refused(capsys, ["run", "case.toml"])
    assert 'got "results/pore"' in said
    assert "--resume" in said
    assert "--overwrite" in said
    assert runs == []
    assert cli.main(["run", "case.toml", "--resume"]) == 3
    assert cli.main(["run", "case.toml", "--overwrite"]) == 3
    assert len(runs) == 2


def test_a_run_is_not_resumed_with_another_case(capsys, runs, workplace):
    (workplace / "there").mkdir()
    (workplace / "there" / "case.toml").write_text(load_case("case.toml").to_toml())
    (workplace / "case.toml").write_text(CHANNEL.replace("50 nm", "60 nm"))
    said = refused(capsys, ["run", "case.toml", "-o", "there", "--resume"])
    assert said.startswith("lisic: case.toml: geometry: got other values than this run was started")
    assert runs == []


def test_a_folder_with_other_files_is_never_written(capsys, runs, workplace):
    (workplace / "photos").mkdir()
    (workplace / "photos" / "cat.png").touch()
    said = refused(capsys, ["run", "case.toml", "-o", "photos", "--overwrite"])
    assert "'cat.png'" in said
    assert runs == []


def test_check_prints_a_case_and_an_estimate_and_writes_nothing(capsys, built, workplace):
    assert cli.main(["check", "case.toml"]) == 0
    out, err = capsys.readouterr()
    assert out.endswith("# dofs 1234\n# memory 1 GB\n")
    assert err == ""
    assert listing(workplace) == ["case.toml"]
    (workplace / "resolved.toml").write_text(out)
    assert load_case("resolved.toml") == load_case("case.toml")


def test_mesh_writes_mesh_report_and_a_file_for_paraview(capsys, built, workplace):
    assert cli.main(["mesh", "case.toml", "-o", "look"]) == 0
    out, _ = capsys.readouterr()
    files = ["mesh.npz", "mesh.vtu", "report.json"]
    made = ["look", "look/mesh", *(f"look/mesh/{name}" for name in files)]
    assert listing(workplace) == ["case.toml", *made]
    expected, report = Channel(0.05, 1.0, 2).build()
    written = RegionMesh.load("look/mesh/mesh.npz")
    assert written.checksum() == expected.checksum()
    assert json.loads((workplace / "look/mesh/report.json").read_text()) == json.loads(
        json.dumps(report)
    )
    assert all(name in out for name in report)


def test_a_geometry_that_can_not_be_meshed_is_refused(capsys, built, workplace):
    def too_many(case):
        raise ValueError("porosity 0.9 does not fit: at most 0.62 can be packed")

    built.geometry = too_many
    said = refused(capsys, ["mesh", "case.toml", "-o", "look"])
    assert said == (
        "lisic: case.toml: geometry: porosity 0.9 does not fit: at most 0.62 can be packed\n"
    )
    assert listing(workplace) == ["case.toml"]


def test_the_mesh_of_a_run_is_left_alone(capsys, built, workplace):
    (workplace / "there").mkdir()
    (workplace / "there" / "manifest.json").write_text("{}")
    assert 'got "there"' in refused(capsys, ["mesh", "case.toml", "-o", "there"])


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "COMMAND"),
        (["frobnicate"], "'frobnicate'"),
        (["run"], "CASE.toml"),
        (["run", "case.toml", "--resume", "--overwrite"], "not allowed with"),
        (["render", "somewhere", "--step", "first"], "got 'first'; expected 1, 2"),
    ],
)
def test_a_wrong_command_line_is_refused_in_one_line(capsys, argv, words):
    with pytest.raises(SystemExit) as caught:
        cli.main(argv)
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("command", ["check", "mesh", "run", "render", "doctor"])
def test_help_teaches(capsys, command):
    with pytest.raises(SystemExit) as caught:
        cli.main([command, "--help"])
    assert caught.value.code == 0
    out, _ = capsys.readouterr()
    assert "exit code" in out
    if command != "doctor":
        assert f"  lisic {command} " in out


def test_an_unfit_environment_is_exit_code_4(capsys, monkeypatch, workplace):
    def unfit(*_, **__):
        raise Unfit("DOLFINx has no MUMPS; `lisic doctor` says more")

    monkeypatch.setitem(sys.modules, "lisic.scripts.run", SimpleNamespace(run=unfit))
    assert cli.main(["run", "case.toml"]) == 4
    assert capsys.readouterr().err == "lisic: DOLFINx has no MUMPS; `lisic doctor` says more\n"


def test_a_missing_package_is_exit_code_4_but_a_module_of_ours_is_a_bug(capsys, monkeypatch):
    def missing(name):
        def run(*_, **__):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

        monkeypatch.setitem(sys.modules, "lisic.scripts.run", SimpleNamespace(run=run))

    missing("dolfinx")
    assert cli.main(["run", "case.toml"]) == 4
    assert "lisic doctor" in capsys.readouterr().err
    missing("lisic.solvers.nope")
    with pytest.raises(ModuleNotFoundError):
        cli.main(["run", "case.toml"])


def test_an_unexpected_error_keeps_its_traceback(monkeypatch):
    def run(*_, **__):
        raise ValueError("a bug")

    monkeypatch.setitem(sys.modules, "lisic.scripts.run", SimpleNamespace(run=run))
    with pytest.raises(ValueError, match="a bug"):
        cli.main(["run", "case.toml"])


@pytest.mark.parametrize(("rank", "lines"), [("0", 1), ("1", 0)])
def test_only_rank_0_speaks_and_only_run_goes_under_mpirun(
    capsys, monkeypatch, runs, built, rank, lines
):
    monkeypatch.setenv("PMI_RANK", rank)
    monkeypatch.setenv("PMI_SIZE", "2")
    assert cli.main(["check", "case.toml"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == lines
    assert cli.main(["run", "nope.toml"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == lines
    with pytest.raises(SystemExit):
        cli.main(["frobnicate"])
    assert len(capsys.readouterr().err.splitlines()) == lines
    assert cli.main(["run", "case.toml"]) == 3


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, (0, 1)),
        ({"PMI_RANK": "1", "PMI_SIZE": "3"}, (1, 3)),
        ({"OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4"}, (2, 4)),
        # a batch script's first process is no parallel step, whatever the job's size
        ({"SLURM_PROCID": "0", "SLURM_NTASKS": "8"}, (0, 1)),
        ({"SLURM_PROCID": "5", "SLURM_STEP_NUM_TASKS": "8"}, (5, 8)),
    ],
)
def test_launchers_say_rank_and_size(environment, expected):
    assert place(environment) == expected


def test_help_and_case_files_need_no_heavy_packages():
    script = (
        "import sys\n"
        "from lisic.scripts import cli\n"
        "cli.parser().format_help()\n"
        "assert not {'pydantic', 'pint', 'numpy'} & set(sys.modules)\n"
        "import lisic.scripts.case, lisic.scripts.folders\n"
        "assert not {'mpi4py', 'dolfinx', 'gmsh', 'pyvista'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
