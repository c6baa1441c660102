"""Pores that are a level set of a random field: porosity and mean chord met on the mesh.

The same for a layer in two and in three dimensions. Lengths are um.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from lisic.mesh import bulk, facets, level, pore_chord
from lisic.mesh.random_field import RandomField, correlation_length
from lisic.mesh.regions import Floats
from lisic.mesh.stuffing import Stuffed
from scipy.special import ndtri

# Fewer elements than this hold no stress worth the name: such a body joins what surrounds it.
FEWEST_CELLS = 8

# Of a field: its mesh at a level.
type Mesher = Callable[[RandomField], Callable[[float], Stuffed]]


@dataclass(frozen=True, eq=False)
class FieldMesh:
    """A mesh whose inside are the pores, and the field and level it was made of."""

    mesh: Stuffed
    field: RandomField
    level: float

    def report(self, asked_chord: float) -> dict[str, float]:
        """Asked and achieved size of the pores, and what theory expects of the field."""
        return {
            "asked_mean_chord_um": asked_chord,
            "mean_chord_um": pore_chord.mean_chord(self.mesh),
            "correlation_length_um": self.field.correlation_length,
            "surface_by_rice_per_um": self.field.surface(self.level),
            "level": self.level,
        }


def realise(
    extent: tuple[float, ...],
    periodic: tuple[bool, ...],
    seed: int,
    porosity: float,
    mean_chord: float,
    open_pores: bool,
    mesher: Mesher,
) -> FieldMesh:
    """The mesh of ``mesher``, without islands, with this porosity and mean chord (um).

    Porosity is met to 0.001 % where possible, else 0.03 %; the mean chord to 2 %, else 3 %.

    Raises:
        ValueError: no field of this seed meets both; the message says what it takes.
    """
    period = np.where(periodic, extent, 0.0)
    expected = correlation_length(mean_chord, porosity, len(extent))
    start = float(ndtri(porosity))
    slope = float(np.exp(-(start**2) / 2) / np.sqrt(2 * np.pi))

    def build(scale: float) -> FieldMesh:
        nonlocal start
        field = RandomField(extent, periodic, scale * expected, seed)
        stuffed = mesher(field)
        try:
            trial = level.met(
                lambda u: kept(stuffed(u), period, open_pores), porosity, start, slope
            )
        except ValueError as error:
            if not open_pores:
                raise
            raise ValueError(
                f"open_pores: pores that reach the collector don't take {porosity:.4g} of the "
                f"layer: {error}"
            ) from error
        start = trial.level  # the next field is much the same
        return FieldMesh(trial.mesh, field, trial.level)

    return pore_chord.met(build, lambda made: pore_chord.mean_chord(made.mesh), mean_chord)


def kept(mesh: Stuffed, period: Floats, open_pores: bool) -> Stuffed:
    """The mesh without islands and, if asked, without pores that do not reach the top.

    Islands below eight elements change sides. The top is at the largest coordinate of the last
    axis. Neighbours across the ``period`` (dim,) in um are connected.
    """
    inside = bulk.without_islands(mesh, period, FEWEST_CELLS)
    if open_pores:
        body = facets.bodies(facets.links(mesh.points, mesh.cells, period), inside)
        along = mesh.points[:, -1]
        at_top = (along[mesh.cells] == along.max()).sum(axis=1) == mesh.points.shape[1]
        inside &= np.isin(body, np.unique(body[at_top & inside]))
    return Stuffed(mesh.points, mesh.cells, inside, mesh.volume)
