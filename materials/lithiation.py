r"""Amorphous Li\ :sub:`x`\ Si as a function of its composition x, Li per Si.

.. math::
    J(x) = 1 + \beta x, \qquad
    E(x),\ s_0(x)\ \text{linear in}\ y = \frac{x}{1 + x},

between two compositions that a source gives, and constant beyond them. Above the flow stress
:math:`s_0` it flows by :math:`\dot\varepsilon = \dot\varepsilon_0 \langle q/s_0 - 1\rangle^m`
(Pharr et al. 2014). While lithium comes in, reaction-assisted flow (after Brassart and Suo, JMPS
61 (2013) 61) adds :math:`\beta_r |\dot x| q/s_0` at any stress; it acts where ``mechanisms`` names
``reaction``.

>>> import numpy as np
>>> from lisic.materials import lithiated_silicon
>>> law = lithiated_silicon({"modulus_law": "softening"})
>>> law.youngs_modulus(np.array([0.0, 3.75])).round().tolist()
[90000.0, 41000.0]
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from lisic.materials.overrides import numbers, resolve
from lisic.materials.properties import PropertyError
from lisic.materials.provenance import read
from lisic.materials.records import Record
from lisic.materials.slots import Array
from lisic.materials.sourced import Sourced
from lisic.materials.units import show

ENTRY = "a-LixSi"
FULL = 3.75  # Li15Si4

_SILICON = "silicon"
_DOUBT = ("measured", "computed", "user", "secondary", "assumed")


@dataclass(frozen=True)
class Interpolation:
    """A quantity linear in x/(1 + x) between two compositions, constant beyond them.

    Attributes:
        first, second: its values.
        first_composition, second_composition: where it has them, in rising order.
    """

    first: float
    first_composition: float
    second: float
    second_composition: float

    def __post_init__(self) -> None:
        """Refuse compositions in the wrong order."""
        if not self.first_composition < self.second_composition:
            raise ValueError(
                f"second_composition must be above first_composition, got "
                f"{self.second_composition} and {self.first_composition}"
            )

    def at(self, composition: Array) -> Array:
        """Value at each composition."""
        ends = [self.first_composition, self.second_composition]
        fractions = [x / (1 + x) for x in ends]
        return np.interp(composition / (1 + composition), fractions, [self.first, self.second])


@dataclass(frozen=True)
class LithiatedSilicon(Sourced):
    """Li_xSi at any composition; all functions take arrays of x in [0, 3.75].

    They raise ValueError for other compositions, and warn of those that no source covers.
    """

    def volume_ratio(self, composition: npt.ArrayLike) -> Array:
        """Volume against that of the silicon in it, J(x)."""
        x = self._checked("swelling", composition)
        return 1 + self.value("swelling") * x

    def youngs_modulus(self, composition: npt.ArrayLike) -> Array:
        """Young's modulus, MPa."""
        return self._law("modulus_law").at(self._checked("modulus_law", composition))

    def flow_stress(self, composition: npt.ArrayLike, rate: npt.ArrayLike = 0.0) -> Array:
        """Equivalent stress (MPa) at which it flows at ``rate`` (1/s), without a reaction.

        Raises:
            ValueError: a negative rate.
        """
        rates = np.asarray(rate, dtype=float)
        if not np.all(rates >= 0):
            raise ValueError(f"rate must be zero or positive, got {rates.min()} /s")
        excess = (rates / self.value("overstress.rate")) ** (1 / self.value("overstress.exponent"))
        threshold = self._law("flow_stress_law").at(self._checked("flow_stress_law", composition))
        flow: Array = threshold * (1 + excess)
        return flow

    def molar_mass(self, composition: npt.ArrayLike) -> Array:
        """Mass of a mole of Li_xSi, g/mol."""
        x = _inside(composition)
        # Lithium's mass is that of Table S1, so that x = 3.75 gives its porosity.
        lithium = read("sung-layer").value("lithium_atomic_mass")
        return read(_SILICON).value("molar_mass") + lithium * x

    def density(self, composition: npt.ArrayLike) -> Array:
        """Density, g/cm^3: mass is conserved, the volume grows J-fold."""
        silicon = read(_SILICON)
        gain = self.molar_mass(composition) / silicon.value("molar_mass")
        return silicon.value("density") * gain / self.volume_ratio(composition)

    def _law(self, table: str) -> Interpolation:
        keys = ("first", "first_composition", "second", "second_composition")
        try:
            return Interpolation(*(self.value(f"{table}.{key}") for key in keys))
        except ValueError as error:
            raise PropertyError(table, self.value(f"{table}.second_composition"), str(error)) from (
                error
            )

    def _checked(self, table: str, composition: npt.ArrayLike) -> Array:
        x = _inside(composition)
        keys = [key for key in self.values if key.partition(".")[0] == table]
        self.warn_out_of_range(keys, composition=x)
        return x


def lithiated_silicon(
    overrides: Mapping[str, object] = MappingProxyType({}),
) -> LithiatedSilicon:
    """The laws of the entry ``a-LixSi`` with the user's ``overrides``, as for ``load``.

    Raises:
        ValueError: as :class:`PropertyError`, a key that it does not have or a value that can't be.
    """
    records = resolve(read(ENTRY), overrides)
    return LithiatedSilicon(ENTRY, numbers(records), tuple(records.values()))


def at_composition(records: Mapping[str, Record]) -> dict[str, Record]:
    """``records`` of Li_xSi with what its laws make of the composition among them.

    What a user gave directly stays.

    Raises:
        PropertyError: a composition outside 0 to 3.75, or a law that can't be.
    """
    law = LithiatedSilicon(ENTRY, numbers(records), tuple(records.values()))
    x = law.value("composition")
    if x > FULL:
        raise PropertyError("composition", x, f"expected at most {FULL} Li per Si")
    found = dict(records)
    for key, table, value, unit in (
        ("youngs_modulus", "modulus_law", law.youngs_modulus(x), "MPa"),
        ("overstress.flow_stress", "flow_stress_law", law.flow_stress(x), "MPa"),
        ("density", "swelling", law.density(x), "g/cm^3"),
        ("volume_ratio", "swelling", law.volume_ratio(x), ""),
    ):
        if key not in found:
            of = [record for record in records.values() if record.key.partition(".")[0] == table]
            found[key] = _derived(key, float(value), unit, of, x)
    return found


def _derived(key: str, value: float, unit: str, law: list[Record], x: float) -> Record:
    """Record of what ``law`` gives at x, as doubtful as the most doubtful of its values."""
    worst = max(law, key=lambda record: _DOUBT.index(record.confidence))
    kind = "assumed" if worst.confidence == "assumed" else "derived"
    return Record(
        key=key,
        value=show(value, unit) if unit else value,
        source=f"{kind}: {law[0].key.partition('.')[0]} at x = {x:g}",
        range=worst.range,
        confidence="computed" if worst.confidence == "measured" else worst.confidence,
        note=worst.source,
        alternative=worst.alternative,
    )


def _inside(composition: npt.ArrayLike) -> Array:
    x = np.asarray(composition, dtype=float)
    if not np.all((x >= 0) & (x <= FULL)):
        raise ValueError(
            f"composition must lie between 0 and {FULL} Li per Si, got {composition!r}"
        )
    return x
