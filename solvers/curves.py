"""Curves through the mesh, cut into pieces that each lie in one cell."""

from dataclasses import dataclass
from typing import Any

import basix.ufl
import dolfinx.geometry
import dolfinx.mesh
import numpy as np
import numpy.typing as npt
from mpi4py import MPI

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

# Where no cell has a place, the cells around it reach this much further, in barycentric coordinates
# and as a part of the mesh's extent: far above rounding, so that a curve along a facet, through a
# vertex or along the mesh's surface finds a cell all the way.
TOLERANCE = 1e-9
# Pieces shorter than this part of the mesh's extent are dropped.
CRUMB = 1e-12


@dataclass(frozen=True, eq=False)
class CurvePieces:
    """Straight pieces of curves in the rank's own cells, in the order of these cells.

    Attributes:
        cell: (n,) own cell that a piece lies in.
        start, end: (n, dim) its ends, um.
    """

    cell: npt.NDArray[np.int32]
    start: Array
    end: Array


@dataclass(frozen=True, eq=False)
class _Passages:
    """Which part of which segment lies in which cell: from ``low`` to ``high`` of its length.

    ``widened`` where this holds within the tolerance only.
    """

    segment: Indices
    cell: Indices
    low: Array
    high: Array
    widened: npt.NDArray[np.bool_]


def cut(mesh: Any, original_cell: Indices, ends: Array) -> CurvePieces:
    """Cut straight segments where they pass from cell to cell. Collective.

    A piece that lies in several cells at once, along a facet or an edge, belongs to the one that
    has the longest part of its segment, of equal ones to that with the smallest original number:
    the same however the mesh is distributed.

    Args:
        mesh: the DOLFINx mesh of triangles or tetrahedra.
        original_cell: (n_own,) number of each own cell, the same however the mesh is distributed.
        ends: (s, 2, dim) both ends of the segments, um, all of them on every rank.

    Raises:
        ValueError: segments without length, or that leave the mesh.
    """
    comm = mesh.comm
    lengths = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    if not (lengths > 0.0).all():
        raise ValueError(f"{(lengths <= 0.0).sum()} of {len(ends)} fibre segments have no length")
    extent = _extent(mesh)
    mine = _passages(mesh, len(original_cell), ends, TOLERANCE * extent)
    number = _gather(comm, original_cell[mine.cell])
    part = np.round(_gather(comm, mine.high - mine.low), 6)
    order = np.lexsort((number, -part, _gather(comm, mine.widened)))
    rank = _gather(comm, np.full(len(mine.cell), comm.rank))[order]
    cell = _gather(comm, mine.cell)[order]
    segment, low, high = (
        _gather(comm, values)[order] for values in (mine.segment, mine.low, mine.high)
    )
    owner, segment, low, high = _shared_out(segment, low, high, len(ends))
    missing = owner == len(order)
    _check_inside(ends, lengths, missing, segment, low, high, extent)
    # Crumbs of rounding that lie in the tolerance around a cell have no direction.
    here = np.flatnonzero(~missing & ((high - low) * lengths[segment] > CRUMB * extent))
    here = here[rank[owner[here]] == comm.rank]
    here = here[np.argsort(cell[owner[here]], kind="stable")]
    first, along = ends[segment[here], 0], ends[segment[here], 1] - ends[segment[here], 0]
    return CurvePieces(
        cell=cell[owner[here]].astype(np.int32),
        start=first + low[here, None] * along,
        end=first + high[here, None] * along,
    )


def _shared_out(
    segment: Indices, low: Array, high: Array, count: int
) -> tuple[Indices, Indices, Array, Array]:
    """Share ``count`` segments out among passages, the first of several at a place having it.

    Returns:
        For each piece the number of its passage (their count where there is none), its segment,
        and the part of the segment's length at which it starts and ends.
    """
    n, whole = len(segment), np.arange(count)
    segment = np.concatenate([segment, segment, whole, whole])
    place = np.concatenate([low, high, np.zeros(count), np.ones(count)])
    order = np.lexsort((place, segment))
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order))
    segment, place = segment[order], place[order]
    # Between places next to each other nothing changes. A passage covers a run of such intervals.
    covered = position[n : 2 * n] - position[:n]
    passage = np.repeat(np.arange(n), covered)
    within = np.arange(len(passage)) - np.repeat(np.cumsum(covered) - covered, covered)
    owner = np.full(max(len(order) - 1, 0), n)
    np.minimum.at(owner, position[passage] + within, passage)
    between = np.flatnonzero((segment[1:] == segment[:-1]) & (place[1:] > place[:-1]))
    owner, segment = owner[between], segment[between]
    low, high = place[between], place[between + 1]
    # Intervals of one passage make one piece.
    new = np.ones(len(owner), dtype=bool)
    new[1:] = (owner[1:] != owner[:-1]) | (segment[1:] != segment[:-1])
    last = np.append(new[1:], True)[: len(new)]
    return owner[new], segment[new], low[new], high[last]


