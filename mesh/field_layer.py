"""A porous layer in 2D with pores of a Gaussian random field.

x is lateral and periodic, y goes through the thickness from the separator to the collector.
Lengths are um.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from lisic.mesh import bulk, facets, pore_chord, quality
from lisic.mesh.field_pores import realise
from lisic.mesh.filling import left_empty, regions_of, shares
from lisic.mesh.random_field import RandomField, correlation_length
from lisic.mesh.regions import Floats, Ids, RegionMesh
from lisic.mesh.spacing import refuse_too_many
from lisic.mesh.stuffing import Stuffed
from lisic.mesh.stuffing_plane import Grid, stuff

# Squares of the grid per correlation length.
_PER_LENGTH = 4
# Elements longer than so many correlation lengths see nothing of a field.
_COARSEST = 2.0
_CELLS_PER_SQUARE = 2


@dataclass(frozen=True)
class FieldLayer:
    """A porous layer in plane strain whose pores are a level set of a random field.

    Attributes:
        thickness, width: um; the layer repeats laterally with the period ``width``.
        porosity: share of the area that is pore, met to 0.001 % where possible, else 0.03 %.
        mean_chord: of the pores, um, met to 3 %: how long straight lines run inside them.
        seed: of the field.
        element_size: side of the grid's squares in um; by default a quarter of the correlation
            length, about a sixth of the mean chord at 11 %.
        filled: share of the pores, by area and body by body, that lithium fills, met to 0.05;
            the others form the region ``void``.
        open_pores: keep only pores that reach the collector, and more of those.

    Regions ``lisi``, ``pore`` and ``void``, as far as there are such; facet groups ``separator``
    (y = 0), ``collector`` (y = thickness), ``left``, ``right`` and ``pore_wall``. Bodies are pores
    connected through facets, also across the period; their size is 4 A/P, a circle's diameter.

    Raises:
        ValueError: a value out of its range; from :meth:`build`, a porosity or chord that this
            sample can't take, a network that does not reach the collector.
    """

    thickness: float
    width: float
    porosity: float
    mean_chord: float
    seed: int
    element_size: float | None = None
    filled: float = 1.0
    open_pores: bool = False

    def __post_init__(self) -> None:
        """Refuse what no seed can build."""
        if not 0 < self.porosity < 1:
            raise ValueError(f"porosity must lie between 0 and 1, got {self.porosity}")
        room = min(self.thickness, self.width)
        for name in ("thickness", "width", "mean_chord", "element_size"):
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive length, got {value} um")
            if value is not None and name in ("mean_chord", "element_size") and value >= room:
                raise ValueError(
                    f"{name} {value} um does not fit into a layer {self.width} um wide and "
                    f"{self.thickness} um thick; it must be smaller than both"
                )
        coarsest = _COARSEST * self.correlation_length
        if self.pitch > coarsest:
            raise ValueError(
                f"element_size {self.pitch:.4g} um is too coarse to show this field at porosity "
                f"{self.porosity:.4g}; {coarsest / 4:.3g} um or less would, or a larger mean_chord"
            )
        refuse_too_many(_CELLS_PER_SQUARE * self.width * self.thickness / self.pitch**2)
        if not 0 <= self.filled <= 1:
            raise ValueError(f"filled must lie in 0..1, got {self.filled}")
        if self.seed < 0:
            raise ValueError(f"seed must be a whole number >= 0, got {self.seed}")

    @property
    def correlation_length(self) -> float:
        """Of the field in um, as expected of a large sample."""
        return correlation_length(self.mean_chord, self.porosity, dim=2)

    @property
    def pitch(self) -> float:
        """Side of the grid's squares in um, as asked for."""
        wanted = self.correlation_length / _PER_LENGTH
        return wanted if self.element_size is None else self.element_size

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        """Mesh and its report."""
        columns, rows = (max(4, round(side / self.pitch)) for side in (self.width, self.thickness))
        grid = Grid(self.width, self.thickness, columns, rows)

        def mesher(field: RandomField) -> Callable[[float], Stuffed]:
            # The high side is a copy of the low one, to the last bit.
            column = grid.rows + 1
            values = field(grid.points[:-column:column, 0], grid.points[:column, 1]).ravel()
            values = np.concatenate([values, values[:column]])
            return lambda u: stuff(grid, values - u)

        made = realise(
            (self.width, self.thickness),
            (True, False),
            self.seed,
            self.porosity,
            self.mean_chord,
            self.open_pores,
            mesher,
        )
        mesh = self._mesh(made.mesh, np.random.default_rng([self.seed, 1]))
        contents = {"kind": "porous_layer"} | quality.report(mesh)
        contents["pores"] = {
            **shares(mesh, self.porosity, self.filled),
            **made.report(self.mean_chord),
            **contents["pores"],
        }
        return mesh, contents

    @property
    def _period(self) -> Floats:
        return np.array([self.width, 0.0])

    def _mesh(self, stuffed: Stuffed, rng: np.random.Generator) -> RegionMesh:
        linked = facets.links(stuffed.points, stuffed.cells, self._period)
        body = bulk.numbered(linked, stuffed.inside)
        empty = left_empty(body, stuffed.volume, self.filled, rng)
        region, regions = regions_of(body, empty)
        outer, _ = facets.outer(stuffed.cells, len(stuffed.points))
        at = stuffed.points[outer]
        shared, a, b = facets.shared(stuffed.cells, len(stuffed.points))
        groups = {
            "separator": outer[(at[..., 1] == 0).all(axis=1)],
            "collector": outer[(at[..., 1] == self.thickness).all(axis=1)],
            "left": outer[(at[..., 0] == 0).all(axis=1)],
            "right": outer[(at[..., 0] == self.width).all(axis=1)],
            "pore_wall": shared[stuffed.inside[a] != stuffed.inside[b]],
        }
        tags = np.arange(1, len(groups) + 1, dtype=np.int32)
        return RegionMesh(
            points=stuffed.points,
            cells=stuffed.cells,
            region=region,
            regions=regions,
            facets=np.concatenate(list(groups.values())),
            facet_tag=np.repeat(tags, [len(group) for group in groups.values()]),
            facet_groups={name: i for i, name in enumerate(groups, start=1)},
            body=body.astype(np.int32),
            size=_diameters(stuffed, body)[body],
            fibres=np.empty((0, 2), dtype=np.int64),
            fibre=np.empty(0, dtype=np.int32),
            period=self._period,
        )


def _diameters(mesh: Stuffed, body: Ids) -> Floats:
    """4 A/P of every body in um, (bodies + 1,), 0 for number 0; P is the interface only."""
    length, inner = pore_chord.wall_measures(mesh)
    n = int(body.max(initial=0)) + 1
    perimeter = np.bincount(body[inner], length, minlength=n)
    area = np.bincount(body, mesh.volume, minlength=n)
    area[0] = 0.0
    # A body that fills the layer has no wall: its size is that of a circle of its area.
    circle = np.sqrt(4 * area / np.pi)
    diameter: Floats = np.where(perimeter > 0, 4 * area / np.maximum(perimeter, 1e-300), circle)
    return np.minimum(diameter, circle)
