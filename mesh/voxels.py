"""A mesh seen on a grid of pixels or voxels, and what is measured there. Lengths are um.

Masks are (i, j) or (i, j, k) arrays of bool; ``periodic`` says for each axis whether the grid
repeats; ``pitch`` (dim,) holds the sides of a voxel.
"""

import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import Floats, Ids, RegionMesh

type Mask = npt.NDArray[np.bool_]

_CHUNK = 300_000  # pairs of cell and voxel looked at together


def cell_of_voxel(
    mesh: RegionMesh, counts: Ids, window: tuple[Floats, Floats] | None = None
) -> Ids:
    """Number of the cell in which each voxel's centre lies, -1 outside the mesh, ``counts``.

    The voxels fill the ``window`` between two corners (dim,), by default the box of the mesh.
    """
    low, high = (mesh.points.min(axis=0), mesh.points.max(axis=0)) if window is None else window
    pitch = (high - low) / counts
    # Centres in units of the grid are whole numbers.
    points = (mesh.points - low) / pitch - 0.5
    found = np.full(int(np.prod(counts)), -1, dtype=np.int64)
    corners = points[mesh.cells]
    first = np.maximum(np.ceil(corners.min(axis=1) - 1e-9).astype(np.int64), 0)
    last = np.minimum(np.floor(corners.max(axis=1) + 1e-9).astype(np.int64), counts - 1)
    spans = np.maximum(last - first + 1, 0)
    near = np.flatnonzero(spans.all(axis=1))  # cells in whose box the centre of a voxel lies
    corners, first, spans = corners[near], first[near], spans[near]
    pairs = spans.prod(axis=1)
    ends = np.cumsum(pairs)
    start = 0
    while start < len(pairs):
        done = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + _CHUNK)))
        cells = np.repeat(np.arange(start, stop), pairs[start:stop])
        rank = np.arange(len(cells)) - np.repeat(
            ends[start:stop] - pairs[start:stop] - done, pairs[start:stop]
        )
        at = np.empty((len(cells), mesh.dim), dtype=np.int64)
        for axis in range(mesh.dim - 1, -1, -1):
            rank, at[:, axis] = np.divmod(rank, spans[cells, axis])
        at += first[cells]
        edges = corners[start:stop, 1:] - corners[start:stop, :1]
        inverse = np.linalg.inv(edges)[cells - start]
        share = np.einsum("ni,nij->nj", at - corners[cells, 0], inverse)
        inside = (share >= -1e-9).all(axis=1) & (share.sum(axis=1) <= 1 + 1e-9)
        found[np.ravel_multi_index(tuple(at[inside].T), tuple(counts))] = near[cells[inside]]
        start = stop
    return found.reshape(counts)


def chords(mask: Mask, axis: int, periodic: bool) -> Floats:
    """Lengths in voxels of all runs of True along ``axis``.

    Runs that a face cuts count as they are; lines that lie inside all along have no end and
    don't count where periodic.
    """
    lines = np.moveaxis(mask, axis, -1).reshape(-1, mask.shape[axis])
    n = lines.shape[1]
    if periodic:
        lines = lines[~lines.all(axis=1)]
        # A run begins in the first of two periods; the second holds its end.
        lines = np.concatenate([lines, lines], axis=1)
        before = np.concatenate([lines[:, n - 1 : n], lines[:, :-1]], axis=1)
        begins = lines & ~before
        begins[:, n:] = False
    else:
        lines = np.concatenate([lines, np.zeros((len(lines), 1), dtype=bool)], axis=1)
        before = np.concatenate([np.zeros((len(lines), 1), dtype=bool), lines[:, :-1]], axis=1)
        begins = lines & ~before
    begin = np.flatnonzero(begins)
    end = np.flatnonzero(~lines & before)
    lengths: Floats = (end[np.searchsorted(end, begin, side="right")] - begin).astype(np.float64)
    return lengths


def two_point(mask: Mask, sample: Mask, axis: int, periodic: bool) -> Floats:
    """Probability that two voxels 0, 1, 2, ... apart along ``axis`` lie inside.

    Of all pairs of which both lie in the ``sample``; up to half the grid's length.
    """
    n = mask.shape[axis]
    length = n if periodic else 2 * n
    others = tuple(k for k in range(mask.ndim) if k != axis)

    def pairs(of: Mask) -> Floats:
        spectrum = np.abs(np.fft.rfft(of.astype(np.float64), n=length, axis=axis)) ** 2
        count: Floats = np.fft.irfft(spectrum.sum(axis=others), n=length)[: n // 2 + 1]
        return count

    known = pairs(sample)
    probability: Floats = pairs(mask & sample) / np.where(known > 0.5, known, np.inf)
    return probability
