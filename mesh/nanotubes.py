"""Nanotube bundles as curved chains in the solid between the pores, in 2D.

A bundle is a worm-like chain in the plane: in a step s its direction turns by a normally
distributed angle of variance s / P, P its persistence length, so that directions a distance l
apart correlate as exp(-l / (2 P)). Aligned bundles are pulled back to their axis, as in
:class:`lisic.mesh.nanotube_directions.Aligned`. Lengths are um.
"""

from dataclasses import dataclass
from math import cos, exp, isfinite, pi, radians, sqrt
from typing import Any, Literal, Self, get_args

import numpy as np
from lisic.mesh import nanotube_report
from lisic.mesh.nanotube_report import Placed
from lisic.mesh.regions import Floats, Ids, Tags
from lisic.mesh.rounding import at_least, at_most

type Orientation2D = Literal["isotropic", "aligned"]
type Axis2D = Literal["x", "y"]

# Segments three diameters long; fibres keep about half a segment from everything, so that the
# elements between are no slivers.
_STEP = 3.0
_CLEARANCE = 0.5
_PORE_CLEARANCE = 0.15  # of the pore's radius, as between pores
_FEWEST_SEGMENTS = 6
_ROUNDING = 1e-9
# Turning angles tried at a step: several ways around a pore.
_ANGLES = 24
_LOOK_AHEAD = 4  # steps
_BACKTRACK = 5  # steps
_DEAD_ENDS = 8  # backtracks before a chain starts elsewhere
_STARTS = 300
# Of the longest chain that found no room for all of its length, what many find room for.
_SHORTER = 0.2


