r"""Rate-dependent flow above a flow stress (Perzyna's overstress form).

.. math::
    \dot\varepsilon = \dot\varepsilon_0\,\langle q/s_0 - 1\rangle^m

the form in which lithiated silicon is reported (Pharr et al. 2014; Bower and Guduru 2012).
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from lisic.materials.jit import njit
from lisic.materials.slots import Array, Slot


@dataclass(frozen=True)
class Overstress:
    """Elastic below a flow stress, viscous above it.

    Attributes:
        rate: rate at twice the flow stress, 1/s.
        flow_stress: s_0 in MPa.
        exponent: m >= 1.
    """

    rate: float
    flow_stress: float
    exponent: float
    slot: ClassVar[Slot] = Slot.OVERSTRESS

    def __post_init__(self) -> None:
        """Refuse what does not flow."""
        for name in ("rate", "flow_stress"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise ValueError(f"{name} of the overstress law must be positive, got {value}")
        if not (np.isfinite(self.exponent) and self.exponent >= 1):
            raise ValueError(
                f"exponent of the overstress law must be at least 1, got {self.exponent}"
            )

    def columns(self, temperature: float, size: Array) -> Array:
        """Columns (rate, s_0, m), the same at any temperature and ``size`` (n,)."""
        return np.tile([self.rate, self.flow_stress, self.exponent], (len(size), 1))


@njit
def rate(q: float, rate0: float, s0: float, m: float) -> tuple[float, float]:
    """Rate (1/s) and its slope by q (1/(MPa s)) at equivalent stress ``q`` (MPa)."""
    if rate0 == 0.0 or q < s0:
        return 0.0, 0.0
    excess = (q - s0) / s0
    secant = rate0 * excess ** (m - 1.0)
    return secant * excess, m * secant / s0
