r"""Cold pressing of a powder by Heckel's law.

.. math::
    \ln\frac{1}{1 - D} = K p + A, \qquad K = \frac{1}{3 s_0}

with the relative density D, the pressure p and the flow stress :math:`s_0` of the particles. A
holds what happens before they yield; at low pressure the law means nothing. What is pressed once
keeps its density when the pressure falls.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from lisic.materials.slots import Array
from lisic.materials.sourced import Sourced


@dataclass(frozen=True)
class Heckel:
    """How dense a powder gets.

    Attributes:
        coefficient: K in 1/MPa.
        intercept: A.
    """

    coefficient: float
    intercept: float

    def __post_init__(self) -> None:
        """Refuse a powder that would get looser, or denser than full."""
        if not (np.isfinite(self.coefficient) and self.coefficient > 0):
            raise ValueError(f"coefficient must be positive, got {self.coefficient} 1/MPa")
        if not (np.isfinite(self.intercept) and self.intercept >= 0):
            raise ValueError(f"intercept must be zero or positive, got {self.intercept}")

    @classmethod
    def of(cls, material: Sourced) -> Self:
        """That of a ``material`` with ``heckel.coefficient`` and ``heckel.intercept``.

        Raises:
            ValueError: it has none.
        """
        return cls(material.value("heckel.coefficient"), material.value("heckel.intercept"))

    def porosity(self, pressure: npt.ArrayLike) -> Array:
        """Fraction of pores after pressing at ``pressure`` (MPa), any shape.

        Raises:
            ValueError: a negative pressure.
        """
        pressures = np.asarray(pressure, dtype=float)
        if not np.all(pressures >= 0):
            raise ValueError(f"pressure must be zero or positive, got {pressures.min()} MPa")
        return np.exp(-(self.coefficient * pressures + self.intercept))

    def relative_density(self, pressure: npt.ArrayLike) -> Array:
        """Density against that of the solid after pressing at ``pressure`` (MPa).

        Raises:
            ValueError: a negative pressure.
        """
        return 1 - self.porosity(pressure)

    def pressure(self, porosity: npt.ArrayLike) -> Array:
        """Pressure (MPa) that leaves a ``porosity``; 0 where there is less before.

        Raises:
            ValueError: a porosity outside (0, 1].
        """
        f = np.asarray(porosity, dtype=float)
        if not np.all((f > 0) & (f <= 1)):
            raise ValueError(f"porosity must lie above 0 and at most at 1, got {porosity!r}")
        return np.maximum(-(np.log(f) + self.intercept) / self.coefficient, 0.0)
