"""The layer of the paper in 3D: solid with spherical pores, or pores of a Gaussian random field.

x and y are lateral and periodic, z goes through the thickness from the separator to the
collector. Lengths are um.
"""

from dataclasses import dataclass
from math import isfinite, pi
from typing import Any

import numpy as np
import numpy.typing as npt
from lisic.mesh import bulk, facets, quality, statistics
from lisic.mesh.lattice import Lattice, fitted
from lisic.mesh.level import Trial, met
from lisic.mesh.pores import diameters
from lisic.mesh.random_field import RandomField
from lisic.mesh.regions import Floats, Ids, RegionMesh
from lisic.mesh.sphere_pores import Spheres, pack
from lisic.mesh.stuffing import Stuffed, stuff
from scipy.special import ndtri

_PERIODIC = (True, True, False)
# Fewer elements than this hold no stress worth the name: such a body joins what surrounds it.
FEWEST_CELLS = 8
# Cubes of the lattice per median pore diameter, and per correlation length.
_PER_DIAMETER = 6
_PER_LENGTH = 3
# Between walls of spheres, in cubes: the lattice then sees solid between them.
_GAP = 1.5
_SPHERE_PASSES = 3


@dataclass(frozen=True)
class SpherePores:
    """Spherical pores: count-median of their diameters in um, and standard deviation of ln d."""

    median_diameter: float
    sigma: float


@dataclass(frozen=True)
class FieldPores:
    """Pores of a Gaussian random field with this correlation length in um.

    Their mean chord at porosity p is :math:`4 p/s`, with Rice's s for the specific surface
    (:meth:`lisic.mesh.random_field.RandomField.surface`): 1.6 correlation lengths at 11 %.
    """

    correlation_length: float


