"""Tetrahedra of both phases of a level-set function, by isosurface stuffing.

F. Labelle and J. R. Shewchuk, ACM Trans. Graph. 26 (2007) 57, doi:10.1145/1276377.1276448, on
:class:`lisic.mesh.lattice.Lattice`: lattice nodes that lie close to the interface are moved onto
it, the edges that still cross it are cut, and every tetrahedron that was cut is divided by a
template. Here both phases are kept, and the faces of the box stay flat and, where periodic,
identical to the last bit.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from lisic.mesh.lattice import Lattice
from lisic.mesh.regions import Floats, Ids
from lisic.mesh.snapping import Signs, crossed_edges, extremes, is_long, snapped

_CHUNK = 50_000  # cells looked at together: what they need stays in the processor's cache


@dataclass(frozen=True, eq=False)
class Stuffed:
    """Tetrahedra on both sides of an interface.

    Attributes:
        points: in um, (n, 3).
        cells: point numbers, positively oriented, (m, 4).
        inside: whether the level set is negative in the cell, (m,).
        volume: of every cell in um^3, (m,).
    """

    points: Floats
    cells: Ids
    inside: npt.NDArray[np.bool_]
    volume: Floats


def stuff(lattice: Lattice, values: Floats, background: Ids | None = None) -> Stuffed:
    """Mesh the box of ``lattice``, conforming to the interface on which ``values`` vanish.

    ``values`` (n,) of the level-set function at the lattice's nodes must be equal at periodic
    copies, as :meth:`Lattice.sample` makes them; their unit does not matter. ``background`` (m, 4)
    are tetrahedra on its nodes in place of its own (:func:`lisic.mesh.grading.graded`). Points are
    numbered lattice nodes first, then cut points, those not used left out.

    Raises:
        ValueError: as many values as nodes are needed, all finite.
    """
    if values.shape != (len(lattice.key),) or not np.isfinite(values).all():
        raise ValueError(
            f"values must be {len(lattice.key)} finite numbers, got shape {values.shape}"
        )
    background = lattice.cells if background is None else background
    positions, sign = snapped(lattice, values, background)
    low, high = extremes(sign, background)
    crossed = (low < 0) & (high > 0)
    whole = background[~crossed]
    phase = (low + high)[~crossed]
    flat = phase == 0  # all four nodes on the interface: where they came from decides
    phase[flat] = np.where(values[whole[flat]].sum(axis=1) < 0, -1, 1)
    cut_cells, cut_phase, cut_positions = _cut(lattice, values, sign, background[crossed])
    cells = np.concatenate([whole, cut_cells])
    phase = np.concatenate([phase, cut_phase])
    points = np.concatenate([positions, cut_positions])
    used = np.zeros(len(points), dtype=bool)
    used[cells.ravel()] = True
    cells = (np.cumsum(used) - 1)[cells]
    points = _scaled(points[used], lattice)
    volume = volumes(points, cells)
    inverted = volume < 0
    cells[inverted] = cells[inverted][:, [1, 0, 2, 3]]
    return Stuffed(points, cells, phase < 0, np.abs(volume))


def volumes(points: Floats, cells: Ids) -> Floats:
    """Signed volumes of tetrahedra, (m,)."""
    signed = np.empty(len(cells))
    for start in range(0, len(cells), _CHUNK):
        part = slice(start, start + _CHUNK)
        a, b, c, d = (points[cells[part, k]] for k in range(4))
        signed[part] = np.einsum("ij,ij->i", np.cross(b - a, c - a), d - a) / 6
    return signed


def _scaled(positions: Floats, lattice: Lattice) -> Floats:
    """From cubes to um; the box's high faces lie exactly at its extent."""
    points = positions * lattice.pitch
    for axis, (cubes, extent) in enumerate(zip(lattice.cubes, lattice.extent, strict=True)):
        points[positions[:, axis] == cubes, axis] = extent
    return points


