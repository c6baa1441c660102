"""Lattice nodes moved onto an interface that passes close to them: the first half of stuffing.

F. Labelle and J. R. Shewchuk, ACM Trans. Graph. 26 (2007) 57, doi:10.1145/1276377.1276448: an
edge that is cut close to its end would leave flat tetrahedra, so the end moves to the cut, and no
longer counts as inside or outside. Nodes move one after the other, those that move least first:
what one has done can spare others. Beyond the paper, both sides of the interface are meshed, so
that a tetrahedron with all four nodes on it is not dropped: the last of four that would make a
flat one does not move.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from lisic.mesh.cell_shape import smallest_dihedrals
from lisic.mesh.lattice import Lattice
from lisic.mesh.regions import Floats, Ids

type Signs = npt.NDArray[np.int8]
type Mask = npt.NDArray[np.bool_]

# An edge crossed closer to its end than this share of its length moves the end: long edges (side
# of a cube, line between centres) and all shorter ones.
_CLOSE_LONG = 0.25
_CLOSE_SHORT = 0.41
_LONG = 0.95  # cubes
# Degrees between faces of a tetrahedron whose four nodes moved, below which one of them does not.
_FLATTEST = 10.0
_EDGES = np.array([(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)])


def snapped(lattice: Lattice, values: Floats, background: Ids) -> tuple[Floats, Signs]:
    """Positions in cubes (n, 3) and signs (n,) of the lattice's nodes, 0 on the interface.

    The interface is where ``values`` (n,) vanish; ``background`` (m, 4) are the tetrahedra.
    Periodic copies move alike. A node on faces of the box moves along edges that lie in all of
    them; where only an edge into the box is crossed close to it, the interface is taken to pass
    through it where it is.
    """
    sign = np.sign(values).astype(np.int8)
    low, high = extremes(sign, background)
    _, copy = np.unique(lattice.key, return_inverse=True)
    shift = np.zeros((int(copy.max()) + 1, 3))
    on = np.zeros(len(shift), dtype=bool)
    on[copy[sign == 0]] = True
    moves = _moves(lattice, values, sign, background[(low < 0) & (high > 0)], copy)
    reached = on.copy()
    reached[moves.node] = True
    # Tetrahedra that can end up on the interface with all four nodes.
    cells = background[_all(reached[copy], background)]
    while len(moves.node):
        now = moves.at(_next(moves))
        shift[now.node], on[now.node] = now.shift, True
        while len(refused := _flattening(lattice.positions, shift, on, cells, copy, now)):
            shift[refused], on[refused] = 0.0, False
            now, moves = now.without(refused), moves.without(refused)
        moves = moves.at(~on[moves.node] & ~on[moves.other])
    sign[on[copy]] = 0
    return lattice.positions + shift[copy], sign


def crossed_edges(cells: Ids, sign: Signs, n_nodes: int) -> tuple[Ids, Ids]:
    """Lower and higher node of every edge with ends of opposite sign, each once, sorted."""
    ends = cells[:, _EDGES].reshape(-1, 2)
    ends = ends[sign[ends[:, 0]] * sign[ends[:, 1]] < 0]
    low, high = np.divmod(np.unique(ends.min(axis=1) * n_nodes + ends.max(axis=1)), n_nodes)
    return low, high


def extremes(sign: Signs, cells: Ids) -> tuple[Signs, Signs]:
    """Smallest and largest sign among the nodes of every tetrahedron, (m,) each."""
    low = sign[cells[:, 0]]
    high = low.copy()
    for column in cells.T[1:]:
        one = sign[column]
        np.minimum(low, one, out=low)
        np.maximum(high, one, out=high)
    return low, high


def is_long(lattice: Lattice, low: Ids, high: Ids) -> Mask:
    """Whether edges of the lattice are the long ones of their tetrahedra, (m,)."""
    length = np.linalg.norm(lattice.positions[low] - lattice.positions[high], axis=1)
    return np.asarray(length > _LONG)


@dataclass(frozen=True, eq=False)
class _Moves:
    """Ways for nodes to get onto the interface, node by node, the shortest of each first.

    Nodes are numbered without their periodic copies. ``other`` (m,) is the other end of the edge,
    ``distance`` (m,) to the cut on it and ``shift`` (m, 3) to where the node moves are in cubes.
    """

    node: Ids
    other: Ids
    distance: Floats
    shift: Floats

    def at(self, which: Mask) -> "_Moves":
        """Those for which ``which`` (m,) is true."""
        return _Moves(self.node[which], self.other[which], self.distance[which], self.shift[which])

    def without(self, nodes: Ids) -> "_Moves":
        """Those of other nodes."""
        return self.at(~np.isin(self.node, nodes))


def _moves(lattice: Lattice, values: Floats, sign: Signs, crossed: Ids, copy: Ids) -> _Moves:
    """Along edges of the tetrahedra ``crossed`` (m, 4) that are crossed close to an end."""
    low, high = crossed_edges(crossed, sign, len(values))
    long = np.tile(is_long(lattice, low, high), 2)
    a, b = np.concatenate([low, high]), np.concatenate([high, low])
    share = values[a] / (values[a] - values[b])
    close = share < np.where(long, _CLOSE_LONG, _CLOSE_SHORT)
    a, b, share = a[close], b[close], share[close]
    shift = share[:, None] * (lattice.positions[b] - lattice.positions[a])
    distance = np.linalg.norm(shift, axis=1)
    stays = (lattice.face[a] & lattice.face[b]) != lattice.face[a]
    shift[stays] = 0.0
    order = np.lexsort((lattice.key[b], distance, stays, copy[a]))
    return _Moves(copy[a[order]], copy[b[order]], distance[order], shift[order])


def _next(moves: _Moves) -> Mask:
    """One way for every node that need not wait: none of its cuts goes if another node moves first.

    The shorter move goes first.
    """
    first = np.append(True, moves.node[1:] != moves.node[:-1])
    nodes = moves.node[first]
    rank = np.full(int(max(moves.node.max(), moves.other.max())) + 1, len(nodes))
    rank[nodes[np.lexsort((nodes, moves.distance[first]))]] = np.arange(len(nodes))
    earliest = np.minimum.reduceat(rank[moves.other], np.flatnonzero(first))
    go = first.copy()
    go[first] = rank[nodes] < earliest
    return go


def _flattening(
    positions: Floats, shift: Floats, on: Mask, cells: Ids, copy: Ids, now: _Moves
) -> Ids:
    """Nodes of the moves ``now`` that lie flat with three others ``on`` the interface.

    Of those that only together make a flat tetrahedron of ``cells``, the one that moves farthest.
    """
    distance = np.full(len(on), -1.0)
    distance[now.node] = now.distance
    cells = cells[_all(on[copy], cells)]
    moved = distance[copy[cells]]
    cells, moved = cells[moved.max(axis=1) >= 0], moved[moved.max(axis=1) >= 0]
    flat = smallest_dihedrals(positions + shift[copy], cells) < _FLATTEST
    farthest = moved[flat].argmax(axis=1)
    return np.unique(np.take_along_axis(copy[cells[flat]], farthest[:, None], axis=1))


def _all(which: Mask, cells: Ids) -> Mask:
    """Whether all nodes of a cell are among ``which`` (n,), (m,)."""
    found = which[cells[:, 0]]
    for column in cells.T[1:]:
        found &= which[column]
    return np.asarray(found)
