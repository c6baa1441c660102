"""Local thickness of a phase: the diameter of the largest ball inside it that holds a point.

T. Hildebrand and P. Rueegsegger, J. Microsc. 185 (1997) 67,
doi:10.1046/j.1365-2818.1997.1340694.x
"""

from itertools import product

import numpy as np
from lisic.mesh.regions import Floats, Ids
from scipy.spatial import cKDTree

_RADII = 32  # steps in which it is resolved
_POINTS = 4_000  # at which it is looked at: a median to about 1 %


def local_thickness(
    centres: Floats, wall: Floats, period: Floats, pitch: float, rng: np.random.Generator
) -> Floats:
    """Diameters in um of the largest balls inside that hold points picked at random, (n,).

    In steps of 1/32 of the largest; at most 4,000 of the ``centres``.

    Args:
        centres: (m, dim) points inside, evenly spread: where balls have their centres.
        wall: (k, dim) points of the wall, k > 0.
        period: (dim,) um; 0 along axes that do not repeat.
        pitch: distance between neighbouring ``centres``, um.
        rng: picks the points.
    """
    if not len(centres):
        return np.empty(0)
    low = np.minimum(centres.min(axis=0), wall.min(axis=0))
    points, wall = _wrapped(centres - low, period), _wrapped(wall - low, period)
    centres, radius = _deepest(points, wall, period, pitch)
    if len(points) > _POINTS:
        points = points[rng.choice(len(points), _POINTS, replace=False)]
    thickness = np.zeros(len(points))
    steps = np.linspace(0.0, float(radius.max()), _RADII + 1)
    for smaller, larger in zip(steps[-2::-1], steps[:0:-1], strict=True):
        left = np.flatnonzero(thickness == 0)
        band = (radius > smaller) & (radius <= larger)
        if not len(left) or not band.any():
            continue
        # The ball's own centre lies up to half a pitch from the nearest of ``centres``.
        reach = larger + pitch / 2
        tree = cKDTree(centres[band], boxsize=period)
        near, _ = tree.query(points[left], distance_upper_bound=reach)
        thickness[left[np.isfinite(near)]] = smaller + larger
    return thickness


def _deepest(points: Floats, wall: Floats, period: Floats, pitch: float) -> tuple[Floats, Floats]:
    """Places up to a pitch from ``points`` (m, dim) that lie deeper, and how deep, (m,)."""
    tree = cKDTree(wall, boxsize=period)
    centres = points
    radius, nearest = tree.query(centres)
    for step in (pitch / 2, pitch / 4, pitch / 8):
        away = centres - wall[nearest]
        away -= period * np.rint(away / np.where(period > 0, period, np.inf))
        # No farther than the wall is: nothing steps through a wall into another pore.
        share = np.minimum(step, radius) / np.where(radius > 0, radius, np.inf)
        trial = _wrapped(centres + share[:, None] * away, period)
        depth, found = tree.query(trial)
        deeper = depth > radius
        centres = np.where(deeper[:, None], trial, centres)
        radius = np.where(deeper, depth, radius)
        nearest = np.where(deeper, found, nearest)
    return centres, radius


def points_on(points: Floats, facets: Ids, spacing: float) -> Floats:
    """Points (m, dim) on edges or triangles ``facets`` (n, dim), at most ``spacing`` apart."""
    corners = points[facets]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
    parts = np.maximum(1, np.ceil(longest / spacing)).astype(np.int64)
    found = []
    for number in np.unique(parts).tolist():
        shares = [
            (*some, number - sum(some))
            for some in product(range(number + 1), repeat=facets.shape[1] - 1)
            if sum(some) <= number
        ]
        weights = np.array(shares) / number
        found.append(np.einsum("pk,nkd->npd", weights, corners[parts == number]))
    return np.concatenate([some.reshape(-1, points.shape[1]) for some in found])


def _wrapped(places: Floats, period: Floats) -> Floats:
    """Places between 0 and the period along axes that repeat."""
    wrapped = places.copy()
    for axis in np.flatnonzero(period):
        wrapped[:, axis] %= period[axis]
        wrapped[wrapped[:, axis] >= period[axis], axis] = 0.0
    return wrapped
