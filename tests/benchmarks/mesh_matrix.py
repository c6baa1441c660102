"""Porous layers against what every mesh must keep: porosities, seeds and structures in 2D and 3D.

    python tests/benchmarks/mesh_matrix.py [--structure NAME ...] [--seeds N] [--element-size UM]

Every mesh is built twice, its numbers are taken from its arrays and not from its report. Prints a
row a mesh with what it misses, and ends with exit code 1 if any misses anything. Spheres
that don't overlap can't fill 58.546 %: there the refusal is what is looked for.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import pi

import numpy as np
from lisic.mesh import facets, quality, statistics
from lisic.mesh.checks import FEWEST_CELLS, SMALLEST_ANGLE
from lisic.mesh.field_layer import FieldLayer
from lisic.mesh.porous_layer import PorousLayer
from lisic.mesh.porous_volume import FieldPores, PorousVolume, SpherePores
from lisic.mesh.regions import RegionMesh

type Layer = PorousLayer | FieldLayer | PorousVolume

POROSITIES = (0.02, 0.110355, 0.3, 0.58546)
POROSITY_OFF = 5e-4  # absolute
SIZE_OFF = 0.03  # relative
# Shares beyond which shapes that keep apart can't be placed at random.
MOST = {"circles 2D": 0.6, "spheres 3D": 0.45}

# By name: a layer with the paper's 80 nm pores, and the size asked for in um, a median diameter
# or a mean chord.
STRUCTURES: dict[str, tuple[Layer, float]] = {
    "circles 2D": (PorousLayer(2.0, 2.0, 0.1, 0.08, 0.35, seed=0), 0.08),
    "field 2D": (FieldLayer(2.0, 2.0, 0.1, 0.08, seed=0), 0.08),
    "spheres 3D": (PorousVolume(0.45, 0.45, 0.1, SpherePores(0.08, 0.25), seed=0), 0.08),
    "field 3D": (PorousVolume(0.45, 0.45, 0.1, FieldPores(0.08), seed=0), 0.08),
}


@dataclass(frozen=True)
class Result:
    """What a mesh is like.

    Attributes:
        porosity: pore volume (2D: area) per volume of the layer.
        size: median diameter of circles or spheres, mean chord of a field, um.
        angle: smallest angle, in 3D between faces, degrees.
        island: elements of the smallest piece of any region.
        cells: number of elements.
        seconds: to build it once, with its report.
        missed: limits that it does not keep.
    """

    porosity: float
    size: float
    angle: float
    island: int
    cells: int
    seconds: float
    missed: tuple[str, ...]


def measured(layer: Layer, asked_size: float) -> Result:
    """Build a layer twice and hold it against the limits."""
    started = time.monotonic()
    mesh, _ = layer.build()
    seconds = time.monotonic() - started
    volumes = mesh.volumes()
    porosity = float(volumes[mesh.body > 0].sum() / volumes.sum())
    size = _mean_chord(mesh) if _is_field(layer) else _median_diameter(mesh)
    angle = float(quality.smallest_angles(mesh).min())
    incidence = facets.incidence(mesh.cells, len(mesh.points))
    linked = facets.links(mesh.points, mesh.cells, mesh.period, incidence)
    island = int(np.bincount(facets.bodies(linked, mesh.region)).min())
    # Both faces of each period, vertex by vertex and facet by facet, to the last bit; duplicate
    # cells, facets of more than two cells, points on others and the like.
    unfit = quality.problems(mesh, incidence)
    limits = {
        "porosity": abs(porosity - layer.porosity) <= POROSITY_OFF,
        "size": abs(size / asked_size - 1) <= SIZE_OFF,
        "angle": angle >= SMALLEST_ANGLE,
        "island": island >= FEWEST_CELLS,
        "; ".join(unfit): not unfit,
        "repeats": layer.build()[0].checksum() == mesh.checksum(),
    }
    missed = tuple(name for name, kept in limits.items() if not kept)
    return Result(porosity, size, angle, island, len(mesh.cells), seconds, missed)


def matrix(structures: list[str], seeds: int) -> Iterator[tuple[str, Layer, float]]:
    """Structure, layer and size asked for, porosity by porosity."""
    for name in structures:
        for porosity in POROSITIES:
            layer, size = STRUCTURES[name]
            if name == "field 3D" and porosity > 0.5:  # of elements a third as long as at 2 %
                layer = replace(layer, width=0.25, thickness=0.25)
            for seed in range(1, seeds + 1):
                yield name, replace(layer, porosity=porosity, seed=seed), size


def _is_field(layer: Layer) -> bool:
    if isinstance(layer, PorousVolume):
        return isinstance(layer.pores, FieldPores)
    return isinstance(layer, FieldLayer)


def _median_diameter(mesh: RegionMesh) -> float:
    """Of the circles or spheres with the pores' meshed areas or volumes, um."""
    measure = np.bincount(mesh.body, mesh.volumes())[1:]
    unit = pi / 4 if mesh.dim == 2 else pi / 6
    return float(np.median((measure / unit) ** (1 / mesh.dim)))


def _mean_chord(mesh: RegionMesh) -> float:
    """4 V/S, in 2D pi A/P, of the pores and the facets tagged as their walls, um."""
    wall = mesh.facets[mesh.facet_tag == mesh.facet_groups["pore_wall"]]
    pores = float(mesh.volumes()[mesh.body > 0].sum())
    return (
        (pi if mesh.dim == 2 else 4.0) * pores / float(statistics.measures(mesh.points, wall).sum())
    )


def main() -> int:
    """Measure all, print as they come; 1 if any misses anything."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--structure", nargs="+", choices=STRUCTURES, default=list(STRUCTURES))
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--element-size", type=float, help="um; by default the layer's own")
    options = options.parse_args()
    print(
        f"{'structure':12s}{'asked %':>9s}{'porosity %':>12s}{'size nm':>9s}{'angle':>7s}", end=""
    )
    print(f"{'island':>8s}{'cells':>9s}{'s':>7s}  seed, misses")
    failed = 0
    for name, layer, size in matrix(options.structure, options.seeds):
        if options.element_size is not None:
            layer = replace(layer, element_size=options.element_size)
        head = f"{name:12s}{100 * layer.porosity:9.5g}"
        try:
            result = measured(layer, size)
        except ValueError as refusal:
            expected = layer.porosity > MOST.get(name, 1.0) and "is possible" in str(refusal)
            failed += not expected
            print(f"{head}  {'refused' if expected else 'REFUSED'}: {refusal}", flush=True)
            continue
        missed = ", ".join(result.missed)
        failed += bool(missed)
        print(
            f"{head}{100 * result.porosity:12.5f}{1e3 * result.size:9.2f}{result.angle:7.1f}",
            end="",
        )
        print(f"{result.island:8d}{result.cells:9d}{result.seconds:7.1f}", end="")
        print(f"  {layer.seed}{' MISSES ' + missed if missed else ''}", flush=True)
    print(f"{failed} meshes miss a limit" if failed else "every mesh keeps every limit")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
