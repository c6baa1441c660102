r"""Stiffness and load transfer of a matrix with stiff fibres, such as carbon nanotubes.

One unit for all moduli and stresses (MPa), one for all lengths (um); fractions are by volume.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from lisic.materials.homogenisation import Value, checked_fraction, voigt

IN_PLANE, IN_SPACE = 3 / 8, 1 / 5
"""Krenchel's orientation factors of fibres in all directions of a plane, and of space."""


def halpin_tsai(matrix: Value, fibre: Value, fraction: Value, shape: Value) -> Value:
    r"""Halpin and Tsai's interpolation of a modulus.

    .. math::
        E = E_m\,\frac{1 + \zeta\eta f}{1 - \eta f}, \qquad
        \eta = \frac{E_f/E_m - 1}{E_f/E_m + \zeta}

    Args:
        matrix: modulus E_m.
        fibre: modulus E_f.
        fraction: f, of the fibres.
        shape: zeta: 2 l/d along fibres of length l and diameter d, 2 across; 0 gives Reuss,
            infinity Voigt.

    Raises:
        ValueError: a fraction outside [0, 1].
    """
    f = checked_fraction(fraction)
    ratio = fibre / matrix
    # Divided by zeta where it is large, so that the limit is reached.
    if np.all(np.isinf(np.asarray(shape))):
        return voigt(matrix, fibre, f)
    eta = (ratio - 1) / (ratio + shape)
    return matrix * (1 + shape * eta * f) / (1 - eta * f)


def random_in_plane(along: Value, across: Value) -> Value:
    """Young's modulus of fibres in all directions of a plane: 3/8 E_L + 5/8 E_T."""
    return 3 / 8 * along + 5 / 8 * across


def random_in_space(along: Value, across: Value) -> Value:
    """Young's modulus of fibres in all directions of space: 1/5 E_L + 4/5 E_T."""
    return 1 / 5 * along + 4 / 5 * across


def krenchel(
    matrix: Value, fibre: Value, fraction: Value, orientation: Value, length: Value = 1.0
) -> Value:
    """Krenchel's rule of mixtures: eta_o eta_l E_f f + E_m (1 - f).

    Args:
        matrix: modulus E_m.
        fibre: modulus E_f.
        fraction: f, of the fibres.
        orientation: eta_o, :data:`IN_PLANE`, :data:`IN_SPACE`, or 1 for aligned fibres.
        length: eta_l, efficiency of short fibres, :meth:`ShearLag.efficiency`.

    Raises:
        ValueError: a fraction outside [0, 1].
    """
    return voigt(matrix, orientation * length * fibre, fraction)


@dataclass(frozen=True)
class ShearLag:
    r"""Cox's shear lag: a fibre that the matrix loads along its side, its ends free.

    .. math::
        \beta = \sqrt{\frac{2 G_m}{E_f r^2 \ln(R/r)}}, \qquad
        \frac Rr = \sqrt{\frac{\pi}{2\sqrt3\,f}}

    with fibres in hexagonal array.

    Attributes:
        fibre: Young's modulus E_f.
        shear: shear modulus of the matrix, G_m.
        diameter: 2r.
        length: L.
        fraction: f, by volume.
    """

    fibre: float
    shear: float
    diameter: float
    length: float
    fraction: float

    def __post_init__(self) -> None:
        """Refuse what is no composite."""
        for name in ("fibre", "shear", "diameter", "length"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be positive, got {value}")
        most = np.pi / (2 * np.sqrt(3))
        if not 0 < self.fraction < most:
            raise ValueError(
                f"fraction must lie between 0 and {most:.3f}, where fibres touch, "
                f"got {self.fraction}"
            )

    @property
    def decay(self) -> float:
        """beta: stress builds up over a length of 1/beta from an end."""
        radius = self.diameter / 2
        spacing = np.sqrt(np.pi / (2 * np.sqrt(3) * self.fraction))  # R/r
        return float(np.sqrt(2 * self.shear / (self.fibre * np.log(spacing))) / radius)

    def efficiency(self) -> float:
        """eta_l = 1 - tanh(beta L/2)/(beta L/2): mean stress against that of an endless fibre."""
        half = self.decay * self.length / 2
        return float(1 - np.tanh(half) / half)

    def fibre_stress(self, x: npt.ArrayLike, strain: float) -> npt.NDArray[np.float64]:
        """Axial stress E_f eps (1 - cosh(beta x)/cosh(beta L/2)) at ``x`` from the middle."""
        return self.fibre * strain * (1 - self._ratio(x, 1.0))

    def interface_shear(self, x: npt.ArrayLike, strain: float) -> npt.NDArray[np.float64]:
        """Shear E_f eps (r beta/2) sinh(beta x)/cosh(beta L/2) at ``x`` from the middle."""
        return self.fibre * strain * self.diameter * self.decay / 4 * self._ratio(x, -1.0)

    def _ratio(self, x: npt.ArrayLike, sign: float) -> npt.NDArray[np.float64]:
        """cosh(beta x)/cosh(beta L/2), or sinh for ``sign`` -1, without overflow."""
        half = self.decay * self.length / 2
        y = self.decay * np.asarray(x, dtype=float)
        if np.any(np.abs(y) > half * (1 + 1e-12)):
            raise ValueError(f"x must lie within half the length, {self.length / 2}, got {x!r}")
        up, down = np.exp(y - half), np.exp(-y - half)
        ratio: npt.NDArray[np.float64] = (up + sign * down) / (1 + np.exp(-2 * half))
        return ratio


def critical_length(strength: Value, diameter: Value, interface_strength: Value) -> Value:
    """Length sigma_f d/(2 tau) below which a fibre is pulled out before it breaks."""
    return strength * diameter / (2 * interface_strength)
