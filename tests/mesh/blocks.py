"""Small sound meshes to break: squares in two triangles each, or cubes in six tetrahedra."""

from itertools import permutations

import numpy as np
from lisic.mesh.regions import RegionMesh

SIDE = 4  # squares or cubes along each axis, each of side 1


def block(dim: int, seed: int = 0, side: int = SIDE) -> RegionMesh:
    """A block, periodic along all axes but the last, its inner nodes moved at random.

    Region ``pore`` is the middle, ``lisi`` the rest; facet groups are ``separator`` and
    ``collector``. One fibre of two edges; in 3D one curve of two segments, too.
    """
    nodes = np.arange((side + 1) ** dim).reshape((side + 1,) * dim)
    low = np.stack(np.meshgrid(*[np.arange(side)] * dim, indexing="ij"), axis=-1).reshape(-1, dim)
    points = np.stack(np.meshgrid(*[np.arange(side + 1.0)] * dim, indexing="ij"), axis=-1)
    points = points.reshape(-1, dim)
    inner = ((points > 0) & (points < side)).all(axis=1)
    moved = points.copy()
    moved[inner] += np.random.default_rng(seed).uniform(-0.1, 0.1, (int(inner.sum()), dim))
    cells = []
    for order in permutations(range(dim)):  # from the low corner to the high one, axis by axis
        corner, walk = low.copy(), [nodes[tuple(low.T)]]
        for axis in order:
            corner[:, axis] += 1
            walk.append(nodes[tuple(corner.T)])
        odd = sum(a > b for i, a in enumerate(order) for b in order[i + 1 :]) % 2
        if odd:
            walk[0], walk[1] = walk[1], walk[0]
        cells.append(np.stack(walk, axis=1))
    cells = np.concatenate(cells)
    middle = points[cells].mean(axis=1)
    pore = ((middle > 1) & (middle < side - 1)).all(axis=1)
    local = [[n for n in range(dim + 1) if n != opposite] for opposite in range(dim + 1)]
    facets = np.sort(cells[:, local].reshape(-1, dim), axis=1)
    height = points[facets][..., -1]
    ends = [facets[(height == place).all(axis=1)] for place in (0, side)]
    line = nodes[(1,) * (dim - 1)]
    space = dim == 3
    return RegionMesh(
        points=moved,
        cells=cells,
        region=np.where(pore, 2, 1).astype(np.int32),
        regions={"lisi": 1, "pore": 2},
        facets=np.concatenate(ends),
        facet_tag=np.repeat(np.array([1, 2], dtype=np.int32), [len(e) for e in ends]),
        facet_groups={"separator": 1, "collector": 2},
        body=pore.astype(np.int32),
        size=np.where(pore, 1.0, 0.0),
        fibres=np.stack([line[:2], line[1:3]], axis=1)[:2],
        fibre=np.ones(2, dtype=np.int32),
        period=np.array([float(side)] * (dim - 1) + [0.0]),
        curve_points=np.array([[0.3, 0.3, 0.3], [0.9, 0.8, 0.7], [1.5, 0.9, 2.0]] if space else [])
        .reshape(-1, 3)
        .astype(np.float64),
        curves=np.array([[0, 1], [1, 2]] if space else []).reshape(-1, 2).astype(np.int64),
        curve=np.ones(2 if space else 0, dtype=np.int32),
    )
