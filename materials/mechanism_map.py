"""Which mechanism carries the flow: shares at a point, and maps over size, stress, temperature."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from lisic.materials.flow import flow_columns, flow_rates
from lisic.materials.material import Material
from lisic.materials.slots import N_COLUMNS, Array


@dataclass(frozen=True, eq=False)
class MechanismMap:
    """Rates of all mechanisms on a grid.

    Attributes:
        names: of the k mechanisms.
        size: of the bodies, (n,) um.
        height: the other axis, (m,): stress in MPa or temperature in K.
        rates: (k, m, n) 1/s.
    """

    names: tuple[str, ...]
    size: Array
    height: Array
    rates: Array

    @property
    def total(self) -> Array:
        """Sum of all mechanisms, (m, n) 1/s."""
        total: Array = self.rates.sum(axis=0)
        return total

    @property
    def dominant(self) -> npt.NDArray[np.intp]:
        """Number of the fastest mechanism, (m, n)."""
        return np.argmax(self.rates, axis=0)


def depends_on_size(material: Material) -> bool:
    """Whether any mechanism of ``material`` does."""
    try:
        flow_columns(material.mechanisms, 300.0, np.array([np.nan]))
    except ValueError:
        return True
    return False


def mechanism_rates(
    material: Material,
    stress: npt.ArrayLike,
    temperature: npt.ArrayLike,
    size: npt.ArrayLike,
) -> Array:
    """Rate of each mechanism on its own (k, ...) 1/s; the arguments broadcast.

    Args:
        material: with k mechanisms, in the order of its ``mechanism_names``.
        stress: equivalent stress, MPa, >= 0.
        temperature: K.
        size: of the bodies, um.

    Raises:
        ValueError: a negative stress, a temperature or size that is not positive.
    """
    stresses, temperatures, sizes = np.broadcast_arrays(
        np.asarray(stress, dtype=float),
        np.asarray(temperature, dtype=float),
        np.asarray(size, dtype=float),
    )
    if np.any(~(stresses >= 0)):
        raise ValueError(f"stress must be zero or positive, got {stresses.min()} MPa")
    shape = stresses.shape
    flat = np.ascontiguousarray(stresses.ravel())
    distinct, which = np.unique(temperatures.ravel(), return_inverse=True)
    rates = np.empty((len(material.mechanisms), flat.size))
    for number, mechanism in enumerate(material.mechanisms):
        rows = np.empty((flat.size, N_COLUMNS))
        for i, one in enumerate(distinct):
            chosen = which == i
            rows[chosen] = flow_columns((mechanism,), float(one), sizes.ravel()[chosen])
        rates[number] = flow_rates(flat, rows)
    return rates.reshape(-1, *shape)


def map_over_stress(
    material: Material, temperature: float, size: npt.ArrayLike, stress: npt.ArrayLike
) -> MechanismMap:
    """Map over ``size`` (n,) um and ``stress`` (m,) MPa at one ``temperature`` (K).

    Raises:
        ValueError: as :func:`mechanism_rates`.
    """
    sizes, stresses = np.asarray(size, dtype=float), np.asarray(stress, dtype=float)
    rates = mechanism_rates(material, stresses[:, None], temperature, sizes)
    return MechanismMap(material.mechanism_names, sizes, stresses, rates)


def map_over_temperature(
    material: Material, stress: float, size: npt.ArrayLike, temperature: npt.ArrayLike
) -> MechanismMap:
    """Map over ``size`` (n,) um and ``temperature`` (m,) K at one ``stress`` (MPa).

    Raises:
        ValueError: as :func:`mechanism_rates`.
    """
    sizes, temperatures = np.asarray(size, dtype=float), np.asarray(temperature, dtype=float)
    rates = mechanism_rates(material, stress, temperatures[:, None], sizes)
    return MechanismMap(material.mechanism_names, sizes, temperatures, rates)
