"""Which cells share a facet, inside a mesh and across its period; connected bodies of cells."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import Floats, Ids
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

type Mask = npt.NDArray[np.bool_]

# A vertex this share of the period away from a periodic face lies on it.
_ON_FACE = 1e-9


def of_cells(cells: Ids) -> Ids:
    """Facets of every cell with sorted vertices, (n_cells * (dim + 1), dim), cell by cell."""
    corners = range(cells.shape[1])
    local = [[n for n in corners if n != opposite] for opposite in corners]
    columns = list(cells[:, local].reshape(-1, len(local) - 1).T)
    # Few columns of many rows: exchanges of whole columns beat a sort of every row.
    for i, j in [(0, 1), (1, 2), (0, 1)][: 2 * len(columns) - 3]:
        columns[i], columns[j] = (
            np.minimum(columns[i], columns[j]),
            np.maximum(columns[i], columns[j]),
        )
    return np.stack(columns, axis=1)


def row_keys(rows: Ids, n: int) -> Ids:
    """One number for every row (m, k) of numbers below ``n``; equal rows, equal numbers.

    Only keys from the same call can be compared.
    """
    if n ** rows.shape[1] < 2**63:
        keys = rows[:, 0].copy()
        for column in rows.T[1:]:
            keys *= n
            keys += column
        return keys
    # Too many vertices for a product: number the leading pairs first.
    _, leading = np.unique(rows[:, 0] * n + rows[:, 1], return_inverse=True)
    merged = np.column_stack([leading.astype(np.int64), rows[:, 2:]])
    return row_keys(merged, max(n, int(leading.max(initial=0)) + 1))


def count_different(rows: Ids, n: int) -> int:
    """How many different rows there are among rows (m, k) of numbers below ``n``, m > 0."""
    keys = np.sort(row_keys(rows, n))  # np.unique hashes, which takes ten times as long
    return 1 + int((keys[1:] != keys[:-1]).sum())


@dataclass(frozen=True, eq=False)
class Incidence:
    """Which cells have which facet.

    Attributes:
        facets: of every cell with sorted vertices, (n_cells * (dim + 1), dim), cell by cell.
        order: numbers of ``facets``, equal ones next to each other, (n_cells * (dim + 1),).
        start: where in ``order`` each different facet begins, (n_facets,).
        count: how many cells have it, (n_facets,).
    """

    facets: Ids
    order: Ids
    start: Ids
    count: Ids

    def shared(self) -> tuple[Ids, Ids, Ids]:
        """Facets that two cells share, (m, dim), and the two cells, (m,) each."""
        at = self.start[self.count == 2]
        ends = np.sort(self.order[np.stack([at, at + 1], axis=1)], axis=1)
        corners = self.facets.shape[1] + 1
        return self.facets[ends[:, 0]], ends[:, 0] // corners, ends[:, 1] // corners

    def walls(self, points: Floats, period: Floats, inside: Mask) -> tuple[Ids, Ids, Ids]:
        """Facets between a cell ``inside`` (n_cells,) and another, (m, dim), and both, (m,) each.

        Where the two meet across the period, the facet is that on the low face.
        """
        facets, a, b = self.shared()
        found = [(facets, a, b)]
        outer, owner = self.outer()
        for axis in np.flatnonzero(period).tolist():
            near, far = periodic_pairs(points, outer, axis, float(period[axis]))
            found.append((outer[near], owner[near], owner[far]))
        facets, a, b = (np.concatenate(column) for column in zip(*found, strict=True))
        wall = inside[a] != inside[b]
        return facets[wall], a[wall], b[wall]

    def outer(self) -> tuple[Ids, Ids]:
        """Facets of one cell only, (m, dim), and that cell, (m,), in the order of cells."""
        alone = np.sort(self.order[self.start[self.count == 1]])
        return self.facets[alone], alone // (self.facets.shape[1] + 1)

    def different(self) -> Ids:
        """Every facet once, (n_facets, dim)."""
        return self.facets[self.order[self.start]]


def incidence(cells: Ids, n_points: int) -> Incidence:
    """Which of the ``cells`` (n_cells, dim + 1) have which facet."""
    facets = of_cells(cells)
    keys = row_keys(facets, n_points)
    order = np.argsort(keys)
    keys = keys[order]
    start = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return Incidence(facets, order, start, np.diff(start, append=len(keys)))


def shared(cells: Ids, n_points: int) -> tuple[Ids, Ids, Ids]:
    """Facets that two cells share, (m, dim), and the two cells, (m,) each."""
    return incidence(cells, n_points).shared()


def outer(cells: Ids, n_points: int) -> tuple[Ids, Ids]:
    """Facets of one cell only, (m, dim), and that cell, (m,), in the order of cells."""
    return incidence(cells, n_points).outer()


def periodic_pairs(points: Floats, facets: Ids, axis: int, period: float) -> tuple[Ids, Ids]:
    """Numbers of the outer ``facets`` on the low and on the high face, translates paired.

    Raises:
        ValueError: the faces carry no facets, or are not each other's translates to the last bit.
    """
    along = points[facets][..., axis]
    low = points[:, axis].min()
    near, far = (
        np.flatnonzero((np.abs(along - place) < _ON_FACE * period).all(axis=1))
        for place in (low, low + period)
    )
    text = (
        f"periodic faces normal to {'xyz'[axis]}, {period:.6g} um apart, differ "
        f"({len(near)} and {len(far)} facets)"
    )
    others = np.delete(points, axis, axis=1)
    ends = []
    for side in (near, far):
        vertices = np.unique(facets[side])
        ends.append(vertices[np.lexsort(others[vertices].T)])
    if not len(near) or not np.array_equal(others[ends[0]], others[ends[1]]):
        raise ValueError(text)
    image = np.arange(len(points))
    image[ends[1]] = ends[0]
    both = np.sort(image[facets[np.concatenate([near, far])]], axis=1)
    keys = np.split(row_keys(both, len(points)), [len(near)])
    order = [np.argsort(key, kind="stable") for key in keys]
    if not np.array_equal(keys[0][order[0]], keys[1][order[1]]):
        raise ValueError(text)
    return near[order[0]], far[order[1]]


def links(
    points: Floats, cells: Ids, period: Floats, known: Incidence | None = None
) -> tuple[Ids, Ids]:
    """Pairs of cells that share a facet, in the mesh or across its period, (m,) each.

    ``known`` is the incidence of the cells, where the caller has it.

    Raises:
        ValueError: opposite periodic faces differ.
    """
    known = incidence(cells, len(points)) if known is None else known
    _, a, b = known.shared()
    pairs = [(a, b)]
    if period.any():
        facets, owner = known.outer()
        for axis in np.flatnonzero(period).tolist():
            near, far = periodic_pairs(points, facets, axis, float(period[axis]))
            pairs.append((owner[near], owner[far]))
    return np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])


def bodies(linked: tuple[Ids, Ids], label: npt.NDArray[np.generic]) -> Ids:
    """Number >= 0 of the body of each cell (n,): linked cells of the same ``label`` (n,).

    Numbered in the order of their first cells.
    """
    a, b = linked
    same = label[a] == label[b]
    graph = coo_array(
        (np.ones(int(same.sum()), dtype=np.int8), (a[same], b[same])), shape=(len(label),) * 2
    )
    _, found = connected_components(graph, directed=False)
    _, first, number = np.unique(found, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    ordered: Ids = rank[number]
    return ordered
