"""One layer of a stack: what is asked of it, and the pores and nanotubes placed in it."""

from dataclasses import dataclass, replace
from math import exp, isfinite, pi
from typing import Any

import numpy as np
from lisic.mesh.layer_outline import corner_radius, wall_sources, with_images
from lisic.mesh.nanotubes import Fibres, Nanotubes, grow
from lisic.mesh.pores import GAP, Pores, diameters, pack, smallest_gap
from lisic.mesh.regions import Floats
from lisic.mesh.roughness import Roughness
from lisic.mesh.rounding import at_most
from lisic.mesh.spacing import triangles

# Elements through a layer and across the width at least: stress far from interfaces is smooth.
_THROUGH = 6
_THROUGH_POROUS = 20
_ACROSS = 4
# Triangles in and around a pore, for each of its nodes.
_PER_NODE = 7


@dataclass(frozen=True)
class LayerPores:
    """Pores of a layer, as those of :class:`lisic.mesh.porous_layer.PorousLayer`.

    Attributes:
        porosity: share of the layer's area.
        median_diameter, sigma: count-median in um, standard deviation of ln(diameter).
        nodes_per_pore: corners of the polygon that stands for a pore's circle.

    Raises:
        ValueError: a value out of its range.
    """

    porosity: float
    median_diameter: float
    sigma: float
    nodes_per_pore: int = 16

    def __post_init__(self) -> None:
        """Refuse what no seed can build."""
        if not 0 < self.porosity < 1:
            raise ValueError(
                f"porosity must lie between 0 and 1, got {self.porosity}; random circles "
                "reach about 0.4"
            )
        if not (isfinite(self.median_diameter) and self.median_diameter > 0):
            raise ValueError(
                f"median_diameter must be a positive length, got {self.median_diameter} um"
            )
        if not 0 <= self.sigma <= 1.5:
            raise ValueError(f"sigma, of ln(diameter), must lie in 0..1.5, got {self.sigma}")
        if self.nodes_per_pore < 10:
            raise ValueError(
                f"nodes_per_pore must be at least 10 (eight elements in a pore), "
                f"got {self.nodes_per_pore}"
            )

    def triangles(self, area: float) -> float:
        """About how many triangles the pores of ``area`` um^2 take, in and around them."""
        mean = pi / 4 * self.median_diameter**2 * exp(2 * self.sigma**2)
        return _PER_NODE * self.nodes_per_pore * self.porosity * area / mean


