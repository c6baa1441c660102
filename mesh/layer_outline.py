"""The outlines of a layer between two faces as polygons, with its pores, cut by sides or not.

Every pore is a polygon of a fixed number of edges whose area is exactly that of its circle. A
pore that crosses a lateral side becomes two pieces on opposite sides, with their cut points on
the sides. Both sides are divided alike. Lengths are um.
"""

from dataclasses import dataclass
from math import acos, ceil, pi, sin, sqrt

import numpy as np
from lisic.mesh.pores import Pores
from lisic.mesh.regions import Floats, Ids
from lisic.mesh.spacing import Spacing

# A polygon of e edges is cut into at least e - 2 triangles: 10 edges give every piece of a
# pore the eight elements that its stress needs.
_EDGES_PER_PIECE = 10
# Places at which a side looks up the element size.
_MOST_SAMPLES = 10_000_000


@dataclass(frozen=True, eq=False)
class Outline:
    """Vertices, closed loops of vertex numbers, and the edges of each facet group.

    Attributes:
        points: (n, 2).
        solid: outer loop of the solid, then its holes.
        pores: loop of every piece of a pore.
        body: number >= 1 of the pore of each piece.
        edges: facet group -> (n, 2).
    """

    points: Floats
    solid: list[Ids]
    pores: list[Ids]
    body: list[int]
    edges: dict[str, Ids]


def corner_radius(diameter: Floats, edges: int) -> Floats:
    """Radius of the corners of the regular polygon with the area of the circle of ``diameter``."""
    radius: Floats = diameter * sqrt(pi / (2 * edges * sin(2 * pi / edges)))
    return radius


def with_images(pores: Pores, radius: Floats, width: float) -> tuple[Floats, Floats]:
    """Centres (m, 2) and radii (m,) of all pores and of their copies one period to either side."""
    centres = np.concatenate(
        [np.stack([pores.x + shift, pores.y], axis=1) for shift in (0.0, width, -width)]
    )
    return centres, np.tile(radius, 3)


def wall_sources(centres: Floats, radii: Floats, edges: int) -> tuple[Floats, Floats]:
    """Corners (n, 2) of polygons of ``edges`` edges, and the length of an edge at each (n,)."""
    angle = 2 * np.pi / edges * np.arange(edges)
    spokes = radii[:, None, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    walls = centres[:, None] + spokes
    return walls.reshape(-1, 2), np.repeat(2 * np.pi * radii / edges, edges)


def outline(
    pores: Pores, edges_per_pore: int, lower: Floats, upper: Floats, spacing: Spacing
) -> Outline:
    """Outlines of the layer between its faces ``lower`` and ``upper``, (n, 2) and (m, 2).

    The faces are chains of vertices from x = 0 to x = width, each with its ends at one height.
    Facet groups are ``bottom``, ``top``, ``left``, ``right`` and ``pore_wall``.
    """
    vertices = _Vertices()
    width = float(lower[-1, 0])
    holes: list[Ids] = []
    loops: list[Ids] = []
    body: list[int] = []
    walls: list[Ids] = []
    # For each cut pore: vertex numbers of its two arcs, from the lower cut point anticlockwise
    # on the left side, from the upper one on the right, and the chords between, upwards.
    cuts: list[tuple[float, Ids, Ids, Ids, Ids]] = []
    radius = corner_radius(pores.diameter, edges_per_pore)
    columns = (pores.x, pores.y, pores.diameter, radius)
    for number, (x, y, d, r) in enumerate(zip(*(c.tolist() for c in columns), strict=True), 1):
        if min(x, width - x) >= r:
            angle = 2 * pi / edges_per_pore * np.arange(edges_per_pore)
            loop = vertices.add(x + r * np.cos(angle), y + r * np.sin(angle))
            holes.append(loop)
            loops.append(loop)
            body.append(number)
            walls.append(np.stack([loop, np.roll(loop, -1)], axis=1))
            continue
        arc_left, arc_right, n_chord = _cut_pore(x, y, d, edges_per_pore, width)
        left, right = vertices.add(*arc_left.T), vertices.add(*arc_right.T)
        y_chord = np.linspace(arc_left[0, 1], arc_left[-1, 1], n_chord + 1)[1:-1]
        inner_left = vertices.add(np.zeros_like(y_chord), y_chord)
        inner_right = vertices.add(np.full_like(y_chord, width), y_chord)
        chord_left = np.concatenate([left[:1], inner_left, left[-1:]])
        chord_right = np.concatenate([right[-1:], inner_right, right[:1]])
        loops += [
            np.concatenate([left, inner_left[::-1]]),
            np.concatenate([right, inner_right]),
        ]
        body += [number, number]
        walls += [_chain(left), _chain(right)]
        cuts.append((float(arc_left[0, 1]), left, right, chord_left, chord_right))

    bottom, top = vertices.add(*lower.T), vertices.add(*upper[::-1].T)
    corners = np.array([bottom[0], bottom[-1], top[0], top[-1]])
    left_side, right_side = [], []
    left_loop, right_loop = [], []
    below_left, below_right = corners[0], corners[1]
    end = (0.0, corners[3:4], corners[2:3], corners[3:4], corners[2:3])
    for _, left, right, chord_left, chord_right in [*sorted(cuts, key=lambda c: c[0]), end]:
        inner = divide(vertices.at(below_left), vertices.at(chord_left[0]), spacing, width)
        solid_left = np.concatenate([[below_left], vertices.add(*inner.T), chord_left[:1]])
        solid_right = np.concatenate(
            [[below_right], vertices.add(inner[:, 0] + width, inner[:, 1]), chord_right[:1]]
        )
        left_side += [_chain(solid_left), _chain(chord_left)]
        right_side += [_chain(solid_right), _chain(chord_right)]
        left_loop += [solid_left[:-1], left[:-1]]
        right_loop += [solid_right[:-1], right[::-1][:-1]]
        below_left, below_right = chord_left[-1], chord_right[-1]
    outer = np.concatenate(
        [bottom[:-1], *right_loop, top[:-1], np.concatenate([*left_loop, corners[3:4]])[:0:-1]]
    )
    return Outline(
        points=vertices.array(),
        solid=[outer, *holes],
        pores=loops,
        body=body,
        edges={
            "bottom": _chain(bottom),
            "top": _chain(top),
            "left": np.concatenate(left_side),
            "right": np.concatenate(right_side),
            "pore_wall": np.concatenate([np.empty((0, 2), dtype=np.int64), *walls]),
        },
    )


def flat_face(y: float, width: float, spacing: Spacing) -> Floats:
    """Vertices of a flat face at the height ``y``, (n, 2), as dense as ``spacing`` asks."""
    start, end = np.array([0.0, y]), np.array([width, y])
    return np.concatenate([start[None], divide(start, end, spacing), end[None]])


def divide(start: Floats, end: Floats, spacing: Spacing, period: float = 0.0) -> Floats:
    """Points (n, 2) inside the line from ``start`` to ``end``, as dense as ``spacing`` asks.

    With a ``period`` the line stands for its copy at x + period too and takes the finer size.

    Raises:
        ValueError: a line too long for its finest elements.
    """
    length = float(np.hypot(*(end - start)))
    finest = float(min(spacing.size.min(), spacing.largest))
    samples = max(20, ceil(4 * length / finest))
    if samples > _MOST_SAMPLES:
        raise ValueError(
            f"a side of {length:.4g} um is too long for elements of {finest:.3g} um; up to "
            f"{_MOST_SAMPLES / 4 * finest:.3g} um is possible, or larger elements"
        )
    t = np.linspace(0.0, 1.0, samples + 1)
    line = start + t[:, None] * (end - start)
    size = spacing.at(line)
    if period:
        size = np.minimum(size, spacing.at(line + np.array([period, 0.0])))
    density = length / size
    elements = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2 / samples)])
    n = max(1, round(float(elements[-1])))
    inner = np.interp(np.arange(1, n) * elements[-1] / n, elements, t)
    points: Floats = start + inner[:, None] * (end - start)
    return points


