"""Which cells share a facet, inside a mesh and across its period; connected bodies of cells."""

import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import Floats, Ids
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

# A vertex this share of the period away from a periodic face lies on it.
_ON_FACE = 1e-9


def of_cells(cells: Ids) -> Ids:
    """Facets of every cell with sorted vertices, (n_cells * (dim + 1), dim), cell by cell."""
    corners = range(cells.shape[1])
    local = [[n for n in corners if n != opposite] for opposite in corners]
    return np.sort(cells[:, local].reshape(-1, len(local) - 1), axis=1)


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


def shared(cells: Ids, n_points: int) -> tuple[Ids, Ids, Ids]:
    """Facets that two cells share, (m, dim), and the two cells, (m,) each."""
    facets = of_cells(cells)
    keys = row_keys(facets, n_points)
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    first, second = order[same], order[same + 1]
    return facets[first], first // cells.shape[1], second // cells.shape[1]


def outer(cells: Ids, n_points: int) -> tuple[Ids, Ids]:
    """Facets of one cell only, (m, dim), and that cell, (m,), in the order of cells."""
    facets = of_cells(cells)
    _, first, counts = np.unique(row_keys(facets, n_points), return_index=True, return_counts=True)
    alone = np.sort(first[counts == 1])
    return facets[alone], alone // cells.shape[1]


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


def links(points: Floats, cells: Ids, period: Floats) -> tuple[Ids, Ids]:
    """Pairs of cells that share a facet, in the mesh or across its period, (m,) each."""
    _, a, b = shared(cells, len(points))
    pairs = [(a, b)]
    if period.any():
        facets, owner = outer(cells, len(points))
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
