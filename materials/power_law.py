r"""Dislocation (power-law) creep, uniaxial von Mises form.

.. math::
    \dot\varepsilon = A(T)\, q^n, \qquad A(T) = A_0 \exp(-Q/RT)

with the equivalent stress q in MPa and the rate in 1/s. Against the equivalent shear stress
:math:`q/\sqrt3` and shear rate :math:`\sqrt3\,\dot\varepsilon` the coefficient is
:math:`3^{(n+1)/2} A` (Frost and Ashby, Deformation-Mechanism Maps, 1982).
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from lisic.materials.arrhenius import Arrhenius
from lisic.materials.jit import njit
from lisic.materials.slots import Array, Slot


@dataclass(frozen=True)
class PowerLaw:
    """Power-law creep.

    Attributes:
        coefficient: A(T) in MPa^-n / s.
        exponent: n >= 1.
    """

    coefficient: Arrhenius
    exponent: float
    slot: ClassVar[Slot] = Slot.POWER_LAW

    def __post_init__(self) -> None:
        """Refuse what is no creep."""
        if not (np.isfinite(self.exponent) and self.exponent >= 1):
            raise ValueError(f"exponent of the power law must be at least 1, got {self.exponent}")

    def columns(self, temperature: float, size: Array) -> Array:
        """Columns (A, n) for bodies of ``size`` (n,) um, which play no part here."""
        return np.tile([self.coefficient.at(temperature), self.exponent], (len(size), 1))


@njit
def rate(q: float, a: float, n: float) -> tuple[float, float]:
    """Rate (1/s) and its slope by q (1/(MPa s)) at equivalent stress ``q`` (MPa)."""
    if a == 0.0:
        return 0.0, 0.0
    compliance = a * q ** (n - 1.0)
    return compliance * q, n * compliance
