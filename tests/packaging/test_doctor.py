"""`lisic doctor`: on the environment of the tests, and on environments broken on purpose."""

import io
import os
import sys
from pathlib import Path

import pytest
from lisic.scripts import doctor, examinations
from lisic.scripts.doctor import Finding
from lisic.scripts.trial import attempt, python


def _script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_environment_of_the_tests_is_well() -> None:
    out = io.StringIO()
    assert doctor.run(out) == 0, out.getvalue()
    lines = out.getvalue().splitlines()
    assert len(lines) == len(examinations.EXAMINATIONS) + 1
    assert all(line.startswith("ok ") for line in lines[:-1])
    assert lines[-1] == "all is well"


def test_whatever_is_not_ok_is_said_with_its_remedy_and_exit_code_4() -> None:
    def fails() -> Finding:
        raise RuntimeError("no such thing")

    out = io.StringIO()
    code = doctor.run(
        out,
        [
            lambda: Finding("gmsh", "broken", "libGLU.so.1 is not there", "apt-get install it"),
            fails,
            lambda: Finding("python", "ok", "3.12"),
        ],
    )
    assert code == 4
    first, remedy, second, _, third, closing = out.getvalue().splitlines()
    assert first.split() == ["broken", "gmsh", "libGLU.so.1", "is", "not", "there"]
    assert remedy.strip() == "mend: apt-get install it"
    assert second.split()[:2] == ["broken", "fails"]
    assert "no such thing" in second
    assert third.startswith("ok")
    assert closing == "2 of 3 are not ok"


def test_a_crash_is_heard_and_does_not_end_the_doctor() -> None:
    # What VTK does where neither X11 nor EGL is there.
    trial = python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert not trial.good
    assert trial.cause == "ended by SIGSEGV"


def test_a_trial_gives_output_or_the_last_line_of_the_error() -> None:
    assert python("print('yes')").output == "yes"
    assert python("print('yes')").good
    assert python("import nothing_of_the_kind").cause == (
        "ModuleNotFoundError: No module named 'nothing_of_the_kind'"
    )
    assert python("raise SystemExit(3)").cause == "exit code 3"
    framed = "import sys; sys.exit('---\\nmpirun refuses\\n---')"
    assert python(framed).cause == "mpirun refuses"
    assert python("import time; time.sleep(30)", limit=0.2).cause == "no answer within 0.2 s"
    assert attempt(["/no/such/program"]).cause == "/no/such/program: No such file or directory"


def test_a_trial_does_not_take_the_place_of_this_process_in_a_parallel_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PMI_RANK", "1")
    monkeypatch.setenv("LISIC_TEST_KEPT", "1")
    seen = python("import os; print('PMI_RANK' in os.environ, os.environ['LISIC_TEST_KEPT'])")
    assert seen.output == "False 1"


@pytest.mark.parametrize("examine", [examinations.gmsh, examinations.rendering, examinations.numba])
def test_a_library_that_is_not_installed_is_missing(
    examine: doctor.Examination, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A Python with nothing but its standard library.
    bare = _script(tmp_path / "python", f'exec "{sys.executable}" -S -I "$@"')
    monkeypatch.setattr(sys, "executable", str(bare))
    found = examine()
    assert found.state == "missing"
    assert found.mend == "./scripts/setup"


def test_a_library_that_cannot_be_loaded_is_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "gmsh.py").write_text(
        "raise OSError('libGLU.so.1: cannot open shared object file')"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = examinations.gmsh()
    assert found.state == "broken"
    assert "libGLU.so.1" in found.detail
    assert "libglu1-mesa" in found.mend


def test_an_old_dolfinx_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = _script(tmp_path / "python", "echo 0.9.0 /usr/lib/python3/dist-packages/dolfinx")
    monkeypatch.setattr(sys, "executable", str(old))
    found = examinations.dolfinx()
    assert found.state == "broken"
    assert found.detail == "0.9.0 is older than 0.11"


def test_complex_petsc_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = _script(tmp_path / "python", "echo 3.25.5 complex128 mumps")
    monkeypatch.setattr(sys, "executable", str(other))
    assert examinations.petsc().state == "broken"


def test_mpirun_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examinations, "launcher", lambda: None)
    assert examinations.two_ranks().state == "missing"


def test_the_mpirun_beside_python_is_taken_before_that_of_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "beside").mkdir()
    (tmp_path / "path").mkdir()
    elsewhere = _script(tmp_path / "path" / "mpirun", "true")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "beside" / "python"))
    assert examinations.launcher() == str(elsewhere)
    beside = _script(tmp_path / "beside" / "mpirun", "true")
    assert examinations.launcher() == str(beside)


def test_an_mpirun_of_another_mpi_is_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Its two processes don't know each other: each is rank 0 of 1.
    foreign = _script(tmp_path / "mpirun", 'shift 2; "$@"; "$@"')
    monkeypatch.setattr(examinations, "launcher", lambda: str(foreign))
    found = examinations.two_ranks()
    assert found.state == "broken"
    assert "belongs to another MPI" in found.detail


def test_an_mpirun_that_fails_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failing = _script(tmp_path / "mpirun", "echo 'UCX ERROR: no such device' >&2; exit 1")
    monkeypatch.setattr(examinations, "launcher", lambda: str(failing))
    found = examinations.two_ranks()
    assert found.state == "broken"
    assert "UCX ERROR: no such device" in found.detail
    assert "UCX_TLS" in found.mend


def test_tasks_of_slurm_that_are_runs_of_one_rank_each_are_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SLURM_STEP_NUM_TASKS", raising=False)
    assert examinations.slurm().state == "ok"
    # srun --mpi=none: four tasks in the step, each the only rank of its communicator.
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "4")
    found = examinations.slurm()
    assert found.state == "broken"
    assert "4 tasks, but the communicator has 1" in found.detail


def test_no_compiler_is_missing_and_a_failing_one_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CC", str(tmp_path / "no-such-cc"))
    assert examinations.compiler().state == "missing"
    failing = _script(tmp_path / "cc", "echo 'fatal error: math.h: No such file' >&2; exit 1")
    monkeypatch.setenv("CC", f"{failing} -O2")
    found = examinations.compiler()
    assert found.state == "broken"
    assert "math.h" in found.detail


def test_no_headers_of_python_are_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sysconfig.get_paths", lambda: {"include": str(tmp_path)})
    found = examinations.compiler()
    assert found.state == "missing"
    assert "-dev" in found.mend


def test_caches_that_cannot_be_written_are_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Not by permissions: root may write everywhere. A file in the way stops root too.
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(in_the_way))
    assert "XDG_CACHE_HOME" in examinations.caches().mend
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(in_the_way))
    assert "NUMBA_CACHE_DIR" in examinations.caches().mend
    assert os.listdir(tmp_path) == ["file"]  # looking leaves nothing behind