def _check_inside(
    ends: Array,
    lengths: Array,
    missing: npt.NDArray[np.bool_],
    of: Indices,
    low: Array,
    high: Array,
    extent: float,
) -> None:
    """Refuse segments of which more than rounding lies in no cell."""
    outside = np.bincount(of[missing], (high - low)[missing], minlength=len(ends)) * lengths
    lost = np.flatnonzero(outside > TOLERANCE * extent)
    if len(lost):
        at = np.flatnonzero(missing & (of == lost[0]))[0]
        start, end = ends[lost[0]]
        place = start + 0.5 * (low[at] + high[at]) * (end - start)
        raise ValueError(
            f"{len(lost)} of {len(ends)} fibre segments leave the mesh, by "
            f"{outside[lost].sum():.3g} um in all, the first at "
            f"({', '.join(f'{x:.6g}' for x in place)}) um"
        )


def barycentric(corners: Array, points: Array) -> Array:
    """(n, dim + 1, k) barycentric coordinates of points (n, k, dim) in cells (n, dim + 1, dim)."""
    edges = np.swapaxes(corners[:, 1:] - corners[:, :1], 1, 2)
    inner = np.linalg.solve(edges, np.swapaxes(points - corners[:, :1], 1, 2))
    return np.concatenate([1.0 - inner.sum(axis=1, keepdims=True), inner], axis=1)


def corners(mesh: Any, cells: npt.NDArray[Any]) -> Array:
    """(n, dim + 1, dim) vertices of local cells, um."""
    x: Array = mesh.geometry.x[mesh.geometry.dofmaps[0][cells]][..., : mesh.geometry.dim]
    return x


def _passages(mesh: Any, n_own: int, ends: Array, padding: float) -> _Passages:
    """Passages of the segments through the rank's own cells; ``padding`` (um) widens the boxes."""
    dim = mesh.geometry.dim
    pairs = np.empty((0, 2), dtype=np.int64)
    if n_own and len(ends):
        lines = dolfinx.mesh.create_mesh(
            MPI.COMM_SELF,
            np.arange(2 * len(ends), dtype=np.int64).reshape(-1, 2),
            basix.ufl.element("Lagrange", "interval", 1, shape=(dim,)),
            ends.reshape(-1, dim),
        )
        boxes = dolfinx.geometry.bb_tree(
            mesh, dim, padding=padding, entities=np.arange(n_own, dtype=np.int32)
        )
        others = dolfinx.geometry.bb_tree(lines, 1, padding=padding)
        found = dolfinx.geometry.compute_collisions_trees(boxes, others).reshape(-1, 2)
        pairs = np.column_stack([found[:, 0], lines.topology.original_cell_index[found[:, 1]]])
    cell, segment = pairs.astype(np.int64).T
    at = barycentric(corners(mesh, cell), ends[segment])
    exact = _inside(at, 0.0)
    widened = _inside(at, TOLERANCE)
    low, high = (np.concatenate(pair) for pair in zip(exact, widened, strict=True))
    kept = np.flatnonzero(high > low)
    pair = kept % len(cell) if len(cell) else kept
    return _Passages(segment[pair], cell[pair], low[kept], high[kept], kept >= len(cell))


def _inside(at: Array, tolerance: float) -> tuple[Array, Array]:
    """From where to where of its length a segment is in a cell; the other way round if nowhere.

    In a cell all barycentric coordinates, which are linear along the segment, are positive.

    Args:
        at: (n, dim + 1, 2) barycentric coordinates of both ends.
        tolerance: how far below zero they may be.
    """
    start, slope = at[..., 0] + tolerance, at[..., 1] - at[..., 0]
    zero = np.divide(-start, slope, out=np.full_like(start, np.inf), where=slope != 0.0)
    low = np.where(slope > 0.0, zero, np.where((slope == 0.0) & (start < 0.0), np.inf, 0.0))
    high = np.where(slope < 0.0, zero, 1.0)
    return low.max(axis=1, initial=0.0), high.min(axis=1, initial=1.0)


def _extent(mesh: Any) -> float:
    """Longest side of the box around the whole mesh, um."""
    x = mesh.geometry.x
    box = np.stack([x.min(axis=0, initial=np.inf), -x.max(axis=0, initial=-np.inf)])
    mesh.comm.Allreduce(MPI.IN_PLACE, box, op=MPI.MIN)
    return float(-box.sum(axis=0).min())


def _gather(comm: MPI.Intracomm, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The values of all ranks, in rank order, on every rank."""
    return np.concatenate(comm.allgather(values))
