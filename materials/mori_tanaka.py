r"""Mori and Tanaka's estimate for spheroids: spheres, pores, short and long fibres, platelets.

Eshelby's tensor S gives the strain in one inclusion, :math:`A = [I + S C_m^{-1}(C_i - C_m)]^{-1}`;
with many of them (Benveniste's form)

.. math::
    C = C_m + f\,\langle (C_i - C_m) A\rangle\,[(1-f) I + f \langle A\rangle]^{-1}

Tensors are 6x6 in Mandel's notation (order xx, yy, zz, yz, xz, xy; shears times sqrt 2), so that
products and inverses are those of matrices. The axis of the spheroids is x.
"""

import numpy as np
import numpy.typing as npt
from lisic.materials.homogenisation import Isotropic, checked_fraction
from scipy.special import hyp2f1

Matrix = npt.NDArray[np.float64]

_J = np.zeros((6, 6))
_J[:3, :3] = 1 / 3
_K = np.eye(6) - _J
_CYLINDER = 1e5  # longer spheroids differ from this one by less than rounding


def stiffness(solid: Isotropic) -> Matrix:
    """Stiffness (6, 6) of an isotropic solid: 3 K J + 2 G (I - J)."""
    return 3 * float(solid.bulk) * _J + 2 * float(solid.shear) * _K


def isotropic_part(tensor: Matrix) -> Matrix:
    """Mean of a tensor (6, 6) over all orientations."""
    spherical = float(np.sum(_J * tensor))
    mean: Matrix = spherical * _J + (float(np.trace(tensor)) - spherical) / 5 * _K
    return mean


def eshelby(aspect: float, poisson_ratio: float) -> Matrix:
    """Eshelby's tensor (6, 6) of a spheroid in an isotropic matrix.

    Args:
        aspect: length along x over diameter; 1 is a sphere, infinity a cylinder.
        poisson_ratio: of the matrix.

    Raises:
        ValueError: an aspect that is not positive.

    Source: Mura, Micromechanics of Defects in Solids, section 11.
    """
    if not aspect > 0:
        raise ValueError(f"aspect must be positive, got {aspect}")
    alpha = min(aspect, _CYLINDER)
    squares = np.array([alpha**2, 1.0, 1.0])
    # Half axes alpha, 1, 1; integrals over 4 pi.
    first = np.array([_integral(alpha, *p) for p in ((1, 0), (0, 1), (0, 1))])
    along, mixed, across = (_integral(alpha, *p) for p in ((2, 0), (1, 1), (0, 2)))
    second = np.array([[along, mixed, mixed], [mixed, across, across], [mixed, across, across]])
    q = 1 / (2 * (1 - poisson_ratio))
    r = (1 - 2 * poisson_ratio) * q
    s = np.zeros((6, 6))
    for i in range(3):
        for j in range(3):
            s[i, j] = q * squares[j] * second[i, j] - r * first[i]
        s[i, i] += 2 * q * squares[i] * second[i, i] + 2 * r * first[i]
    for row, (i, j) in enumerate(((1, 2), (0, 2), (0, 1)), start=3):
        # Mandel's shear component is 2 S_ijij.
        s[row, row] = q * (squares[i] + squares[j]) * second[i, j] + r * (first[i] + first[j])
    return s


def mori_tanaka(
    matrix: Isotropic,
    inclusion: Isotropic,
    fraction: float,
    aspect: float = 1.0,
    *,
    aligned: bool = False,
) -> Matrix:
    """Stiffness (6, 6) of a matrix with spheroids along x, or in all directions of space.

    Args:
        matrix: isotropic, stiff.
        inclusion: isotropic; ``homogenisation.PORE`` for pores.
        fraction: of the inclusions, by volume.
        aspect: length over diameter.
        aligned: all along x; otherwise the result is isotropic, see :func:`moduli`.

    Raises:
        ValueError: a fraction outside [0, 1], or an aspect that is not positive.

    Source: Benveniste, Mech. Mater. 6 (1987) 147.
    """
    f = float(np.asarray(checked_fraction(fraction)))
    outer, inner = stiffness(matrix), stiffness(inclusion)
    tensor = eshelby(aspect, float(matrix.poisson_ratio))
    strain = np.linalg.inv(np.eye(6) + tensor @ np.linalg.solve(outer, inner - outer))
    stress = (inner - outer) @ strain
    if not aligned:
        strain, stress = isotropic_part(strain), isotropic_part(stress)
    total: Matrix = outer + f * stress @ np.linalg.inv((1 - f) * np.eye(6) + f * strain)
    return total


def moduli(tensor: Matrix) -> Isotropic:
    """Bulk and shear modulus of an isotropic stiffness (6, 6)."""
    spherical = float(np.sum(_J * tensor))
    return Isotropic(spherical / 3, (float(np.trace(tensor)) - spherical) / 10)


def youngs_modulus_along(tensor: Matrix) -> float:
    """Young's modulus along x of a stiffness (6, 6)."""
    return float(1 / np.linalg.inv(tensor)[0, 0])


def _integral(alpha: float, along: int, across: int) -> float:
    r"""Integral of a spheroid with half axes alpha, 1, 1, over 4 pi.

    .. math::
        \frac{\alpha}{2}\int_0^\infty
        \frac{ds}{(\alpha^2 + s)^{1/2 + along} (1 + s)^{1 + across}}
    """
    total = 0.5 + along + across
    value = hyp2f1(0.5 + along, total, total + 1, 1 - alpha**2)
    return float(alpha / 2 * value / total)
