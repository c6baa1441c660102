"""Where the viewer of a picture stands, and what becomes of what VTK drew."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

type Floats = npt.NDArray[np.float64]
type Pixels = npt.NDArray[np.uint8]

SUPERSAMPLING = 2
"""Pixels drawn along each side of one that is shown."""
_VIEW_3D = np.array([0.55, -0.72, 0.42])  # towards the viewer; z, the thickness, stays upright


@dataclass(frozen=True)
class View:
    """What the camera sees: axes of the picture and the box it frames.

    Attributes:
        right: unit vector along the picture's width.
        up: unit vector along its height.
        centre: of the box, um.
        width: of the box, um.
        height: of the box, um.
    """

    right: Floats
    up: Floats
    centre: Floats
    width: float
    height: float

    @classmethod
    def of(cls, points: Floats, dim: int) -> "View":
        """The view that frames ``points``: the plane itself in 2D, from an upper corner in 3D."""
        right, up = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
        if dim == 3:
            towards = _VIEW_3D / np.linalg.norm(_VIEW_3D)
            right = np.cross([0.0, 0.0, 1.0], towards)
            right /= np.linalg.norm(right)
            up = np.cross(towards, right)
        seen = points @ np.column_stack([right, up])
        low, high = seen.min(axis=0), seen.max(axis=0)
        middle = points.mean(axis=0)
        offset = (low + high) / 2 - middle @ np.column_stack([right, up])
        centre = middle + offset[0] * right + offset[1] * up
        width, height = high - low
        return cls(right, up, centre, float(width), float(height))


def aim(plotter: Any, view: View, size: tuple[int, int]) -> None:
    """Let a ``pyvista.Plotter`` see ``view`` in a window shaped like ``size``, in parallel rays."""
    towards = np.cross(view.right, view.up)
    reach = 10 * (view.width + view.height)
    camera = plotter.camera
    camera.parallel_projection = True
    camera.focal_point = view.centre
    camera.position = view.centre + reach * towards
    camera.up = view.up
    # Half the height that the window shows; the window has the view's own shape.
    camera.parallel_scale = 0.5 * max(view.height, view.width * size[1] / size[0])
    camera.clipping_range = (0.1 * reach, 2 * reach)


def downsampled(image: Pixels) -> Pixels:
    """Mean over blocks of supersampled pixels: smooth edges, the same on every machine."""
    n = SUPERSAMPLING
    blocks = image.reshape(image.shape[0] // n, n, image.shape[1] // n, n, 3)
    return np.asarray(blocks.mean(axis=(1, 3)) + 0.5, dtype=np.uint8)
