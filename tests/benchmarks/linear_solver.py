"""A factorisation beside multigrid in 3D: time, iterations and memory of one pressed increment.

    python tests/benchmarks/linear_solver.py [NM ...]

A cube of 0.4 um with 11 % of 80 nm pores, of elements NM nanometres large (default: 27 and 20),
pressed with 64 MPa; then the same with its pores full of creeping lithium, which is nearly
incompressible: the hardest matrix of a run. Each in a process of its own, for its memory.
"""

import argparse
import resource
import subprocess
import sys
import time

from lisic.materials import load
from lisic.mesh.porous_volume import PorousVolume, SpherePores
from lisic.solvers.distribute import distribute
from lisic.solvers.kinematics import Kinematics
from lisic.solvers.loads import Displacement, Platen
from lisic.solvers.points import RegionLaw
from lisic.solvers.problem import Problem
from lisic.solvers.schedule import Schedule, Step
from mpi4py import MPI

STEP = Step("press", 0.0, 10.0, 333.15)
ZERO = Schedule.constant(0.0)


def measure(element: float, pores: str, method: str) -> str:
    """One line of the table."""
    mesh, _ = PorousVolume(
        0.4, 0.4, 0.110355, SpherePores(0.08, 0.25), seed=1, element_size=element
    ).build()
    laws = {"lisi": RegionLaw(load("Li3.75Si")), "pore": RegionLaw(load(pores))}
    loads = (
        Displacement("separator", {0: ZERO, 1: ZERO, 2: ZERO}),
        Platen("collector", axis=2, outward=1, pressure=Schedule.constant(64.0)),
    )
    distributed = distribute(MPI.COMM_SELF, mesh)
    problem = Problem(distributed, Kinematics("3d"), laws, loads, linear_solver=method)
    spent = time.perf_counter()
    outcome = problem.attempt(10.0, 10.0, STEP)
    spent = time.perf_counter() - spent
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    ended = f"{outcome.iterations:3d}" if outcome.converged else "failed"
    each = spent / max(1, outcome.iterations)
    return (
        f"{problem.n_dofs:>9,} {pores:8s} {method:10s} {ended:>6s} {outcome.linear_iterations:6d}"
        f" {each:9.1f} {memory:8.1f}"
    )


def main() -> None:
    """Measure every size in processes of their own, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("nm", nargs="*", type=float, default=[27.0, 20.0])
    options.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = options.parse_args()
    if options.one:
        element, pores, method = options.one
        print(measure(float(element), pores, method))
        return
    print(f"{'dofs':>9s} {'pores':8s} {'solver':10s} Newton linear  s/Newton       GB", flush=True)
    for nm in options.nm:
        for pores in ("void", "lithium"):
            for method in ("direct", "iterative"):
                one = [str(nm / 1000), pores, method]
                command = [sys.executable, __file__, "--one", *one]
                said = subprocess.run(command, capture_output=True, text=True, check=False)
                print(said.stdout.rstrip() or said.stderr.splitlines()[-1], flush=True)


if __name__ == "__main__":
    main()
