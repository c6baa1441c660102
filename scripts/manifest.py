"""``manifest.json``: with what a run was made, and how it ended."""

import importlib.metadata
import json
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lisic.materials import Material
from lisic.scripts.assumptions import assumptions
from lisic.scripts.case import Case
from lisic.scripts.ranges import Outside

_PACKAGES = ("lisic", "fenics-ffcx", "gmsh", "mpi4py", "numba", "numpy", "pyvista")


def manifest(
    case: Case,
    made: dict[str, Material],
    outside: Sequence[Outside],
    checksum: str,
    regions: dict[str, int],
    kinematics: str,
    linear_solver: str,
) -> dict[str, Any]:
    """What is known when a run starts."""
    import petsc4py.PETSc
    from dolfinx import __version__ as dolfinx_version
    from mpi4py import MPI

    versions = {name: _version(name) for name in _PACKAGES}
    versions |= {
        "python": platform.python_version(),
        "dolfinx": dolfinx_version,
        "petsc": ".".join(str(part) for part in petsc4py.PETSc.Sys.getVersion()),
        "mpi": MPI.Get_library_version().splitlines()[0].strip("\0 "),
    }
    return {
        "name": case.name,
        "status": "running",
        "versions": versions,
        "commit": _commit(),
        "seed": getattr(case.geometry, "seed", None),
        "mesh_sha256": checksum,
        "regions": regions,
        "kinematics": kinematics,
        "ranks": MPI.COMM_WORLD.size,
        "solver": {
            **case.stepping.model_dump(mode="json"),
            "element": "P2 displacement, quadrature of degree 2",
            "linear_solver": linear_solver,
        },
        "assumptions": assumptions(case.geometry),
        "materials": {
            part: {
                "name": material.name,
                "mechanisms": list(material.mechanism_names),
                "values": [_record(record) for record in material.provenance],
            }
            for part, material in sorted(made.items())
        },
        "out_of_range": [
            {"part": one.part, "material": one.material, **_record(one.record)} for one in outside
        ],
    }


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON so that a reader sees the old file or the new one."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    os.replace(temporary, path)


def _record(record: Any) -> dict[str, Any]:
    return {
        "key": record.key,
        "value": record.value,
        "source": record.source,
        "range": str(record.range),
        "confidence": record.confidence,
        **({"alternative": record.alternative} if record.alternative else {}),
    }


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def _commit() -> str:
    """Commit of the source tree, with a mark where files differ from it; empty outside git."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],
            cwd=Path(__file__).resolve().parent,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
