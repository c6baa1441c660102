"""The dry layer before lithiation: necked silicon particles between separator and collector.

A cut through the layer in two dimensions: x is lateral and periodic, y goes from the separator
to the collector. Lengths are um.
"""

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from lisic.mesh import bulk, facets, quality
from lisic.mesh.level import met
from lisic.mesh.particles import Particles, grow
from lisic.mesh.pores import diameters
from lisic.mesh.regions import Floats, RegionMesh
from lisic.mesh.stuffing import Stuffed
from lisic.mesh.stuffing_plane import Grid, stuff

_FEWEST_CELLS = 8
_PER_DIAMETER = 10
# Radius of the fillet at a neck, as a share of the particle's.
_FILLET = 0.08
_CHUNK = 2_000


@dataclass(frozen=True)
class ParticleLayer:
    """A layer ``thickness`` x ``width`` um of which particles take ``solid_fraction``.

    Attributes:
        thickness, width: um.
        solid_fraction: area of the particles and their necks per area, met to 0.03 % or better.
        median_diameter: count-median of the particles' diameters, um.
        sigma: standard deviation of ln(diameter).
        seed: of the packing; the same seed gives the same mesh, bit by bit.
        element_size: side of the grid's squares in um; by default a tenth of the diameter.
        void_diameter: of round voids kept free of particles, um, or None.
        voids: how many of them.

    Regions ``si`` and ``void``; facet groups ``separator``, ``collector``, ``left``, ``right``
    and ``pore_wall``. Bodies are the particles; their size is their diameter.

    Raises:
        ValueError: a value out of its range; from :meth:`build`, particles that find no room.
    """

    thickness: float
    width: float
    solid_fraction: float
    median_diameter: float
    sigma: float
    seed: int
    element_size: float | None = None
    void_diameter: float | None = None
    voids: int = 1

    def __post_init__(self) -> None:
        """Refuse what no seed can build."""
        for name in ("thickness", "width", "median_diameter", "element_size", "void_diameter"):
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive length, got {value} um")
        if not 0 < self.solid_fraction < 1:
            raise ValueError(
                f"solid_fraction must lie between 0 and 1, got {self.solid_fraction}; necked "
                "particles reach about 0.6"
            )
        if not 0 <= self.sigma <= 1:
            raise ValueError(f"sigma, of ln(diameter), must lie in 0..1, got {self.sigma}")
        room = min(self.thickness, self.width)
        if 3 * self.median_diameter > room:
            raise ValueError(
                f"median_diameter {self.median_diameter} um is too large for a layer "
                f"{self.width} um wide and {self.thickness} um thick; up to {room / 3:.4g} um is "
                "possible"
            )
        if self.void_diameter is not None:
            limit = room - 4 * self.median_diameter
            if self.void_diameter > limit:
                raise ValueError(
                    f"void_diameter {self.void_diameter} um does not fit beside particles in a "
                    f"layer {self.width} um wide and {self.thickness} um thick; up to "
                    f"{max(limit, 0.0):.4g} um is possible"
                )
        if self.seed < 0:
            raise ValueError(f"seed must be a whole number >= 0, got {self.seed}")

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        """Mesh and its report."""
        extent = np.array([self.width, self.thickness])
        packing, void_stream = np.random.default_rng(self.seed).spawn(2)
        area = self.width * self.thickness
        diameter = diameters(self.median_diameter, self.sigma, self.solid_fraction * area)
        radius = packing.permutation(diameter) / 2
        reach = 0.0 if self.void_diameter is None else self.void_diameter / 2
        margin = reach + 2 * self.median_diameter
        holes = np.empty((0, 2))
        if self.void_diameter is not None:
            x, y = void_stream.random((2, self.voids))
            y = margin + y * (self.thickness - 2 * margin)
            holes = np.stack([x * self.width, y], axis=1)
        particles = grow(radius, extent, holes, reach, self.seed)
        pitch = self.median_diameter / _PER_DIAMETER
        pitch = pitch if self.element_size is None else self.element_size
        columns, rows = (max(4, round(side / pitch)) for side in extent.tolist())
        grid = Grid(self.width, self.thickness, columns, rows)
        values = self._level(particles, grid)
        period = np.array([self.width, 0.0])

        def build(level: float) -> Stuffed:
            mesh = stuff(grid, values - level)
            inside = bulk.without_islands(mesh, period, _FEWEST_CELLS)
            return Stuffed(mesh.points, mesh.cells, inside, mesh.volume)

        # A surface moved outwards by d adds d times its length, at most 4/diameter per solid.
        slope = 3 * self.solid_fraction / self.median_diameter
        stuffed = met(build, self.solid_fraction, 0.0, slope).mesh
        mesh = self._mesh(stuffed, particles, period)
        contents = {"kind": "particle_layer"} | quality.report(mesh)
        del contents["pores"]
        contents["particles"] = self._report(mesh, particles)
        return mesh, contents

    def _level(self, particles: Particles, grid: Grid) -> Floats:
        """Smooth union of the particles at the grid's nodes, equal at periodic copies."""
        k = _FILLET * self.median_diameter / 2
        column = grid.rows + 1
        nodes = grid.points[:-column]
        values = []
        for start in range(0, len(nodes), _CHUNK):
            gaps = particles.gaps(nodes[start : start + _CHUNK])
            least = gaps.min(axis=1)
            values.append(least - k * np.log(np.exp((least[:, None] - gaps) / k).sum(axis=1)))
        flat = np.concatenate(values)
        return np.concatenate([flat, flat[:column]])

    def _mesh(self, stuffed: Stuffed, particles: Particles, period: Floats) -> RegionMesh:
        body = np.zeros(len(stuffed.cells), dtype=np.int32)
        solid = np.flatnonzero(stuffed.inside)
        for start in range(0, len(solid), _CHUNK):
            some = solid[start : start + _CHUNK]
            centroids = stuffed.points[stuffed.cells[some]].mean(axis=1)
            body[some] = 1 + particles.gaps(centroids).argmin(axis=1)
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
            region=np.where(stuffed.inside, 1, 2).astype(np.int32),
            regions={"si": 1, "void": 2},
            facets=np.concatenate(list(groups.values())),
            facet_tag=np.repeat(tags, [len(group) for group in groups.values()]),
            facet_groups={name: i for i, name in enumerate(groups, start=1)},
            body=body,
            size=np.concatenate([[0.0], 2 * particles.radius])[body],
            fibres=np.empty((0, 2), dtype=np.int64),
            fibre=np.empty(0, dtype=np.int32),
            period=period,
        )

    def _report(self, mesh: RegionMesh, particles: Particles) -> dict[str, Any]:
        """Asked and achieved, and whether the network is one piece that joins both faces."""
        solid = mesh.region == 1
        links = facets.links(mesh.points, mesh.cells, mesh.period)
        piece = facets.bodies(links, solid)
        volume = mesh.volumes()
        largest = int(np.bincount(piece[solid], volume[solid]).argmax())
        y = mesh.points[mesh.cells[piece == largest]][..., 1]
        diameter = 2 * particles.radius
        return {
            "asked_solid_fraction": self.solid_fraction,
            "solid_fraction": float(volume[solid].sum() / volume.sum()),
            "number": len(diameter),
            "median_diameter_um": float(np.median(diameter)),
            "sigma": float(np.log(diameter).std()),
            "pieces": len(np.unique(piece[solid])),
            "joins_separator_and_collector": bool(y.min() == 0 and y.max() == self.thickness),
        }
