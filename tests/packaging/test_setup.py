"""scripts/setup where the environment is unfit, and where nothing is to be done.

Commands that tell of the machine are replaced by stubs that come first on PATH. Every case stops
before anything is downloaded; what set-up installs is tested by all the other tests.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = os.path.realpath(sys._base_executable)  # type: ignore[attr-defined]

pytestmark = pytest.mark.skipif(
    find_spec("dolfinx_solver") is None, reason="the Python of this machine brings DOLFINx itself"
)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what set-up reads, and none of what it makes."""
    folder = tmp_path / "a clone"  # people have blanks in their paths
    for name in ("scripts/setup", "scripts/outer.py", "pyproject.toml", "requirements.lock"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def setup(
    clone: Path, stubs: dict[str, str] | None = None, python: str = PYTHON
) -> tuple[int, str]:
    """Run set-up with stub commands; return its exit code and all that it said."""
    commands = clone.parent / "stubs"
    commands.mkdir(exist_ok=True)
    for name, text in (stubs or {}).items():
        (commands / name).write_text(f"#!/bin/sh\n{text}\n")
        (commands / name).chmod(0o755)
    path = f"{commands}:{os.environ['PATH']}"
    done = subprocess.run(
        [clone / "scripts/setup"],
        env=os.environ | {"PATH": path, "LISIC_PYTHON": python, "PIP_NO_INDEX": "1"},
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_another_processor_is_refused_with_the_way_out(clone: Path) -> None:
    code, said = setup(clone, {"uname": "case $1 in -m) echo aarch64 ;; *) echo Linux ;; esac"})
    assert code == 4
    assert "for Linux on x86-64, this is Linux on aarch64" in said
    assert "conda-forge" in said


@pytest.mark.parametrize(
    ("getconf", "named"),
    [("echo glibc 2.31", "2.31"), ("echo glibc 1.99", "1.99"), ("exit 1", "another C library")],
)
def test_an_old_or_another_c_library_is_refused(clone: Path, getconf: str, named: str) -> None:
    code, said = setup(clone, {"getconf": getconf})
    assert code == 4
    assert f"needs glibc 2.34 or newer, this machine has {named}" in said


def test_one_who_is_not_root_is_told_the_command(clone: Path) -> None:
    # A machine with all but two of the libraries.
    there = "libGLU.so.1 libXcursor.so.1 libXft.so.2 libXinerama.so.1 libgomp.so.1"
    stubs = {
        "id": "echo 1000",
        "ldconfig": f'for l in {there}; do echo "\t$l (libc6,x86-64) => /lib/$l"; done',
        "apt-get": "echo it must not be called; exit 1",
    }
    code, said = setup(clone, stubs)
    assert code == 4
    assert said.count("\n") == 3
    assert (
        "    sudo apt-get update && "
        "sudo apt-get install -y --no-install-recommends libgl1 libegl1\n"
    ) in said


def test_root_installs_what_is_missing_and_no_more(clone: Path) -> None:
    stubs = {
        "id": "echo 0",
        "gcc": "exit 1",
        "apt-get": f'echo "$@" >>"{clone}/calls"; [ "$1" = update ]',
    }
    code, said = setup(clone, stubs)
    assert code == 4  # the stub's installation fails
    assert (clone / "calls").read_text().splitlines() == [
        "update -q",
        "install -y --no-install-recommends gcc libc6-dev -q",
    ]
    assert "could not be installed" in said


def test_a_python_that_is_too_old_is_refused_by_its_name(clone: Path, tmp_path: Path) -> None:
    old = tmp_path / "python3.11"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    code, said = setup(clone, python=str(old))
    assert code == 4
    assert f"LISIC_PYTHON={old} is not a Python from 3.12 to 3.14" in said


def test_the_own_venv_is_not_built_on_itself(clone: Path) -> None:
    code, said = setup(clone, python=str(clone / ".venv/bin/python"))
    assert code == 4
    assert "lies in the .venv that this makes" in said


def test_a_stage_that_fails_shows_the_cause(clone: Path) -> None:
    (clone / ".venv").touch()  # a file in the way
    code, said = setup(clone)
    assert code == 4
    assert "a new .venv with Python" in said
    assert "failed. The end of what it said:" in said
    assert "virtual environment could not be made" in said
    assert (clone / ".venv").is_file()


def test_nothing_to_do_is_silent(clone: Path) -> None:
    def checksum(*names: str) -> str:
        data = b"".join((clone / name).read_bytes() for name in names)
        return subprocess.run(
            ["cksum"], input=data, check=True, capture_output=True
        ).stdout.decode()

    bin_ = clone / ".venv/bin"
    bin_.mkdir(parents=True)
    for name in ("python", "lisic"):
        (bin_ / name).write_text("#!/bin/sh\nexit 1\n")
        (bin_ / name).chmod(0o755)
    stamp = (
        f"{clone} {checksum('requirements.lock')}"
        f"{checksum('pyproject.toml', 'scripts/setup')}{PYTHON}\n"
    )
    (clone / ".venv/setup.stamp").write_text(stamp)
    never = {name: "echo it must not be called; exit 1" for name in ("gcc", "getconf", "flock")}
    assert setup(clone, never) == (0, "")
    # Any change is noticed: here another lock, and then a machine that does not fit.
    with (clone / "requirements.lock").open("a") as lock:
        lock.write("\n")
    assert setup(clone, {"getconf": "exit 1"})[0] == 4
