"""requirements.lock: hashed, complete, and of no particular machine."""

import re
import tomllib
from pathlib import Path

import pytest
from lisic.scripts import outer
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

PINS = {
    canonicalize_name(name): Version(version)
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ \\\n]+)", LOCK, re.MULTILINE)
}


def test_every_line_is_a_pin_or_a_hash() -> None:
    # Nothing else: no registry, no option of pip, no path, no comment with any of these.
    pin = re.compile(r"[a-z0-9.-]+==[A-Za-z0-9.]+( ; [a-z_]+ [!=<>]+ '[A-Za-z0-9.]+')? \\")
    hashed = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    strangers = [
        line for line in LOCK.splitlines() if not (pin.fullmatch(line) or hashed.fullmatch(line))
    ]
    assert strangers == []


def test_every_pin_has_a_hash() -> None:
    blocks = dict(outer.blocks(LOCK))
    assert len(blocks) == len(PINS)
    assert [name for name, block in blocks.items() if "--hash=" not in block] == []


def test_every_package_of_the_project_is_pinned_as_it_asks() -> None:
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    asked = [Requirement(line) for group in groups for line in group]
    assert len(asked) >= 15
    unmet = [
        str(one)
        for one in asked
        if (name := canonicalize_name(one.name)) not in PINS or PINS[name] not in one.specifier
    ]
    assert unmet == []


def test_setup_and_the_build_find_their_own_tools_in_the_lock() -> None:
    # scripts/setup takes uv out of the lock, and installs lisic without build isolation.
    assert {"uv", "setuptools"} <= PINS.keys()


LITTLE = """\
dolfinx-solver-real==0.11.0 \\
    --hash=sha256:aa
gmsh==4.15 \\
    --hash=sha256:bb \\
    --hash=sha256:bc
mpi4py==4.1 \\
    --hash=sha256:cc
pint==0.26 ; python_version >= '3.12' \\
    --hash=sha256:dd
scipy==1.18 \\
    --hash=sha256:ee
"""


def test_an_environment_with_its_own_dolfinx_gets_no_other_mpi() -> None:
    nothing_there = dict(outer.blocks(outer.needed(LITTLE, lambda name: False)))
    assert list(nothing_there) == ["gmsh", "pint", "scipy"]
    assert nothing_there["gmsh"].count("--hash") == 2
    scipy_there = dict(outer.blocks(outer.needed(LITTLE, lambda name: name == "scipy")))
    assert list(scipy_there) == ["gmsh", "pint"]


def test_what_is_kept_or_left_out_is_in_the_lock() -> None:
    # A name that the lock doesn't know would silently do nothing.
    assert PINS.keys() >= outer.NEVER_FROM_THE_LOCK
    assert outer.KEPT_WHEN_PRESENT.keys() <= PINS.keys()


def test_a_package_that_is_there_is_kept_when_it_is_new_enough(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[project]\ndependencies = ["numpy>=2.0", "scipy>=999"]\n')
    present = outer.new_enough(project)
    assert present("numpy")
    assert not present("scipy")
    assert present("cffi")  # not asked for by name: any version will do


@pytest.mark.parametrize(
    ("release", "good"),
    [
        ("0.11.0.post0", True),
        ("0.12.1", True),
        ("1.0.0", True),
        ("0.10.0", False),
        ("0.9.0", False),
    ],
)
def test_which_dolfinx_is_supported(release: str, good: bool) -> None:
    assert outer.supported(release) is good


def test_the_wheel_is_not_taken_for_an_outer_dolfinx(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outer, "find_spec", lambda name: object())  # dolfinx and dolfinx_solver
    assert outer.version() is None
    monkeypatch.setattr(outer, "find_spec", lambda name: None)
    assert outer.version() is None
    assert outer.main(["version"]) == 1
