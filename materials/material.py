"""A material: elasticity, flow mechanisms, and where each of its numbers comes from.

>>> from lisic.materials import load
>>> lithium = load("lithium", {"boundary_diffusivity": "2e-20 m^3/s"})
>>> round(float(load("lithium").flow_stress(1e-3, 293.15, size=1000.0)), 2)
0.78
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from lisic.materials.flow import Mechanism, flow_columns, flow_rates, flow_stresses
from lisic.materials.lithiation import at_composition
from lisic.materials.mechanisms import RECIPES, begun, possible, properties_of, without_idle
from lisic.materials.overrides import given, numbers, resolve
from lisic.materials.properties import PROPERTIES, PropertyError, flatten, nearest
from lisic.materials.provenance import names, read
from lisic.materials.records import Record
from lisic.materials.slots import N_COLUMNS, Array
from lisic.materials.sourced import Sourced
from lisic.materials.strengthening import OFF, chosen_only, strengthen, tables

_ELASTICITY = (
    "youngs_modulus",
    "softening.coefficient",
    "softening.temperature",
)


@dataclass(frozen=True)
class Material(Sourced):
    """What a region is made of. Internal units: um, MPa, s, K.

    Attributes:
        mechanism_names: the mechanisms by which it flows; none for an elastic material.
        mechanisms: the same as laws.
    """

    mechanism_names: tuple[str, ...]
    mechanisms: tuple[Mechanism, ...]

    def youngs_modulus(self, temperature: float) -> float:
        """Young's modulus in MPa at ``temperature`` (K), with the linear softening it may have.

        Raises:
            ValueError: so hot that nothing would be left of it.
        """
        self.warn_out_of_range(_ELASTICITY, temperature=temperature)
        above = temperature - self.values.get("softening.temperature", temperature)
        modulus = self.value("youngs_modulus")
        modulus *= 1 - self.values.get("softening.coefficient", 0.0) * above
        if not modulus > 0:
            raise ValueError(f"{self.name} has no stiffness left at {temperature} K")
        return modulus

    @property
    def poisson_ratio(self) -> float:
        """Poisson's ratio."""
        return self.value("poisson_ratio")

    @property
    def density(self) -> float:
        """Density in g/cm^3."""
        return self.value("density")

    @property
    def molar_volume(self) -> float:
        """Molar volume in um^3/mol."""
        return self.value("molar_volume")

    @property
    def size(self) -> float | None:
        """Size of every body of this material (um), where the user has set one."""
        return self.values.get("size")

    def elastic_moduli(self, temperature: float) -> tuple[float, float]:
        """Shear and bulk modulus in MPa at ``temperature`` (K)."""
        modulus, nu = self.youngs_modulus(temperature), self.poisson_ratio
        return modulus / (2 * (1 + nu)), modulus / (3 * (1 - 2 * nu))

    def creep_rate(
        self,
        stress: npt.ArrayLike,
        temperature: npt.ArrayLike,
        size: npt.ArrayLike | None = None,
    ) -> Array:
        """Uniaxial flow rate (1/s); the arguments broadcast against each other.

        Args:
            stress: equivalent stress, MPa, >= 0.
            temperature: K.
            size: size of the body, um; not needed without diffusional creep.

        Raises:
            ValueError: a negative stress, or no size where the rate depends on it.
        """
        stresses, rows, shape = self._rows(stress, temperature, size)
        if np.any(~(stresses >= 0)):
            raise ValueError(f"stress must be zero or positive, got {stresses.min()} MPa")
        self._warn(temperature=temperature, size=size)
        return flow_rates(stresses, rows).reshape(shape)

    def flow_stress(
        self,
        rate: npt.ArrayLike,
        temperature: npt.ArrayLike,
        size: npt.ArrayLike | None = None,
    ) -> Array:
        """Equivalent stress (MPa) at which it flows at ``rate`` (1/s, >= 0); broadcasts.

        Infinite for an elastic material.

        Raises:
            ValueError: a negative rate, or no size where the stress depends on it.
        """
        rates, rows, shape = self._rows(rate, temperature, size)
        if np.any(~(rates >= 0)):
            raise ValueError(f"rate must be zero or positive, got {rates.min()} /s")
        self._warn(temperature=temperature, size=size, strain_rate=rate)
        return flow_stresses(rates, rows).reshape(shape)

    def in_use(self) -> tuple[str, ...]:
        """Paths of the properties that play a part in a run: not those of idle flow laws."""
        return without_idle(self.mechanism_names, super().in_use())

    def _warn(self, **conditions: npt.ArrayLike | None) -> None:
        """Warn of flow-law values that do not hold under ``conditions``."""
        keys = properties_of(self.mechanism_names, self.values) + tables(self.values)
        self.warn_out_of_range(keys, **conditions)

    def _rows(
        self,
        first: npt.ArrayLike,
        temperature: npt.ArrayLike,
        size: npt.ArrayLike | None,
    ) -> tuple[Array, Array, tuple[int, ...]]:
        if size is None:
            size = np.nan if self.size is None else self.size
        values, temperatures, sizes = np.broadcast_arrays(
            np.asarray(first, dtype=float),
            np.asarray(temperature, dtype=float),
            np.asarray(size, dtype=float),
        )
        rows = np.empty((values.size, N_COLUMNS))
        flat_sizes = sizes.ravel()
        distinct, which = np.unique(temperatures, return_inverse=True)
        for i, one in enumerate(distinct):
            chosen = which.ravel() == i
            rows[chosen] = flow_columns(self.mechanisms, float(one), flat_sizes[chosen])
        return np.ascontiguousarray(values.ravel()), rows, values.shape


