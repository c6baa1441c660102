r"""Strengthening of small bodies: "smaller is stronger".

Dislocation creep of a body of size d takes a stress M(d, T) times as large as in bulk,

.. math::
    \dot\varepsilon = A(T)\,(q/M)^n

Diffusional creep knows nothing of it, so that the sum of both first rises and then falls as a
body gets smaller. Off by default: pillars are an upper bound for lithium between silicide walls.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol, cast

import numpy as np
from lisic.materials.flow import Mechanism
from lisic.materials.power_law import PowerLaw
from lisic.materials.properties import PropertyError, nearest
from lisic.materials.slots import Array, Slot

OFF = "off"


class Strengthening(Protocol):
    """How much stronger than bulk a body is."""

    def multiplier(self, bulk: PowerLaw, temperature: float, size: Array) -> Array:
        """M (n,) >= 1 at ``temperature`` (K) for bodies of ``size`` (n,) um."""


@dataclass(frozen=True)
class Pillars:
    r"""Compressed micro-pillars (Xu et al., PNAS 114 (2017) 57; 298 to 363 K, 1 to 8.5 um).

    .. math::
        M = 1 + k(T)\,(d/\mathrm{\mu m})^{-a(T)}, \qquad
        k = S_1(T)/q_{bulk}(\dot\varepsilon_1, T)

    with :math:`S_1 = S_0 \exp(-b (T - T_0))` and :math:`a = a_0 + a' (T - T_0)`. Strength beyond
    bulk then depends on the rate as bulk does.

    Attributes:
        strength: S_0, of a pillar of 1 um at T_0, MPa.
        softening: b in 1/K.
        exponent: a_0.
        exponent_rise: a' in 1/K.
        temperature: T_0 in K.
        rate: of the tests, 1/s.
    """

    strength: float
    softening: float
    exponent: float
    exponent_rise: float
    temperature: float
    rate: float

    def multiplier(self, bulk: PowerLaw, temperature: float, size: Array) -> Array:
        """M (n,) for bodies of ``size`` (n,) um.

        Raises:
            ValueError: a body without a size, or so cold that small bodies would be weaker.
        """
        above = temperature - self.temperature
        exponent = self.exponent + self.exponent_rise * above
        if exponent <= 0:
            raise ValueError(
                f"strengthening by pillars holds near {self.temperature:g} K, got {temperature} K"
            )
        strength = self.strength * np.exp(-self.softening * above)
        coefficient = bulk.coefficient.at(temperature)
        in_bulk = (self.rate / coefficient) ** (1 / bulk.exponent)
        multiplier: Array = 1 + strength / in_bulk * _checked(size) ** -exponent
        return multiplier


@dataclass(frozen=True)
class Indentation:
    """Indents of different depth (Fincher et al. 2020): M = 1 + (d_1/d)^a at any temperature.

    Attributes:
        size: d_1 in um, at which a body is twice as strong as bulk.
        exponent: a.
    """

    size: float
    exponent: float

    def multiplier(self, bulk: PowerLaw, temperature: float, size: Array) -> Array:
        """M (n,) for bodies of ``size`` (n,) um.

        Raises:
            ValueError: a body without a size.
        """
        multiplier: Array = 1 + (self.size / _checked(size)) ** self.exponent
        return multiplier


@dataclass(frozen=True)
class StrengthenedPowerLaw:
    """Power-law creep of small bodies, :math:`A (q/M)^n`.

    Attributes:
        bulk: the law of large bodies.
        strengthening: gives M.
    """

    bulk: PowerLaw
    strengthening: Strengthening
    slot: ClassVar[Slot] = Slot.POWER_LAW

    def columns(self, temperature: float, size: Array) -> Array:
        """Columns (A/M^n, n) for bodies of ``size`` (n,) um.

        Raises:
            ValueError: a body without a size.
        """
        columns = self.bulk.columns(temperature, size)
        multiplier = self.strengthening.multiplier(self.bulk, temperature, size)
        columns[:, 0] *= multiplier**-self.bulk.exponent
        return columns


_LAWS: dict[str, tuple[str, Callable[..., Strengthening]]] = {
    "pillars": ("pillar_strengthening", Pillars),
    "indentation": ("indentation_strengthening", Indentation),
}
NAMES = (OFF, *_LAWS)


def tables(keys: Iterable[str]) -> tuple[str, ...]:
    """Those among ``keys`` of properties that belong to a strengthening."""
    prefixes = tuple(f"{table}." for table, _ in _LAWS.values())
    return tuple(key for key in keys if key.startswith(prefixes))


def chosen_only[T](properties: Mapping[str, T], name: object) -> dict[str, T]:
    """``properties`` by key, without those of strengthenings other than ``name``."""
    own = f"{_LAWS[str(name)][0]}." if str(name) in _LAWS else OFF
    idle = {key for key in tables(properties) if not key.startswith(own)}
    return {key: value for key, value in properties.items() if key not in idle}


def strengthen(
    mechanisms: Iterable[Mechanism], values: Mapping[str, float], name: object
) -> tuple[Mechanism, ...]:
    """``mechanisms`` with their power law strengthened in small bodies.

    Args:
        mechanisms: of a material.
        values: its properties; those of the table ``pillar_strengthening`` or
            ``indentation_strengthening`` are the law's numbers.
        name: ``pillars``, ``indentation``, or ``off`` for the mechanisms as they are.

    Raises:
        PropertyError: unknown name, or no such numbers or no power law to strengthen.
    """
    laws = tuple(mechanisms)
    if name == OFF:
        return laws
    if not isinstance(name, str) or name not in _LAWS:
        raise PropertyError("strengthening", name, nearest(str(name), NAMES))
    table, make = _LAWS[name]
    for field in fields(cast(Any, make)):
        if f"{table}.{field.name}" not in values:
            raise PropertyError("strengthening", name, f"needs {table}.{field.name}")
    if not any(isinstance(law, PowerLaw) for law in laws):
        raise PropertyError("strengthening", name, f"no power law acts; expected {OFF!r}")
    law = make(**{one.name: values[f"{table}.{one.name}"] for one in fields(cast(Any, make))})
    return tuple(
        StrengthenedPowerLaw(one, law) if isinstance(one, PowerLaw) else one for one in laws
    )


def _checked(size: Array) -> Array:
    if not np.all(np.isfinite(size) & (size > 0)):
        bad = size[~(np.isfinite(size) & (size > 0))][0]
        raise ValueError(
            f"strengthening needs the size of each body, got {bad} um; give the material a size, "
            f'such as size = "100 nm", or set strengthening = {OFF!r}'
        )
    return size
