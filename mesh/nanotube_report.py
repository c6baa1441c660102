"""What a report says of the fibres in a layer: amount, orientation, contacts. Lengths are um."""

from dataclasses import dataclass
from math import exp, sqrt
from typing import Any

import numpy as np
from lisic.mesh.regions import Floats, Ids, Tags
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree


@dataclass(frozen=True, eq=False)
class Placed:
    """Fibres as they lie in a layer.

    Attributes:
        points: (n, dim), dim 2 or 3.
        segments: point numbers, (m, 2).
        number: >= 1, of the fibre of each segment, (m,).
        period: along directions in which the fibres continue on the other side, else 0, (dim,).
        faces: lowest and highest coordinate of the layer along the last axis.
    """

    points: Floats
    segments: Ids
    number: Tags
    period: Floats
    faces: tuple[float, float]

    def along(self) -> Floats:
        """From the first to the second point of every segment, (m, dim)."""
        ends = self.points[self.segments]
        return ends[:, 1] - ends[:, 0]


def report(placed: Placed, diameter: float) -> dict[str, Any]:
    """Number, lengths, orientation and contacts, ready for JSON.

    The orientation tensor is the mean of t t over the length, t the unit tangent. Fibres touch
    where their axes are closer than ``diameter``; they reach a face of the layer where an end of
    a segment is. They percolate when a cluster of touching fibres reaches both faces.
    """
    along = placed.along()
    length = np.linalg.norm(along, axis=1)
    contour = np.bincount(placed.number, length)[1:]
    contour = contour[contour > 0]
    tensor = (along / length[:, None]).T @ along / length.sum()
    first, second = touching(placed, diameter)
    return {
        "number": len(contour),
        "segments": len(length),
        "diameter_um": diameter,
        "length_um": float(contour.mean()),
        "total_length_um": float(length.sum()),
        "orientation_tensor": tensor.tolist(),
        "touching_pairs": len(first),
        **_clusters(placed, first, second, diameter, contour),
    }


def end_to_end_ratios(placed: Placed) -> Floats:
    """Distance between the ends over the length, of each fibre; across the period, too."""
    along = placed.along()
    reach = np.stack([np.bincount(placed.number, a)[1:] for a in along.T], axis=1)
    contour = np.bincount(placed.number, np.linalg.norm(along, axis=1))[1:]
    ratio: Floats = np.linalg.norm(reach, axis=1) / contour
    return ratio


def free_end_to_end_ratio(length: float, correlation_length: float) -> float:
    """Root mean square of the same for free chains whose directions correlate as exp(-l/p).

    O. Kratky and G. Porod, Recl. Trav. Chim. 68 (1949) 1106, doi:10.1002/recl.19490681203.
    """
    x = length / correlation_length
    return sqrt(2 * (x - 1 + exp(-x))) / x


def weights(asked: float | None, volume: float) -> dict[str, float]:
    """Weight fractions asked and achieved; none where ``asked`` is None.

    ``volume`` is that of the fibres per volume of matrix, achieved over asked.
    """
    if asked is None:
        return {}
    odds = asked / (1 - asked) * volume
    return {"asked_weight_fraction": asked, "weight_fraction": odds / (1 + odds)}


def touching(placed: Placed, diameter: float) -> tuple[Ids, Ids]:
    """Numbers of fibres whose axes are closer than ``diameter`` somewhere, each pair once."""
    along = placed.along()
    start = placed.points[placed.segments[:, 0]]
    middle = start + along / 2
    period, repeats = placed.period, placed.period > 0
    wrapped = middle.copy()
    wrapped[:, repeats] %= period[repeats]
    # Rounding may leave a point on the far side itself.
    wrapped[:, repeats] = np.where(wrapped[:, repeats] >= period[repeats], 0, wrapped[:, repeats])
    reach = float(np.linalg.norm(along, axis=1).max()) + diameter
    pairs = cKDTree(wrapped, boxsize=period).query_pairs(reach, output_type="ndarray")
    a, b = pairs[placed.number[pairs[:, 0]] != placed.number[pairs[:, 1]]].T
    shift = np.zeros((len(a), len(period)))
    apart = middle[b] - middle[a]
    shift[:, repeats] = np.round(apart[:, repeats] / period[repeats]) * period[repeats]
    near = distances(start[a], along[a], start[b] - shift, along[b]) < diameter
    fibres = np.sort(placed.number[np.stack([a[near], b[near]], axis=1)], axis=1)
    found = np.unique(fibres, axis=0).astype(np.int64)
    return found[:, 0], found[:, 1]


def distances(a: Floats, u: Floats, b: Floats, v: Floats) -> Floats:
    """Distances between the segments a..a + u and b..b + v, all (k, dim), (k,)."""
    w = a - b
    uu, uv, vv = (u * u).sum(axis=1), (u * v).sum(axis=1), (v * v).sum(axis=1)
    uw, vw = (u * w).sum(axis=1), (v * w).sum(axis=1)
    ends = [
        _to_segment(a, b, v, vv),
        _to_segment(a + u, b, v, vv),
        _to_segment(b, a, u, uu),
        _to_segment(b + v, a, u, uu),
    ]
    # Inside both segments the straight lines are closest; never for parallel ones.
    determinant = uu * vv - uv**2
    skew = determinant > 1e-12 * uu * vv
    safe = np.where(skew, determinant, 1.0)
    s, t = (uv * vw - vv * uw) / safe, (uu * vw - uv * uw) / safe
    inside = skew & (s >= 0) & (s <= 1) & (t >= 0) & (t <= 1)
    line = np.linalg.norm(w + s[:, None] * u - t[:, None] * v, axis=1)
    closest: Floats = np.minimum(np.min(ends, axis=0), np.where(inside, line, np.inf))
    return closest


def _to_segment(point: Floats, start: Floats, along: Floats, square: Floats) -> Floats:
    """Distances of points from segments, (k,)."""
    t = np.clip(((point - start) * along).sum(axis=1) / square, 0.0, 1.0)
    distance: Floats = np.linalg.norm(point - start - t[:, None] * along, axis=1)
    return distance


def _clusters(
    placed: Placed, first: Ids, second: Ids, diameter: float, contour: Floats
) -> dict[str, Any]:
    known, fibre = np.unique(placed.number, return_inverse=True)
    a, b = np.searchsorted(known, first), np.searchsorted(known, second)
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(len(known),) * 2)
    count, cluster = connected_components(graph, directed=False)
    length = np.bincount(cluster, contour, minlength=count)
    height = placed.points[placed.segments][..., -1]
    at_face = []
    for reaches in (
        height.min(axis=1) <= placed.faces[0] + diameter,
        height.max(axis=1) >= placed.faces[1] - diameter,
    ):
        at_face.append(np.isin(np.arange(count), cluster[fibre.reshape(-1)[reaches]]))
    through = at_face[0] & at_face[1]
    return {
        "clusters": count,
        "share_of_largest_cluster": float(length.max() / length.sum()),
        "share_percolating": float(length[through].sum() / length.sum()),
        "percolates": bool(through.any()),
    }
