"""Discs or spheres pushed apart in a layer that repeats along all axes but the last.

Denser than where each finds a place at random among those before it. Lengths are um.
"""

from collections.abc import Callable

import numpy as np
from lisic.mesh.regions import Floats
from scipy.spatial import cKDTree

# Times the overlap by which two are pushed apart: dense packings come apart sooner beyond 1.
_PUSH = 1.5
_TOUCH = 1e-6  # of the smallest reach: what counts as overlap


def pushed_apart(
    centres: Floats,
    reach: Floats,
    margin: Floats,
    extent: tuple[float, ...],
    sweeps: int,
    settled: Callable[[Floats], Floats] | None = None,
) -> tuple[Floats, bool]:
    """Centres (n, dim) pushed until all are further apart than the sum of their ``reach``.

    And whether they are; otherwise the centres after so many ``sweeps``.

    Args:
        centres: (n, dim) where they are at first, each axis from 0 to ``extent``.
        reach: (n,) radius and half a gap.
        margin: (n,) least distance to both ends of the last axis.
        extent: of the layer along each axis.
        sweeps: over all pairs, at most.
        settled: moves centres (n, dim) that may not be where they are.
    """
    dim = len(extent)
    box = np.array([*extent[:-1], 0.0])
    last = dim - 1
    centres = centres.copy()
    for _ in range(sweeps):
        centres[:, :last] %= box[:last]
        # A tiny negative number modulo the period is the period itself, which is outside.
        centres[:, :last][centres[:, :last] >= box[:last]] = 0.0
        centres[:, last] = np.clip(centres[:, last], margin, extent[last] - margin)
        if settled is not None:
            centres = settled(centres)
        tree = cKDTree(centres, boxsize=box)
        a, b = tree.query_pairs(2 * reach.max(), output_type="ndarray").T
        offset = centres[b] - centres[a]
        offset[:, :last] -= box[:last] * np.rint(offset[:, :last] / box[:last])
        distance = np.linalg.norm(offset, axis=1)
        overlap = reach[a] + reach[b] - distance
        pushed = overlap > _TOUCH * reach.min()
        if not pushed.any():
            return centres, True
        a, b = a[pushed], b[pushed]
        step = _PUSH / 2 * (overlap / distance)[pushed, None] * offset[pushed]
        np.add.at(centres, a, -step)
        np.add.at(centres, b, step)
    return centres, False