@dataclass(frozen=True)
class Nanotubes:
    """Bundles to place: total length x ``diameter`` is ``area_fraction`` of the whole layer.

    Attributes:
        area_fraction: of the layer, pores included; met to rounding.
        diameter, length, persistence_length: of a bundle in um.
        orientation: ``isotropic`` in the plane of the mesh, or ``aligned`` to ``axis``.
        axis: ``x``, along the layer, or ``y``, through it.
        spread_deg: standard deviation in degrees of the deflection from the axis.
        weight_fraction: that the area stands for, for the report.

    Raises:
        ValueError: a value out of its range.
    """

    area_fraction: float
    diameter: float
    length: float
    persistence_length: float
    orientation: Orientation2D = "isotropic"
    axis: Axis2D = "x"
    spread_deg: float = 10.0
    weight_fraction: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no fibre."""
        if not 0 < self.area_fraction < 1:
            raise ValueError(f"area_fraction must lie between 0 and 1, got {self.area_fraction}")
        for name in ("diameter", "length", "persistence_length"):
            value = getattr(self, name)
            if not (isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive length, got {value} um")
        if self.length < _FEWEST_SEGMENTS * self.diameter * (1 - _ROUNDING):
            raise ValueError(
                f"length must be at least {_FEWEST_SEGMENTS} diameters "
                f"({_FEWEST_SEGMENTS * self.diameter:.4g} um), got {self.length} um"
            )
        # Below, one segment would turn further than a chain of straight segments can show.
        if self.persistence_length < 2 * _STEP * self.diameter * (1 - _ROUNDING):
            raise ValueError(
                f"persistence_length must be at least {2 * _STEP:g} diameters "
                f"({2 * _STEP * self.diameter:.4g} um), got {self.persistence_length} um"
            )
        for name, choices in (
            ("orientation", get_args(Orientation2D.__value__)),
            ("axis", get_args(Axis2D.__value__)),
        ):
            if getattr(self, name) not in choices:
                raise ValueError(
                    f"{name} must be one of {', '.join(choices)}, got {getattr(self, name)!r}"
                )
        if not 0 < self.spread_deg <= 45:
            raise ValueError(f"spread_deg must lie in 0..45 degrees, got {self.spread_deg}")

    @property
    def amount(self) -> tuple[str, float]:
        """Name and value of the fraction as it was asked for: by weight, where that is known."""
        if self.weight_fraction is None:
            return "area_fraction", self.area_fraction
        return "weight_fraction", self.weight_fraction


@dataclass(frozen=True, eq=False)
class Fibres:
    """Placed chains of equal segments.

    Attributes:
        points: (n, 2).
        segments: point numbers (m, 2).
        number: >= 1, of the chain of each segment (m,).
        step: length of a segment in um.
        thickness: of the layer in which they were grown, from height 0, in um.
    """

    points: Floats
    segments: Ids
    number: Tags
    step: float
    thickness: float

    @classmethod
    def none(cls) -> Self:
        """No fibres."""
        return cls(
            points=np.empty((0, 2)),
            segments=np.empty((0, 2), dtype=np.int64),
            number=np.empty(0, dtype=np.int32),
            step=0.0,
            thickness=0.0,
        )

    def report(self, asked: Nanotubes, layer_area: float) -> dict[str, Any]:
        """Asked and achieved amounts and shapes, ready for JSON."""
        placed = Placed(self.points, self.segments, self.number, np.zeros(2), (0.0, self.thickness))
        contents = nanotube_report.report(placed, asked.diameter)
        area_fraction = contents["total_length_um"] * asked.diameter / layer_area
        ratios = nanotube_report.end_to_end_ratios(placed)
        contents = {
            "asked_area_fraction": asked.area_fraction,
            "area_fraction": area_fraction,
            **nanotube_report.weights(asked.weight_fraction, area_fraction / asked.area_fraction),
            "asked_length_um": asked.length,
            "persistence_length_um": asked.persistence_length,
            "orientation": asked.orientation,
            **contents,
            "segment_um": self.step,
            "end_to_end_ratio_rms": float(np.sqrt((ratios**2).mean())),
        }
        if asked.orientation == "isotropic":
            contents["end_to_end_ratio_rms_of_a_free_chain"] = (
                nanotube_report.free_end_to_end_ratio(asked.length, 2 * asked.persistence_length)
            )
        return contents


def grow(
    asked: Nanotubes,
    centres: Floats,
    radii: Floats,
    width: float,
    thickness: float,
    rng: np.random.Generator,
) -> Fibres:
    """Grow chains in the layer around pores at ``centres`` (n, 2) of ``radii`` (n,), in um.

    All chains have one length, the asked one up to the rounding of their number, so that the
    area fraction is met exactly.

    Raises:
        ValueError: less than half a fibre is asked for, or there is no room for all.
    """
    total = asked.area_fraction * width * thickness / asked.diameter
    count = round(total / asked.length)
    if count == 0:
        name, given = asked.amount
        raise ValueError(
            f"{name} {given:.4g} is less than half a bundle of {asked.length:.4g} um; at least "
            f"{at_least(given * asked.length / total, 3)} is needed for one, or shorter bundles"
        )
    length = total / count
    n = max(_FEWEST_SEGMENTS, round(length / (_STEP * asked.diameter)))
    ground = _Ground(centres, radii, width, thickness, step=length / n)
    if asked.orientation == "aligned":
        _refuse_too_long(asked, length, ground)
    turning = _Turning(asked, ground.step)
    chains: list[Floats] = []
    for _ in range(count):
        longest = 0
        for _ in range(_STARTS):
            chain = _chain(ground, n, turning, rng)
            if len(chain) > n:
                break
            longest = max(longest, len(chain) - 1)
        else:
            if not chains:
                raise ValueError(
                    f"bundles of {length:.4g} um and persistence length "
                    f"{asked.persistence_length:.4g} um are longer than their turning space "
                    f"between pores and faces; up to about {_SHORTER * longest * ground.step:.2g} "
                    "um is possible here, or a shorter persistence length"
                )
            name, given = asked.amount
            reached = given * len(chains) / count
            raise ValueError(
                f"nanotubes of {name} {given:.4g} find no room between the pores: {len(chains)} "
                f"of {count} bundles of {length:.4g} um were placed; up to about "
                f"{at_most(0.9 * reached, 2)} is possible here, or shorter bundles"
            )
        chains.append(chain)
        ground.occupy(chain)
    first = np.arange(count)[:, None] * (n + 1) + np.arange(n)
    return Fibres(
        points=np.concatenate(chains),
        segments=np.stack([first.ravel(), first.ravel() + 1], axis=1).astype(np.int64),
        number=np.repeat(np.arange(1, count + 1, dtype=np.int32), n),
        step=ground.step,
        thickness=thickness,
    )


def _refuse_too_long(asked: Nanotubes, length: float, ground: "_Ground") -> None:
    """Aligned bundles can't turn: they must be shorter than the layer along their axis."""
    room = float((ground.high - ground.low)["xy".index(asked.axis)])
    possible = room / cos(radians(2 * asked.spread_deg)) if asked.spread_deg < 45 else np.inf
    if length > possible:
        raise ValueError(
            f"length {length:.4g} um of nanotubes aligned to {asked.axis} is more than the layer "
            f"has room for along it; up to about {at_most(0.8 * max(room, 0.0), 2)} um is "
            "possible, or another axis"
        )


class _Turning:
    """How the heading of a chain, an angle from x, goes on from step to step."""

    def __init__(self, asked: Nanotubes, step: float) -> None:
        self._axis: float | None = None
        self._spread = sqrt(step / asked.persistence_length)
        self._kept = 1.0
        if asked.orientation == "aligned":
            self._axis = 0.0 if asked.axis == "x" else pi / 2
            self._stationary = radians(asked.spread_deg)
            deflection_length = 2 * self._stationary**2 * asked.persistence_length
            self._kept = exp(-step / deflection_length)
            self._spread = self._stationary * sqrt(1 - self._kept**2)

    def start(self, rng: np.random.Generator) -> float:
        """Heading of a first segment."""
        if self._axis is None:
            return 2 * pi * rng.random()
        return self._axis + self._stationary * rng.standard_normal()

    def turned(self, heading: float, rng: np.random.Generator) -> Floats:
        """Headings that may follow, those of sharp bends left out."""
        turns = self._spread * rng.standard_normal(_ANGLES)
        if self._axis is not None:
            turns += (self._kept - 1) * (heading - self._axis)
        followed: Floats = heading + turns[np.abs(turns) < pi / 3]
        return followed


