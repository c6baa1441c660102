"""What a picture of a mesh shows: its triangles, or a solid with a corner cut out, and outlines."""

from typing import Any

import numpy as np
import numpy.typing as npt
from lisic.mesh import facets
from lisic.mesh.regions import Ids, RegionMesh
from lisic.scripts.camera import Floats, View

# Where the corner begins: no plane of a lattice lies there.
_CUT = 0.5137


def shapes(mesh: RegionMesh, view: View) -> tuple[list[Any], list[Any]]:
    """Surfaces and the outlines of regions on them, both ``pyvista.PolyData``.

    Surfaces have the cell data ``cell``, the number of the cell each polygon is of. In 3D they are
    the skin without the corner that ``view`` looks into, and the sections that bound this corner.
    """
    import pyvista as pv

    if mesh.dim == 2:
        points = np.column_stack([mesh.points, np.zeros(len(mesh.points))])
        plane = _polygons(points, mesh.cells, np.arange(len(mesh.cells)))
        return [plane], _outlines(plane, mesh.region)
    outer, owner = facets.outer(mesh.cells, len(mesh.points))
    skin = _polygons(mesh.points, _outwards(mesh, outer, owner), owner)
    low, high = mesh.points.min(axis=0), mesh.points.max(axis=0)
    towards = np.sign(np.cross(view.right, view.up))
    corner = low + np.where(towards > 0, _CUT, 1 - _CUT) * (high - low)
    grid = pv.UnstructuredGrid({pv.CellType.TETRA: mesh.cells}, mesh.points)
    grid.cell_data["cell"] = np.arange(len(mesh.cells))
    surfaces = _without_corner(skin, corner, towards)
    # Outlines of the whole skin, or there would be one along every plane it was cut at.
    outlines = [
        part
        for outline in _outlines(skin, mesh.region)
        for part in _without_corner(outline, corner, towards)
    ]
    for axis in range(3):
        section = grid.slice(np.eye(3)[axis], origin=corner)
        for other in {0, 1, 2} - {axis}:
            section = _half(section, corner, other, towards[other])
        if section.n_cells:
            surfaces.append(section)
            outlines += _outlines(section, mesh.region)
    return surfaces, outlines


def _outwards(mesh: RegionMesh, outer: Ids, owner: Ids) -> Ids:
    """Outer facets, their vertices anticlockwise as seen from outside."""
    a, b, c = (mesh.points[outer[:, k]] for k in range(3))
    inwards = mesh.points[mesh.cells[owner]].mean(axis=1) - a
    turned = np.einsum("ij,ij->i", np.cross(b - a, c - a), inwards) > 0
    return np.where(turned[:, None], outer[:, ::-1], outer)


def _without_corner(shape: Any, corner: Floats, towards: Floats) -> list[Any]:
    """What lies behind one of the three planes through ``corner``; the corner is before all."""
    kept = []
    for axis in range(3):
        kept.append(_half(shape, corner, axis, -towards[axis]))
        shape = _half(shape, corner, axis, towards[axis])
    return [part for part in kept if part.n_cells]


def _half(shape: Any, origin: Floats, axis: int, sign: float) -> Any:
    """What lies on the side of ``sign`` along ``axis``."""
    if not shape.n_cells:
        return shape
    return shape.clip(sign * np.eye(3)[axis], origin=origin, invert=False)


def _outlines(surface: Any, region: npt.NDArray[np.integer]) -> list[Any]:
    """Edges of every region's part of a surface: where it ends or turns by more than 30 degrees."""
    of_polygon = region[surface.cell_data["cell"]]
    lines = []
    for number in np.unique(of_polygon):
        part = surface.extract_cells(of_polygon == number).extract_surface(algorithm=None)
        edges = part.extract_feature_edges(
            feature_angle=30.0, manifold_edges=False, non_manifold_edges=False
        )
        if edges.n_cells:
            lines.append(edges)
    return lines


def _polygons(points: Floats, corners: Ids, owner: Ids) -> Any:
    import pyvista as pv

    surface = pv.PolyData.from_regular_faces(points, corners)
    surface.cell_data["cell"] = owner
    return surface
