r"""Elastic moduli of two-phase solids: bounds and estimates, for checks and quick answers.

Moduli are in MPa (any one unit will do), fractions are by volume; all arguments may be arrays.
Pores are an inclusion without stiffness, :data:`PORE`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Value = float | npt.NDArray[np.float64]


@dataclass(frozen=True)
class Isotropic:
    """An isotropic elastic solid.

    Attributes:
        bulk: K.
        shear: G.
    """

    bulk: Value
    shear: Value

    @classmethod
    def of(cls, youngs_modulus: Value, poisson_ratio: Value) -> "Isotropic":
        """From E and nu.

        Raises:
            ValueError: E not positive, or nu outside (-1, 1/2).
        """
        modulus, nu = np.asarray(youngs_modulus), np.asarray(poisson_ratio)
        if not np.all(np.isfinite(modulus) & (modulus > 0)):
            raise ValueError(f"youngs_modulus must be positive, got {youngs_modulus}")
        if not np.all((nu > -1) & (nu < 0.5)):
            raise ValueError(f"poisson_ratio must lie between -1 and 1/2, got {poisson_ratio}")
        return cls(youngs_modulus / (3 * (1 - 2 * nu)), youngs_modulus / (2 * (1 + nu)))

    @property
    def youngs_modulus(self) -> Value:
        """E = 9 K G/(3 K + G)."""
        return 9 * self.bulk * self.shear / (3 * self.bulk + self.shear)

    @property
    def poisson_ratio(self) -> Value:
        """nu = (3 K - 2 G)/(6 K + 2 G)."""
        return (3 * self.bulk - 2 * self.shear) / (6 * self.bulk + 2 * self.shear)


PORE = Isotropic(0.0, 0.0)


def voigt(matrix: Value, inclusion: Value, fraction: Value) -> Value:
    """Upper bound of a modulus, equal strain: (1 - f) M_m + f M_i. Also the rule of mixtures.

    Raises:
        ValueError: a fraction outside [0, 1].
    """
    f = checked_fraction(fraction)
    return (1 - f) * matrix + f * inclusion


def reuss(matrix: Value, inclusion: Value, fraction: Value) -> Value:
    """Lower bound of a modulus, equal stress: 1/((1 - f)/M_m + f/M_i); 0 with pores.

    Raises:
        ValueError: a fraction outside [0, 1].
    """
    f = checked_fraction(fraction)
    with np.errstate(divide="ignore"):
        compliance = (1 - f) / np.asarray(matrix) + np.where(
            np.asarray(f) > 0, f / np.asarray(inclusion, dtype=float), 0.0
        )
    return _plain(1 / compliance)


def hashin_shtrikman(matrix: Isotropic, inclusion: Isotropic, fraction: Value) -> Isotropic:
    r"""Hashin and Shtrikman's bound with ``matrix`` as the phase that surrounds the other.

    .. math::
        K = K_1 + \frac{f}{\frac1{K_2 - K_1} + \frac{3(1-f)}{3K_1 + 4G_1}}, \qquad
        G = G_1 + \frac{f}{\frac1{G_2 - G_1} + \frac{6(1-f)(K_1 + 2G_1)}{5G_1(3K_1 + 4G_1)}}

    The upper bound where the matrix is the stiffer phase (pores, for one), the lower where it is
    the softer one. For spheres it is Mori and Tanaka's estimate as well.

    Args:
        matrix: phase 1.
        inclusion: phase 2.
        fraction: f, of phase 2.

    Raises:
        ValueError: a fraction outside [0, 1], or a matrix without stiffness.
    """
    f = checked_fraction(fraction)
    k1, g1 = matrix.bulk, matrix.shear
    if not np.all((np.asarray(k1) > 0) & (np.asarray(g1) > 0)):
        raise ValueError(f"the matrix must be stiff, got K = {k1} and G = {g1}")
    dk, dg = inclusion.bulk - k1, inclusion.shear - g1
    # Multiplied out: equal phases give 0/1, not 1/0.
    k = k1 + f * dk / (1 + 3 * (1 - f) * dk / (3 * k1 + 4 * g1))
    share = 6 * (1 - f) * (k1 + 2 * g1) / (5 * g1 * (3 * k1 + 4 * g1))
    return Isotropic(k, g1 + f * dg / (1 + share * dg))


def checked_fraction(fraction: Value) -> Value:
    """``fraction``, if it is one.

    Raises:
        ValueError: outside [0, 1].
    """
    f = np.asarray(fraction)
    if not np.all((f >= 0) & (f <= 1)):
        raise ValueError(f"a volume fraction must lie between 0 and 1, got {fraction}")
    return fraction


def _plain(value: npt.NDArray[np.float64]) -> Value:
    return float(value) if value.ndim == 0 else value
