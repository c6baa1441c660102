"""Meshes of a few cells in plain arrays, for tests of the solver alone."""

from itertools import permutations, product

import numpy as np
from lisic.mesh.regions import RegionMesh

SIDES = (("left", "right"), ("bottom", "top"), ("back", "front"))


def box(counts, lengths, *, period=None, shake=0.0, pores=()):
    """A box from the origin, of simplices; opposite faces carry the same pattern.

    Args:
        counts: cells along each axis.
        lengths: um, along each axis.
        period: lateral period by axis, um.
        shake: random shift of inner points, as part of a cell.
        pores: (lower corner, upper corner, diameter) of the pores, numbered from 1; all else is
            "solid".
    """
    counts, lengths = np.array(counts), np.array(lengths, float)
    dim = len(counts)
    numbers = np.arange(np.prod(counts + 1)).reshape(counts + 1)
    grid = np.stack(np.meshgrid(*(np.arange(n + 1) for n in counts), indexing="ij"), axis=-1)
    points = grid.reshape(-1, dim) / counts * lengths
    inner = ((grid > 0) & (grid < counts)).all(axis=-1).ravel()
    rng = np.random.default_rng(2)
    points[inner] += shake * (rng.random((inner.sum(), dim)) - 0.5) * lengths / counts

    cells = []
    for corner in product(*(range(n) for n in counts)):
        for order in permutations(range(dim)):  # Kuhn's simplices
            at = np.array(corner)
            path = [numbers[tuple(at)]]
            for axis in order:
                at[axis] += 1
                path.append(numbers[tuple(at)])
            cells.append(path)
    cells = np.array(cells)
    edges = points[cells[:, 1:]] - points[cells[:, :1]]
    turned = np.linalg.det(edges) < 0
    cells[turned, :2] = cells[turned, 1::-1]

    faces = np.concatenate([np.delete(cells, i, axis=1) for i in range(dim + 1)])
    facets, tags, groups = [], [], {}
    for axis, names in enumerate(SIDES[:dim]):
        for name, place in zip(names, (0.0, lengths[axis]), strict=True):
            on = np.isclose(points[faces][..., axis], place).all(axis=1)
            groups[name] = len(groups) + 1
            facets.append(faces[on])
            tags.append(np.full(on.sum(), groups[name], dtype=np.int32))

    middle = points[cells].mean(axis=1)
    body = np.zeros(len(cells), dtype=np.int32)
    size = np.zeros(len(cells))
    for number, (low, high, diameter) in enumerate(pores, start=1):
        inside = ((middle > low) & (middle < high)).all(axis=1)
        body[inside], size[inside] = number, diameter
    return RegionMesh(
        points=points,
        cells=cells.astype(np.int64),
        region=np.where(body > 0, 2, 1).astype(np.int32),
        regions={"solid": 1, "pore": 2} if pores else {"solid": 1},
        facets=np.concatenate(facets).astype(np.int64),
        facet_tag=np.concatenate(tags),
        facet_groups=groups,
        body=body,
        size=size,
        fibres=np.empty((0, 2), dtype=np.int64),
        fibre=np.empty(0, dtype=np.int32),
        period=np.zeros(dim) if period is None else np.array(period, float),
    )
