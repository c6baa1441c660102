"""One straight pore, axisymmetric: the meridian rectangle of a lithium-filled channel."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from lisic.mesh import quality
from lisic.mesh.regions import Floats, RegionMesh

# An axisymmetric power-law core moves as a plug, 1 - (r/R)^(n+1): at n = 6.6 all shear sits in
# the outer R/8. With the wall element five times thinner than the one at the axis, eight
# quadratic elements put three of them there.
_AXIS_TO_WALL = 5.0
# Along the channel the flow changes only near its ends, within about one radius.
_END_ELEMENT = 0.06  # of the radius
_LONGEST_ELEMENT = 0.5  # of the radius
_FEWEST_ALONG = 24
_GROWTH = 1.2


@dataclass(frozen=True)
class Channel:
    """Cylindrical pore of ``radius`` and ``length`` in um: r in [0, R] is x, z in [0, L] is y.

    Region ``lithium``, body 1 of size 2R. Facet groups ``axis`` (r = 0), ``wall`` (r = R),
    ``closed_end`` (z = 0, where lithium enters) and ``open_end`` (z = L, at the collector).
    ``elements_across`` elements from axis to wall, an even number; triangles are graded towards
    the wall and towards both ends.

    Raises:
        ValueError: a length that is not positive, or an odd or too small number of elements.
    """

    radius: float
    length: float
    elements_across: int = 8

    def __post_init__(self) -> None:
        """Refuse what can't be built."""
        for name in ("radius", "length"):
            value = getattr(self, name)
            if not (isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive length, got {value} um")
        if self.elements_across < 2 or self.elements_across % 2:
            raise ValueError(
                f"elements_across must be an even number >= 2, got {self.elements_across}"
            )

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        """Mesh and its report."""
        r = _graded_to_end(self.radius, self.elements_across)
        z = _graded_to_both_ends(
            self.length,
            first=_END_ELEMENT * self.radius,
            longest=min(_LONGEST_ELEMENT * self.radius, self.length / _FEWEST_ALONG),
        )
        n_r, n_z = len(r) - 1, len(z) - 1
        vertex = np.arange((n_r + 1) * (n_z + 1), dtype=np.int64).reshape(n_z + 1, n_r + 1)
        south_west, south_east = vertex[:-1, :-1].ravel(), vertex[:-1, 1:].ravel()
        north_west, north_east = vertex[1:, :-1].ravel(), vertex[1:, 1:].ravel()
        # Diagonals alternate, and the counts are even: every corner of the rectangle is cut by
        # one, so that no triangle has all its nodes on the boundary, where it would lock.
        row, column = np.divmod(np.arange(n_z * n_r), n_r)
        rising = ((row + column) % 2 == 0)[:, None]
        first = np.where(
            rising,
            np.stack([south_west, south_east, north_east], axis=1),
            np.stack([south_west, south_east, north_west], axis=1),
        )
        second = np.where(
            rising,
            np.stack([south_west, north_east, north_west], axis=1),
            np.stack([south_east, north_east, north_west], axis=1),
        )
        cells = np.stack([first, second], axis=1).reshape(-1, 3)
        sides = {
            "axis": vertex[:, 0],
            "wall": vertex[:, -1],
            "closed_end": vertex[0],
            "open_end": vertex[-1],
        }
        mesh = RegionMesh(
            points=np.stack([np.tile(r, n_z + 1), np.repeat(z, n_r + 1)], axis=1),
            cells=cells,
            region=np.ones(len(cells), dtype=np.int32),
            regions={"lithium": 1},
            facets=np.concatenate([np.stack([s[:-1], s[1:]], axis=1) for s in sides.values()]),
            facet_tag=np.repeat(
                np.arange(1, 5, dtype=np.int32), [len(s) - 1 for s in sides.values()]
            ),
            facet_groups={name: tag for tag, name in enumerate(sides, start=1)},
            body=np.ones(len(cells), dtype=np.int32),
            size=np.full(len(cells), 2 * self.radius),
            fibres=np.empty((0, 2), dtype=np.int64),
            fibre=np.empty(0, dtype=np.int32),
            period=np.zeros(2),
        )
        asked = {"kind": "channel", "radius_um": self.radius, "length_um": self.length}
        return mesh, asked | quality.report(mesh)


def _graded_to_end(length: float, n: int) -> Floats:
    """Positions of n + 1 nodes, elements shrinking geometrically towards ``length``."""
    steps = _AXIS_TO_WALL ** (-np.arange(n) / (n - 1))
    return _positions(steps, length)


def _graded_to_both_ends(length: float, first: float, longest: float) -> Floats:
    """Positions of nodes, an even number of elements, growing from both ends up to ``longest``."""
    steps = [min(first, longest)]
    while sum(steps) < length / 2:
        steps.append(min(steps[-1] * _GROWTH, longest))
    half = np.array(steps)
    return _positions(np.concatenate([half, half[::-1]]), length)


def _positions(steps: Floats, length: float) -> Floats:
    positions: Floats = np.concatenate([[0.0], np.cumsum(steps) * (length / steps.sum())])
    positions[-1] = length
    return positions
