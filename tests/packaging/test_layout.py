"""The top level that users know, and what a wheel of lisic holds."""

import importlib
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("mesh", "materials", "solvers", "scripts")
TOP_LEVEL = {
    *ROOMS, "pyproject.toml", "tests", "results", "README.md", ".ci", ".gitignore", "LICENSE",
    "CHANGELOG.md", "CONTRIBUTING.md", "docs", "requirements.lock",
}  # fmt: skip
SHELL = ("scripts/setup", "scripts/test", "scripts/demo", ".ci/run")


def committed() -> list[Path]:
    """Paths of all files under version control, relative to the root."""
    git = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    if git.returncode:
        pytest.skip("not a git work tree")
    paths = [Path(name) for name in git.stdout.split("\0") if name]
    return [path for path in paths if (ROOT / path).exists()]


def test_the_top_level_is_the_fixed_one() -> None:
    assert {path.parts[0] for path in committed()} - TOP_LEVEL == set()


@pytest.mark.parametrize("script", SHELL)
def test_shell_scripts_are_executable_and_parse(script: str) -> None:
    path = ROOT / script
    assert os.access(path, os.X_OK)
    assert path.read_text().startswith("#!/bin/sh\n")
    for shell in ("sh", "bash"):
        if shutil.which(shell):
            subprocess.run([shell, "-n", str(path)], check=True)


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_from_their_folders_and_are_typed(room: str) -> None:
    module = importlib.import_module(f"lisic.{room}")
    assert module.__file__ is not None
    assert Path(module.__file__).resolve() == ROOT / room / "__init__.py"
    assert (ROOT / room / "py.typed").exists()


def test_every_folder_with_modules_is_a_package_of_the_project() -> None:
    # setuptools takes the list as it stands: a new folder that is not in it never ships.
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    listed = {name.removeprefix("lisic.").replace(".", "/") for name in table["packages"]}
    folders = {
        str(path.parent)
        for path in committed()
        if path.suffix == ".py" and path.parts[0] in ROOMS
    }  # fmt: skip
    assert folders == listed


def test_a_wheel_holds_every_module_and_every_case_and_material(tmp_path: Path) -> None:
    source = tmp_path / "source"  # a copy: setuptools leaves build/ beside what it builds
    files = committed()
    for path in files:
        target = source / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, target)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
         "--wheel-dir", str(tmp_path), str(source)],
        check=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("lisic-*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"lisic/{path}"
        for path in files
        if path.parts[0] in ROOMS and path.suffix in {".py", ".toml", ".typed"}
    }
    assert any(name.startswith("lisic/materials/database/") for name in wanted)
    assert wanted - held == set()
    assert any(name.endswith("licenses/LICENSE") for name in held)
