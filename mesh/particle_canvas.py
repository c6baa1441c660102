"""What particle layers are meshed on in two and in three dimensions alike. Lengths are um."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Self

import numpy as np
from lisic.mesh import bulk, facets
from lisic.mesh.lattice import Lattice, fitted
from lisic.mesh.regions import Floats, Ids
from lisic.mesh.stuffing import Stuffed, stuff
from lisic.mesh.stuffing_plane import Grid, part

# Values on a tensor grid of as many axes as there are dimensions.
type AxesFunction = Callable[[tuple[Floats, ...]], Floats]


@dataclass(frozen=True, eq=False)
class Cells(Stuffed):
    """Cells of several phases, of which one is looked at as the inside.

    Attributes:
        phase: of every cell, (m,).
    """

    phase: Ids

    @classmethod
    def of(cls, points: Floats, cells: Ids, phase: Ids, volume: Floats, inside: int = 0) -> Self:
        """Cells whose inside is one of the phases."""
        return cls(points, cells, phase == inside, volume, phase)

    def seen(self, inside: int) -> "Cells":
        """The same cells with another inside."""
        return Cells.of(self.points, self.cells, self.phase, self.volume, inside)


class Canvas(Protocol):
    """A box that is periodic along all but its last axis."""

    @property
    def pitch(self) -> float:
        """Longest side of the background's squares or cubes in um."""

    def sample(self, function: AxesFunction) -> Floats:
        """Values of ``function`` at the nodes, (n,), the same ones at periodic copies."""

    def mesh(self, levels: Floats) -> Cells:
        """Cells of the phases of ``levels`` (k, n): the first one negative, or phase k."""


@dataclass(frozen=True)
class Plane:
    """Squares of about ``side`` um over ``extent``."""

    extent: tuple[float, float]
    side: float

    @cached_property
    def grid(self) -> Grid:
        """The squares; at least four along each side."""
        columns, rows = (max(4, round(length / self.side)) for length in self.extent)
        return Grid(*self.extent, columns, rows)

    @property
    def pitch(self) -> float:
        """Longest side of the squares in um."""
        return max(self.extent[0] / self.grid.columns, self.extent[1] / self.grid.rows)

    def sample(self, function: AxesFunction) -> Floats:
        """Values of ``function`` at the nodes, (n,), the same ones at periodic copies."""
        column = self.grid.rows + 1
        points = self.grid.points
        values = function((points[:-column:column, 0], points[:column, 1])).ravel()
        return np.concatenate([values, values[:column]])

    def mesh(self, levels: Floats) -> Cells:
        """Cells of the phases of ``levels`` (k, n): the first one negative, or phase k."""
        made = part(self.grid, levels)
        return Cells.of(made.points, made.cells, made.phase, made.area)


@dataclass(frozen=True)
class Space:
    """Cubes of about ``side`` um in ``extent``; one level, so two phases."""

    extent: tuple[float, float, float]
    side: float

    @cached_property
    def lattice(self) -> Lattice:
        """The cubes, as nearly equal as they can be."""
        return fitted(self.extent, self.side, (True, True, False))

    @property
    def pitch(self) -> float:
        """Longest side of the cubes in um."""
        return float(self.lattice.pitch.max())

    def sample(self, function: AxesFunction) -> Floats:
        """Values of ``function`` at the nodes, (n,), the same ones at periodic copies."""
        return self.lattice.sample(lambda x, y, z: function((x, y, z)))

    def mesh(self, levels: Floats) -> Cells:
        """Cells of the phases of ``levels`` (1, n): negative, or phase 1."""
        (values,) = levels
        made = stuff(self.lattice, values)
        return Cells.of(made.points, made.cells, np.where(made.inside, 0, 1), made.volume)


def canvas(extent: tuple[float, ...], side: float) -> Canvas:
    """The background of a box of ``extent`` (dim,) with cells of about ``side`` um.

    Raises:
        ValueError: a box smaller than a few cells.
    """
    if len(extent) == 2:
        return Plane((extent[0], extent[1]), side)
    return Space((extent[0], extent[1], extent[2]), side)


def without_islands(cells: Cells, period: Floats, fewest: int) -> Cells:
    """The cells, once pieces of fewer than ``fewest`` took the phase of most neighbours."""
    if cells.phase.max() == 1:
        inside = bulk.without_islands(cells, period, fewest)
        return Cells.of(cells.points, cells.cells, np.where(inside, 0, 1), cells.volume)
    a, b = facets.links(cells.points, cells.cells, period)
    a, b = np.concatenate([a, b]), np.concatenate([b, a])
    phase = cells.phase.copy()
    while True:
        piece = facets.bodies((a, b), phase)
        size = np.bincount(piece)
        outwards = (size[piece[a]] < fewest) & (size[piece[b]] >= fewest)
        if not outwards.any():
            return Cells.of(cells.points, cells.cells, phase, cells.volume)
        votes = np.zeros((len(size), int(phase.max()) + 1), dtype=np.int64)
        np.add.at(votes, (piece[a[outwards]], phase[b[outwards]]), 1)
        joins = votes.any(axis=1)
        phase = np.where(joins[piece], votes.argmax(axis=1)[piece], phase)
