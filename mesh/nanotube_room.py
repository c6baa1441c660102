"""Where in a meshed body the axis of a nanotube bundle may be: clear of the cells it must avoid."""

import numpy as np
import numpy.typing as npt
from lisic.mesh import facets
from lisic.mesh.regions import Floats, Ids
from scipy.spatial import cKDTree


class ClearOf:
    """Whether points keep a bundle's radius away from the ``avoided`` cells of a mesh.

    On the safe side: up to another radius near walls, and where elements are coarser than that,
    up to their size.
    """

    def __init__(
        self,
        points: Floats,
        cells: Ids,
        avoided: npt.NDArray[np.bool_],
        period: Floats,
        diameter: float,
    ) -> None:
        """Tetrahedra ``cells`` (m, 4) over ``points`` (n, 3), ``avoided`` (m,), period (3,) um."""
        wall, _ = facets.outer(cells[avoided], len(points))
        samples, self._gap = _sampled(points, wall, diameter / 2)
        self._radius = diameter / 2
        self._walls = _tree(samples, period)
        self._avoided = avoided
        centroids = points[cells].mean(axis=1)
        self._centroids = _tree(centroids, period)
        # Beyond this distance from walls the centroid of a point's own cell is near enough.
        far = np.linalg.norm(points[cells] - centroids[:, None], axis=2).max(initial=0.0)
        self._far = float(far) + self._gap + self._radius

    def __call__(self, points: Floats) -> npt.NDArray[np.bool_]:
        """Whether each of ``points`` (m, 3) within the box is clear, (m,)."""
        distance, _ = self._walls.query(points, distance_upper_bound=self._far)
        distance = np.minimum(distance, self._far) - self._gap
        clear: npt.NDArray[np.bool_] = distance > self._radius
        # No wall lies within that distance: all centroids there are on the side of the point.
        away, nearest = self._centroids.query(points[clear])
        clear[clear] = (away < distance[clear]) & ~self._avoided[nearest]
        return clear


def _sampled(points: Floats, triangles: Ids, gap: float) -> tuple[Floats, float]:
    """Points on ``triangles`` (m, 3), none of which is further than the returned gap from them.

    A point of a triangle is no further from its nearest corner than the longest edge / sqrt(3).
    """
    corners = points[triangles]
    fine: list[Floats] = []
    reached = 0.0
    while True:
        edges = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
        far = edges.max(axis=1) / np.sqrt(3)
        coarse = far > gap
        fine.append(corners[~coarse].reshape(-1, 3))
        reached = max(reached, float(far[~coarse].max(initial=0.0)))
        if not coarse.any():
            return np.unique(np.concatenate(fine), axis=0), reached
        a, b, c = (corners[coarse, k] for k in range(3))
        ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
        parts = ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))
        corners = np.concatenate([np.stack(part, axis=1) for part in parts])


def _tree(points: Floats, period: Floats) -> cKDTree:
    """Of points that repeat where ``period`` (3,) is not 0."""
    repeats = period > 0
    inside = points.copy()
    inside[:, repeats] %= period[repeats]
    # Rounding may leave a point on the far side itself.
    inside[:, repeats] = np.where(inside[:, repeats] >= period[repeats], 0.0, inside[:, repeats])
    return cKDTree(inside, boxsize=period)
