"""The layer of the paper in 3D: solid with spherical pores, or pores of a Gaussian random field.

x and y are lateral and periodic, z goes through the thickness from the separator to the
collector. Lengths are um.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, log2, pi
from typing import Any

import numpy as np
from lisic.mesh import bulk, facets, nanotube_volume, quality
from lisic.mesh.field_pores import FieldMesh, kept, realise
from lisic.mesh.filling import left_empty, regions_of, shares
from lisic.mesh.grading import graded
from lisic.mesh.lattice import Lattice, fitted
from lisic.mesh.level import met
from lisic.mesh.nanotube_bundles import Bundles
from lisic.mesh.pores import diameters
from lisic.mesh.random_field import RandomField, correlation_length
from lisic.mesh.regions import Floats, RegionMesh
from lisic.mesh.spacing import refuse_too_many
from lisic.mesh.sphere_pores import Spheres, pack
from lisic.mesh.stuffing import Stuffed, stuff

_PERIODIC = (True, True, False)
# Cubes of the lattice per median pore diameter, and per correlation length.
_PER_DIAMETER = 6
_PER_LENGTH = 3
# Between walls of spheres, in cubes: the lattice then sees solid between them.
_GAP = 1.5
_SPHERE_PASSES = 3
# Elements longer than so many correlation lengths see nothing of a field.
_COARSEST = 2.0
_CELLS_PER_CUBE = 12


@dataclass(frozen=True)
class SpherePores:
    """Spherical pores: count-median of their diameters in um, and standard deviation of ln d."""

    median_diameter: float
    sigma: float


@dataclass(frozen=True)
class FieldPores:
    """Pores of a Gaussian random field, with this mean chord in um: 4 V/S, met to 3 %."""

    mean_chord: float


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
            sixth of the median diameter or a third of the field's correlation length, which is a
            fifth of the mean chord at 11 % and a twelfth at 59 %.
        largest_element: longest edge away from the walls of pores; elements grow to it by
            doubling. By default none grow.
        filled: share of the pores, by volume and body by body, that lithium fills, met to 0.05;
            the others form the region ``void``.
        open_pores: keep only pores that reach the collector, and more of those.
        nanotubes: bundles, as curves of the mesh, or None.

    Regions ``lisi``, ``pore`` and ``void``, as far as there are such; facet groups ``separator``
    (z = 0), ``collector`` (z = thickness), ``left``, ``right`` (across x), ``front``, ``back``
    (across y) and ``pore_wall``. Bodies are pores connected through facets, also across the
    period. The size of a spherical pore is its diameter, that of others their Sauter diameter
    6 V/S, which for a sphere is its diameter and for a network that of its branches and more.

    Raises:
        ValueError: a value out of its range; from :meth:`build`, pores or bundles that don't
            fit, a network that does not reach the collector.
    """

    thickness: float
    width: float
    porosity: float
    pores: SpherePores | FieldPores
    seed: int
    element_size: float | None = None
    largest_element: float | None = None
    filled: float = 1.0
    open_pores: bool = False
    nanotubes: Bundles | None = None

    def __post_init__(self) -> None:
        """Refuse what no seed can build."""
        if not 0 < self.porosity < 1:
            raise ValueError(f"porosity must lie between 0 and 1, got {self.porosity}")
        lengths = {"thickness": self.thickness, "width": self.width}
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
            lengths["mean_chord"] = self.pores.mean_chord
        lengths["element_size"] = self.pitch
        for name, value in lengths.items():
            if not (isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive length, got {value} um")
            if name in ("median_diameter", "mean_chord", "element_size") and (
                value >= min(self.thickness, self.width)
            ):
                raise ValueError(
                    f"{name} {value} um does not fit into a layer {self.width} um wide and "
                    f"{self.thickness} um thick; it must be smaller than both"
                )
        self._refuse_elements()
        if self.largest_element is not None and not self.pitch <= self.largest_element < np.inf:
            raise ValueError(
                f"largest_element must be a length of element_size, {self.pitch:.4g} um, or more, "
                f"got {self.largest_element} um"
            )
        if not 0 <= self.filled <= 1:
            raise ValueError(f"filled must lie in 0..1, got {self.filled}")
        tubes = self.nanotubes
        if tubes is not None and tubes.volume_fraction >= 1 - self.porosity:
            raise ValueError(
                f"nanotubes of volume_fraction {tubes.volume_fraction:.4g} are more than the "
                f"solid beside {self.porosity:.4g} of pores; less than {1 - self.porosity:.4g} "
                "is possible"
            )
        if self.seed < 0:
            raise ValueError(f"seed must be a whole number >= 0, got {self.seed}")

    @property
    def pitch(self) -> float:
        """Side of the lattice's cubes in um, as asked for."""
        if self.element_size is not None:
            return self.element_size
        if isinstance(self.pores, SpherePores):
            return self.pores.median_diameter / _PER_DIAMETER
        return correlation_length(self.pores.mean_chord, self.porosity, dim=3) / _PER_LENGTH

    def _refuse_elements(self) -> None:
        """Refuse elements that are too many for a mesh, or too large for any pore."""
        if isinstance(self.pores, SpherePores):
            smallest, what = self.pores.median_diameter, "the median pore"
        else:
            length = correlation_length(self.pores.mean_chord, self.porosity, dim=3)
            smallest, what = _COARSEST * length, "this field"
        if self.pitch > smallest:
            raise ValueError(
                f"element_size {self.pitch:.4g} um is too coarse to show {what} at porosity "
                f"{self.porosity:.4g}; {smallest / 4:.3g} um or less would, or larger pores"
            )
        if self.largest_element is None:
            cells = _CELLS_PER_CUBE * float(np.prod(self.extent)) / self.pitch**3
            refuse_too_many(cells, dim=3)

    @property
    def extent(self) -> tuple[float, float, float]:
        """Sides of the box in um."""
        return (self.width, self.width, self.thickness)

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        """Mesh and its report."""
        lattice = fitted(self.extent, self.pitch, _PERIODIC)
        # Streams of their own: the same seed gives the same pores with and without fibres.
        pore_stream, fill_stream, fibre_stream = np.random.default_rng(self.seed).spawn(3)
        if isinstance(self.pores, SpherePores):
            spheres, stuffed = self._spheres(self.pores, lattice, pore_stream)
            mesh = self._mesh(stuffed, spheres, fill_stream)
            sizes = {
                "spheres": len(spheres.radius),
                "asked_median_diameter_um": self.pores.median_diameter,
                "median_diameter_um": float(np.median(2 * spheres.radius)),
                "asked_sigma": self.pores.sigma,
                "sigma": float(np.log(spheres.radius).std()),
                "smallest_gap_um": spheres.smallest_gap(),
            }
        else:
            made = self._field(self.pores.mean_chord, lattice)
            mesh = self._mesh(made.mesh, None, fill_stream)
            sizes = made.report(self.pores.mean_chord)
        if self.nanotubes is not None:
            mesh = nanotube_volume.with_bundles(mesh, self.nanotubes, fibre_stream)
        contents = {"kind": "porous_layer"} | quality.report(mesh)
        asked = shares(mesh, self.porosity, self.filled)
        contents["pores"] = asked | contents["pores"] | sizes
        if self.nanotubes is not None:
            contents["fibres"] = nanotube_volume.report(mesh, self.nanotubes)
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
            return kept(self._stuffed(lattice, values), self._period, open_pores=False)

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

    def _field(self, mean_chord: float, lattice: Lattice) -> FieldMesh:
        """A field's mesh with the porosity and the mean chord that were asked for."""

        def mesher(field: RandomField) -> Callable[[float], Stuffed]:
            values = lattice.sample(field)
            return lambda u: self._stuffed(lattice, values - u)

        return realise(
            self.extent,
            _PERIODIC,
            self.seed,
            self.porosity,
            mean_chord,
            self.open_pores,
            mesher,
        )

    def _stuffed(self, lattice: Lattice, values: Floats) -> Stuffed:
        """The box in two phases, with elements that grow as far as they may."""
        doublings = 0
        if self.largest_element is not None:
            # To rounding: twice the size is one doubling.
            doublings = int(log2(self.largest_element / self.pitch) + 1e-9)
        background = graded(lattice, values, doublings) if doublings else None
        return stuff(lattice, values, background)

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
        empty = left_empty(body, stuffed.volume, self.filled, rng)
        region, regions = regions_of(body, empty)
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
