"""The dry layer before lithiation: necked silicon particles and nanotubes, in 2D and 3D.

The last coordinate goes from the separator (0) to the collector, the others are lateral and
periodic. Lengths are um.
"""

from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np
from lisic.mesh import facets, level, particle_report, quality
from lisic.mesh.nanotube_curves import Curves
from lisic.mesh.particle_canvas import Cells, canvas, without_islands
from lisic.mesh.particle_carbon import Carbon
from lisic.mesh.particle_packing import Particles, Room, measure, place_voids
from lisic.mesh.particle_shape import to_bars
from lisic.mesh.particle_silicon import THICK, THIN, Silicon, candidates
from lisic.mesh.regions import Floats, RegionMesh
from lisic.mesh.rounding import at_most
from lisic.mesh.spacing import refuse_too_many

_FEWEST_CELLS = 8
# Coarsest cells of the background, as shares of the median diameter and of a bundle in a cut.
_COARSEST = 0.3
_COARSEST_BUNDLE = 0.7
# Cells of the background per median diameter, by dimension, and per bundle in a cut.
_PER_DIAMETER = {2: 10, 3: 5}
_PER_BUNDLE = 2
# Triangles and tetrahedra of a square and a cube of the background.
_CELLS_PER_CUBE = {2: 2, 3: 12}
# Random packings get no denser, by dimension, outside voids.
_DENSEST = {2: 0.7, 3: 0.52}
_PASSES = 4
_MET = 3e-4
_ROUNDING = 1e-9
# Facet groups on the box: name, axis, whether on its high side.
_SIDES = (
    ("separator", -1, False),
    ("collector", -1, True),
    ("left", 0, False),
    ("right", 0, True),
    ("front", 1, False),
    ("back", 1, True),
)


