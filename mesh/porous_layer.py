"""The layer of the paper: solid with log-normal circular pores and nanotube bundles, 2D.

x is lateral and periodic, y goes through the thickness from the separator to the collector.
"""

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from lisic.mesh import quality
from lisic.mesh.filling import left_empty, regions_of, shares
from lisic.mesh.layer_outline import (
    Outline,
    corner_radius,
    flat_face,
    outline,
    wall_sources,
    with_images,
)
from lisic.mesh.nanotubes import Fibres, Nanotubes, grow
from lisic.mesh.planar import Polygon, triangulate
from lisic.mesh.pores import Pores, diameters, pack, smallest_gap
from lisic.mesh.regions import Floats, Ids, RegionMesh
from lisic.mesh.spacing import Spacing, refuse_too_many
from lisic.mesh.stack_layer import LayerPores

__all__ = ["Nanotubes", "PorousLayer"]

_FACES = {"bottom": "separator", "top": "collector"}
# Far from pores the solid is under nearly uniform stress.
_COARSEST = 1 / 20
_GRADING = 0.8


@dataclass(frozen=True)
class PorousLayer:
    """A porous layer in plane strain; lengths in um.

    Attributes:
        thickness, width: of the layer; it repeats laterally with the period ``width``.
        porosity: share of the area that is pore, met to rounding.
        median_diameter, sigma: count-median of the pore diameters and standard deviation of
            their logarithm.
        seed: of the positions of pores and fibres.
        nodes_per_pore: corners of the polygon that stands for a pore's circle.
        element_size: largest element; by default a twentieth of the thickness.
        nanotubes: bundles in the solid, or None.
        filled: share of the pores, by area and pore by pore, that lithium fills, met to 0.05; the
            others form the region ``void``.

    Regions ``lisi``, ``pore`` and ``void``, as far as there are such; facet groups
    ``separator`` (y = 0), ``collector`` (y = thickness), ``left``, ``right`` and ``pore_wall``.

    Raises:
        ValueError: a value out of its range; from :meth:`build`, pores or fibres that don't fit.
    """

    thickness: float
    width: float
    porosity: float
    median_diameter: float
    sigma: float
    seed: int
    nodes_per_pore: int = 16
    element_size: float | None = None
    nanotubes: Nanotubes | None = None
    filled: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what no seed can build."""
        for name in ("thickness", "width", "median_diameter"):
            value = getattr(self, name)
            if not (isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive length, got {value} um")
        if self.element_size is not None and not self.element_size > 0:
            raise ValueError(f"element_size must be a positive length, got {self.element_size} um")
        if not 0 < self.porosity < 1:
            raise ValueError(
                f"porosity must lie between 0 and 1, got {self.porosity}; random circles "
                "reach about 0.6"
            )
        if self.median_diameter >= min(self.thickness, self.width):
            raise ValueError(
                f"median_diameter {self.median_diameter} um does not fit into a layer "
                f"{self.width} um wide and {self.thickness} um thick; it must be smaller than both"
            )
        if not 0 <= self.sigma <= 1.5:
            raise ValueError(f"sigma, of ln(diameter), must lie in 0..1.5, got {self.sigma}")
        if not 0 <= self.filled <= 1:
            raise ValueError(f"filled must lie in 0..1, got {self.filled}")
        if self.seed < 0:
            raise ValueError(f"seed must be a whole number >= 0, got {self.seed}")
        if self.nodes_per_pore < 10:
            raise ValueError(
                f"nodes_per_pore must be at least 10 (eight elements in a pore), "
                f"got {self.nodes_per_pore}"
            )
        pores = LayerPores(self.porosity, self.median_diameter, self.sigma, self.nodes_per_pore)
        refuse_too_many(pores.triangles(self.width * self.thickness))

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        """Mesh and its report."""
        area = self.width * self.thickness
        diameter = diameters(self.median_diameter, self.sigma, self.porosity * area)
        radius = corner_radius(diameter, self.nodes_per_pore)
        # Streams of their own: the same seed gives the same pores with and without fibres.
        pore_stream, fibre_stream, fill_stream = np.random.default_rng(self.seed).spawn(3)
        try:
            pores = pack(diameter, radius, self.width, self.thickness, pore_stream)
        except ValueError as error:
            raise ValueError(f'{error}, any porosity with structure "random_field"') from error
        centres, radii = with_images(pores, radius, self.width)
        fibres = Fibres.none()
        if self.nanotubes is not None:
            fibres = grow(self.nanotubes, centres, radii, self.width, self.thickness, fibre_stream)
        spacing = self._spacing(centres, radii, fibres)
        lower, upper = (flat_face(y, self.width, spacing) for y in (0.0, self.thickness))
        lines = outline(pores, self.nodes_per_pore, lower, upper, spacing)
        mesh = self._mesh(pores, lines, fibres, spacing, fill_stream)
        contents = {"kind": "porous_layer"} | quality.report(mesh)
        contents["pores"] = {
            **shares(mesh, self.porosity, self.filled),
            "asked_median_diameter_um": self.median_diameter,
            "asked_sigma": self.sigma,
            "smallest_gap_um": smallest_gap(pores, radius, self.width),
            **contents["pores"],
        }
        if self.nanotubes is not None:
            contents["fibres"] = fibres.report(self.nanotubes, area)
        return mesh, contents

    def _spacing(self, centres: Floats, radii: Floats, fibres: Fibres) -> Spacing:
        walls, edge = wall_sources(centres, radii, self.nodes_per_pore)
        return Spacing(
            sources=np.concatenate([walls, fibres.points]),
            size=np.concatenate([edge, np.full(len(fibres.points), fibres.step)]),
            largest=self.thickness * _COARSEST if self.element_size is None else self.element_size,
            grading=_GRADING,
        )

    def _mesh(
        self,
        pores: Pores,
        lines: Outline,
        fibres: Fibres,
        spacing: Spacing,
        fill_stream: np.random.Generator,
    ) -> RegionMesh:
        segments = fibres.segments + len(lines.points)
        no_edges: Ids = np.empty((0, 2), dtype=np.int64)
        polygons = [
            Polygon(loops=lines.solid, embedded=segments),
            *(Polygon(loops=[loop], embedded=no_edges) for loop in lines.pores),
        ]
        points, cells, owner = triangulate(
            np.concatenate([lines.points, fibres.points]), polygons, spacing
        )
        body = np.array([0, *lines.body], dtype=np.int64)[owner]
        # The polygon of a pore has the area of its circle.
        area = np.concatenate([[0.0], pores.diameter**2])
        numbers = np.arange(len(area))
        region, regions = regions_of(body, left_empty(numbers, area, self.filled, fill_stream))
        return RegionMesh(
            points=points,
            cells=cells,
            region=region,
            regions=regions,
            facets=np.concatenate(list(lines.edges.values())),
            facet_tag=np.repeat(
                np.arange(1, len(lines.edges) + 1, dtype=np.int32),
                [len(edges) for edges in lines.edges.values()],
            ),
            facet_groups={
                _FACES.get(name, name): tag for tag, name in enumerate(lines.edges, start=1)
            },
            body=body.astype(np.int32),
            size=np.concatenate([[0.0], pores.diameter])[body],
            fibres=segments,
            fibre=fibres.number,
            period=np.array([self.width, 0.0]),
        )
