r"""Linear creep, :math:`\dot\varepsilon = B(T)\, q`, uniaxial von Mises form.

A viscous body of shear viscosity :math:`\eta` has :math:`B = 1/(3\eta)`.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from lisic.materials.arrhenius import Arrhenius
from lisic.materials.jit import njit
from lisic.materials.slots import Array, Slot


@dataclass(frozen=True)
class Linear:
    """Linear creep that does not depend on size.

    Attributes:
        coefficient: B(T) in 1/(MPa s).
    """

    coefficient: Arrhenius
    slot: ClassVar[Slot] = Slot.LINEAR

    def columns(self, temperature: float, size: Array) -> Array:
        """Column (B,) for bodies of ``size`` (n,) um, which plays no part here."""
        return np.full((len(size), 1), self.coefficient.at(temperature))


@njit
def rate(q: float, b: float) -> tuple[float, float]:
    """Rate (1/s) and its slope by q (1/(MPa s)) at equivalent stress ``q`` (MPa)."""
    return b * q, b