@dataclass(frozen=True)
class ParticleLayer:
    """A layer of particles ``thickness`` um thick, with period ``width`` um along x (and y).

    Attributes:
        dimension: 2 for a cut (plane strain), or 3.
        thickness, width: um.
        silicon_fraction: area or volume of particles and necks per that of the layer, met to
            0.03 % or better.
        median_diameter: count-median of the particles' diameters, um, met exactly.
        sigma: standard deviation of ln(diameter).
        seed: of the packing; the same seed gives the same mesh, bit by bit.
        carbon: nanotube bundles, or None.
        element_size: side of the background's squares or cubes in um; by default a tenth of the
            median diameter and half a bundle in a cut, a fifth of the median diameter in 3D.
        void_diameter: of large voids kept free, um, or None.
        voids: how many of them.

    Regions ``si``, ``void`` and, in a cut with nanotubes, ``carbon``: strips between the particles
    that they pass over. In three dimensions bundles are curves that pass through particles and
    void alike and take no volume from either. Facet groups ``separator``, ``collector``, ``left``,
    ``right``, in 3D ``front``, ``back`` (across y), and ``pore_wall`` around the void. Bodies are
    the particles; their size is their diameter.

    Raises:
        ValueError: a value out of its range; from :meth:`build`, particles that find no room or do
            not reach from face to face, bundles that find no room.
    """

    dimension: int
    thickness: float
    width: float
    silicon_fraction: float
    median_diameter: float
    sigma: float
    seed: int
    carbon: Carbon | None = None
    element_size: float | None = None
    void_diameter: float | None = None
    voids: int = 1

    def __post_init__(self) -> None:
        """Refuse what no seed can build."""
        if self.dimension not in (2, 3):
            raise ValueError(f"dimension must be 2 or 3, got {self.dimension}")
        for name in ("thickness", "width", "median_diameter", "element_size", "void_diameter"):
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive length, got {value} um")
        if not 0 <= self.sigma <= 1:
            raise ValueError(f"sigma, of ln(diameter), must lie in 0..1, got {self.sigma}")
        room = min(self.thickness, self.width)
        if 3 * self.median_diameter > room * (1 + _ROUNDING):
            raise ValueError(
                f"median_diameter {self.median_diameter} um is too large for a layer "
                f"{self.width} um wide and {self.thickness} um thick; up to {at_most(room / 3)} "
                "um is possible"
            )
        in_voids = 0.0
        if self.void_diameter is not None:
            limit = room - 4 * self.median_diameter
            if self.void_diameter > limit + _ROUNDING * room:
                raise ValueError(
                    f"void_diameter {self.void_diameter} um does not fit beside particles in a "
                    f"layer {self.width} um wide and {self.thickness} um thick; up to "
                    f"{at_most(max(limit, 0.0))} um is possible"
                )
            one = measure(np.array([self.void_diameter / 2]), self.dimension)
            in_voids = self.voids * one / float(np.prod(self.extent))
        carbon = 0.0 if self.carbon is None or self.dimension == 3 else self.carbon.fraction
        densest = _DENSEST[self.dimension] * (1 - in_voids) - carbon
        if not 0 < self.silicon_fraction <= densest:
            raise ValueError(
                f"silicon_fraction must be above 0 and leave room for voids and carbon, got "
                f"{self.silicon_fraction}; random necked particles reach about "
                f"{at_most(max(densest, 0.0), 3)} here"
            )
        coarsest = _COARSEST * self.median_diameter
        if self.carbon is not None and self.dimension == 2:
            coarsest = min(coarsest, _COARSEST_BUNDLE * self.carbon.diameter)
        if self.side > coarsest * (1 + _ROUNDING):
            raise ValueError(
                f"element_size {self.side:.4g} um is too coarse for particles and bundles; up to "
                f"{at_most(coarsest, 3)} um is possible"
            )
        cells = _CELLS_PER_CUBE[self.dimension] * float(np.prod(self.extent))
        refuse_too_many(cells / self.side**self.dimension, self.dimension)
        if self.seed < 0:
            raise ValueError(f"seed must be a whole number >= 0, got {self.seed}")

    @property
    def extent(self) -> tuple[float, ...]:
        """Sides of the box in um, (dim,)."""
        return (self.width,) * (self.dimension - 1) + (self.thickness,)

    @property
    def side(self) -> float:
        """Side of the background's squares or cubes in um, as asked for."""
        if self.element_size is not None:
            return self.element_size
        side = self.median_diameter / _PER_DIAMETER[self.dimension]
        if self.carbon is not None and self.dimension == 2:
            side = min(side, self.carbon.diameter / _PER_BUNDLE)
        return side

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        """Mesh and its report."""
        void_stream, carbon_stream = np.random.default_rng(self.seed).spawn(2)
        room = self._room(void_stream)
        made, filled = self._filled(room, carbon_stream)
        carbon, curves = self.carbon, None
        if carbon is not None and self.dimension == 3:
            curves = carbon.curves(room, carbon_stream)
        mesh = self._mesh(filled.cells, made.network.particles, curves)
        contents = {"kind": "particle_layer"} | quality.report(mesh)
        contents.pop("pores", None)
        contents["particles"] = particle_report.particles(
            mesh, made.network, self.silicon_fraction, self.median_diameter, self.sigma, filled.neck
        )
        pieces = contents["particles"]["solid"]["bodies"]
        if pieces > 1:
            raise ValueError(
                f"element_size {self.side:.4g} um is too coarse for the necks between these "
                f"particles: silicon falls into {pieces} pieces; {at_most(0.7 * self.side, 2)} um "
                "or another seed is possible"
            )
        if carbon is not None:
            contents["carbon"] = particle_report.carbon(mesh, carbon, filled.strip)
        return mesh, contents

    def _filled(self, room: Room, rng: np.random.Generator) -> tuple[Silicon, "_Filled"]:
        """The first network whose mesh meets the fractions, and that mesh."""
        failure = ValueError()
        for made in candidates(
            self.silicon_fraction,
            self.median_diameter,
            self.sigma,
            room,
            canvas(self.extent, self.side),
            self.seed,
        ):
            try:
                if self.carbon is None or self.dimension == 3:
                    return made, self._in_two_phases(made)
                return made, self._in_three_phases(made, self._to_strips(made, rng))
            except ValueError as error:
                failure = error
        raise failure

    def _room(self, rng: np.random.Generator) -> Room:
        if self.void_diameter is None:
            return Room(np.array(self.extent), np.empty((0, self.dimension)), 0.0)
        margin = 2 * self.median_diameter
        return place_voids(self.voids, self.void_diameter / 2, margin, np.array(self.extent), rng)

    def _to_strips(self, made: Silicon, rng: np.random.Generator) -> Floats:
        """Distance to the nearest bundle at the nodes, (n,)."""
        assert self.carbon is not None
        start, along = self.carbon.strips(made.network.particles, self.silicon_fraction, rng)
        reach = 2 * self.carbon.diameter + 2 * made.canvas.pitch
        return made.canvas.sample(lambda axes: to_bars(axes, self.extent, start, along, reach))

    def _in_two_phases(self, made: Silicon) -> "_Filled":
        trial = self._silicon_met(made, np.empty((0, len(made.balls))))
        return _Filled(_cells(trial), _width(trial.level, self.dimension - 1), None)

    def _in_three_phases(self, made: Silicon, distance: Floats) -> "_Filled":
        """Silicon before carbon: necks are tuned for the one, the strips' width for the other."""
        assert self.carbon is not None
        width = self.carbon.diameter
        for _ in range(_PASSES):
            # The one moves the other a little where they meet.
            silicon = self._silicon_met(made, distance[None] - width / 2)
            # In a cut the section of necks is their width.
            carbon = self._carbon_met(made, made.level(silicon.level), distance, width)
            width, cells = carbon.level, _cells(carbon)
            if abs(level.fraction(cells.seen(0)) - self.silicon_fraction) < _MET:
                return _Filled(cells, silicon.level, width)
        raise ValueError(
            f"silicon_fraction {self.silicon_fraction:.4g} and carbon_fraction "
            f"{self.carbon.fraction:.4g} can't be met together on this mesh; smaller elements or "
            "another seed are possible"
        )

    def _silicon_met(self, made: Silicon, others: Floats) -> level.Trial:
        """The necks' width that meets the silicon, before ``others`` (k, n) at the nodes.

        Its level is the necks' section, to which their share is about proportional.
        """
        power = self.dimension - 1
        thin, thick = made.ends
        slope = (thick - thin) / (THICK**power - THIN**power)
        return level.met(
            lambda section: self._kept(
                made.canvas.mesh(np.vstack([made.level(_width(section, power)), others]))
            ),
            self.silicon_fraction,
            THIN**power + (self.silicon_fraction - thin) / slope,
            slope,
        )

    def _carbon_met(
        self, made: Silicon, solid: Floats, distance: Floats, width: float
    ) -> level.Trial:
        """The strips' width, about ``width``, that meets the carbon beside the ``solid``."""
        assert self.carbon is not None
        asked = self.carbon.fraction
        return level.met(
            lambda w: self._kept(made.canvas.mesh(np.stack([solid, distance - w / 2]))).seen(1),
            asked,
            width,
            asked / width,
        )

    def _kept(self, cells: Cells) -> Cells:
        return without_islands(cells, self._period, _FEWEST_CELLS)

    @property
    def _period(self) -> Floats:
        return np.array([*self.extent[:-1], 0.0])

    def _mesh(self, cells: Cells, particles: Particles, curves: Curves | None) -> RegionMesh:
        solid = cells.phase == 0
        body = np.zeros(len(cells.cells), dtype=np.int32)
        centroids = cells.points[cells.cells[solid]].mean(axis=1)
        body[solid] = 1 + particles.owner(centroids)
        names = ["si", "carbon", "void"] if cells.phase.max() == 2 else ["si", "void"]
        outer, _ = facets.outer(cells.cells, len(cells.points))
        at = cells.points[outer]
        groups = {
            name: outer[(at[..., axis] == self.extent[axis] * high).all(axis=1)]
            for name, axis, high in _SIDES[: 2 * self.dimension]
        }
        shared, a, b = facets.shared(cells.cells, len(cells.points))
        void = cells.phase == len(names) - 1
        groups["pore_wall"] = shared[void[a] != void[b]]
        tags = np.arange(1, len(groups) + 1, dtype=np.int32)
        mesh = RegionMesh(
            points=cells.points,
            cells=cells.cells,
            region=(1 + cells.phase).astype(np.int32),
            regions={name: number for number, name in enumerate(names, start=1)},
            facets=np.concatenate(list(groups.values())),
            facet_tag=np.repeat(tags, [len(group) for group in groups.values()]),
            facet_groups={name: number for number, name in enumerate(groups, start=1)},
            body=body,
            size=np.concatenate([[0.0], 2 * particles.radius])[body],
            fibres=np.empty((0, 2), dtype=np.int64),
            fibre=np.empty(0, dtype=np.int32),
            period=self._period,
        )
        if curves is None:
            return mesh
        return replace(
            mesh, curve_points=curves.points, curves=curves.segments, curve=curves.number
        )


@dataclass(frozen=True, eq=False)
class _Filled:
    """Cells that meet the fractions, with necks and strips that do: shares of a radius, um."""

    cells: Cells
    neck: float
    strip: float | None


def _width(section: float, power: int) -> float:
    """Of necks with this section, as a share of the smaller radius."""
    return float(max(section, 0.0) ** (1 / power))


def _cells(trial: level.Trial) -> Cells:
    assert isinstance(trial.mesh, Cells)
    return trial.mesh