def _cut_pore(
    x: float, y: float, diameter: float, edges: int, width: float
) -> tuple[Floats, Floats, int]:
    """Arcs at the left side and at the right side, and the number of edges of the chord.

    Corners lie on a circle around the centre, two of them on the side. The circle's radius R
    follows from the area: with the half-angle t = acos(a/R) under which the centre, at the
    distance a from the side, sees the chord, m edges beyond the side and M before it,
    area = R^2/2 (m sin(2 t/m) + M sin((2 pi - 2 t)/M)).
    """
    at_left = x < width / 2
    a = x if at_left else width - x
    area = pi / 4 * diameter**2
    t = acos(a / (diameter / 2 * 1.02)) if a < diameter / 2 else 0.0
    beyond = min(max(round(edges * t / pi), 3), edges - 3)
    before = edges - beyond
    r = diameter / 2
    # The area depends weakly on t, each pass gains more than a digit.
    for _ in range(40):
        t = acos(a / r)
        r = sqrt(2 * area / (beyond * sin(2 * t / beyond) + before * sin(2 * (pi - t) / before)))
    t = acos(a / r)
    half_chord = r * sin(t)
    edge = 2 * t * r / beyond
    n_chord = max(round(2 * half_chord / edge), _EDGES_PER_PIECE - beyond)
    small = t * np.linspace(-1.0, 1.0, beyond + 1)
    large = (pi - t) * np.linspace(-1.0, 1.0, before + 1)
    # Each piece in coordinates where it bulges to +x and its chord stands at x = 0.
    bulge_small = np.stack([r * np.cos(small) - a, r * np.sin(small)], axis=1)
    bulge_large = np.stack([r * np.cos(large) + a, r * np.sin(large)], axis=1)
    for bulge in (bulge_small, bulge_large):
        bulge[0], bulge[-1] = (0.0, -half_chord), (0.0, half_chord)
    left, right = (bulge_large, bulge_small) if at_left else (bulge_small, bulge_large)
    arc_left = left + np.array([0.0, y])
    arc_right = right[::-1] * np.array([-1.0, 1.0]) + np.array([width, y])
    return arc_left, arc_right, n_chord


def _chain(ids: Ids) -> Ids:
    """Edges (n - 1, 2) of an open chain of vertices (n,)."""
    return np.stack([ids[:-1], ids[1:]], axis=1)


class _Vertices:
    """Collects vertices and numbers them."""

    def __init__(self) -> None:
        self._coordinates: list[tuple[float, float]] = []

    def add(self, x: Floats, y: Floats) -> Ids:
        first = len(self._coordinates)
        self._coordinates += zip(x.tolist(), y.tolist(), strict=True)
        return np.arange(first, len(self._coordinates), dtype=np.int64)

    def at(self, number: int) -> Floats:
        return np.array(self._coordinates[number])

    def array(self) -> Floats:
        return np.array(self._coordinates)
