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
from lisic.scripts.case import Case
from lisic.scripts.ranges import Outside

_PACKAGES = ("lisic", "fenics-ffcx", "gmsh", "mpi4py", "numba", "numpy", "pyvista")

# What the models of this version take for granted; named in every run.
ASSUMPTIONS = {
    "porous_layer": (
        "plane strain: pores are cylinders and nanotube bundles sheets of one diameter's thickness",
        "separator side rigid and bonded; platen rigid, flat, frictionless; no mean lateral strain",
        "lithium spreads evenly in a pore until it is full, bears no tension, and all pores take "
        "the current in proportion to their volume",
        "linear kinetics: a pore's growth rate falls with pressure to zero at F eta / V_m; what "
        "the pores do not take goes to the collector, without mechanical effect",
        "no capillary pressure; nanotubes bonded, without stiffness across or in bending",
    ),
    "stack": (
        "plane strain: pores are cylinders and nanotube bundles sheets of one diameter's thickness",
        "bottom rigid and bonded; platen rigid, flat, frictionless; no mean lateral strain",
        "all interfaces bonded; no stress left from making the layers",
        "lithium plates into pores only, evenly until a pore is full, and bears no tension",
        "no capillary pressure; nanotubes bonded, without stiffness across or in bending",
    ),
    "image": (
        "plane strain; the image's sides are mirrors, its bottom is rigid and bonded; platen "
        "rigid, flat, frictionless",
        "lithium spreads evenly in a pore until it is full, and bears no tension",
        "no capillary pressure",
    ),
    "volume": (
        "the stack's four sides are mirrors, its bottom is rigid and bonded; platen rigid, flat, "
        "frictionless",
        "lithium spreads evenly in a pore until it is full, and bears no tension",
        "no capillary pressure",
    ),
    "particle_layer": (
        "plane strain: discs stand for spheres",
        "bottom fixed; flat platen free to move in y only; periodic sides without net extension",
        "particles welded at their necks",
        "voids hold the soft filler of their material; walls that meet do not touch",
    ),
    "channel": (
        "rigid wall without slip; reservoir at zero pressure",
        "lithium enters evenly within half a radius of the closed end",
        "no capillary pressure",
    ),
    "mesh": (),
}


def manifest(
    case: Case,
    made: dict[str, Material],
    outside: Sequence[Outside],
    checksum: str,
    regions: dict[str, int],
    kinematics: str,
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
            "linear_solver": "LU (MUMPS)",
        },
        "assumptions": list(ASSUMPTIONS[case.geometry.kind]),
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
