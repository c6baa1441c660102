"""Spherical pores in a layer that repeats along x and y: places, level set and owners.

Lengths are um; z goes through the layer.
"""

from dataclasses import dataclass
from math import pi

import numpy as np
from lisic.mesh.regions import Floats, Ids
from scipy.spatial import cKDTree

# Spheres that overlap are pushed apart by this share more than needed, so that they arrive.
_PUSH = 1.05
_SWEEPS = 2_000
_TOUCH = 1e-6  # of the smallest radius: what counts as overlap
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
    spheres are too crowded for the gap, they keep a half or an eighth of it.

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
    for share in (1.0, 0.5, 0.125):
        centres = _pushed_apart(place, radius, extent, share * gap)
        if centres is not None:
            return Spheres(extent, centres, radius)
    volume = extent[0] * extent[1] * extent[2]
    asked = pi / 6 * ((2 * radius) ** 3).sum() / volume
    raise ValueError(
        f"porosity {asked:.4g} does not fit: {len(radius)} spherical pores with gaps of "
        f"{gap / 8:.3g} um between them still overlap after {_SWEEPS} sweeps; up to about 0.5 "
        'is possible with spheres, any porosity with structure "random_field"'
    )


def _pushed_apart(
    place: Floats, radius: Floats, extent: tuple[float, float, float], gap: float
) -> Floats | None:
    """Centres without overlaps, from places in the unit cube; None if they do not come apart."""
    sides = np.array(extent)
    box = np.array([extent[0], extent[1], 0.0])
    low = radius + gap
    centres: Floats = place * sides
    centres[:, 2] = low + place[:, 2] * (extent[2] - 2 * low)
    for _ in range(_SWEEPS):
        tree = cKDTree(centres, boxsize=box)
        a, b = tree.query_pairs(2 * radius.max() + gap, output_type="ndarray").T
        offset = centres[b] - centres[a]
        offset[:, :2] -= box[:2] * np.rint(offset[:, :2] / box[:2])
        distance = np.linalg.norm(offset, axis=1)
        overlap = radius[a] + radius[b] + gap - distance
        pushed = overlap > _TOUCH * radius.min()
        if not pushed.any():
            return centres
        a, b = a[pushed], b[pushed]
        step = _PUSH / 2 * (overlap / distance)[pushed, None] * offset[pushed]
        np.add.at(centres, a, -step)
        np.add.at(centres, b, step)
        centres[:, :2] %= box[:2]
        # A tiny negative number modulo the period is the period itself, which is outside.
        centres[:, :2][centres[:, :2] >= box[:2]] = 0.0
        centres[:, 2] = np.clip(centres[:, 2], low, extent[2] - low)
    return None
