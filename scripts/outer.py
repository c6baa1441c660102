"""DOLFINx that comes from elsewhere than the wheel: conda-forge, Spack, Debian.

``scripts/setup`` runs this file by its path, under the Python that may bring DOLFINx, before
anything is installed: it imports nothing beside the standard library and pip's own copy of
``packaging``. A virtual environment laid over such a Python must not shadow what is compiled
against that Python's MPI and PETSc.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

OLDEST_DOLFINX = (0, 11)
"""Oldest release of DOLFINx whose interface the solvers use."""

NEVER_FROM_THE_LOCK = frozenset(
    {"dolfinx-solver-real", "fenics-basix", "fenics-ffcx", "fenics-ufl", "mpi4py", "mpich"}
)
"""Packages bound to the MPI and the version of the DOLFINx that is there."""

KEPT_WHEN_PRESENT = {
    "cffi": "cffi",
    "gmsh": "gmsh",
    "llvmlite": "llvmlite",
    "matplotlib": "matplotlib",
    "numba": "numba",
    "numpy": "numpy",
    "scipy": "scipy",
    "vtk": "vtkmodules",
}
"""Distribution -> import name of compiled packages that belong to the environment around."""


def version() -> str | None:
    """Return the version of the DOLFINx that this Python brings, None where it brings none.

    The wheel is not such a DOLFINx: it is recognised by ``dolfinx_solver``.

    Raises:
        ImportError: DOLFINx is there and cannot be imported.
    """
    if find_spec("dolfinx") is None or find_spec("dolfinx_solver") is not None:
        return None
    import dolfinx

    return str(dolfinx.__version__)


def supported(release: str) -> bool:
    """Tell whether the solvers run with this release of DOLFINx (``"0.11.0.post0"``)."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", release)[:2])
    return numbers >= OLDEST_DOLFINX


def link(venv: Path) -> None:
    """Show to a virtual environment what its base Python alone would not.

    That are folders on this Python's path beyond its own site-packages (``PYTHONPATH`` of
    Spack, a virtual environment as the outer Python) and the ``mpirun`` beside the interpreter,
    which must be the one of the MPI that DOLFINx was built with.
    """
    python = venv / "bin" / "python"
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    report = subprocess.run(
        [python, "-c", "import json, sys, sysconfig; "
         "print(json.dumps([sys.path, sysconfig.get_paths()['purelib']]))"],
        env=clean, check=True, capture_output=True, text=True,
    )  # fmt: skip
    seen, site_packages = json.loads(report.stdout)
    unseen = [folder for folder in sys.path if Path(folder).is_dir() and folder not in seen]
    (Path(site_packages) / "outer.pth").write_text("".join(f"{folder}\n" for folder in unseen))
    for name in ("mpirun", "mpiexec"):
        launcher = Path(sys.executable).parent / name
        if launcher.exists():
            # A script and no link: launchers look for their helpers beside themselves.
            script = venv / "bin" / name
            script.write_text(f'#!/bin/sh\nexec "{launcher}" "$@"\n')
            script.chmod(0o755)


def blocks(lock: str) -> Iterator[tuple[str, str]]:
    """Yield (distribution, its lines with all hashes) of a requirements file."""
    for block in re.split(r"\n(?=\S)", lock.strip()):
        yield block.split("==")[0].strip(), block + "\n"


def needed(lock: str, present: Callable[[str], bool]) -> str:
    """Return the part of the lock that an environment with its own DOLFINx still needs.

    Args:
        lock: Text of ``requirements.lock``.
        present: Tells of a distribution in `KEPT_WHEN_PRESENT` whether it is there, new enough.
    """
    return "".join(
        block
        for name, block in blocks(lock)
        if name not in NEVER_FROM_THE_LOCK and not (name in KEPT_WHEN_PRESENT and present(name))
    )


def new_enough(project: Path) -> Callable[[str], bool]:
    """Return the test that `needed` asks: importable here, as new as pyproject.toml wants it."""
    from pip._vendor.packaging.requirements import Requirement

    lines = tomllib.loads(project.read_text())["project"]["dependencies"]
    asked = {found.name.lower(): found.specifier for found in map(Requirement, lines)}

    def present(name: str) -> bool:
        if find_spec(KEPT_WHEN_PRESENT[name]) is None:
            return False
        try:
            release = metadata.version(name)
        except metadata.PackageNotFoundError:  # Debian's gmsh has no metadata
            return True
        return name not in asked or asked[name].contains(release, prereleases=True)

    return present


def main(arguments: list[str]) -> int:
    """Answer one question of ``scripts/setup``; see there."""
    match arguments:
        case ["version"]:
            found = version()
            print(found or "")
            return 0 if found else 1
        case ["supported", release]:
            return 0 if supported(release) else 1
        case ["link", venv]:
            link(Path(venv))
        case ["pins", lock, project]:
            print(needed(Path(lock).read_text(), new_enough(Path(project))), end="")
        case _:
            raise SystemExit(f"unknown question: {arguments}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
