"""Triangles of the phases of level-set functions in a rectangle, by isosurface stuffing.

The method of :mod:`lisic.mesh.stuffing` in two dimensions, on squares divided by alternating
diagonals: nodes close to an interface move onto it, triangles still crossed are cut. Where three
phases meet in a triangle, it is cut into six around the middle of its three cuts.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import Floats, Ids
from lisic.mesh.stuffing import Stuffed

# An edge crossed closer to its end than this share of its length moves the end.
_CLOSE = 0.3
_EDGES = np.array([(0, 1), (1, 2), (0, 2)])
_NONE = -1


@dataclass(frozen=True)
class Grid:
    """``columns`` x ``rows`` squares over ``width`` x ``height`` um, periodic in x."""

    width: float
    height: float
    columns: int
    rows: int

    @cached_property
    def points(self) -> Floats:
        """Nodes in um, (n, 2), column by column."""
        x = np.linspace(0.0, self.width, self.columns + 1)
        y = np.linspace(0.0, self.height, self.rows + 1)
        nodes: Floats = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)
        return nodes

    @cached_property
    def cells(self) -> Ids:
        """Triangles, positively oriented, (m, 3)."""
        i, j = (a.ravel() for a in np.mgrid[: self.columns, : self.rows])
        a = i * (self.rows + 1) + j
        b, c, d = a + self.rows + 1, a + self.rows + 2, a + 1
        even = ((i + j) % 2 == 0)[:, None]
        first = np.where(even, np.stack([a, b, c], axis=1), np.stack([a, b, d], axis=1))
        second = np.where(even, np.stack([a, c, d], axis=1), np.stack([b, c, d], axis=1))
        cells: Ids = np.concatenate([first, second]).astype(np.int64)
        return cells

    @cached_property
    def edges(self) -> Ids:
        """Edges of the triangles, each once, (e, 2)."""
        ends = np.sort(self.cells[:, _EDGES].reshape(-1, 2), axis=1)
        number = np.unique(ends[:, 0] * len(self.points) + ends[:, 1])
        edges: Ids = np.stack(np.divmod(number, len(self.points)), axis=1)
        return edges

    @cached_property
    def face(self) -> Ids:
        """Sides of the rectangle a node lies on: 1 or 2 left or right, 4 or 8 bottom or top."""
        i, j = np.divmod(np.arange(len(self.points)), self.rows + 1)
        sides = 1 * (i == 0) + 2 * (i == self.columns) + 4 * (j == 0) + 8 * (j == self.rows)
        face: Ids = sides.astype(np.int64)
        return face


@dataclass(frozen=True, eq=False)
class Parted:
    """Triangles of several phases.

    Attributes:
        points: in um, (n, 2).
        cells: point numbers, positively oriented, (m, 3).
        phase: of every cell, (m,).
        area: of every cell in um^2, (m,).
    """

    points: Floats
    cells: Ids
    phase: Ids
    area: Floats


def stuff(grid: Grid, values: Floats) -> Stuffed:
    """Mesh the rectangle, conforming to the interface on which ``values`` (n,) vanish.

    ``values`` at the grid's nodes must be equal at periodic copies. The volumes are areas in um2.

    Raises:
        ValueError: as many values as nodes are needed, all finite.
    """
    parted = part(grid, values[None])
    return Stuffed(parted.points, parted.cells, parted.phase == 0, parted.area)


def part(grid: Grid, levels: Floats) -> Parted:
    """Mesh the rectangle, conforming to the interfaces of the phases of ``levels`` (k, n).

    A place is of the phase of the first level that is negative there, or of phase k. The levels
    at the grid's nodes must be equal at periodic copies.

    Raises:
        ValueError: as many values as nodes are needed, all finite.
    """
    k, n = levels.shape
    if n != len(grid.points) or not np.isfinite(levels).all():
        raise ValueError(
            f"values must be {len(grid.points)} finite numbers, got shape {levels.shape[1:]}"
        )
    label = _first(levels <= 0)
    # On an interface a node belongs to no phase.
    label[np.append(levels, np.ones((1, n)), axis=0)[label, np.arange(n)] == 0] = _NONE
    points = _snap(grid, levels, label)
    labels = label[grid.cells]
    lowest = np.where(labels == _NONE, k, labels).min(axis=1)
    highest = labels.max(axis=1)
    crossed = lowest < highest
    whole = grid.cells[~crossed]
    phase = highest[~crossed]
    flat = phase == _NONE
    phase[flat] = _first(levels[:, whole[flat]].sum(axis=2) < 0)
    cut = grid.cells[crossed]
    ends = np.sort(cut[:, _EDGES].reshape(-1, 2), axis=1)
    ends = ends[_differ(label, ends)]
    edge = np.unique(ends[:, 0] * n + ends[:, 1])
    low, high = np.divmod(edge, n)
    share = _share(levels, label, low, high)[:, None]
    points = np.concatenate([points, points[low] + share * (points[high] - points[low])])

    def middle(p: Ids, q: Ids) -> Ids:
        found: Ids = n + np.searchsorted(edge, np.minimum(p, q) * n + np.maximum(p, q))
        return found

    parts, phases = [whole], [phase]
    lowest, highest = lowest[crossed], highest[crossed]
    labels = label[cut]
    three = ((labels != lowest[:, None]) & (labels != highest[:, None]) & (labels != _NONE)).any(1)
    a, b, c = cut[three].T
    ab, bc, ca = middle(a, b), middle(b, c), middle(c, a)
    centre = len(points) + np.arange(len(a))
    points = np.concatenate([points, (points[ab] + points[bc] + points[ca]) / 3])
    for corner, after, before in ((a, ab, ca), (b, bc, ab), (c, ca, bc)):
        parts += [np.stack([corner, after, centre], 1), np.stack([corner, centre, before], 1)]
        phases += [label[corner], label[corner]]
    two = ~three
    cut, lowest, highest = cut[two], lowest[two], highest[two]
    sign = np.where(labels[two] == _NONE, 0, np.where(labels[two] == lowest[:, None], -1, 1))
    order = np.argsort(sign, axis=1, kind="stable")
    nodes = np.take_along_axis(cut, order, axis=1)
    on = (sign == 0).any(axis=1)
    a, o, b = nodes[on].T
    m = middle(a, b)
    parts += [np.stack([a, m, o], axis=1), np.stack([m, b, o], axis=1)]
    phases += [lowest[on], highest[on]]
    lone = ~on & ((sign < 0).sum(axis=1) == 1)
    for which, columns, alone, others in (
        (lone, [0, 1, 2], lowest, highest),
        (~on & ~lone, [2, 0, 1], highest, lowest),
    ):
        a, b, c = nodes[which][:, columns].T
        ab, ac = middle(a, b), middle(a, c)
        # The shorter diagonal of the rest gives the better triangles.
        short = (
            np.linalg.norm(points[ab] - points[c], axis=1)
            <= np.linalg.norm(points[ac] - points[b], axis=1)
        )[:, None]
        parts.append(np.stack([a, ab, ac], axis=1))
        parts.append(np.where(short, np.stack([ab, b, c], 1), np.stack([ab, b, ac], 1)))
        parts.append(np.where(short, np.stack([ab, c, ac], 1), np.stack([b, c, ac], 1)))
        phases += [alone[which], others[which], others[which]]
    cells, phase = np.concatenate(parts), np.concatenate(phases)
    used, cells = np.unique(cells, return_inverse=True)
    points, cells = points[used], cells.reshape(-1, 3).astype(np.int64)
    p, q, r = (points[cells[:, j]] for j in range(3))
    u, v = q - p, r - p
    area = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
    cells[area < 0] = cells[area < 0][:, ::-1]
    return Parted(points, cells, phase, np.abs(area))


def _first(holds: npt.NDArray[np.bool_]) -> Ids:
    """Number of the first of ``holds`` (k, m) that is true, or k, (m,)."""
    never = np.ones((1, holds.shape[1]), dtype=bool)
    number: Ids = np.append(holds, never, axis=0).argmax(axis=0).astype(np.int64)
    return number


def _differ(label: Ids, edges: Ids) -> npt.NDArray[np.bool_]:
    """Whether the ends of ``edges`` (m, 2) are of different phases, (m,)."""
    a, b = label[edges].T
    differ: npt.NDArray[np.bool_] = (a != b) & (a != _NONE) & (b != _NONE)
    return differ


def _share(levels: Floats, label: Ids, a: Ids, b: Ids) -> Floats:
    """How far from ``a`` to ``b`` the interface between their phases lies, (m,)."""
    # The level of the phase that comes first is negative there and positive at the other end.
    first = np.minimum(label[a], label[b])
    share: Floats = levels[first, a] / (levels[first, a] - levels[first, b])
    return share


def _snap(grid: Grid, levels: Floats, label: Ids) -> Floats:
    """Move nodes onto a close interface; they then have no ``label``. Returns the positions."""
    edges = grid.edges[_differ(label, grid.edges)]
    a, b = np.concatenate([edges, edges[:, ::-1]]).T
    share = _share(levels, label, a, b)
    a, b, share = a[share < _CLOSE], b[share < _CLOSE], share[share < _CLOSE]
    may_move = (grid.face[a] & grid.face[b]) == grid.face[a]
    # A node on a side moves along it only; otherwise the interface is taken to pass through it.
    stays = np.zeros(len(label), dtype=bool)
    stays[a[~may_move]] = True
    column = grid.rows + 1
    either = stays[:column] | stays[-column:]
    stays[:column] = stays[-column:] = either
    a, b, share = a[may_move], b[may_move], share[may_move]
    # Of several, the closest; between equals the first along the side, alike on both sides.
    order = np.lexsort((b, share, a))
    a, b, share = a[order], b[order], share[order]
    nearest = np.append(True, a[1:] != a[:-1])[: len(a)]
    a, b, share = a[nearest], b[nearest], share[nearest]
    points = grid.points.copy()
    points[a] += share[:, None] * (points[b] - points[a])
    label[a] = _NONE
    label[stays] = _NONE
    return points