class _Ground:
    """What a growing chain must keep clear of: faces and sides, pores, other chains."""

    def __init__(
        self, centres: Floats, radii: Floats, width: float, thickness: float, step: float
    ) -> None:
        self.step = step
        self.clearance = _CLEARANCE * step
        self._centres = centres
        self._reach = radii + np.maximum(self.clearance, _PORE_CLEARANCE * radii)
        self.low = np.full(2, step)
        self.high = np.array([width, thickness]) - step
        self._segments: Floats = np.empty((0, 2, 2))

    def occupy(self, chain: Floats) -> None:
        """Add a chain of points (n, 2) to what is in the way."""
        new = np.stack([chain[:-1], chain[1:]], axis=1)
        self._segments = np.concatenate([self._segments, new])

    def free(self, start: Floats, ends: Floats, own: Floats) -> Any:
        """Which of the straight lines from ``start`` to ``ends`` (k, 2) are clear, (k,) bool.

        ``own`` (n, 2) are the points of the growing chain up to where it must be avoided.
        """
        clear = ((ends >= self.low) & (ends <= self.high)).all(axis=1)
        far = float(np.linalg.norm(ends - start, axis=1).max())
        near = np.linalg.norm(self._centres - start, axis=1) < self._reach + far
        if near.any():
            distance = _to_segments(self._centres[near][None], start, ends[:, None])
            clear &= (distance >= self._reach[near]).all(axis=1)
        segments = self._segments
        if len(own) > 1:
            segments = np.concatenate([segments, np.stack([own[:-1], own[1:]], axis=1)])
        near = np.linalg.norm(segments[:, 0] - start, axis=1) < far + self.step + self.clearance
        if near.any():
            a, b = segments[near, 0][None], segments[near, 1][None]
            e = ends[:, None]
            distance = np.minimum(_to_segments(a, start, e), _to_segments(b, start, e))
            distance = np.minimum(distance, _to_segments(start, a, b))
            distance = np.minimum(distance, _to_segments(e, a, b))
            crossing = (_side(start, e, a) * _side(start, e, b) < 0) & (
                _side(a, b, start) * _side(a, b, e) < 0
            )
            clear &= ((distance >= self.clearance) & ~crossing).all(axis=1)
        return clear


def _chain(ground: _Ground, n: int, turning: _Turning, rng: np.random.Generator) -> Floats:
    """A chain of ``n`` steps from a random point, (n + 1, 2); shorter where it got stuck."""
    points = [ground.low + rng.random(2) * (ground.high - ground.low)]
    longest = points.copy()
    headings = [turning.start(rng)]
    dead_ends = 0
    while len(points) <= n:
        heading = turning.turned(headings[-1], rng)
        direction = np.stack([np.cos(heading), np.sin(heading)], axis=1)
        # The segment before this one shares its start and can't be kept clear of.
        own = np.array(points[:-1]).reshape(-1, 2)
        chosen = None
        for steps in (_LOOK_AHEAD, _LOOK_AHEAD // 2, 1):
            clear = ground.free(points[-1], points[-1] + steps * ground.step * direction, own)
            if clear.any():
                # The first of random angles: where nothing is in the way, a free chain.
                chosen = int(np.argmax(clear))
                break
        if chosen is not None:
            points.append(points[-1] + ground.step * direction[chosen])
            headings.append(float(heading[chosen]))
            continue
        dead_ends += 1
        if len(points) > len(longest):
            longest = points.copy()
        if dead_ends > _DEAD_ENDS or len(points) == 1:
            return np.array(longest)
        keep = max(1, len(points) - _BACKTRACK)
        del points[keep:], headings[keep:]
    return np.array(points)


def _to_segments(point: Floats, start: Floats, end: Floats) -> Floats:
    """Distances from points to segments, broadcast over all but the last axis."""
    along = end - start
    t = ((point - start) * along).sum(axis=-1) / (along * along).sum(axis=-1)
    nearest = start + np.clip(t, 0.0, 1.0)[..., None] * along
    distance: Floats = np.linalg.norm(point - nearest, axis=-1)
    return distance


def _side(a: Floats, b: Floats, point: Floats) -> Floats:
    """On which side of the line from ``a`` to ``b`` the point lies, by sign."""
    side: Floats = (b - a)[..., 0] * (point - a)[..., 1] - (b - a)[..., 1] * (point - a)[..., 0]
    return side
