"""Rough interfaces: self-affine height profiles that repeat with the width of the model."""

from dataclasses import dataclass
from math import ceil, floor, isfinite, pi

import numpy as np
from lisic.mesh.regions import Floats, Ids

# Eight straight edges to the shortest wave leave 2 % of its height out.
_EDGES_PER_WAVE = 8
# More waves than this need more elements than an interface is worth.
_MOST_WAVES = 400


@dataclass(frozen=True)
class Roughness:
    """A random self-affine profile of given rms height; lengths in um.

    Attributes:
        rms: root mean square of the height, met to rounding.
        hurst: Hurst exponent, 0 < H <= 1: the power spectrum falls as wavenumber^-(1 + 2 H)
            (Persson et al. 2005, doi:10.1088/0953-8984/17/1/R01, for a line).
        shortest, longest: wavelengths between which the spectrum holds.

    Raises:
        ValueError: a value out of its range.
    """

    rms: float
    hurst: float
    shortest: float
    longest: float

    def __post_init__(self) -> None:
        """Refuse what is no profile."""
        for name in ("rms", "shortest", "longest"):
            value = getattr(self, name)
            if not (isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive length, got {value} um")
        if not 0 < self.hurst <= 1:
            raise ValueError(f"hurst must lie in 0 < H <= 1, got {self.hurst}")
        if self.shortest > self.longest:
            raise ValueError(
                f"shortest wavelength must not exceed the longest, {self.longest:.4g} um, "
                f"got {self.shortest:.4g} um"
            )

    def profile(self, width: float, rng: np.random.Generator) -> "Profile":
        """A profile that repeats with ``width`` um, with random phases.

        Raises:
            ValueError: no wave of the period fits between the cut-offs, or too many do.
        """
        # A cut-off that divides the width counts, whatever its last digit.
        first = max(1, ceil(width / self.longest * (1 - 1e-9)))
        last = floor(width / self.shortest * (1 + 1e-9))
        if last < first:
            raise ValueError(
                f"no wave that repeats with the width {width:.4g} um is between "
                f"{self.shortest:.4g} and {self.longest:.4g} um long; wavelengths are "
                f"{width:.4g} um / 1, 2, 3 ..."
            )
        if last > _MOST_WAVES:
            raise ValueError(
                f"shortest wavelength {self.shortest:.4g} um is too fine for a width of "
                f"{width:.4g} um; at least {width / _MOST_WAVES:.3g} um is possible"
            )
        waves = np.arange(first, last + 1)
        amplitude: Floats = waves.astype(np.float64) ** -(self.hurst + 0.5)
        amplitude *= self.rms / np.sqrt((amplitude**2).sum() / 2)
        return Profile(width, waves, amplitude, 2 * pi * rng.random(len(waves)))


@dataclass(frozen=True, eq=False)
class Profile:
    """Height over x as a sum of waves: ``waves`` in the width, ``amplitude`` um, ``phase``."""

    width: float
    waves: Ids
    amplitude: Floats
    phase: Floats

    def at(self, x: Floats) -> Floats:
        """Heights in um at ``x`` (n,), with zero mean."""
        angle = 2 * pi / self.width * np.outer(x, self.waves) + self.phase
        height: Floats = np.cos(angle) @ self.amplitude
        return height

    def vertices(self, largest: float) -> Floats:
        """Vertices (n, 2) from x = 0 to the width, edges at most ``largest`` um wide.

        Evenly spaced and finer than every wave, so that mean and rms are exact on them too.
        """
        n = max(_EDGES_PER_WAVE * int(self.waves[-1]), ceil(self.width / largest))
        x: Floats = self.width / n * np.arange(n + 1, dtype=np.float64)
        x[-1] = self.width
        y = self.at(x)
        y[-1] = y[0]
        return np.stack([x, y], axis=1)
