"""Particles at random places of a layer, pushed apart until none overlap. Lengths are um.

The last coordinate goes through the layer, the others are periodic.
"""

from dataclasses import dataclass
from math import pi

import numpy as np
from lisic.mesh.regions import Floats, Ids
from scipy.spatial import cKDTree
from scipy.special import ndtri

# Particles at a face are cut this deep, so that they stand on a foot.
FOOT = 0.9
# Overlaps below this share of the smallest radius are none.
TOUCH = 2e-3
# Overlaps are undone by this share more than needed, so that particles arrive.
_PUSH = 1.1
_SWEEPS = 3_000
_NEAREST = 8  # particles looked at to find the one whose surface is nearest
_TRIES = 2_000


@dataclass(frozen=True, eq=False)
class Room:
    """A layer with voids that no particle enters.

    Attributes:
        extent: sides of the layer in um, (dim,).
        voids: centres of the voids, (k, dim).
        void_radius: of all voids, um.
    """

    extent: Floats
    voids: Floats
    void_radius: float

    def offsets(self, offset: Floats) -> Floats:
        """Offsets (..., dim) to the nearest periodic copy."""
        nearest = offset.copy()
        nearest[..., :-1] -= self.extent[:-1] * np.rint(offset[..., :-1] / self.extent[:-1])
        return nearest

    def tree(self, points: Floats) -> cKDTree:
        """Search tree of ``points`` (n, dim), which may lie beyond the periodic sides."""
        inside = points.copy()
        inside[:, :-1] %= self.extent[:-1]
        # A tiny negative number modulo the period is the period itself, which is outside.
        inside[:, :-1][inside[:, :-1] >= self.extent[:-1]] = 0.0
        return cKDTree(inside, boxsize=np.append(self.extent[:-1], 0.0))

    def pushed(self, centres: Floats, radius: Floats) -> tuple[Floats, float]:
        """Centres (n, dim) after one push apart, and the largest overlap before it in um."""
        largest = 2 * float(radius.max())
        a, b = self.tree(centres).query_pairs(largest, output_type="ndarray").T
        offset = self.offsets(centres[b] - centres[a])
        distance = np.linalg.norm(offset, axis=1)
        overlap = radius[a] + radius[b] - distance
        worst = float(overlap.max(initial=0.0))
        moved = centres.copy()
        over = overlap > 0
        push = _PUSH / 2 * (overlap / np.maximum(distance, 1e-300))[over, None] * offset[over]
        np.add.at(moved, a[over], -push)
        np.add.at(moved, b[over], push)
        for void in self.voids:
            offset = self.offsets(moved - void)
            distance = np.linalg.norm(offset, axis=1)
            overlap = self.void_radius + radius - distance
            worst = max(worst, float(overlap.max(initial=0.0)))
            moved += (np.maximum(overlap, 0) / np.maximum(distance, 1e-300))[:, None] * offset
        low = FOOT * radius
        moved[:, -1] = np.clip(moved[:, -1], low, self.extent[-1] - low)
        return moved, worst


@dataclass(frozen=True, eq=False)
class Particles:
    """Discs or balls in a layer.

    Attributes:
        room: the layer.
        centres: (n, dim), perhaps beyond the periodic sides.
        radius: (n,).
    """

    room: Room
    centres: Floats
    radius: Floats

    def owner(self, points: Floats) -> Ids:
        """Number of the particle whose surface is nearest to ``points`` (m, dim), (m,)."""
        return self._nearest(points)[0]

    def gap(self, points: Floats) -> Floats:
        """Distance in um from ``points`` (m, dim) to that surface, negative inside, (m,)."""
        return self._nearest(points)[1]

    def _nearest(self, points: Floats) -> tuple[Ids, Floats]:
        k = min(_NEAREST, len(self.radius))
        inside = points.copy()
        inside[:, :-1] %= self.room.extent[:-1]
        distance, number = self.room.tree(self.centres).query(inside, k=range(1, k + 1))
        gap = distance - self.radius[number]
        best = gap.argmin(axis=1)
        rows = np.arange(len(points))
        return number[rows, best].astype(np.int64), gap[rows, best]


def sizes(median: float, sigma: float, number: int) -> Floats:
    """Log-normal diameters in um, (number,), with exactly this count-median, largest first.

    They are the equally probable quantiles of the distribution, whatever the seed.
    """
    probable = (np.arange(number, 0, -1) - 0.5) / number
    diameter: Floats = median * np.exp(sigma * ndtri(probable))
    return diameter


def measure(radius: Floats, dim: int) -> float:
    """Area of discs in um^2 (``dim`` 2) or volume of balls in um^3 (3) together."""
    unit = pi if dim == 2 else 4 * pi / 3
    return unit * float((radius**dim).sum())


def place_voids(
    number: int, radius: float, margin: float, extent: Floats, rng: np.random.Generator
) -> Room:
    """A layer with ``number`` voids of ``radius``, ``margin`` um from faces and each other.

    Raises:
        ValueError: no room for all.
    """
    room = Room(extent, np.empty((0, len(extent))), radius)
    low = radius + margin
    for _ in range(_TRIES):
        if len(room.voids) == number:
            return room
        new = rng.random(len(extent)) * extent
        new[-1] = low + new[-1] / extent[-1] * (extent[-1] - 2 * low)
        apart = np.linalg.norm(room.offsets(room.voids - new), axis=1)
        if (apart >= 2 * radius + margin).all():
            room = Room(extent, np.concatenate([room.voids, new[None]]), radius)
    found = len(room.voids)
    raise ValueError(
        f"voids: {found} of {number} voids, {2 * radius:.4g} um across, found room with particles "
        f"between them; {found} are possible, or a larger layer"
    )


def pack(radius: Floats, room: Room, rng: np.random.Generator) -> Particles | None:
    """Particles of ``radius`` (n,) that touch at most, or None where they do not come apart.

    A particle at a face is cut by it, ``FOOT`` of its radius from its centre.
    """
    centres: Floats = rng.random((len(radius), len(room.extent))) * room.extent
    for _ in range(_SWEEPS):
        centres, worst = room.pushed(centres, radius)
        if worst < TOUCH * radius.min():
            return Particles(room, centres, radius)
    return None
