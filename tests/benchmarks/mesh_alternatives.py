"""Other ways to mesh the same random field in two phases: time, elements, angles.

    python tests/benchmarks/mesh_alternatives.py [CUBES]

A box of CUBES^3 cubes (default 20) three of which are a correlation length, periodic along x and y,
11.0355 % below the level. Each way runs in a process of its own and is ended after five minutes.

stuffing  lisic's own, of the lattice
clipping  the same lattice cut by VTK's clip filter, both sides
gmsh      Delaunay in the pores alone, whose surface is that of their side of the clipped lattice
"""

import resource
import subprocess
import sys
import time

import numpy as np
import pyvista as pv
from lisic.mesh.cell_shape import smallest_dihedrals
from lisic.mesh.lattice import Lattice, fitted
from lisic.mesh.random_field import RandomField
from lisic.mesh.regions import Floats, Ids
from lisic.mesh.stuffing import stuff, volumes

LIMIT = 300.0  # s
POROSITY = 0.110355
PERIODIC = (True, True, False)


def field(cubes: int) -> tuple[Lattice, Floats]:
    """Lattice of unit cubes and values at its nodes, negative in the pores."""
    extent = (float(cubes),) * 3
    lattice = fitted(extent, 1.0, PERIODIC)
    values = lattice.sample(RandomField(extent, PERIODIC, 3.0, seed=1))
    return lattice, values - np.quantile(values, POROSITY)


def stuffing(lattice: Lattice, values: Floats) -> tuple[Floats, Ids, Floats]:
    """Points, cells and volumes."""
    made = stuff(lattice, values)
    return made.points, made.cells, made.volume


def clipped(lattice: Lattice, values: Floats, *, pores: bool) -> pv.UnstructuredGrid:
    """One side of the lattice, in tetrahedra."""
    points = lattice.positions * lattice.pitch
    grid = pv.UnstructuredGrid({pv.CellType.TETRA: lattice.cells}, points)
    grid.point_data["level"] = values
    return grid.clip_scalar("level", value=0.0, invert=pores).triangulate()


def clipping(lattice: Lattice, values: Floats) -> tuple[Floats, Ids, Floats]:
    """Points, cells and volumes; the two sides' points are not merged."""
    sides = [clipped(lattice, values, pores=pores) for pores in (True, False)]
    cells = [side.cells_dict[pv.CellType.TETRA] for side in sides]
    points = np.concatenate([np.asarray(side.points, dtype=float) for side in sides])
    both = np.concatenate([cells[0], cells[1] + sides[0].n_points]).astype(np.int64)
    return points, both, np.abs(volumes(points, both))


def gmsh(lattice: Lattice, values: Floats) -> tuple[Floats, Ids, Floats]:
    """Points, cells and volumes of the pores alone."""
    from lisic.mesh.planar import session

    skin = clipped(lattice, values, pores=True).extract_surface(algorithm=None).triangulate()
    skin = skin.clean(tolerance=1e-9)
    with session() as gm:
        gm.model.add("pores")
        surface = gm.model.addDiscreteEntity(2)
        gm.model.mesh.addNodes(2, surface, range(1, skin.n_points + 1), skin.points.ravel())
        triangles = skin.regular_faces + 1
        gm.model.mesh.addElementsByType(surface, 2, [], triangles.ravel())
        gm.model.geo.addVolume([gm.model.geo.addSurfaceLoop([surface])])
        gm.model.geo.synchronize()
        gm.option.setNumber("Mesh.Algorithm3D", 1)
        gm.option.setNumber("Mesh.MeshSizeMax", 1.0)
        gm.model.mesh.generate(3)
        tags, coordinates, _ = gm.model.mesh.getNodes()
        _, nodes = gm.model.mesh.getElementsByType(4)
        order = np.argsort(tags)
        cells = order[np.searchsorted(tags[order], nodes)].reshape(-1, 4)
    points = coordinates.reshape(-1, 3)
    return points, cells.astype(np.int64), np.abs(volumes(points, cells))


WAYS = {"stuffing": stuffing, "clipping": clipping, "gmsh": gmsh}


def measure(way: str, cubes: int) -> str:
    """One line of the table."""
    lattice, values = field(cubes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    points, cells, volume = WAYS[way](lattice, values)
    seconds = time.monotonic() - started
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    angles = smallest_dihedrals(points, cells)
    return (
        f"{way:9s} {len(cells):>9,} {seconds:7.2f} {memory:7.0f} {angles.min():9.2g} "
        f"{100 * (angles < 5).mean():8.2f} {volume.sum() / cubes**3:8.4f}"
    )


def main() -> None:
    """Measure all ways in processes of their own, or be one of them."""
    match sys.argv[1:]:
        case [way, cubes] if way in WAYS:
            print(measure(way, int(cubes)))
            return
    cubes = sys.argv[1] if len(sys.argv) > 1 else "20"
    print("way       tetrahedra seconds      MB  smallest  < 5 deg   volume")
    for way in WAYS:
        command = [sys.executable, __file__, way, cubes]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=LIMIT
            )
        except subprocess.TimeoutExpired:
            print(f"{way:9s} not done after {LIMIT:.0f} s")
            continue
        failed = done.returncode != 0
        print(f"{way:9s} fails: {done.stderr.splitlines()[-1]}" if failed else done.stdout.rstrip())


if __name__ == "__main__":
    main()
