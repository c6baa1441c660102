"""A body-centred-cubic lattice of tetrahedra that fills a box, with flat faces.

Every cube has a node at its corners and at its centre; two cubes that share a face give four
tetrahedra around the line between their centres, with the four edges of that face. At the box's
faces a node in the middle of the face takes the place of the missing centre, so that the box is
filled exactly. Opposite faces carry the same nodes. Lengths are um.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from lisic.mesh.regions import Floats, Ids

# Values on a tensor grid: coordinates x (i,), y (j,), z (k,) to (i, j, k).
type GridFunction = Callable[[Floats, Floats, Floats], Floats]

# With fewer cubes along a period an edge and its periodic copy are the same pair of nodes.
_FEWEST = 3
# Cubes may be off by this share from equal sides before another count of them is tried.
_TOLERANCE = 0.02


@dataclass(frozen=True)
class Lattice:
    """The lattice in a box from the origin to ``extent``.

    Attributes:
        cubes: number of cubes along x, y, z, each at least 3.
        extent: of the box in um.
        periodic: whether the box repeats along x, y, z.

    Raises:
        ValueError: fewer than three cubes along an axis, or an extent that is none.
    """

    cubes: tuple[int, int, int]
    extent: tuple[float, float, float]
    periodic: tuple[bool, bool, bool]

    def __post_init__(self) -> None:
        """Refuse lattices whose periodic copies could not be told apart."""
        if min(self.cubes) < _FEWEST:
            raise ValueError(
                f"a lattice needs at least {_FEWEST} cubes along every axis, got {self.cubes}; "
                "smaller elements or a larger box are possible"
            )
        if not (np.isfinite(self.extent).all() and min(self.extent) > 0):
            raise ValueError(f"extent must be positive lengths, got {self.extent} um")

    @property
    def pitch(self) -> Floats:
        """Sides of a cube in um, (3,)."""
        sides: Floats = np.array(self.extent) / np.array(self.cubes)
        return sides

    @cached_property
    def positions(self) -> Floats:
        """Nodes in cubes, (n, 3): corners, then centres, then middles of the box's faces."""
        corners = _grid([np.arange(n + 1, dtype=np.float64) for n in self.cubes])
        centres = _grid([_middles(n) for n in self.cubes])
        return np.concatenate([corners, centres, *(_grid(axes) for axes in self._face_axes())])

    @cached_property
    def face(self) -> Ids:
        """Bits of the box's faces a node lies on, (n,): 1, 2, 4 for low x, y, z, 8, 16, 32 high."""
        low = (self.positions == 0) @ np.array([1, 2, 4])
        high = (self.positions == np.array(self.cubes)) @ np.array([8, 16, 32])
        faces: Ids = low + high
        return faces

    @cached_property
    def key(self) -> Ids:
        """A number for each node, the same for its periodic copies, (n,)."""
        # Doubled coordinates are whole numbers for corners, centres and middles of faces alike.
        doubled = np.rint(2 * self.positions).astype(np.int64)
        for axis in np.flatnonzero(self.periodic):
            doubled[:, axis] %= 2 * self.cubes[axis]
        sides = 2 * np.array(self.cubes) + 1
        keys: Ids = (doubled[:, 0] * sides[1] + doubled[:, 1]) * sides[2] + doubled[:, 2]
        return keys

    @cached_property
    def cells(self) -> Ids:
        """Tetrahedra as node numbers, (m, 4), in no particular orientation."""
        sides = np.array(self.cubes)
        n_corners, n_centres = int((sides + 1).prod()), int(sides.prod())
        corner = np.arange(n_corners).reshape(sides + 1)
        centre = n_corners + np.arange(n_centres).reshape(sides)
        first = n_corners + n_centres
        cells = []
        for axis in range(3):
            corners, centres = np.moveaxis(corner, axis, 0), np.moveaxis(centre, axis, 0)
            n, middles = len(centres), centres[0].size
            low = first + np.arange(middles).reshape(1, *centres.shape[1:])
            first += 2 * middles
            # One layer of centres more at either end: the middles of the two faces.
            ends = np.concatenate([low, centres, low + middles])
            square = [corners[:, :-1, :-1], corners[:, 1:, :-1], corners[:, 1:, 1:]]
            square.append(corners[:, :-1, 1:])
            for k in range(4):
                four = [ends[: n + 1], ends[1:], square[k], square[(k + 1) % 4]]
                cells.append(np.stack([nodes.ravel() for nodes in four], axis=1))
        return np.concatenate(cells)

    def sample(self, function: GridFunction) -> Floats:
        """Values of ``function`` at the nodes, (n,), the same ones at periodic copies."""
        cut = [
            n if repeats else n + 1 for n, repeats in zip(self.cubes, self.periodic, strict=True)
        ]
        pitch = self.pitch
        values = function(*(np.arange(n) * h for n, h in zip(cut, pitch, strict=True)))
        wrap = [np.arange(n + 1) % m for n, m in zip(self.cubes, cut, strict=True)]
        samples = [values[np.ix_(*wrap)].ravel()]
        samples.append(
            function(*((np.arange(n) + 0.5) * h for n, h in zip(self.cubes, pitch, strict=True)))
        )
        for number, axes in enumerate(self._face_axes()):
            axis, high = divmod(number, 2)
            if high and self.periodic[axis]:
                samples.append(samples[-1])
            else:
                samples.append(function(*(a * h for a, h in zip(axes, pitch, strict=True))))
        return np.concatenate([sample.ravel() for sample in samples])

    def _face_axes(self) -> list[list[Floats]]:
        """Coordinates in cubes of the middles of the squares on every face of the box."""
        axes = []
        for axis in range(3):
            for side in (0.0, float(self.cubes[axis])):
                middles = [_middles(n) for n in self.cubes]
                middles[axis] = np.array([side])
                axes.append(middles)
        return axes


def fitted(
    extent: tuple[float, float, float], pitch: float, periodic: tuple[bool, bool, bool]
) -> Lattice:
    """The lattice whose cubes are closest to cubes, with sides of about ``pitch`` or less.

    Raises:
        ValueError: an extent shorter than three cubes.
    """
    sides = np.array(extent)
    best, least = np.zeros(3, dtype=np.int64), np.inf
    # Finer by up to a tenth where that makes the sides more equal.
    for finer in np.linspace(1.0, 1.1, 41):
        counts = np.maximum(1, np.rint(sides * finer / pitch)).astype(np.int64)
        lengths = sides / counts
        uneven = float(lengths.max() / lengths.min() - 1)
        if uneven < least:
            best, least = counts, uneven
        if least < _TOLERANCE:
            break
    x, y, z = best.tolist()
    return Lattice((x, y, z), extent, periodic)


def on_points(function: Callable[[Floats], Floats]) -> GridFunction:
    """A function of points (n, 3) as one of a tensor grid."""

    def values(x: Floats, y: Floats, z: Floats) -> Floats:
        return function(_grid([x, y, z])).reshape(len(x), len(y), len(z))

    return values


def _middles(n: int) -> Floats:
    """Half, one and a half, ... below ``n``."""
    return np.arange(n, dtype=np.float64) + 0.5


def _grid(axes: list[Floats]) -> Floats:
    """All points of a tensor grid, the last coordinate fastest, (n, 3)."""
    points: Floats = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    return points
