"""Time and memory of porous layers in 3D against their number of tetrahedra.

    python tests/benchmarks/mesh_scaling.py [TETRAHEDRA ...]

A random field with pores of 80 nm and 11.0355 %, in boxes that hold about as many; by default
100,000, 300,000, a million and five million. Each size runs in processes of its own, for their
peak memory. ``layer`` is all of a mesh with its porosity and mean chord met, ``report`` what the
report adds to it, ``distribute`` the way from arrays to a DOLFINx mesh, on 1 and 2 ranks. Ends
with exit code 1 beyond a minute or 1 GB for a million tetrahedra, or 16 GB for five millions.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from lisic.mesh import quality
from lisic.mesh.porous_volume import FieldPores, PorousVolume
from lisic.mesh.regions import RegionMesh

POROSITY, CHORD = 0.110355, 0.08
# Tetrahedra in a cubic micrometre of this layer, with its elements left as they are.
PER_VOLUME = 2.73e6
SIZES = (100_000, 300_000, 1_000_000, 5_000_000)


def layer(tetrahedra: int, file: str) -> dict[str, float]:
    """Build a layer of about so many ``tetrahedra``; keep its mesh in ``file``."""
    side = (tetrahedra / PER_VOLUME) ** (1 / 3)
    started = time.monotonic()
    mesh, _ = PorousVolume(side, side, POROSITY, FieldPores(CHORD), seed=1).build()
    built = time.monotonic() - started
    peak = _peak()
    started = time.monotonic()
    quality.report(mesh)
    reported = time.monotonic() - started
    mesh.save(file)
    return {"cells": len(mesh.cells), "layer": built - reported, "report": reported, "peak": peak}


def distributed(file: str) -> None:
    """Distribute the mesh in ``file``, read by rank 0; print seconds and MB of the largest rank."""
    from lisic.solvers.distribute import distribute
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
    mesh = RegionMesh.load(file) if comm.rank == 0 else None
    comm.barrier()
    started = time.monotonic()
    distribute(comm, mesh)
    seconds = comm.allreduce(time.monotonic() - started, op=MPI.MAX)
    peak = comm.allreduce(_peak(), op=MPI.MAX)
    if comm.rank == 0:
        print(json.dumps({"seconds": seconds, "peak": peak}))


def _peak() -> float:
    """Most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _apart(*arguments: str, ranks: int = 0) -> Any:
    """What this script prints with these arguments in a process, or several, of its own."""
    command = [sys.executable, __file__, *arguments]
    if ranks:
        command = [str(Path(sys.executable).parent / "mpiexec"), "-n", str(ranks), *command]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> int:
    """Measure all sizes, or be one of the processes that do."""
    match sys.argv[1:]:
        case ["layer", size, file]:
            print(json.dumps(layer(int(size), file)))
            return 0
        case ["distribute", file]:
            distributed(file)
            return 0
    print(f"{'tetrahedra':>10s}{'layer s':>9s}{'report s':>10s}{'peak MB':>9s}", end="")
    print("   distribute on 1 and 2 ranks: s, MB of the largest", flush=True)
    slow = False
    for size in map(int, sys.argv[1:] or SIZES):
        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder) / "mesh.npz")
            made = _apart("layer", str(size), file)
            print(f"{made['cells']:10d}{made['layer']:9.1f}{made['report']:10.1f}", end="")
            print(f"{made['peak']:9.0f}", end="", flush=True)
            for ranks in (1, 2):
                spread = _apart("distribute", file, ranks=ranks)
                print(f"{spread['seconds']:9.1f}{spread['peak']:8.0f}", end="", flush=True)
        if size == SIZES[2]:
            slow |= made["layer"] + made["report"] > 60 or made["peak"] > 1024
        slow |= size == SIZES[3] and made["peak"] > 16 * 1024
        print()
    print("beyond a limit" if slow else "within every limit that these sizes have")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
