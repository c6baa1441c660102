"""Particle layers against what each must keep, over seeds and layers, in 2D and 3D.

    python tests/benchmarks/particle_matrix.py [--seeds N]

Prints a row a mesh, with what it misses, and ends with exit code 1 if any misses anything.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lisic.mesh import quality
from lisic.mesh.particle_carbon import Carbon
from lisic.mesh.particle_layer import ParticleLayer

# The paper's dry layer: shares of silicon and of carbon.
SILICON, CARBON = 0.369, 0.0455
FRACTION_OFF = 5e-4  # absolute
LEAST_ANGLE = 5.0  # degrees, dihedral in 3D
FEWEST_CELLS = 8

PAPER = ParticleLayer(
    dimension=2,
    thickness=0.5,
    width=0.5,
    silicon_fraction=SILICON,
    median_diameter=0.05,
    sigma=0.0,
    seed=1,
    carbon=Carbon(CARBON, length=0.4),
)
LAYERS = {
    "2D": PAPER,
    "2D log-normal": replace(PAPER, sigma=0.25),
    "2D void 1.1 um": replace(
        PAPER, thickness=2.0, width=2.0, void_diameter=1.1, carbon=Carbon(CARBON)
    ),
    "3D": replace(PAPER, dimension=3, thickness=0.3, width=0.25, carbon=Carbon(CARBON, length=0.3)),
    "3D log-normal": replace(
        PAPER, dimension=3, thickness=0.3, width=0.25, sigma=0.25, carbon=Carbon(CARBON, length=0.3)
    ),
    "3D void 0.2 um": replace(
        PAPER,
        dimension=3,
        thickness=0.4,
        width=0.4,
        void_diameter=0.2,
        carbon=Carbon(CARBON, length=0.3),
        element_size=0.015,
    ),
}


@dataclass(frozen=True)
class Result:
    """What a built layer is like.

    Attributes:
        silicon, carbon: shares of the layer.
        angle: smallest, degrees.
        pieces: of silicon, joined through facets.
        coordination: mean number of necks.
        cells: number of elements.
        seconds: it took to build.
        missed: limits that it does not keep.
    """

    silicon: float
    carbon: float
    angle: float
    pieces: int
    coordination: float
    cells: int
    seconds: float
    missed: tuple[str, ...]


def measured(layer: ParticleLayer) -> Result:
    """Build a layer and hold it against the limits."""
    started = time.monotonic()
    mesh, report = layer.build()
    seconds = time.monotonic() - started
    particles, carbon = report["particles"], report["carbon"]
    angle = min(
        v for k, v in report["quality"].items() if k in ("min_angle_deg", "min_dihedral_deg")
    )
    limits = {
        "silicon": abs(particles["silicon_fraction"] - SILICON) <= FRACTION_OFF,
        "carbon": abs(carbon["carbon_fraction"] - CARBON) <= FRACTION_OFF,
        "angle": angle >= LEAST_ANGLE,
        "one piece": particles["solid"]["bodies"] == 1,
        "percolates": bool(particles["solid"]["percolates"]),
        "bears load": particles["backbone_share"] == 1,
        "fit": quality.problems(mesh) == [],
        "islands and angles": report["shortcomings"] == [],
    }
    return Result(
        silicon=particles["silicon_fraction"],
        carbon=carbon["carbon_fraction"],
        angle=angle,
        pieces=particles["solid"]["bodies"],
        coordination=particles["coordination_mean"],
        cells=len(mesh.cells),
        seconds=seconds,
        missed=tuple(name for name, kept in limits.items() if not kept),
    )


def results(seeds: int) -> Iterator[tuple[str, int, Result]]:
    """Every layer with every seed."""
    for name, layer in LAYERS.items():
        for seed in range(1, seeds + 1):
            yield name, seed, measured(replace(layer, seed=seed))


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    seeds = parser.parse_args().seeds
    print("| layer | seed | Si % | C % | min angle | pieces | necks | cells | s | misses |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    failed = 0
    for name, seed, r in results(seeds):
        failed += bool(r.missed)
        print(
            f"| {name} | {seed} | {100 * r.silicon:.3f} | {100 * r.carbon:.3f} | {r.angle:.1f} | "
            f"{r.pieces} | {r.coordination:.1f} | {r.cells:,} | {r.seconds:.1f} | "
            f"{', '.join(r.missed) or '-'} |",
            flush=True,
        )
    print(f"{failed} miss a limit")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