def _cut(lattice: Lattice, values: Floats, sign: Signs, crossed: Ids) -> tuple[Ids, Signs, Floats]:
    """Divide ``crossed`` tetrahedra; their parts, the sign of each, and positions of new points."""
    n = len(values)
    low, high = crossed_edges(crossed, sign, n)
    share = values[low] / (values[low] - values[high])
    # Ends of an edge that is still crossed have not moved.
    start, end = lattice.positions[low], lattice.positions[high]
    positions = start + share[:, None] * (end - start)
    edge = low * n + high
    ends = np.sort(lattice.key[np.stack([low, high], axis=1)], axis=1)
    keys = int(lattice.key.max()) + 1
    # Quadrilaterals are divided from the corner of smallest key: first cuts of long edges, then
    # other cuts, then nodes, which keeps the angles largest.
    later = np.where(is_long(lattice, low, high), 0, keys**2)
    key = np.concatenate([lattice.key + 2 * keys**2, later + ends[:, 0] * keys + ends[:, 1]])

    def cut(p: Ids, q: Ids) -> Ids:
        return n + np.searchsorted(edge, np.minimum(p, q) * n + np.maximum(p, q))

    order = np.argsort(sign[crossed], axis=1, kind="stable")
    nodes = np.take_along_axis(crossed, order, axis=1)  # negative, on the interface, positive
    below, above = (sign[crossed] < 0).sum(axis=1), (sign[crossed] > 0).sum(axis=1)
    parts: list[tuple[Ids, int]] = []
    for side, alone in ((-1, (below == 1) & (above == 3)), (1, (below == 3) & (above == 1))):
        a, b, c, d = (nodes[alone] if side < 0 else nodes[alone][:, [3, 0, 1, 2]]).T
        ab, ac, ad = cut(a, b), cut(a, c), cut(a, d)
        parts.append((np.stack([a, ab, ac, ad], axis=1), side))
        parts.append((_prism(np.stack([ab, ac, ad, b, c, d], axis=1), key), -side))
    a, b, c, d = nodes[(below == 2) & (above == 2)].T
    ac, ad, bc, bd = cut(a, c), cut(a, d), cut(b, c), cut(b, d)
    parts.append((_prism(np.stack([a, ac, ad, b, bc, bd], axis=1), key), -1))
    parts.append((_prism(np.stack([c, ac, bc, d, ad, bd], axis=1), key), 1))
    for side, alone in ((-1, (below == 1) & (above == 2)), (1, (below == 2) & (above == 1))):
        a, on, b, c = (nodes[alone] if side < 0 else nodes[alone][:, [3, 2, 0, 1]]).T
        ab, ac = cut(a, b), cut(a, c)
        parts.append((np.stack([a, ab, ac, on], axis=1), side))
        parts.append((_pyramid(np.stack([ab, ac, c, b], axis=1), on, key), -side))
    a, on, on_too, b = nodes[(below == 1) & (above == 1)].T
    ab = cut(a, b)
    parts.append((np.stack([a, ab, on, on_too], axis=1), -1))
    parts.append((np.stack([b, ab, on, on_too], axis=1), 1))
    cells = np.concatenate([part for part, _ in parts])
    phase = np.concatenate([np.full(len(part), side, dtype=np.int8) for part, side in parts])
    return cells, phase, positions


# The six vertices of a prism (two triangles, 0-1-2 and 3-4-5, joined 0-3, 1-4, 2-5), turned so
# that the one in the first column comes first.
_TURNED = np.array(
    [
        [0, 1, 2, 3, 4, 5],
        [1, 2, 0, 4, 5, 3],
        [2, 0, 1, 5, 3, 4],
        [3, 5, 4, 0, 2, 1],
        [4, 3, 5, 1, 0, 2],
        [5, 4, 3, 2, 1, 0],
    ]
)


def _prism(prisms: Ids, key: Ids) -> Ids:
    """Three tetrahedra for each prism (m, 6).

    Every quadrilateral side is divided by the diagonal from its corner of smallest key, so that
    both prisms at a side, also across a period, divide it alike (J. Dompierre et al., 1999).
    """
    prisms = np.take_along_axis(prisms, _TURNED[key[prisms].argmin(axis=1)], axis=1)
    keys = key[prisms]
    rising = np.minimum(keys[:, 1], keys[:, 5]) < np.minimum(keys[:, 2], keys[:, 4])
    parts = np.where(
        rising[:, None, None],
        prisms[:, [[0, 1, 2, 5], [0, 1, 5, 4], [0, 4, 5, 3]]],
        prisms[:, [[0, 1, 2, 4], [0, 4, 2, 5], [0, 4, 5, 3]]],
    )
    return parts.reshape(-1, 4)


def _pyramid(base: Ids, apex: Ids, key: Ids) -> Ids:
    """Two tetrahedra for each pyramid over ``base`` (m, 4), divided as :func:`_prism` does."""
    first = key[base].argmin(axis=1) % 2
    base = np.take_along_axis(base, (np.arange(4) + first[:, None]) % 4, axis=1)
    a, b, c, d = base.T
    return np.concatenate([np.stack([a, b, c, apex], axis=1), np.stack([a, c, d, apex], axis=1)])
