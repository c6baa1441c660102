"""A mesh seen on a grid of pixels or voxels, and what is measured there. Lengths are um.

Masks are (i, j) or (i, j, k) arrays of bool; ``periodic`` says for each axis whether the grid
repeats; ``pitch`` (dim,) holds the sides of a voxel.
"""

import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import Floats, Ids, RegionMesh
from scipy.ndimage import distance_transform_edt

type Mask = npt.NDArray[np.bool_]

_CHUNK = 1_000_000  # pairs of cell and voxel looked at together
_RADII = 24  # steps in which local thickness is resolved


def cell_of_voxel(mesh: RegionMesh, counts: Ids) -> Ids:
    """Number of the cell in which each voxel's centre lies, -1 outside the mesh, ``counts``."""
    low, high = mesh.points.min(axis=0), mesh.points.max(axis=0)
    pitch = (high - low) / counts
    # Centres in units of the grid are whole numbers.
    points = (mesh.points - low) / pitch - 0.5
    found = np.full(int(np.prod(counts)), -1, dtype=np.int64)
    corners = points[mesh.cells]
    first = np.maximum(np.ceil(corners.min(axis=1) - 1e-9).astype(np.int64), 0)
    last = np.minimum(np.floor(corners.max(axis=1) + 1e-9).astype(np.int64), counts - 1)
    spans = np.maximum(last - first + 1, 0)
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
        found[np.ravel_multi_index(tuple(at[inside].T), tuple(counts))] = cells[inside]
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


def local_thickness(mask: Mask, pitch: Floats, periodic: tuple[bool, ...]) -> Floats:
    """Diameter in um of the largest ball inside that holds each voxel inside, 0 outside.

    T. Hildebrand and P. Rueegsegger, J. Microsc. 185 (1997) 67,
    doi:10.1046/j.1365-2818.1997.1340694.x; in steps of a twenty-fourth of the largest. A face
    that does not repeat counts as wall of the layer, not of the pore.
    """
    pad = [
        (min(n // 2, n) if repeats else 0,) * 2
        for n, repeats in zip(mask.shape, periodic, strict=True)
    ]
    padded = np.pad(mask, pad, mode="wrap")
    if padded.all():
        padded = padded.copy()
        padded.flat[0] = False
    depth = distance_transform_edt(padded, sampling=pitch)
    # The wall lies half a voxel before the centre of the first voxel outside.
    depth = np.where(padded, depth - 0.5 * float(pitch.mean()), 0.0)
    thickness = np.zeros(padded.shape)
    for radius in np.linspace(0.0, float(depth.max()), _RADII + 1)[1:]:
        centres = depth >= radius * (1 - 1e-9)
        reach = distance_transform_edt(~centres, sampling=pitch)
        thickness[(reach < radius + 0.5 * float(pitch.mean())) & padded] = 2 * radius
    middle = tuple(slice(a, a + n) for (a, _), n in zip(pad, mask.shape, strict=True))
    inner: Floats = thickness[middle]
    return inner


def two_point(mask: Mask, axis: int) -> Floats:
    """Probability that two voxels 0, 1, 2, ... apart along a periodic ``axis`` lie inside."""
    spectrum = np.abs(np.fft.fft(mask.astype(np.float64), axis=axis)) ** 2
    others = tuple(k for k in range(mask.ndim) if k != axis)
    correlation: Floats = np.fft.ifft(spectrum.mean(axis=others)).real / mask.shape[axis]
    return correlation[: mask.shape[axis] // 2 + 1]
