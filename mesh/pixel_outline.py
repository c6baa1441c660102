"""The borders between the labels of an image as chains of vertices, smooth and true in area.

A chain runs between junctions, where three or four labels or the image's frame meet, or in a
circle. Lengths are pixels; pixel (i, j) covers j <= x <= j + 1, i <= y <= i + 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import Floats, Ids
from lisic.mesh.segmentation import components

# Steps from a pixel corner, anticlockwise from the right; opposite directions differ by two.
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))
_SMOOTHING = 6
_FARTHEST = 0.75  # pixels


@dataclass(frozen=True, eq=False)
class Chain:
    """A border between two pieces of the image.

    Attributes:
        corners: pixel corners it runs through, (n, 2); the first is the last where closed.
        closed: whether it runs in a circle.
        left, right: numbers of the pieces beside it, -1 outside the image.
    """

    corners: Ids
    closed: bool
    left: int
    right: int

    @property
    def frame(self) -> bool:
        """Whether it lies on the image's frame."""
        return min(self.left, self.right) < 0

    @property
    def length(self) -> int:
        """Pixel edges it runs along."""
        return len(self.corners) - 1

    def smooth(self, edge: float, extra: float = 0.0) -> Floats:
        """Vertices about ``edge`` pixels apart, (n, 2), with the area of the pixels kept.

        The piece on the left gets ``extra`` pixels more. Without the last vertex where closed.
        """
        if self.frame:
            ends = self.corners[[0, -1]].astype(np.float64)
            length = float(np.abs(ends[1] - ends[0]).sum())
            t = np.linspace(0.0, 1.0, max(1, round(length / edge)) + 1)
            frame: Floats = ends[0] + t[:, None] * (ends[1] - ends[0])
            return frame
        line = self._middles()
        for _ in range(_SMOOTHING):
            if self.closed:
                line = line / 2 + (np.roll(line, 1, axis=0) + np.roll(line, -1, axis=0)) / 4
            else:
                line[1:-1] = line[1:-1] / 2 + (line[:-2] + line[2:]) / 4
        if self.closed:
            line = np.concatenate([line, line[:1]])
        along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
        straight = (
            len(np.unique(self.corners[:, 0])) == 1 or len(np.unique(self.corners[:, 1])) == 1
        )
        # Ten edges give an island at least eight triangles.
        fewest = 10 if self.closed else 1 if straight else 4
        n = max(fewest, round(float(along[-1]) / edge))
        at = np.linspace(0.0, along[-1], n + 1)
        vertices = np.stack([np.interp(at, along, line[:, k]) for k in (0, 1)], axis=1)
        return self._true_in_area(vertices[:-1] if self.closed else vertices, extra)

    def rough(self, extra: float = 0.0) -> Floats:
        """The same with a vertex on every pixel edge; crosses no other such line."""
        return self._true_in_area(self._middles(), extra)

    def _middles(self) -> Floats:
        """Middles of the pixel edges it runs along, with its ends where it is open."""
        corners = self.corners.astype(np.float64)
        middles: Floats = (corners[1:] + corners[:-1]) / 2
        if not self.closed:
            middles = np.concatenate([corners[:1], middles, corners[-1:]])
        return middles

    def _true_in_area(self, vertices: Floats, extra: float) -> Floats:
        """Vertices moved across the line until both sides have the area of their pixels."""
        wanted = extra + _area(self.corners[:-1] if self.closed else self.corners, self.closed)
        original, vertices = vertices, vertices.copy()
        for _ in range(20):
            missing = wanted - _area(vertices, self.closed)
            if self.closed:
                chord = np.roll(vertices, -1, axis=0) - np.roll(vertices, 1, axis=0)
            else:
                chord = np.zeros_like(vertices)
                chord[1:-1] = vertices[2:] - vertices[:-2]
            gradient = np.stack([chord[:, 1], -chord[:, 0]], axis=1) / 2
            weight = float((gradient**2).sum())
            if abs(missing) < 1e-12 or weight == 0.0:
                break
            vertices += missing / weight * gradient
        # A line too short to bear its area stays as it is; the report tells what is missing.
        return vertices if np.abs(vertices - original).max() < _FARTHEST else original


def _area(line: Ids | Floats, closed: bool) -> float:
    """Area swept from the origin along a line, anticlockwise."""
    x, y = np.asarray(line, dtype=np.float64).T
    if closed:
        x, y = np.append(x, x[0]), np.append(y, y[0])
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


