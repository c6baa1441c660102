"""Thermally activated coefficients."""

from dataclasses import dataclass

import numpy as np
from scipy.constants import R


@dataclass(frozen=True)
class Arrhenius:
    r"""Coefficient :math:`X(T) = X_0 \exp(-Q/RT)`.

    Attributes:
        prefactor: X_0, in the unit of X.
        activation_energy: Q in J/mol; 0 for a value that holds at any temperature.
    """

    prefactor: float
    activation_energy: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no rate or diffusivity."""
        if not (np.isfinite(self.prefactor) and self.prefactor >= 0):
            raise ValueError(f"prefactor must be zero or positive, got {self.prefactor}")
        if not (np.isfinite(self.activation_energy) and self.activation_energy >= 0):
            raise ValueError(
                f"activation_energy must be zero or positive, got {self.activation_energy} J/mol"
            )

    def at(self, temperature: float) -> float:
        """X at ``temperature`` (K).

        Raises:
            ValueError: a temperature that is not positive and finite.
        """
        if not (np.isfinite(temperature) and temperature > 0):
            raise ValueError(f"temperature must be positive, got {temperature} K")
        return float(self.prefactor * np.exp(-self.activation_energy / (R * temperature)))
