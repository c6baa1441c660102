"""The size at which lithium turns from strong to weak.

Large bodies flow by dislocation creep, small ones by diffusion. Where small bodies are strengthened
against dislocation creep, there is a strongest size; without, strength only falls with size.

These searches look at all sizes, and do not warn of values outside their range as
``Material.flow_stress`` does.
"""

from dataclasses import dataclass

import numpy as np
from lisic.materials.flow import flow_columns, flow_stresses
from lisic.materials.material import Material
from lisic.materials.mechanism_map import mechanism_rates
from lisic.materials.slots import Array, Slot
from scipy.optimize import brentq, minimize_scalar

SIZES: Array = 10.0 ** (np.arange(-180, 181) / 60)
"""Sizes (um) that are searched: 1 nm to 1 mm, 60 a decade."""


@dataclass(frozen=True)
class Strongest:
    """The size (um) that is strongest, and its strength (MPa)."""

    size: float
    strength: float


def strengths(material: Material, rate: float, temperature: float, size: Array) -> Array:
    """Flow stress (n,) MPa of bodies of ``size`` (n,) um at ``rate`` (1/s), ``temperature`` (K).

    Raises:
        ValueError: a size or temperature that is not positive.
    """
    rows = flow_columns(material.mechanisms, temperature, size)
    return flow_stresses(np.full(len(size), float(rate)), rows)


def crossover_size(material: Material, rate: float, temperature: float) -> float | None:
    """Size (um) at which diffusional creep carries half of the ``rate`` (1/s).

    Returns:
        None where it carries less than half, or more, at every size from 1 nm to 1 mm.
    """
    if not material.mechanisms:
        return None
    diffusional = [law.slot is Slot.LINEAR for law in material.mechanisms]

    def excess(logarithm: float) -> float:
        size = np.array([np.exp(logarithm)])
        stress = strengths(material, rate, temperature, size)
        rates = mechanism_rates(material, stress, temperature, size)[:, 0]
        return float(rates[diffusional].sum() / rates.sum() - 0.5)

    low, high = np.log(SIZES[0]), np.log(SIZES[-1])
    if not excess(high) < 0 < excess(low):
        return None
    return float(np.exp(brentq(excess, low, high, xtol=1e-12)))


def strongest_size(material: Material, rate: float, temperature: float) -> Strongest | None:
    """The size that carries the largest stress at ``rate`` (1/s) and ``temperature`` (K).

    Returns:
        None where strength has no maximum between 1 nm and 1 mm, as without strengthening.
    """
    every = strengths(material, rate, temperature, SIZES)
    best = int(np.argmax(every))
    # Beyond the largest bodies strength is that of bulk, flat to rounding.
    if best in (0, len(SIZES) - 1) or not every[best] > every[-1] * (1 + 1e-9):
        return None
    found = minimize_scalar(
        lambda x: -float(strengths(material, rate, temperature, np.array([np.exp(x)]))[0]),
        bounds=(np.log(SIZES[best - 1]), np.log(SIZES[best + 1])),
        method="bounded",
        options={"xatol": 1e-8},
    )
    return Strongest(float(np.exp(found.x)), -float(found.fun))