@dataclass(frozen=True)
class Layer:
    """A layer of a stack; lengths in um.

    Attributes:
        name: of its region.
        thickness: mean thickness.
        roughness: of its upper face, or None where that is flat.
        pores: in the layer, or None.
        nanotubes: in the layer's solid, or None.
        element_size: largest element; left out, a sixth of the thickness (a twentieth with
            pores) and a quarter of the width at most.

    Raises:
        ValueError: a value out of its range.
    """

    name: str
    thickness: float
    roughness: Roughness | None = None
    pores: LayerPores | None = None
    nanotubes: Nanotubes | None = None
    element_size: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no layer."""
        if not self.name or "|" in self.name or self.name == "pore":
            raise ValueError(
                f"the name of a layer must be text without | other than pore, got {self.name!r}"
            )
        for name in ("thickness", "element_size"):
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and value > 0):
                raise ValueError(
                    f"layer {self.name}: {name} must be a positive length, got {value} um"
                )
        if self.element_size is not None and self.element_size > self.thickness:
            raise ValueError(
                f"layer {self.name}: element_size must be at most the layer's thickness "
                f"{self.thickness:.4g} um, got {self.element_size:.4g} um"
            )

    def largest(self, width: float) -> float:
        """Largest element in um, in a model of ``width`` um."""
        if self.element_size is not None:
            return self.element_size
        through = _THROUGH if self.pores is None else _THROUGH_POROUS
        return min(self.thickness / through, width / _ACROSS)

    def triangles(self, width: float) -> float:
        """Least number of triangles in a model of ``width`` um, known before pores are placed."""
        area = width * self.thickness
        count = triangles(area, self.largest(width))
        if self.pores is not None:
            count += self.pores.triangles(area)
        return count


@dataclass(frozen=True, eq=False)
class Filling:
    """What was placed in a layer: pores and fibres at their heights in the stack.

    Attributes:
        pores: maybe none.
        fibres: maybe none.
        sources: places (n, 2) that ask for elements of ``size`` um (n,).
        report: asked and achieved, ready for JSON.
    """

    pores: Pores
    fibres: Fibres
    sources: Floats
    size: Floats
    report: dict[str, Any]


def fill(layer: Layer, width: float, low: float, high: float, rng: np.random.Generator) -> Filling:
    """Place the pores and nanotubes of ``layer`` at heights between ``low`` and ``high`` um.

    Raises:
        ValueError: pores or fibres that don't fit.
    """
    none = np.empty(0)
    pores, fibres = Pores(none, none, none), Fibres.none()
    centres, radii = np.empty((0, 2)), none
    sources, size = np.empty((0, 2)), none
    area, report = width * layer.thickness, {}
    # Streams of their own: the same seed gives the same pores with and without fibres.
    pore_stream, fibre_stream = rng.spawn(2)
    base = np.array([0.0, low])
    if layer.pores is not None:
        asked = layer.pores
        _refuse_too_large(asked, width, high - low)
        diameter = diameters(asked.median_diameter, asked.sigma, asked.porosity * area)
        radius = corner_radius(diameter, asked.nodes_per_pore)
        try:
            pores = pack(diameter, radius, width, high - low, pore_stream)
        except ValueError as error:
            if high - low == layer.thickness:
                raise
            raise ValueError(
                f"{error} (per area between its rough faces, {high - low:.4g} um apart of "
                f"{layer.thickness:.4g} um)"
            ) from error
        centres, radii = with_images(pores, radius, width)
        report["pores"] = {
            "asked_porosity": asked.porosity,
            "number": len(diameter),
            "asked_median_diameter_um": asked.median_diameter,
            "median_diameter_um": float(np.exp(np.median(np.log(diameter)))),
            "asked_sigma": asked.sigma,
            "smallest_gap_um": smallest_gap(pores, radius, width),
        }
        walls, edges = wall_sources(centres + base, radii, asked.nodes_per_pore)
        sources, size = walls, edges
        pores = replace(pores, y=pores.y + low)
    if layer.nanotubes is not None:
        share = layer.nanotubes.area_fraction * layer.thickness / (high - low)
        if share >= 1:
            raise ValueError(
                f"nanotubes of area_fraction {layer.nanotubes.area_fraction} do not fit "
                "between the rough faces"
            )
        tubes = replace(layer.nanotubes, area_fraction=share)
        grown = grow(tubes, centres, radii, width, high - low, fibre_stream)
        fibres = replace(grown, points=grown.points + base)
        report["fibres"] = grown.report(layer.nanotubes, area)
        sources = np.concatenate([sources, fibres.points])
        size = np.concatenate([size, np.full(len(fibres.points), fibres.step)])
    return Filling(pores, fibres, sources, size, report)


def _refuse_too_large(pores: LayerPores, width: float, room: float) -> None:
    """Refuse pores of which not even the median fits between faces ``room`` um apart."""
    # As pores are packed: corners of their polygons, with a gap to either face.
    corner = float(corner_radius(np.ones(1), pores.nodes_per_pore)[0])
    largest = min(width, room) / (2 * (1 + GAP)) / corner
    if pores.median_diameter > largest:
        raise ValueError(
            f"pores of median diameter {pores.median_diameter:.4g} um do not fit between faces "
            f"{room:.4g} um apart in a width of {width:.4g} um; up to {at_most(largest, 3)} um is "
            "possible for the largest of them"
        )
