"""The coloured shape itself, as pixels: regions, their outlines, fibres. Only here VTK draws."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from lisic.scripts.camera import SUPERSAMPLING, Pixels, View, aim, downsampled
from lisic.scripts.scales import ColourRange
from lisic.scripts.snapshot import Floats, Snapshot

DARK, LIGHT = "#1a1a1a", "#f4f4f4"
IDLE = "#e4e4e4"
_FACES = [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]]  # of a tetrahedron, seen from outside


def draw(
    snapshot: Snapshot,
    field: str,
    span: ColourRange,
    colours: Any,
    *,
    view: View,
    size: tuple[int, int],
    regions: Sequence[int],
    scale: float,
    stretch: Sequence[float] = (1.0, 1.0, 1.0),
) -> Pixels:
    """A picture of ``field``, (height, width, 3), on white.

    Args:
        snapshot: fields and shape.
        field: name of a field of the snapshot.
        span: colour range.
        colours: matplotlib colour map.
        view: what the camera sees, of the stretched points.
        size: width and height in pixels.
        regions: ids of the regions to colour; the others are light grey.
        scale: factor on the displacements.
        stretch: factor on x, y, z.
    """
    import pyvista as pv

    points = snapshot.deformed(scale, stretch)
    pixels = (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING)
    plotter = pv.Plotter(off_screen=True, window_size=pixels, lighting=None)
    plotter.set_background("white")
    # A diverging map is white where sequential ones are dark: outlines must show on both.
    outline_colour = DARK if span.both_signs and not span.log else LIGHT
    values = span.normalised(snapshot.values(field))
    line = max(size) / 1000 * SUPERSAMPLING
    # Lines lie in the surfaces they bound: lifted towards the viewer, or they would flicker.
    lift = 1e-4 * (view.width + view.height) * np.cross(view.right, view.up)
    for number in np.unique(snapshot.region):
        cells = snapshot.region == number
        surface = _surface(snapshot, points, cells)
        if number in regions:
            surface.point_data["value"] = snapshot.smooth(values, cells)[surface["number"]]
            plotter.add_mesh(
                surface,
                scalars="value",
                clim=(0.0, 1.0),
                cmap=colours,
                interpolate_before_map=True,
                lighting=False,
                show_scalar_bar=False,
                copy_mesh=False,
            )
        else:
            plotter.add_mesh(surface, color=IDLE, lighting=False)
        outline = surface.extract_feature_edges(
            boundary_edges=True,
            feature_edges=snapshot.dim == 3,
            manifold_edges=False,
            non_manifold_edges=False,
        )
        if outline.n_cells:
            outline.points += lift
            plotter.add_mesh(outline, color=outline_colour, line_width=1.3 * line, lighting=False)
    if len(snapshot.fibres):
        segments = np.insert(snapshot.fibres, 0, 2, axis=1)
        fibres = pv.PolyData(points + 2 * lift, lines=segments.ravel())
        for colour, width in ((DARK, 4.2), ("white", 2.0)):
            fibres = fibres.translate(lift)
            plotter.add_mesh(fibres, color=colour, line_width=width * line, lighting=False)
    aim(plotter, view, size)
    image = plotter.screenshot(return_img=True)
    plotter.close()
    return downsampled(np.asarray(image)[..., :3])


def _surface(snapshot: Snapshot, points: Floats, cells: npt.NDArray[np.bool_]) -> Any:
    """The region's triangles: all of them in 2D, its skin in 3D; point numbers as ``number``."""
    import pyvista as pv

    corners = snapshot.cells[cells]
    if snapshot.dim == 3:
        faces = corners[:, _FACES].reshape(-1, 3)
        _, first, count = np.unique(
            np.sort(faces, axis=1), axis=0, return_index=True, return_counts=True
        )
        corners = faces[first[count == 1]]
    used, local = np.unique(corners, return_inverse=True)
    surface = pv.PolyData.from_regular_faces(points[used], local.reshape(corners.shape))
    surface.point_data["number"] = used
    return surface
