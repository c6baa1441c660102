"""Level sets of particles, necks and bundles on tensor grids. Lengths are um.

All but the last coordinate are periodic.
"""

from dataclasses import dataclass

import numpy as np
from lisic.mesh.regions import Floats

# Beyond this the exponential of a depth tells nothing more, and would overflow.
_DEEP = 50.0


@dataclass(frozen=True)
class Union:
    r"""A smooth union :math:`-k \ln \sum_i \exp(-d_i/k)` of bodies at distances d_i.

    Attributes:
        extent: sides of the box in um.
        fillet: k in um; the union is about 3 k thicker in a corner between two bodies.
        reach: distance in um from all bodies up to which values are right; they are it beyond.
    """

    extent: tuple[float, ...]
    fillet: float
    reach: float

    def level(self, total: Floats) -> Floats:
        """Level set of a sum of bodies: about the distance to the union, negative inside."""
        values: Floats = -self.fillet * np.log(total + np.exp(-self.reach / self.fillet))
        return values

    def balls(self, axes: tuple[Floats, ...], centres: Floats, radius: Floats) -> Floats:
        """Sum of discs or balls at ``centres`` (n, dim) of ``radius`` (n,) on a tensor grid."""
        total = np.zeros([len(axis) for axis in axes])
        for centre, size in zip(centres, radius.tolist(), strict=True):
            block, offset = near(axes, self.extent, centre, np.full(len(axes), size + self.reach))
            distance = np.sqrt(sum(x**2 for x in offset))
            total[block] += np.exp(np.minimum((size - distance) / self.fillet, _DEEP))
        return total

    def bars(
        self, axes: tuple[Floats, ...], start: Floats, along: Floats, radius: Floats
    ) -> Floats:
        """Sum of bars with round ends from ``start`` (n, dim), ``along`` (n, dim)."""
        total = np.zeros([len(axis) for axis in axes])
        for one, way, size in zip(start, along, radius.tolist(), strict=True):
            block, distance = _to_bar(axes, self.extent, one, way, size + self.reach)
            total[block] += np.exp(np.minimum((size - distance) / self.fillet, _DEEP))
        return total


def to_bars(
    axes: tuple[Floats, ...],
    extent: tuple[float, ...],
    start: Floats,
    along: Floats,
    reach: float,
) -> Floats:
    """Distance in um, up to ``reach``, to the nearest line ``along`` (n, dim) from ``start``."""
    distance = np.full([len(axis) for axis in axes], reach)
    for one, way in zip(start, along, strict=True):
        block, here = _to_bar(axes, extent, one, way, reach)
        distance[block] = np.minimum(distance[block], here)
    return distance


def _to_bar(
    axes: tuple[Floats, ...], extent: tuple[float, ...], start: Floats, along: Floats, reach: float
) -> tuple[tuple[Floats, ...], Floats]:
    half = along / 2
    block, offset = near(axes, extent, start + half, np.abs(half) + reach)
    share = sum(x * h for x, h in zip(offset, half.tolist(), strict=True)) / (half @ half)
    share = np.clip(share, -1.0, 1.0)
    square = sum((x - share * h) ** 2 for x, h in zip(offset, half.tolist(), strict=True))
    return block, np.sqrt(square)


def near(
    axes: tuple[Floats, ...], extent: tuple[float, ...], centre: Floats, reach: Floats
) -> tuple[tuple[Floats, ...], list[Floats]]:
    """Block of a tensor grid within ``reach`` (dim,) of ``centre``, and offsets from it there.

    The offsets broadcast to the shape of the block.
    """
    numbers, offsets = [], []
    for k, axis in enumerate(axes):
        offset = axis - centre[k]
        if k < len(axes) - 1:
            offset = offset - extent[k] * np.rint(offset / extent[k])
        at = np.flatnonzero(np.abs(offset) <= reach[k])
        numbers.append(at)
        offsets.append(offset[at].reshape([-1 if j == k else 1 for j in range(len(axes))]))
    return np.ix_(*numbers), offsets
