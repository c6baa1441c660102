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


def reaction_flow(coefficient: float, reaction_rate: float, flow_stress: float) -> Linear:
    r"""Flow of a solid while a reaction runs in it, :math:`\beta\,|\dot x|\,q/s_0`.

    Far below the flow stress, as Brassart and Suo (JMPS 61 (2013) 61) find for silicon that takes
    up lithium.

    Args:
        coefficient: beta.
        reaction_rate: |dx/dt| in 1/s.
        flow_stress: s_0 in MPa.
    """
    return Linear(Arrhenius(coefficient * reaction_rate / flow_stress))


@njit
def rate(q: float, b: float) -> tuple[float, float]:
    """Rate (1/s) and its slope by q (1/(MPa s)) at equivalent stress ``q`` (MPa)."""
    return b * q, b
