"""Triangles of both phases of a level-set function in a rectangle, by isosurface stuffing.

The method of :mod:`lisic.mesh.stuffing` in two dimensions, on squares divided by alternating
diagonals: nodes close to the interface move onto it, triangles still crossed are cut.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from lisic.mesh.regions import Floats, Ids
from lisic.mesh.stuffing import Stuffed

# An edge crossed closer to its end than this share of its length moves the end.
_CLOSE = 0.3
_EDGES = np.array([(0, 1), (1, 2), (0, 2)])


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
    def face(self) -> Ids:
        """Sides of the rectangle a node lies on: 1 or 2 left or right, 4 or 8 bottom or top."""
        i, j = np.divmod(np.arange(len(self.points)), self.rows + 1)
        sides = 1 * (i == 0) + 2 * (i == self.columns) + 4 * (j == 0) + 8 * (j == self.rows)
        face: Ids = sides.astype(np.int64)
        return face


def stuff(grid: Grid, values: Floats) -> Stuffed:
    """Mesh the rectangle, conforming to the interface on which ``values`` (n,) vanish.

    ``values`` at the grid's nodes must be equal at periodic copies. The volumes are areas in um2.

    Raises:
        ValueError: as many values as nodes are needed, all finite.
    """
    if values.shape != (len(grid.points),) or not np.isfinite(values).all():
        raise ValueError(
            f"values must be {len(grid.points)} finite numbers, got shape {values.shape}"
        )
    n = len(values)
    sign = np.sign(values).astype(np.int64)
    points = _snap(grid, values, sign)
    signs = sign[grid.cells]
    crossed = (signs.min(axis=1) < 0) & (signs.max(axis=1) > 0)
    whole = grid.cells[~crossed]
    phase = np.sign(signs[~crossed].sum(axis=1))
    flat = phase == 0
    phase[flat] = np.where(values[whole[flat]].sum(axis=1) < 0, -1, 1)
    cut = grid.cells[crossed]
    ends = np.sort(cut[:, _EDGES].reshape(-1, 2), axis=1)
    ends = ends[sign[ends[:, 0]] * sign[ends[:, 1]] < 0]
    edge = np.unique(ends[:, 0] * n + ends[:, 1])
    low, high = np.divmod(edge, n)
    share = (values[low] / (values[low] - values[high]))[:, None]
    points = np.concatenate([points, points[low] + share * (points[high] - points[low])])

    def middle(p: Ids, q: Ids) -> Ids:
        return n + np.searchsorted(edge, np.minimum(p, q) * n + np.maximum(p, q))

    order = np.argsort(sign[cut], axis=1, kind="stable")
    nodes = np.take_along_axis(cut, order, axis=1)
    parts, sides = [whole], [phase]
    on = (sign[cut] == 0).any(axis=1)
    a, o, b = nodes[on].T
    m = middle(a, b)
    parts += [np.stack([a, m, o], axis=1), np.stack([m, b, o], axis=1)]
    sides += [np.full(len(a), -1), np.full(len(a), 1)]
    lone = ~on & ((sign[cut] < 0).sum(axis=1) == 1)
    for side, which, columns in ((-1, lone, [0, 1, 2]), (1, ~on & ~lone, [2, 0, 1])):
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
        sides += [np.full(len(a), s) for s in (side, -side, -side)]
    cells, phase = np.concatenate(parts), np.concatenate(sides)
    used, cells = np.unique(cells, return_inverse=True)
    points, cells = points[used], cells.reshape(-1, 3).astype(np.int64)
    p, q, r = (points[cells[:, k]] for k in range(3))
    u, v = q - p, r - p
    area = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
    cells[area < 0] = cells[area < 0][:, ::-1]
    return Stuffed(points, cells, phase < 0, np.abs(area))


def _snap(grid: Grid, values: Floats, sign: Ids) -> Floats:
    """Move nodes onto a close interface; their ``sign`` becomes 0. Returns the new positions."""
    edges = np.unique(np.sort(grid.cells[:, _EDGES].reshape(-1, 2), axis=1), axis=0)
    edges = edges[sign[edges[:, 0]] * sign[edges[:, 1]] < 0]
    a, b = np.concatenate([edges, edges[:, ::-1]]).T
    share = values[a] / (values[a] - values[b])
    a, b, share = a[share < _CLOSE], b[share < _CLOSE], share[share < _CLOSE]
    may_move = (grid.face[a] & grid.face[b]) == grid.face[a]
    # A node on a side moves along it only; otherwise the interface is taken to pass through it.
    stays = np.zeros(len(values), dtype=bool)
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
    sign[a] = 0
    sign[stays] = 0
    return points