def load(name: str, overrides: Mapping[str, object] = MappingProxyType({})) -> Material:
    """Material ``name`` of the database, with the user's ``overrides``.

    Args:
        name: an entry of the database, see :func:`available`.
        overrides: other values, by path (``{"power_law": {"exponent": 5.0, "rate": ...}}``) or by
            a short key that can mean one path only (``flow_stress``). Where sources disagree, the
            name of an alternative may stand for a value (``{"boundary_diffusivity":
            "gjostein"}``). ``mechanisms`` chooses among those of the entry; ``size`` sets the
            size of all bodies; ``strengthening`` makes small bodies stronger, by ``pillars`` or
            ``indentation`` (by default ``off``).

    Raises:
        ValueError: unknown name; as :class:`PropertyError`, a key that the entry does not have,
            or a value that is not possible.
    """
    if name not in available():
        raise ValueError(f"material {name!r}: {nearest(name, available())}")
    entry = read(name)
    changes = dict(overrides)
    chosen = changes.pop("mechanisms", None)
    strengthening = changes.pop("strengthening", OFF)
    records = resolve(entry, changes, also=("size", *entry.derived))
    if entry.derived:
        records = at_composition(records)
    return _build(name, records, chosen, entry.mechanisms, strengthening)


def define(name: str, properties: Mapping[str, object]) -> Material:
    """A material of the user's own.

    Args:
        name: what to call it.
        properties: ``youngs_modulus`` and ``poisson_ratio``, and a table for each law by which it
            flows: ``power_law = {rate, exponent, activation_energy}``, ``linear = {rate,
            activation_energy}``, ``overstress = {rate, flow_stress, exponent}`` (activation
            energies are optional); ``boundary_diffusivity`` or ``lattice_diffusivity`` with
            ``atomic_volume`` and ``smallest_size`` for diffusional creep; ``strengthening =
            "pillars"`` with a table ``pillar_strengthening``, or the same for ``indentation``.

    Raises:
        ValueError: as :class:`PropertyError`, a key that is unknown or missing, or a value that
            is not possible.
    """
    laws = dict(properties)
    chosen = laws.pop("mechanisms", None)
    strengthening = laws.pop("strengthening", OFF)
    records = {
        key: given(key, value, f"defined as {name}")
        for key, value in flatten(laws, list(PROPERTIES)).items()
    }
    return _build(name, records, chosen, None, strengthening)


def available() -> list[str]:
    """Names of the materials in the database."""
    return names("material")


def _build(
    name: str,
    records: Mapping[str, Record],
    chosen: object,
    defaults: tuple[str, ...] | None,
    strengthening: object,
) -> Material:
    for key in ("youngs_modulus", "poisson_ratio"):
        if key not in records:
            raise PropertyError(key, None, f"{name} needs it")
    records = chosen_only(records, strengthening)
    open_to = possible(records)
    for mechanism in begun(records):
        if mechanism not in open_to:
            missing = [key for key in RECIPES[mechanism].needs if key not in records]
            raise PropertyError(missing[0], None, f"{mechanism} needs it")
    values = numbers(records)
    mechanism_names = open_to if defaults is None else defaults
    if chosen is not None:
        mechanism_names = _choice(chosen, open_to)
    mechanisms = (RECIPES[mechanism].make(values) for mechanism in mechanism_names)
    return Material(
        name=name,
        values=values,
        mechanism_names=mechanism_names,
        mechanisms=strengthen(mechanisms, values, strengthening),
        provenance=tuple(records.values()),
    )


def _choice(chosen: object, open_to: tuple[str, ...]) -> tuple[str, ...]:
    known = ", ".join(open_to) or "none, for it is elastic"
    if not isinstance(chosen, list | tuple) or not all(isinstance(item, str) for item in chosen):
        raise PropertyError("mechanisms", chosen, f"expected a list of names among: {known}")
    for item in chosen:
        if item not in open_to:
            raise PropertyError("mechanisms", item, f"expected names among: {known}")
    if len(set(chosen)) < len(chosen):
        raise PropertyError("mechanisms", list(chosen), "a name appears twice")
    return tuple(chosen)