@dataclass(frozen=True)
class PorousVolume:
    """A porous layer in three dimensions; lengths in um.

    Attributes:
        thickness: of the layer, along z.
        width: period along x and y.
        porosity: share of the volume that is pore, met to 0.001 %.
        pores: their structure.
        seed: of the pores.
        element_size: side of the lattice's cubes, the longest edge of elements; by default a
            sixth of the median diameter or a third of the correlation length.
        filled: share of the pores, by volume and body by body, that lithium fills; the others
            form the region ``void``.
        open_pores: keep only pores that reach the collector, and more of those.

    Regions ``lisi``, ``pore`` and, below ``filled`` 1, ``void``; facet groups ``separator``
    (z = 0), ``collector`` (z = thickness), ``left``, ``right`` (across x), ``front``, ``back``
    (across y) and ``pore_wall``. Bodies are pores connected through facets, also across the
    period. The size of a spherical pore is its diameter, that of others their Sauter diameter
    6 V/S, which for a sphere is its diameter and for a network that of its branches and more.

    Raises:
        ValueError: a value out of its range; from :meth:`build`, pores that don't fit, a network
            that does not reach the collector.
    """

    thickness: float
    width: float
    porosity: float
    pores: SpherePores | FieldPores
    seed: int
    element_size: float | None = None
    filled: float = 1.0
    open_pores: bool = False

    def __post_init__(self) -> None:
        """Refuse what no seed can build."""
        lengths = {"thickness": self.thickness, "width": self.width, "element_size": self.pitch}
        if isinstance(self.pores, SpherePores):
            lengths["median_diameter"] = self.pores.median_diameter
            if not 0 <= self.pores.sigma <= 1.5:
                raise ValueError(
                    f"sigma, of ln(diameter), must lie in 0..1.5, got {self.pores.sigma}"
                )
            if self.open_pores:
                raise ValueError(
                    "open_pores: spherical pores don't touch each other, so none leads to the "
                    'collector; possible with structure "random_field"'
                )
        else:
            lengths["correlation_length"] = self.pores.correlation_length
        for name, value in lengths.items():
            if not (isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive length, got {value} um")
            if name in ("median_diameter", "correlation_length", "element_size") and (
                value >= min(self.thickness, self.width)
            ):
                raise ValueError(
                    f"{name} {value} um does not fit into a layer {self.width} um wide and "
                    f"{self.thickness} um thick; it must be smaller than both"
                )
        if not 0 < self.porosity < 1:
            raise ValueError(f"porosity must lie between 0 and 1, got {self.porosity}")
        if not 0 <= self.filled <= 1:
            raise ValueError(f"filled must lie in 0..1, got {self.filled}")
        if self.seed < 0:
            raise ValueError(f"seed must be a whole number >= 0, got {self.seed}")

    @property
    def pitch(self) -> float:
        """Side of the lattice's cubes in um, as asked for."""
        if self.element_size is not None:
            return self.element_size
        if isinstance(self.pores, SpherePores):
            return self.pores.median_diameter / _PER_DIAMETER
        return self.pores.correlation_length / _PER_LENGTH

    @property
    def extent(self) -> tuple[float, float, float]:
        """Sides of the box in um."""
        return (self.width, self.width, self.thickness)

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        """Mesh and its report."""
        lattice = fitted(self.extent, self.pitch, _PERIODIC)
        pore_stream, fill_stream = np.random.default_rng(self.seed).spawn(2)
        if isinstance(self.pores, SpherePores):
            spheres, stuffed = self._spheres(self.pores, lattice, pore_stream)
            mesh = self._mesh(stuffed, spheres, fill_stream)
        else:
            spheres = None
            field = RandomField(self.extent, _PERIODIC, self.pores.correlation_length, self.seed)
            trial = self._field(field, lattice)
            mesh = self._mesh(trial.mesh, None, fill_stream)
        contents = {"kind": "porous_layer"} | quality.report(mesh)
        volumes = mesh.volumes()
        in_pores = mesh.body > 0
        contents["pores"] = {
            "asked_porosity": self.porosity,
            "porosity": float(volumes[in_pores].sum() / volumes.sum()),
            "asked_filled": self.filled,
            "filled": float(
                volumes[mesh.region == mesh.regions["pore"]].sum() / volumes[in_pores].sum()
            ),
            **contents["pores"],
        }
        if spheres is not None and isinstance(self.pores, SpherePores):
            contents["pores"] |= {
                "spheres": len(spheres.radius),
                "asked_median_diameter_um": self.pores.median_diameter,
                "median_diameter_um": float(np.median(2 * spheres.radius)),
                "asked_sigma": self.pores.sigma,
                "sigma": float(np.log(spheres.radius).std()),
                "smallest_gap_um": spheres.smallest_gap(),
            }
        else:
            contents["pores"] |= {
                "surface_by_rice_per_um": field.surface(trial.level),
                "level": trial.level,
            }
        contents["structure"] = statistics.report(mesh, in_pores)
        return mesh, contents

    def _spheres(
        self, pores: SpherePores, lattice: Lattice, rng: np.random.Generator
    ) -> tuple[Spheres, Stuffed]:
        """Spheres, and a mesh in which their facetted images have the spheres' volumes."""
        volume = float(np.prod(self.extent))
        diameter = diameters(pores.median_diameter, pores.sigma, self.porosity * volume, dim=3)
        pitch = float(lattice.pitch.max())
        spheres = pack(diameter / 2, self.extent, _GAP * pitch, rng)
        grown = spheres.radius.copy()

        def build(scale: float) -> Stuffed:
            larger = Spheres(self.extent, spheres.centres, grown * scale)
            values = lattice.sample(lambda x, y, z: larger.distance(x, y, z, reach=2 * pitch))
            return self._kept(stuff(lattice, values))

        # A polyhedron with corners on the sphere is smaller than it: each gets a larger radius.
        wanted = pi / 6 * diameter**3
        for _ in range(_SPHERE_PASSES):
            mesh = build(1.0)
            centroids = mesh.points[mesh.cells[mesh.inside]].mean(axis=1)
            meshed = np.bincount(
                spheres.owner(centroids), mesh.volume[mesh.inside], minlength=len(wanted)
            )
            if not meshed.all():
                raise ValueError(
                    f"element_size {self.pitch:.4g} um is too coarse for the smallest pore, "
                    f"{diameter.min():.4g} um across; {diameter.min() / 4:.3g} um is possible"
                )
            grown *= np.clip((wanted / meshed) ** (1 / 3), 0.9, 1.1)
        return spheres, met(build, self.porosity, 1.0, 3 * self.porosity).mesh

    def _field(self, field: RandomField, lattice: Lattice) -> Trial:
        values = lattice.sample(field)
        level = float(ndtri(self.porosity))
        slope = float(np.exp(-(level**2) / 2) / np.sqrt(2 * np.pi))
        try:
            return met(
                lambda u: self._kept(stuff(lattice, values - u)), self.porosity, level, slope
            )
        except ValueError as error:
            if not self.open_pores:
                raise
            raise ValueError(
                f"open_pores: pores that reach the collector can't take {self.porosity:.4g} of "
                f"the volume here: {error}"
            ) from error

    def _kept(self, mesh: Stuffed) -> Stuffed:
        """The mesh without islands, and without closed pores where open ones are asked for."""
        inside = bulk.without_islands(mesh, self._period, FEWEST_CELLS)
        if self.open_pores:
            linked = facets.links(mesh.points, mesh.cells, self._period)
            body = facets.bodies(linked, inside)
            at_top = (mesh.points[mesh.cells][..., 2] == self.thickness).sum(axis=1) == 3
            inside &= np.isin(body, np.unique(body[at_top & inside]))
        return Stuffed(mesh.points, mesh.cells, inside, mesh.volume)

    @property
    def _period(self) -> Floats:
        return np.array([self.width, self.width, 0.0])

    def _mesh(
        self, stuffed: Stuffed, spheres: Spheres | None, rng: np.random.Generator
    ) -> RegionMesh:
        linked = facets.links(stuffed.points, stuffed.cells, self._period)
        body = bulk.numbered(linked, stuffed.inside)
        if spheres is None:
            size = bulk.sauter_diameters(stuffed, body)[body]
        else:
            size = np.zeros(len(body))
            centroids = stuffed.points[stuffed.cells[stuffed.inside]].mean(axis=1)
            size[stuffed.inside] = 2 * spheres.radius[spheres.owner(centroids)]
        regions = {"lisi": 1, "pore": 2} | ({"void": 3} if self.filled < 1 else {})
        region = np.where(stuffed.inside, 2, 1).astype(np.int32)
        if self.filled < 1:
            region[np.isin(body, self._empty(body, stuffed.volume, rng))] = 3
        tagged, tag, groups = bulk.facet_groups(stuffed, self.extent)
        return RegionMesh(
            points=stuffed.points,
            cells=stuffed.cells,
            region=region,
            regions=regions,
            facets=tagged,
            facet_tag=tag,
            facet_groups=groups,
            body=body.astype(np.int32),
            size=size,
            fibres=np.empty((0, 2), dtype=np.int64),
            fibre=np.empty(0, dtype=np.int32),
            period=self._period,
        )

    def _empty(
        self, body: npt.NDArray[np.integer[Any]], volume: Floats, rng: np.random.Generator
    ) -> Ids:
        """Bodies in random order until they hold the share of volume that stays empty."""
        volumes = np.bincount(body, volume)
        order = 1 + rng.permutation(len(volumes) - 1)
        gathered = np.cumsum(volumes[order])
        asked = (1 - self.filled) * gathered[-1]
        # The body at which the sum comes closest.
        count = int(np.abs(np.concatenate([[0.0], gathered]) - asked).argmin())
        return order[:count].astype(np.int64)
