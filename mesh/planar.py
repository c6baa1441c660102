"""Triangles in a set of polygons that share edges, by gmsh's built-in kernel.

The polygons' edges are kept as they are: no vertex is added on them, so that areas are exact
and opposite sides that were divided alike stay alike.
"""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import gmsh
import numpy as np
from lisic.mesh.regions import Floats, Ids
from lisic.mesh.spacing import Spacing


@dataclass(frozen=True, eq=False)
class Polygon:
    """A surface to mesh.

    Attributes:
        loops: vertex numbers of the outer outline, then of every hole.
        embedded: edges inside that must be edges of the triangles too, (n, 2).
    """

    loops: Sequence[Ids]
    embedded: Ids


@contextmanager
def session() -> Iterator[Any]:
    """A silent, single-threaded gmsh: two threads would give another mesh in every run.

    gmsh brings a PETSc of its own, which lets SIGPIPE end the program. Python ignores it, so that
    writing to a process that has ended raises ``BrokenPipeError``. That is set again.
    """
    broken_pipe = signal.getsignal(signal.SIGPIPE)
    gmsh.initialize(argv=[], readConfigFiles=False, interruptible=False)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGPIPE, broken_pipe)
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        gmsh.option.setNumber("General.NumThreads", 1)
        yield gmsh
    finally:
        gmsh.finalize()


def triangulate(
    points: Floats, polygons: Sequence[Polygon], spacing: Spacing
) -> tuple[Floats, Ids, Ids]:
    """Mesh ``polygons`` over ``points`` (n, 2) with elements as ``spacing`` asks.

    Returns the points (the given ones first, then those added inside), the triangles
    (m, 3), positively oriented, and the number of the polygon of each triangle (m,).

    Raises:
        ValueError: more triangles than a mesh can have.
    """
    size = spacing.lookup(points.min(axis=0), points.max(axis=0))
    with session() as gm:
        geo, mesh = gm.model.geo, gm.model.mesh
        gm.model.add("planar")
        for number, (x, y) in enumerate(points.tolist(), start=1):
            geo.addPoint(x, y, 0.0, tag=number)
        lines: dict[tuple[int, int], int] = {}

        def line(a: int, b: int) -> int:
            if (b, a) in lines:
                return -lines[b, a]
            if (a, b) not in lines:
                lines[a, b] = geo.addLine(a + 1, b + 1)
            return lines[a, b]

        for number, polygon in enumerate(polygons, start=1):
            loops = [
                geo.addCurveLoop([line(a, b) for a, b in zip(c, c[1:] + c[:1], strict=True)])
                for c in (loop.tolist() for loop in polygon.loops)
            ]
            geo.addPlaneSurface(loops, tag=number)
        inside = [[line(a, b) for a, b in p.embedded.tolist()] for p in polygons]
        geo.synchronize()
        for tag in lines.values():
            mesh.setTransfiniteCurve(tag, 2)
        for number, tags in enumerate(inside, start=1):
            if tags:
                mesh.embed(1, tags, 2, number)
        mesh.setSizeCallback(lambda dim, tag, x, y, z, default: size(x, y))
        gm.option.setNumber("Mesh.MeshSizeExtendFromBoundary", 0)
        gm.option.setNumber("Mesh.MeshSizeFromPoints", 0)
        gm.option.setNumber("Mesh.Algorithm", 6)
        gm.option.setNumber("Mesh.Smoothing", 10)
        mesh.generate(2)
        return _collect(gm, points, len(polygons))


def _collect(gm: Any, points: Floats, n_polygons: int) -> tuple[Floats, Ids, Ids]:
    """Arrays from gmsh's model; its node tags replaced by positions in ``points``."""
    mesh = gm.model.mesh
    number = np.full(int(mesh.getMaxNodeTag()) + 1, -1, dtype=np.int64)
    for i in range(len(points)):
        tags, _, _ = mesh.getNodes(0, i + 1)
        number[tags] = i
    added: list[Floats] = []
    for surface in range(1, n_polygons + 1):
        tags, coordinates, _ = mesh.getNodes(2, surface)
        first = len(points) + sum(len(inside) for inside in added)
        number[tags] = np.arange(first, first + len(tags))
        added.append(coordinates.reshape(-1, 3)[:, :2])
    triangles, owner = [], []
    for surface in range(1, n_polygons + 1):
        _, _, nodes = mesh.getElements(2, surface)
        corners = number[np.concatenate(nodes).astype(np.int64)].reshape(-1, 3)
        triangles.append(corners)
        owner.append(np.full(len(corners), surface - 1, dtype=np.int64))
    all_points = np.concatenate([points, *added])
    cells = np.concatenate(triangles)
    if cells.min() < 0:
        raise RuntimeError("gmsh added a vertex on an edge that was to be kept")
    a, b, c = (all_points[cells[:, k]] for k in range(3))
    turn = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    cells[turn < 0] = cells[turn < 0][:, ::-1]
    return all_points, cells, np.concatenate(owner)
