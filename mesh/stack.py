"""Layers on top of each other, with flat or rough interfaces and pores where asked, 2D.

x is lateral and periodic, y goes through the layers, the first of them at the bottom. Every
layer is meshed on its own between faces that it shares with its neighbours, vertex by vertex.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
from lisic.mesh import quality
from lisic.mesh.layer_outline import Outline, flat_face, outline
from lisic.mesh.planar import Polygon, triangulate
from lisic.mesh.regions import Floats, Ids, RegionMesh
from lisic.mesh.roughness import Profile, Roughness
from lisic.mesh.rounding import at_most
from lisic.mesh.spacing import Spacing, refuse_too_many
from lisic.mesh.stack_layer import Filling, Layer, LayerPores, fill

__all__ = ["Layer", "LayerPores", "Roughness", "Stack"]

_GRADING = 0.8
# A layer keeps this share of its thickness where its rough faces come closest.
_LEAST_LEFT = 0.25
_SAMPLES = 4096


@dataclass(frozen=True)
class Stack:
    """A stack in plane strain that repeats laterally with the period ``width`` um.

    Attributes:
        layers: from the bottom up.
        width: lateral period in um.
        seed: of rough faces, pores and fibres.

    Regions are the layers' names, and ``pore`` for the pores of all layers; facet groups
    ``bottom``, ``top``, ``left``, ``right``, ``lower|upper`` for the interface of the layers
    named so, and ``pore_wall`` where there are pores.

    Raises:
        ValueError: a value out of its range; from :meth:`build`, faces that cross, pores or
            fibres that don't fit.
    """

    layers: tuple[Layer, ...]
    width: float
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no stack."""
        if not self.layers:
            raise ValueError("a stack needs at least one layer, got none")
        if not (isfinite(self.width) and self.width > 0):
            raise ValueError(f"width must be a positive length, got {self.width} um")
        if self.seed < 0:
            raise ValueError(f"seed must be a whole number >= 0, got {self.seed}")
        repeated = [n for n, count in Counter(la.name for la in self.layers).items() if count > 1]
        if repeated:
            raise ValueError(
                f"every layer needs a name of its own, got {', '.join(repeated)} more than once; "
                "layers of one material may bear names such as li-bottom and li-top"
            )
        if self.layers[-1].roughness is not None:
            raise ValueError(
                f"the upper face of the last layer, {self.layers[-1].name}, lies at the platen and "
                "is flat; roughness belongs to faces between layers"
            )
        for layer in self.layers:
            if layer.element_size is not None and layer.element_size > self.width:
                raise ValueError(
                    f"layer {layer.name}: element_size must be at most the width "
                    f"{self.width:.4g} um, got {layer.element_size:.4g} um"
                )
            try:
                refuse_too_many(layer.triangles(self.width))
            except ValueError as error:
                raise ValueError(f"layer {layer.name}: {error}") from error

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        """Mesh and its report."""
        heights = np.concatenate([[0.0], np.cumsum([layer.thickness for layer in self.layers])])
        streams = np.random.default_rng(self.seed).spawn(2 * len(self.layers))
        profiles = self._profiles(streams[::2])
        lowest, highest = self._clear(heights, profiles)
        filled = []
        for i, layer in enumerate(self.layers):
            try:
                filled.append(
                    fill(layer, self.width, highest[i], lowest[i + 1], streams[2 * i + 1])
                )
            except ValueError as error:
                raise ValueError(f"layer {layer.name}: {error}") from error
        faces = self._faces(heights, profiles, filled)
        parts = []
        for layer, filling, (lower, upper) in zip(
            self.layers, filled, pairwise(faces), strict=True
        ):
            try:
                parts.append(_mesh_layer(layer, filling, lower, upper, self.width))
            except ValueError as error:
                edges = max(len(lower), len(upper)) - 1
                raise ValueError(
                    f"layer {layer.name}, with {edges:,} elements along a face: {error}"
                ) from error
        mesh = self._join(parts, filled)
        return mesh, self._report(mesh, faces, filled)

    def _profiles(self, streams: list[np.random.Generator]) -> list[Profile | None]:
        """Of every face from the bottom up; None where it is flat."""
        profiles: list[Profile | None] = [None]
        for layer, stream in zip(self.layers, streams, strict=True):
            try:
                rough = layer.roughness
                profiles.append(None if rough is None else rough.profile(self.width, stream))
            except ValueError as error:
                raise ValueError(f"upper face of layer {layer.name}: {error}") from error
        return profiles

    def _clear(
        self, heights: Floats, profiles: list[Profile | None]
    ) -> tuple[list[float], list[float]]:
        """Lowest and highest point of every face; refuses faces that cross or nearly do."""
        x = np.linspace(0.0, self.width, _SAMPLES)
        waves = [np.zeros_like(x) if p is None else p.at(x) for p in profiles]
        for i, layer in enumerate(self.layers):
            closer = float((waves[i] - waves[i + 1]).max())
            if layer.thickness - closer < _LEAST_LEFT * layer.thickness:
                scale = (1 - _LEAST_LEFT) * layer.thickness / closer
                asked = [
                    f"{one.roughness.rms:.4g} um"
                    for one in self.layers[max(0, i - 1) : i + 1]
                    if one.roughness is not None
                ]
                raise ValueError(
                    f"layer {layer.name}, {layer.thickness:.4g} um thick, is cut through or nearly "
                    f"by its rough faces of rms {' and '.join(asked)}; with this seed up to "
                    f"{at_most(scale, 3)} times that is possible, or a thicker layer"
                )
        lowest = [float(h + wave.min()) for h, wave in zip(heights, waves, strict=True)]
        highest = [float(h + wave.max()) for h, wave in zip(heights, waves, strict=True)]
        return lowest, highest

    def _faces(
        self, heights: Floats, profiles: list[Profile | None], filled: list[Filling]
    ) -> list[Floats]:
        """Vertices of every face, as fine as the pores near it and the layers beside it ask."""
        largest = [layer.largest(self.width) for layer in self.layers]
        faces = []
        for i, (height, profile) in enumerate(zip(heights.tolist(), profiles, strict=True)):
            beside = slice(max(0, i - 1), i + 1)
            coarsest = min(largest[beside])
            spacing = Spacing(
                sources=np.concatenate([[[0.0, height]], *(f.sources for f in filled[beside])]),
                size=np.concatenate([[coarsest], *(f.size for f in filled[beside])]),
                largest=coarsest,
                grading=_GRADING,
            )
            if profile is None:
                faces.append(flat_face(height, self.width, spacing))
                continue
            line = profile.vertices(coarsest) + np.array([0.0, height])
            finest = float(spacing.at(line).min())
            faces.append(profile.vertices(finest) + np.array([0.0, height]))
        return faces

    def _join(self, parts: "list[_Part]", filled: list[Filling]) -> RegionMesh:
        """One mesh: vertices of a face that two layers share become one."""
        every = np.concatenate([part.points for part in parts])
        _, first, inverse = np.unique(every, axis=0, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        number: Ids = rank[inverse.ravel()]
        offsets = np.cumsum([0, *(len(part.points) for part in parts)])
        names = [layer.name for layer in self.layers]
        regions = {name: i for i, name in enumerate(names, start=1)}
        porous = any(len(f.pores.diameter) for f in filled)
        if porous:
            regions["pore"] = len(names) + 1
        edges: dict[str, list[Ids]] = {
            name: [] for name in ("bottom", "top", "left", "right", *map("|".join, pairwise(names)))
        }
        if porous:
            edges["pore_wall"] = []
        cells, region, body, size, fibres, fibre = [], [], [], [], [], []
        bodies = chains = 0
        for i, (part, filling) in enumerate(zip(parts, filled, strict=True)):
            part_edges = dict(part.lines.edges)
            lower, upper = part_edges.pop("bottom"), part_edges.pop("top")
            if i == 0:
                part_edges["bottom"] = lower
            part_edges["top" if i + 1 == len(parts) else f"{names[i]}|{names[i + 1]}"] = upper
            for name, chain in part_edges.items():
                if len(chain):
                    edges[name].append(number[chain + offsets[i]])
            cells.append(number[part.cells + offsets[i]])
            in_pore = part.body > 0
            region.append(np.where(in_pore, regions.get("pore", 0), i + 1))
            body.append(np.where(in_pore, part.body + bodies, 0))
            size.append(np.concatenate([[0.0], filling.pores.diameter])[part.body])
            fibres.append(number[part.fibres + offsets[i]])
            fibre.append(filling.fibres.number + chains)
            bodies += len(filling.pores.diameter)
            chains += int(filling.fibres.number.max(initial=0))
        return RegionMesh(
            points=every[first[order]],
            cells=np.concatenate(cells),
            region=np.concatenate(region).astype(np.int32),
            regions=regions,
            facets=np.concatenate([chain for chains in edges.values() for chain in chains]),
            facet_tag=np.repeat(
                np.arange(1, len(edges) + 1, dtype=np.int32),
                [sum(map(len, chains)) for chains in edges.values()],
            ),
            facet_groups={name: tag for tag, name in enumerate(edges, start=1)},
            body=np.concatenate(body).astype(np.int32),
            size=np.concatenate(size),
            fibres=np.concatenate(fibres),
            fibre=np.concatenate(fibre).astype(np.int32),
            period=np.array([self.width, 0.0]),
        )

    def _report(
        self, mesh: RegionMesh, faces: list[Floats], filled: list[Filling]
    ) -> dict[str, Any]:
        contents = {"kind": "stack"} | quality.report(mesh)
        middle = mesh.points[mesh.cells].mean(axis=1)
        areas = mesh.volumes()
        layers: dict[str, Any] = {}
        interfaces: dict[str, Any] = {}
        for i, (layer, filling) in enumerate(zip(self.layers, filled, strict=True)):
            below, above = (np.interp(middle[:, 0], *faces[k].T) for k in (i, i + 1))
            inside = (middle[:, 1] > below) & (middle[:, 1] < above)
            layers[layer.name] = {
                "asked_thickness_um": layer.thickness,
                "thickness_um": float(areas[inside].sum()) / self.width,
                "cells": int(inside.sum()),
                **filling.report,
            }
            if filling.report.get("pores"):
                pores = areas[inside & (mesh.region == mesh.regions["pore"])].sum()
                layers[layer.name]["pores"]["porosity"] = float(pores / areas[inside].sum())
            if i + 1 < len(self.layers):
                interfaces[f"{layer.name}|{self.layers[i + 1].name}"] = _shape(
                    faces[i + 1], layer.roughness
                )
        return contents | {"layers": layers, "interfaces": interfaces}


@dataclass(frozen=True, eq=False)
class _Part:
    """The mesh of one layer: ``body`` >= 1 in pores, in the numbers of that layer."""

    lines: Outline
    points: Floats
    cells: Ids
    body: Ids
    fibres: Ids


def _mesh_layer(
    layer: Layer, filling: Filling, lower: Floats, upper: Floats, width: float
) -> _Part:
    """Triangles between two faces, around pores and fibres."""
    chains = [
        face + np.array([shift, 0.0]) for face in (lower, upper) for shift in (0.0, width, -width)
    ]
    lengths = [np.linalg.norm(np.diff(chain, axis=0), axis=1) for chain in chains]
    spacing = Spacing(
        sources=np.concatenate([filling.sources, *(c[1:] / 2 + c[:-1] / 2 for c in chains)]),
        size=np.concatenate([filling.size, *lengths]),
        largest=layer.largest(width),
        grading=_GRADING,
    )
    edges = 16 if layer.pores is None else layer.pores.nodes_per_pore
    lines = outline(filling.pores, edges, lower, upper, spacing)
    fibres = filling.fibres.segments + len(lines.points)
    none: Ids = np.empty((0, 2), dtype=np.int64)
    points, cells, owner = triangulate(
        np.concatenate([lines.points, filling.fibres.points]),
        [Polygon(lines.solid, fibres), *(Polygon([loop], none) for loop in lines.pores)],
        spacing,
    )
    return _Part(lines, points, cells, np.array([0, *lines.body], dtype=np.int64)[owner], fibres)


def _shape(face: Floats, asked: Roughness | None) -> dict[str, Any]:
    """Edges and roughness of a face, ready for JSON."""
    contents: dict[str, Any] = {"edges": len(face) - 1}
    if asked is not None:
        # Evenly spaced vertices, the last the copy of the first.
        slope = np.diff(face[:, 1]) / np.diff(face[:, 0])
        contents |= {
            "asked_rms_um": asked.rms,
            "rms_um": float(face[:-1, 1].std()),
            "peak_to_valley_um": float(np.ptp(face[:, 1])),
            "rms_slope": float(np.sqrt((slope**2).mean())),
        }
    return contents
