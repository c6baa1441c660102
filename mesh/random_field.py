r"""Gaussian random fields whose level sets are pores: the level sets porosity, a length their size.

Modes with the spectral density :math:`S(k) \propto (k l)^2 \exp(-(k l)^2)`: a band around
:math:`k = 1/l`, hence one size of pores. l is the correlation length. Lengths are um.
"""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, exp, gamma, pi, sqrt

import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import Floats
from scipy.special import ndtri

# The density at this k l is 2e-4 of its peak.
_CUTOFF = 3.3
# Beyond the layer along an axis that does not repeat, in correlation lengths: the correlation of
# both ends of the period is then below 1e-3.
_PADDING = 6.0


def correlation_length(mean_chord: float, porosity: float, dim: int) -> float:
    r"""Length at which pores of share ``porosity`` have this mean chord, um, in a large box.

    The mean chord of any isotropic structure is :math:`4 p/s` in 3D and :math:`\pi p/s` in 2D,
    with Rice's s and the spectral moment :math:`(d + 2)/(2 d l^2)` of the density above.
    """
    surface_times_length = _rice((dim + 2) / (2 * dim), float(ndtri(porosity)), dim)
    return mean_chord * surface_times_length / ({2: pi, 3: 4.0}[dim] * porosity)


@dataclass(frozen=True)
class RandomField:
    """A field of zero mean and unit variance in a box of two or three dimensions.

    Attributes:
        extent: of the box in um.
        periodic: whether the field repeats along each axis.
        correlation_length: l, um.
        seed: of the modes. They do not depend on where the field is evaluated, and change
            steadily with the correlation length.
    """

    extent: tuple[float, ...]
    periodic: tuple[bool, ...]
    correlation_length: float
    seed: int

    def __call__(self, *axes: Floats) -> Floats:
        """Values on the tensor grid of coordinates x (i,), y (j,) (, z (k,)), (i, j (, k))."""
        sums = self._amplitudes
        # Axis by axis, the last one first; the grid's axes gather behind the modes still to sum.
        for number in range(len(axes) - 1, 0, -1):
            phases = np.exp(1j * np.multiply.outer(self._waves[number], axes[number]))
            sums = np.moveaxis(np.tensordot(sums, phases, axes=(number, 0)), -1, number)
        phases = np.exp(1j * np.multiply.outer(axes[0], self._waves[0]))
        flat = sums.reshape(len(sums), -1)
        real: Floats = phases.real @ flat.real - phases.imag @ flat.imag
        return real.reshape(len(axes[0]), *sums.shape[1:])

    def surface(self, level: float) -> float:
        r"""Expected interface per volume (1/um) at ``level``: Rice's formula.

        :math:`s = \varphi(u) \sqrt\lambda\, E|N_d|` with the second spectral moment
        :math:`\lambda` along an axis, here of the modes drawn, and d independent normal
        numbers; in 3D :math:`s = (2/\pi) \sqrt\lambda \exp(-u^2/2)`. S. O. Rice, Bell Syst.
        Tech. J. 24 (1945) 46, doi:10.1002/j.1538-7305.1945.tb00453.x.
        """
        d = len(self.extent)
        power = (
            np.abs(self._amplitudes + np.conj(self._amplitudes[(slice(None, None, -1),) * d])) ** 2
        )
        squares = sum(np.square(waves) for waves in np.meshgrid(*self._waves, indexing="ij"))
        return _rice(float((power * squares).sum() / power.sum()) / d, level, d)

    @cached_property
    def _waves(self) -> list[Floats]:
        """Wave numbers along each axis in 1/um, symmetric about 0."""
        waves = []
        for length, repeats in zip(self.extent, self.periodic, strict=True):
            period = length if repeats else length + _PADDING * self.correlation_length
            highest = ceil(_CUTOFF * period / (2 * pi * self.correlation_length))
            waves.append(2 * pi / period * np.arange(-highest, highest + 1, dtype=np.float64))
        return waves

    @cached_property
    def _amplitudes(self) -> npt.NDArray[np.complex128]:
        """Complex amplitude of every mode; the field is the real part of their sum."""
        squares = sum(np.square(waves) for waves in np.meshgrid(*self._waves, indexing="ij"))
        scaled = np.asarray(squares) * self.correlation_length**2
        density = scaled * np.exp(-scaled)
        rng = np.random.default_rng(self.seed)
        amplitudes = _normal(rng, density.shape) * np.sqrt(density)
        # The real part of independent modes has half the power of their sum at k and -k.
        mirrored = np.conj(amplitudes[(slice(None, None, -1),) * amplitudes.ndim])
        variance = (np.abs(amplitudes + mirrored) ** 2).sum() / 4
        scaled_amplitudes: npt.NDArray[np.complex128] = amplitudes / np.sqrt(variance)
        return scaled_amplitudes


def _rice(moment: float, level: float, d: int) -> float:
    """Interface per volume at ``level`` of a field with this spectral moment along an axis."""
    mean_length = sqrt(2) * gamma((d + 1) / 2) / gamma(d / 2)
    return exp(-(level**2) / 2) / sqrt(2 * pi) * sqrt(moment) * mean_length


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> npt.NDArray[np.complex128]:
    """Normal numbers for modes centred at k = 0, drawn shell by shell around it.

    A larger shape has the numbers of a smaller one in its middle.
    """
    side = max(shape)
    offset = np.abs(np.arange(side) - side // 2)
    shell = offset
    for _ in shape[1:]:
        shell = np.maximum.outer(shell, offset)
    drawn = np.empty((shell.size, 2))
    drawn[np.argsort(shell, axis=None, kind="stable")] = rng.standard_normal(drawn.shape)
    cube = (drawn[:, 0] + 1j * drawn[:, 1]).reshape(shell.shape)
    middle: npt.NDArray[np.complex128] = cube[
        tuple(slice((side - n) // 2, (side + n) // 2) for n in shape)
    ]
    return middle