def trace(labels: Ids) -> tuple[list[Chain], Ids]:
    """All borders of ``labels`` (rows, columns), and the number of the piece of every pixel.

    Where two labels meet at a corner like squares of a chessboard, those of the label that is
    more frequent around become one piece.
    """
    rows, columns = labels.shape
    pieces = components(labels)
    padded = np.pad(labels, 1)
    # Whether a border leaves the corner (y, x) to the right, up, left, down.
    across = padded[1:, 1:] != padded[:-1, 1:]
    up = padded[1:, 1:] != padded[1:, :-1]
    leaves = np.zeros((rows + 1, columns + 1, 4), dtype=bool)
    leaves[..., 0], leaves[..., 1] = across, up
    leaves[:, 1:, 2], leaves[1:, :, 3] = across[:, :-1], up[:-1]
    degree = leaves.sum(axis=2)
    joins: dict[tuple[int, int], dict[int, int]] = {}
    parent = np.arange(int(pieces.max()) + 1)

    def root(a: int) -> int:
        while parent[a] != a:
            a = int(parent[a])
        return a

    for y, x in np.argwhere(degree == 4).tolist():
        below_left, below_right = padded[y, x], padded[y, x + 1]
        above_left, above_right = padded[y + 1, x], padded[y + 1, x + 1]
        rising, falling = below_left == above_right, below_right == above_left
        if rising and falling:
            around = padded[max(0, y - 1) : y + 3, max(0, x - 1) : x + 3]
            rising = (around == below_left).sum() >= (around == below_right).sum()
        if rising:
            # The border passes below right and above left of the corner.
            joins[y, x] = {0: 3, 3: 0, 1: 2, 2: 1}
            a, b = pieces[y - 1, x - 1], pieces[y, x]
        elif falling:
            joins[y, x] = {0: 1, 1: 0, 2: 3, 3: 2}
            a, b = pieces[y - 1, x], pieces[y, x - 1]
        else:
            continue
        a, b = sorted((root(int(a)), root(int(b))))
        parent[b] = a
    roots = np.array([root(i) for i in range(len(parent))])
    _, number = np.unique(roots, return_inverse=True)
    pieces = number[pieces].astype(np.int64)
    beside = np.pad(pieces, 1, constant_values=-1)
    junction = (degree > 2).copy()
    for y, x in joins:
        junction[y, x] = False
    for y, x in ((0, 0), (0, columns), (rows, 0), (rows, columns)):
        junction[y, x] = True
    return _walk(leaves, junction, joins, beside), pieces


def _walk(
    leaves: npt.NDArray[np.bool_],
    junction: npt.NDArray[np.bool_],
    joins: dict[tuple[int, int], dict[int, int]],
    beside: Ids,
) -> list[Chain]:
    """Every border once, from junction to junction; then those that meet none."""
    left_to_go = leaves.copy()
    chains = []

    def chain(y: int, x: int, direction: int) -> Chain:
        corners = [(x, y)]
        start = (y, x, direction)
        dx, dy = _STEPS[direction]
        # Pixels left and right of the first edge, in the padded numbering.
        ahead = {0: (y + 1, x + 1), 1: (y + 1, x), 2: (y, x), 3: (y, x + 1)}[direction]
        behind = {0: (y, x + 1), 1: (y + 1, x + 1), 2: (y + 1, x), 3: (y, x)}[direction]
        while True:
            left_to_go[y, x, direction] = False
            dx, dy = _STEPS[direction]
            x, y = x + dx, y + dy
            back = (direction + 2) % 4
            left_to_go[y, x, back] = False
            corners.append((x, y))
            if junction[y, x]:
                closed = False
                break
            if (y, x) in joins:
                direction = joins[y, x][back]
            else:
                direction = next(d for d in range(4) if leaves[y, x, d] and d != back)
            if (y, x, direction) == start:
                closed = True
                break
        return Chain(
            np.array(corners, dtype=np.int64), closed, int(beside[ahead]), int(beside[behind])
        )

    for y, x in np.argwhere(junction).tolist():
        for direction in range(4):
            if left_to_go[y, x, direction]:
                chains.append(chain(y, x, direction))
    for y, x, direction in np.argwhere(left_to_go).tolist():
        if left_to_go[y, x, direction]:
            chains.append(chain(y, x, direction))
    return chains
