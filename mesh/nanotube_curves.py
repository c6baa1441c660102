"""Chains that run beyond the sides of a periodic box as curves within it. Lengths are um."""

from dataclasses import dataclass

import numpy as np
from lisic.mesh.regions import Floats, Ids, Tags


@dataclass(frozen=True, eq=False)
class Curves:
    """Fibres as chains of straight segments.

    Attributes:
        points: (n, 3).
        segments: point numbers, (m, 2); those of a fibre follow each other.
        number: >= 1, of the fibre of each segment, (m,).
    """

    points: Floats
    segments: Ids
    number: Tags

    def lengths(self) -> Floats:
        """Of the segments in um, (m,)."""
        ends = self.points[self.segments]
        length: Floats = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
        return length


def wrapped(points: Floats, first: Ids, extent: Floats) -> Curves:
    """Curves that continue on the other side of the box of ``extent`` (3,) along x and y.

    ``points`` (n, 3) of the chains follow each other; chain i begins at point ``first[i]``, and
    ``first`` (chains + 1,) ends with n. Segments are shorter than the box. The pieces of a chain
    keep its number.
    """
    starts, ends, tile, chain = _pieces(points, first, extent)
    new = np.ones(len(chain), dtype=bool)
    new[1:] = (chain[1:] != chain[:-1]) | (tile[1:] != tile[:-1]).any(axis=1)
    return _curves(_inside(starts, tile, extent), _inside(ends, tile, extent), new, chain)


def window(points: Floats, first: Ids, extent: Floats) -> Curves:
    """What lies in the box of ``extent`` (3,): each run within its sides is a fibre of its own."""
    starts, ends, tile, chain = _pieces(points, first, extent)
    here = np.flatnonzero((tile == 0).all(axis=1))
    new = np.ones(len(here), dtype=bool)
    new[1:] = (chain[here[1:]] != chain[here[:-1]]) | (here[1:] != here[:-1] + 1)
    tile = tile[here]
    return _curves(
        _inside(starts[here], tile, extent),
        _inside(ends[here], tile, extent),
        new,
        np.cumsum(new) - 1,
    )


def shortened(curves: Curves, total: float) -> Curves:
    """The first ``total`` um of the curves."""
    gathered = np.cumsum(curves.lengths())
    last = int(np.searchsorted(gathered, total))
    kept = curves.segments[: last + 1]
    points = curves.points[: kept[-1, 1] + 1].copy()
    start, end = points[kept[-1]]
    share = 1 - (gathered[last] - total) / np.linalg.norm(end - start)
    points[-1] = start + share * (end - start)
    return Curves(points, kept, curves.number[: last + 1])


def _pieces(points: Floats, first: Ids, extent: Floats) -> tuple[Floats, Floats, Ids, Ids]:
    """Segments cut where they leave their period: ends, period along x and y, chain from 0."""
    sizes = np.diff(first)
    chain = np.repeat(np.arange(len(sizes)), sizes - 1)
    number = np.arange(len(chain)) + chain
    start, along = points[number], points[number + 1] - points[number]
    box = extent[:2]
    before, after = (np.floor(points[n][:, :2] / box) for n in (number, number + 1))
    # The side between two neighbouring periods, where the segment crosses one.
    side = np.maximum(before, after) * box
    crossed = before != after
    with np.errstate(divide="ignore", invalid="ignore"):
        at = np.where(crossed, (side - start[:, :2]) / along[:, :2], 1.0)
    cuts = np.sort(np.clip(at, 0.0, 1.0), axis=1)
    low = np.column_stack([np.zeros(len(chain)), cuts])
    high = np.column_stack([cuts, np.ones(len(chain))])
    # What is shorter than rounding is none.
    row, column = np.nonzero(high - low > 1e-9)
    ends = [start[row] + t[row, column, None] * along[row] for t in (low, high)]
    tile = np.floor((ends[0] + ends[1])[:, :2] / (2 * box)).astype(np.int64)
    return ends[0], ends[1], tile, chain[row]


def _inside(points: Floats, tile: Ids, extent: Floats) -> Floats:
    moved = points.copy()
    moved[:, :2] = np.clip(points[:, :2] - tile * extent[:2], 0.0, extent[:2])
    return moved


def _curves(starts: Floats, ends: Floats, new: np.ndarray, fibre: Ids) -> Curves:
    """Curves of pieces; one that is not ``new`` starts where the piece before it ends."""
    end = np.arange(len(new)) + np.cumsum(new)
    points = np.empty((len(new) + int(new.sum()), 3))
    points[end] = ends
    points[end[new] - 1] = starts[new]
    segments = np.stack([end - 1, end], axis=1).astype(np.int64)
    return Curves(points, segments, (fibre + 1).astype(np.int32))
