"""Element size as a function of place: fine at outlines and fibres, coarse far from them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np
from lisic.mesh.regions import Floats
from lisic.mesh.rounding import at_least
from scipy.spatial import cKDTree

# A fine source a little further away may ask for less than the nearest one does.
_NEAREST = 6
_FINEST_GRID = 640_000  # nodes of the look-up grid
# With 8 million unknowns of a quadratic displacement: some 64 GB in a direct solver; tetrahedra
# take about 3 GB a million to mesh.
_MOST = {2: 2_000_000, 3: 20_000_000}
_CELLS = {2: "triangles", 3: "tetrahedra"}


def triangles(area: float, size: float) -> float:
    """About how many triangles of edges ``size`` cover ``area``."""
    return 4 / sqrt(3) * area / size**2


def refuse_too_many(count: float, dim: int = 2, graded: bool = False) -> None:
    """Refuse a mesh of about ``count`` cells where that is out of reach, before it is tried.

    Cells as large as each other grow fewer with the power ``dim`` of their size; those ``graded``
    away from fine lines and faces fewer with its first power, at least.

    Raises:
        ValueError: more triangles (``dim`` 2) or tetrahedra (3) than a mesh can have.
    """
    most = _MOST[dim]
    if count > most:
        larger = (count / most) ** (1.0 if graded else 1 / dim)
        raise ValueError(
            f"elements of the size asked for would be about {count:.2g} {_CELLS[dim]}, and "
            f"{most:,} are possible: make them (and the pores, where those set it) at least "
            f"{at_least(larger, 3)} times larger, or the piece smaller"
        )


@dataclass(frozen=True, eq=False)
class Spacing:
    """Element size ``size`` (n,) at ``sources`` (n, 2), growing away from them up to ``largest``.

    ``grading`` is the growth per distance. Lengths are um.
    """

    sources: Floats
    size: Floats
    largest: float
    grading: float

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.sources)

    def at(self, points: Floats) -> Floats:
        """Element size at ``points`` (m, 2), (m,)."""
        k = min(_NEAREST, len(self.sources))
        distance, nearest = self._tree.query(points, k=range(1, k + 1))
        wanted = (self.size[nearest] + self.grading * distance).min(axis=1)
        limited: Floats = np.minimum(wanted, self.largest)
        return limited

    def lookup(self, low: Floats, high: Floats) -> Callable[[float, float], float]:
        """The same as a fast function of one place in the rectangle ``low``..``high`` (2,).

        Read from a grid of half the median size: gmsh asks hundreds of thousands of times.

        Raises:
            ValueError: the rectangle would hold more triangles than a mesh can have.
        """
        extent = high - low
        # Counted by area, so that a narrow and tall layer keeps a fine grid.
        finest = float(np.sqrt(extent.prod() / _FINEST_GRID))
        pitch = float(np.clip(np.median(self.size) / 2, finest, extent.max() / 20))
        columns, rows = (int(np.ceil((high[i] - low[i]) / pitch)) + 1 for i in range(2))
        x, y = low[0] + pitch * np.arange(columns), low[1] + pitch * np.arange(rows)
        nodes = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)
        sizes = self.at(nodes)
        mean = float((sizes**-2.0).mean() ** -0.5)
        refuse_too_many(triangles(float(extent.prod()), mean), graded=True)
        table = sizes.reshape(columns, rows).tolist()
        x_low, y_low = low.tolist()

        def size(x: float, y: float) -> float:
            u = min(max((x - x_low) / pitch, 0.0), columns - 1.000001)
            v = min(max((y - y_low) / pitch, 0.0), rows - 1.000001)
            column, row = int(u), int(v)
            u, v = u - column, v - row
            left, right = table[column], table[column + 1]
            below = left[row] * (1 - u) + right[row] * u
            above = left[row + 1] * (1 - u) + right[row + 1] * u
            return float(below * (1 - v) + above * v)

        return size
