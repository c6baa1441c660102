"""The mesh itself, as pixels: regions coloured, edges where they can be told apart, fibres."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from lisic.mesh.regions import RegionMesh
from lisic.scripts.camera import SUPERSAMPLING, Floats, Pixels, View, aim, downsampled
from lisic.scripts.mesh_shapes import shapes

FIBRE = "#b3001b"
_LINE, _EDGE = "#1a1a1a", "#5c5c5c"
# Pixels along the side of an element below which its edges would only darken it.
_LEAST_SIDE = 4.0
# Light on a face that looks away from the viewer's upper left, and on one that looks there.
_DIM, _BRIGHT = 0.70, 1.0
_LIGHT = np.array([-0.45, 0.75, 0.50])  # along the picture's right, its up, and to the viewer


def draw(
    mesh: RegionMesh,
    colours: Mapping[int, tuple[float, float, float]],
    view: View,
    size: tuple[int, int],
    stretch: tuple[float, float],
) -> tuple[Pixels, bool]:
    """A picture (height, width, 3) on white, and whether edges of elements are in it.

    Args:
        mesh: in 3D it is shown cut open.
        colours: red, green, blue between 0 and 1 of each region's number.
        view: what the camera sees, of the stretched points.
        size: width and height in pixels.
        stretch: factors on x and y, in 2D.
    """
    import pyvista as pv

    pixels = (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING)
    plotter = pv.Plotter(off_screen=True, window_size=pixels, lighting=None)
    plotter.set_background("white")
    # Lines lie in the surfaces they bound: lifted towards the viewer, or they would flicker.
    lift = 1e-4 * (view.width + view.height) * np.cross(view.right, view.up)
    line = max(size) / 1000 * SUPERSAMPLING
    drawn = np.abs(mesh.volumes()) * np.prod(stretch)
    side = drawn ** (1 / mesh.dim) * size[1] / view.height
    table = np.zeros((max(colours) + 1, 3))
    for number, colour in colours.items():
        table[number] = colour
    surfaces, outlines = shapes(mesh, view)
    edges = False
    for surface in surfaces:
        cell = surface.cell_data["cell"]
        shade = _shade(surface, view) if mesh.dim == 3 else np.ones(surface.n_cells)
        rgb = 255 * table[mesh.region[cell]] * shade[:, None] + 0.5
        surface.cell_data["rgb"] = rgb.astype(np.uint8)
        surface.points *= (*stretch, 1.0)
        for fine in (True, False):
            chosen = np.flatnonzero((side[cell] < _LEAST_SIDE) == fine)
            if len(chosen):
                plotter.add_mesh(
                    surface.extract_cells(chosen),
                    scalars="rgb",
                    rgb=True,
                    lighting=False,
                    show_edges=not fine,
                    edge_color=_EDGE,
                    line_width=0.4 * line,
                )
                edges |= not fine
    for outline in outlines:
        outline.points = outline.points * (*stretch, 1.0) + lift
        plotter.add_mesh(outline, color=_LINE, line_width=1.1 * line, lighting=False)
    for points, segments in ((mesh.points, mesh.fibres), (mesh.curve_points, mesh.curves)):
        if len(segments):
            placed = np.zeros((len(points), 3))
            placed[:, : points.shape[1]] = points
            lines = pv.PolyData(
                placed * (*stretch, 1.0) + 2 * lift, lines=np.insert(segments, 0, 2, axis=1).ravel()
            )
            plotter.add_mesh(lines, color=FIBRE, line_width=1.8 * line, lighting=False)
    aim(plotter, view, size)
    image = plotter.screenshot(return_img=True)
    plotter.close()
    return downsampled(np.asarray(image)[..., :3]), edges


def _shade(surface: Any, view: View) -> Floats:
    """Brightness of every polygon, lit from above the viewer."""
    normal: Floats = np.array(
        surface.compute_normals(
            cell_normals=True,
            point_normals=False,
            split_vertices=False,
            consistent_normals=False,
            auto_orient_normals=False,
            flip_normals=False,
        ).cell_data["Normals"],
        dtype=float,
    )
    towards = np.cross(view.right, view.up)
    normal *= np.where(normal @ towards < 0, -1.0, 1.0)[:, None]
    light = np.column_stack([view.right, view.up, towards]) @ (_LIGHT / np.linalg.norm(_LIGHT))
    shade: Floats = _DIM + (_BRIGHT - _DIM) * (normal @ light + 1) / 2
    return shade
