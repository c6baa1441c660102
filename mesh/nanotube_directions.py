r"""How the direction of a worm-like chain turns from one segment to the next, in three dimensions.

P is the persistence length: bending stiffness over thermal energy, so that in a short step s each
of the two components across the chain turns by a variance s/P. The layer's normal is z.
"""

from dataclasses import dataclass
from math import exp, radians, tanh
from typing import Literal, Protocol

import numpy as np
from lisic.mesh.regions import Floats
from scipy.optimize import brentq

type Orientation = Literal["isotropic", "in_plane", "aligned"]


class Directions(Protocol):
    """Random directions of one kind of orientation."""

    def start(self, count: int, rng: np.random.Generator) -> Floats:
        """Unit directions of first segments, (count, 3)."""
        ...

    def turned(self, before: Floats, count: int, rng: np.random.Generator) -> Floats:
        """For each direction ``before`` (m, 3), ``count`` that may follow it, (m, count, 3)."""
        ...


@dataclass(frozen=True)
class Isotropic:
    r"""No direction preferred; directions a contour length l apart correlate as exp(-l/P).

    The angle of a step has the von Mises-Fisher distribution whose mean cosine is exp(-s/P), so
    that the correlation at any step s is that of O. Kratky and G. Porod, Recl. Trav. Chim. 68
    (1949) 1106, doi:10.1002/recl.19490681203, and the mean square end-to-end distance
    2 P L [1 - P/L (1 - exp(-L/P))] up to a part of (s/P)^2/12.
    """

    step: float
    persistence_length: float

    def start(self, count: int, rng: np.random.Generator) -> Floats:
        """Uniform on the sphere."""
        directions = rng.standard_normal((count, 3))
        return _unit(directions)

    def turned(self, before: Floats, count: int, rng: np.random.Generator) -> Floats:
        """Turned by a random angle, to any side alike."""
        mean = exp(-self.step / self.persistence_length)
        k = brentq(lambda k: 1 / tanh(k) - 1 / k - mean, 1e-3, 2 / (1 - mean))
        uniform = rng.random((len(before), count))
        cosine = 1 + np.log(uniform + (1 - uniform) * exp(-2 * k)) / k
        sine = np.sqrt((1 - cosine) * (1 + cosine))
        azimuth = 2 * np.pi * rng.random((len(before), count))
        first, second = _across(before)
        return _unit(
            cosine[..., None] * before[:, None]
            + (sine * np.cos(azimuth))[..., None] * first[:, None]
            + (sine * np.sin(azimuth))[..., None] * second[:, None]
        )


@dataclass(frozen=True)
class InPlane:
    r"""In the plane of the layer, and turning in it only: correlation exp(-l/(2P))."""

    step: float
    persistence_length: float

    def start(self, count: int, rng: np.random.Generator) -> Floats:
        """Uniform on the circle."""
        angle = 2 * np.pi * rng.random(count)
        return np.stack([np.cos(angle), np.sin(angle), np.zeros(count)], axis=1)

    def turned(self, before: Floats, count: int, rng: np.random.Generator) -> Floats:
        """Turned about z by a normally distributed angle of variance s/P."""
        spread = np.sqrt(self.step / self.persistence_length)
        angle = np.arctan2(before[:, 1], before[:, 0])[:, None]
        angle = angle + spread * rng.standard_normal((len(before), count))
        return np.stack([np.cos(angle), np.sin(angle), np.zeros(angle.shape)], axis=-1)


@dataclass(frozen=True)
class Aligned:
    r"""Along ``axis`` (3,), with deflections of standard deviation ``spread_deg`` to either side.

    A worm-like chain in a weak harmonic field that aligns it: the two angles of deflection follow
    Ornstein-Uhlenbeck processes. What bends the chain is the same as in a free one, and the field
    pulls it back over the deflection length :math:`\lambda = 2 \sigma^2 P` (T. Odijk,
    Macromolecules 16 (1983) 1340, doi:10.1021/ma00242a015). The angle to the axis is Rayleigh
    distributed.
    """

    step: float
    persistence_length: float
    axis: tuple[float, float, float]
    spread_deg: float

    def start(self, count: int, rng: np.random.Generator) -> Floats:
        """From the distribution that the process keeps."""
        return self._direction(radians(self.spread_deg) * rng.standard_normal((count, 2)))

    def turned(self, before: Floats, count: int, rng: np.random.Generator) -> Floats:
        """One exact step of the process."""
        spread = radians(self.spread_deg)
        kept = exp(-self.step / (2 * spread**2 * self.persistence_length))
        axis = np.array(self.axis)
        across = np.stack([before @ side for side in self._sides()], axis=1)
        sine = np.linalg.norm(across, axis=1)
        angle = np.arctan2(sine, before @ axis)
        deflection = across * (angle / np.where(sine > 0, sine, 1.0))[:, None]
        random = rng.standard_normal((len(before), count, 2))
        return self._direction(kept * deflection[:, None] + spread * np.sqrt(1 - kept**2) * random)

    def _sides(self) -> tuple[Floats, Floats]:
        first, second = _across(np.array([self.axis]))
        return first[0], second[0]

    def _direction(self, deflection: Floats) -> Floats:
        angle = np.linalg.norm(deflection, axis=-1, keepdims=True)
        first, second = self._sides()
        side = deflection[..., :1] * first + deflection[..., 1:] * second
        # sin(x)/x at 0 is 1.
        return _unit(np.cos(angle) * np.array(self.axis) + np.sinc(angle / np.pi) * side)


def _across(directions: Floats) -> tuple[Floats, Floats]:
    """Two unit vectors that stand on each direction and on each other, (m, 3) each."""
    other = np.zeros_like(directions)
    other[np.arange(len(directions)), np.abs(directions).argmin(axis=1)] = 1.0
    first = _unit(np.cross(directions, other))
    second: Floats = np.cross(directions, first)
    return first, second


def _unit(vectors: Floats) -> Floats:
    scaled: Floats = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled
