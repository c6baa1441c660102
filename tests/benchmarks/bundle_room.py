"""Whether 10 % by weight of nanotube bundles find room in porous layers, over porosities and seeds.

    python tests/benchmarks/bundle_room.py

In 2D bundles of 1 um between circles, in layers of 2 x 2 um; in 3D bundles of 0.3 um between
spheres and in the walls of random fields, in layers of 0.4 um. Prints a row a mesh and what was
refused.
"""

import time
from collections.abc import Iterator

from lisic.materials import paper
from lisic.mesh.nanotube_bundles import Bundles
from lisic.mesh.porous_layer import Nanotubes, PorousLayer
from lisic.mesh.porous_volume import FieldPores, PorousVolume, SpherePores

WEIGHT, DIAMETER, PERSISTENCE = 0.10, 0.01, 1.0


def layers() -> Iterator[tuple[str, PorousLayer | PorousVolume]]:
    """Every layer with its name."""
    for porosity in (0.02, 0.110355, 0.3):
        share = paper.nanotube_volume_fraction(WEIGHT, porosity)
        tubes = Nanotubes(share, DIAMETER, 1.0, PERSISTENCE, weight_fraction=WEIGHT)
        for seed in range(1, 6):
            yield "circles", PorousLayer(2.0, 2.0, porosity, 0.08, 0.35, seed, nanotubes=tubes)
    for name, pores, size, porosities in (
        ("spheres", SpherePores(0.08, 0.35), 0.02, (0.02, 0.110355, 0.3)),
        ("field", FieldPores(0.08), None, (0.110355, 0.3, 0.58546)),
    ):
        for porosity in porosities:
            share = paper.nanotube_volume_fraction(WEIGHT, porosity)
            bundles = Bundles(share, DIAMETER, 0.3, PERSISTENCE, weight_fraction=WEIGHT)
            for seed in range(1, 4):
                volume = PorousVolume(0.4, 0.4, porosity, pores, seed, size, nanotubes=bundles)
                yield name, volume


def main() -> None:
    """Print the table."""
    print("| pores | porosity, % | seed | elements | weight fraction | smallest angle | s |")
    print("|---|---|---|---|---|---|---|")
    for name, layer in layers():
        started = time.monotonic()
        row = f"| {name} | {100 * layer.porosity:g} | {layer.seed} |"
        try:
            mesh, report = layer.build()
        except ValueError as error:
            print(row, error, "|", flush=True)
            continue
        quality = report["quality"]
        angle = quality["min_angle_deg"] if mesh.dim == 2 else quality["min_dihedral_deg"]
        print(
            row,
            f"{len(mesh.cells):,} | {report['fibres']['weight_fraction']:.6f} | {angle:.1f} | "
            f"{time.monotonic() - started:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
