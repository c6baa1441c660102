"""Spherical pores in a layer that repeats along x and y: places, level set and owners.

Lengths are um; z goes through the layer.
"""

from dataclasses import dataclass
from math import pi

import numpy as np
from lisic.mesh.pushing import pushed_apart
from lisic.mesh.regions import Floats, Ids
from scipy.spatial import cKDTree

# Of the gap, tried one after the other, and how long each is.
_SHARES = (1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 0.125)
_SWEEPS = 500
_NEAREST = 8  # spheres looked at to find the one whose surface is nearest


@dataclass(frozen=True, eq=False)
class Spheres:
    """Spheres in a layer of ``extent`` (x, y, z) um: ``centres`` (n, 3), ``radius`` (n,)."""

    extent: tuple[float, float, float]
    centres: Floats
    radius: Floats

    def distance(self, x: Floats, y: Floats, z: Floats, reach: float) -> Floats:
        """Distance to the nearest sphere's surface, negative inside, (i, j, k).

        On the tensor grid of the coordinates; ``reach`` wherever it is larger than that.
        """
        values = np.full((len(x), len(y), len(z)), reach)
        for centre, radius in zip(self.centres, self.radius.tolist(), strict=True):
            near, squares = [], []
            for axis, coordinates in enumerate((x, y, z)):
                offset = self._nearest_image(coordinates - centre[axis], axis)
                at = np.flatnonzero(np.abs(offset) < radius + reach)
                near.append(at)
                squares.append(offset[at] ** 2)
            block = np.ix_(*near)
            a, b, c = squares
            distance = np.sqrt(a[:, None, None] + b[:, None] + c) - radius
            values[block] = np.minimum(values[block], distance)
        return values

    def owner(self, points: Floats) -> Ids:
        """Number of the sphere whose surface is nearest to, or furthest outside of, ``points``."""
        box = np.array([self.extent[0], self.extent[1], 0.0])
        k = min(_NEAREST, len(self.radius))
        inside = points.copy()
        inside[:, :2] %= box[:2]
        tree = cKDTree(self.centres, boxsize=box)
        distance, number = tree.query(inside, k=range(1, k + 1))
        best = (distance - self.radius[number]).argmin(axis=1)
        owners: Ids = np.take_along_axis(number, best[:, None], axis=1)[:, 0].astype(np.int64)
        return owners

    def smallest_gap(self) -> float:
        """Smallest distance between two surfaces, also across the period; infinite for one."""
        smallest = np.inf
        for number in range(len(self.radius) - 1):
            offset = self.centres[number + 1 :] - self.centres[number]
            for axis in (0, 1):
                offset[:, axis] = self._nearest_image(offset[:, axis], axis)
            gaps = np.linalg.norm(offset, axis=1) - self.radius[number + 1 :] - self.radius[number]
            smallest = min(smallest, float(gaps.min()))
        return float(smallest)

    def _nearest_image(self, offset: Floats, axis: int) -> Floats:
        if axis == 2:
            return offset
        return offset - self.extent[axis] * np.rint(offset / self.extent[axis])


def pack(
    radius: Floats, extent: tuple[float, float, float], gap: float, rng: np.random.Generator
) -> Spheres:
    """Place spheres at random and push them apart until ``gap`` um lie between all.

    The same gap, at least, lies between spheres and the faces z = 0 and z = thickness. Where
    spheres are too crowded for the gap, they keep what they can of it, down to an eighth.

    Raises:
        ValueError: a sphere larger than the layer, or no room for all.
    """
    room = min(extent) / 2 - gap
    largest = float(radius.max())
    if largest > room:
        raise ValueError(
            f"the largest pore, {2 * largest:.4g} um across, does not fit into a layer "
            f"{extent[0]:.4g} um wide and {extent[2]:.4g} um thick; pores up to "
            f"{2 * room:.4g} um are possible: lower the median diameter or sigma"
        )
    place = rng.random((len(radius), 3))
    margin = radius + gap
    centres = place * np.array(extent)
    centres[:, 2] = margin + place[:, 2] * (extent[2] - 2 * margin)
    for share in _SHARES:
        centres, apart = pushed_apart(
            centres, radius + share * gap / 2, radius + share * gap, extent, _SWEEPS
        )
        if apart:
            return Spheres(extent, centres, radius)
    volume = extent[0] * extent[1] * extent[2]
    asked = pi / 6 * ((2 * radius) ** 3).sum() / volume
    raise ValueError(
        f"porosity {asked:.4g} does not fit: {len(radius)} spherical pores with gaps of "
        f"{_SHARES[-1] * gap:.3g} um between them still overlap; up to about 0.5 "
        'is possible with spheres, any porosity with structure "random_field"'
    )
