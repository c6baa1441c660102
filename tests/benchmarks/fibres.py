"""Processor time and memory of fibres in a 3D mesh, beside those of the solid's own stiffness.

    python tests/benchmarks/fibres.py [N] [SEGMENTS]

The mesh is a unit cube of 6 N^3 tetrahedra (93,750 with the default N = 25), the fibres are walks
of 50 segments of 0.03 um, 40,000 segments in all. Also under ``mpirun -n 2``.
"""

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any

import lisic.solvers  # noqa: F401  first of all: it brings the wheel's DOLFINx up

# isort: split
import dolfinx.fem.petsc
import dolfinx.mesh
import numpy as np
import ufl
from dolfinx import fem
from lisic.solvers.curves import cut
from lisic.solvers.fibres import Fibres
from lisic.solvers.loads import FibreLaw
from mpi4py import MPI

STEPS, LENGTH = 50, 0.03


def walks(count: int) -> Any:
    """(count, 2, 3) ends of the segments of walks that turn back at the cube's faces, um."""
    rng = np.random.default_rng(1)
    place = rng.random((count // STEPS, 3))
    way = rng.normal(size=place.shape)
    ends = []
    for _ in range(STEPS):
        way = way / np.linalg.norm(way, axis=1)[:, None] + 0.2 * rng.normal(size=way.shape)
        way *= LENGTH / np.linalg.norm(way, axis=1)[:, None]
        way[(place + way < 0.0) | (place + way > 1.0)] *= -1.0
        ends.append(np.stack([place, place + way], axis=1))
        place = place + way
    return np.concatenate(ends)


def main() -> None:
    """Measure, and print from the first rank."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("n", nargs="?", type=int, default=25)
    options.add_argument("segments", nargs="?", type=int, default=40_000)
    options = options.parse_args()
    comm = MPI.COMM_WORLD

    def timed(name: str, what: Callable[[], Any]) -> Any:
        started = time.process_time()
        result = what()
        spent = comm.allreduce(time.process_time() - started, op=MPI.MAX)
        if comm.rank == 0:
            print(f"{name:32s}{spent:8.2f} s")
        return result

    mesh = dolfinx.mesh.create_unit_cube(comm, options.n, options.n, options.n)
    own = mesh.topology.index_map(3)
    numbers = np.arange(*own.local_range)
    ends = walks(options.segments)
    space = fem.functionspace(mesh, ("Lagrange", 2, (3,)))
    trial, test = ufl.TrialFunction(space), ufl.TestFunction(space)
    solid = fem.form(ufl.inner(ufl.grad(trial), ufl.grad(test)) * ufl.dx)
    matrix = dolfinx.fem.petsc.create_matrix(solid)
    u = fem.Function(space)
    u.interpolate(lambda x: 0.01 * np.sin(3.0 * x[[1, 2, 0]]))
    forces = np.zeros_like(u.x.array)

    pieces = timed("cut by cells", lambda: cut(mesh, numbers, ends))
    law = FibreLaw(youngs_modulus=1e6, section=8e-5)
    fibres = timed("tabulate", lambda: Fibres(space, 2, pieces, law))
    timed("stiffness of the solid", lambda: dolfinx.fem.petsc.assemble_matrix(matrix, solid))
    fibres.add_stiffness(u.x.array, matrix)  # compiled, or read from the cache
    matrix.assemble()
    timed("forces", lambda: fibres.add_forces(u.x.array, forces))
    timed("stiffness", lambda: fibres.add_stiffness(u.x.array, matrix))
    matrix.assemble()
    count = comm.allreduce(len(pieces.cell))
    peak = comm.allreduce(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024
    if comm.rank == 0:
        print(f"{own.size_global} tetrahedra, {len(ends)} segments, {count} pieces")
        print(f"{comm.size} ranks, {peak:.0f} MiB at most in all")


if __name__ == "__main__":
    main()
