"""What a material may have: every property, its internal unit, and what is possible.

A property's key is its path in the database file, such as ``power_law.exponent``.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from lisic.materials.units import parse


class PropertyError(ValueError):
    """A property that can't be.

    Attributes:
        key: its path, as a tuple.
        value: what was received; None where it is missing.
        problem: what is expected.
    """

    def __init__(self, key: str, value: object, problem: str) -> None:
        """Join them into one line."""
        what = f"{key} is missing" if value is None else f"{key} = {value!r}"
        super().__init__(f"{what}: {problem}")
        self.key = tuple(key.split("."))
        self.value = value
        self.problem = problem


@dataclass(frozen=True)
class Property:
    """A number that a material may have.

    Attributes:
        unit: internal unit; "" for a pure number. ``{n}`` stands for the power law's exponent.
        low, high: closed bounds.
        positive: whether zero is left out.
        sheet_only: no law that runs use reads it; it is for the reader, and for functions that
            are asked for by name.
    """

    unit: str
    low: float = 0.0
    high: float = math.inf
    positive: bool = True
    sheet_only: bool = False


NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""What the name of an alternative looks like; a value starts with a digit, sign or point."""

_ENERGY = Property("J/mol", positive=False)
_EXPONENT = Property("", low=1.0)
_COMPOSITION = Property("", positive=False)

PROPERTIES: dict[str, Property] = {
    "youngs_modulus": Property("MPa"),
    "poisson_ratio": Property("", high=0.4999, positive=False),
    "softening.coefficient": Property("1/K", positive=False),
    "softening.temperature": Property("K"),
    "density": Property("g/cm^3"),
    "molar_mass": Property("g/mol"),
    "molar_volume": Property("um^3/mol"),
    "atomic_volume": Property("um^3"),
    "volume_ratio": Property(""),
    "diameter": Property("um"),
    "size": Property("um"),
    "smallest_size": Property("um"),
    "power_law.rate": Property("MPa^-{n}/s"),
    "power_law.exponent": _EXPONENT,
    "power_law.activation_energy": _ENERGY,
    "anand_narayan.rate": Property("1/s"),
    "anand_narayan.activation_energy": _ENERGY,
    "anand_narayan.sensitivity": Property("", high=1.0),
    "anand_narayan.resistance": Property("MPa"),
    "anand_narayan.hardening": Property("MPa", positive=False),
    "anand_narayan.saturation": Property("MPa"),
    "anand_narayan.hardening_exponent": _EXPONENT,
    "anand_narayan.saturation_exponent": Property("", positive=False),
    "linear.rate": Property("MPa^-1/s"),
    "linear.activation_energy": _ENERGY,
    "overstress.rate": Property("1/s"),
    "overstress.flow_stress": Property("MPa"),
    "overstress.exponent": _EXPONENT,
    "boundary_diffusivity.prefactor": Property("um^3/s"),
    "boundary_diffusivity.activation_energy": _ENERGY,
    "lattice_diffusivity.prefactor": Property("um^2/s"),
    "lattice_diffusivity.activation_energy": _ENERGY,
    "pillar_strengthening.strength": Property("MPa"),
    "pillar_strengthening.softening": Property("1/K", positive=False),
    "pillar_strengthening.exponent": Property(""),
    "pillar_strengthening.exponent_rise": Property("1/K", positive=False),
    "pillar_strengthening.temperature": Property("K"),
    "pillar_strengthening.rate": Property("1/s"),
    "indentation_strengthening.size": Property("um"),
    "indentation_strengthening.exponent": Property(""),
    "surface_energy": Property("uN/um", sheet_only=True),
    "partial_molar_volume": Property("um^3/mol", sheet_only=True),
    "transverse_modulus": Property("MPa", sheet_only=True),
    "tensile_strength": Property("MPa", sheet_only=True),
    "yield_stress": Property("MPa", sheet_only=True),
    "hardness": Property("MPa", sheet_only=True),
    "fracture_toughness": Property("MPa*um^0.5", sheet_only=True),
    "porosity": Property("", high=1.0, positive=False),
    "heckel.coefficient": Property("1/MPa", sheet_only=True),
    "heckel.intercept": Property("", positive=False, sheet_only=True),
    "shear_strength": Property("MPa", sheet_only=True),
    # Laws of the composition x, Li per Si.
    "swelling": Property("", positive=False),
    "modulus_law.first": Property("MPa"),
    "modulus_law.first_composition": _COMPOSITION,
    "modulus_law.second": Property("MPa"),
    "modulus_law.second_composition": _COMPOSITION,
    "flow_stress_law.first": Property("MPa"),
    "flow_stress_law.first_composition": _COMPOSITION,
    "flow_stress_law.second": Property("MPa"),
    "flow_stress_law.second_composition": _COMPOSITION,
    "reaction.coefficient": Property(""),
    "reaction.lithiation_rate": Property("1/s"),
    # Of an interface.
    "cohesive.strength": Property("MPa"),
    "cohesive.energy": Property("uN/um"),
    "work_of_adhesion": Property("uN/um"),
    "friction": Property("", positive=False),
    # Of a layer, for the paper's arithmetic.
    "silicon_mass": Property("g"),
    "carbon_mass": Property("g"),
    "area": Property("cm^2"),
    "dry_thickness": Property("um"),
    "lithiated_thickness": Property("um"),
    "composition": _COMPOSITION,
    "lithiated_carbon_weight_fraction": Property("", high=1.0),
    "lithium_atomic_mass": Property("g/mol"),
    "loading": Property("mg/cm^2"),
    "silicon_weight_fraction": Property("", high=1.0),
    "areal_capacity": Property("C/m^2"),
    "cathode_loading": Property("mg/cm^2"),
    "cathode_weight_fraction": Property("", high=1.0),
    "cathode_capacity": Property("C/g"),
}


def number(key: str, value: object, exponent: float | None = None) -> float:
    """The value of property ``key`` in its internal unit.

    Args:
        key: path of the property.
        value: text with a unit, or a bare number where the property has none.
        exponent: the power law's exponent, on which the unit of its rate depends.

    Raises:
        PropertyError: no unit, the wrong unit, or out of bounds.
    """
    known = PROPERTIES[key]
    if known.unit:
        unit = known.unit.format(n=f"{exponent:.15g}" if exponent is not None else "n")
        try:
            result = parse(value, unit)
        except ValueError as error:
            raise PropertyError(key, value, str(error)) from error
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise PropertyError(key, value, "expected a number without a unit")
    else:
        unit = ""
        result = float(value)
    inside = known.low <= result <= known.high and math.isfinite(result)
    if not inside or (known.positive and result == 0):
        unit = f" {unit}" if unit else ""
        least = f"above {known.low:g}" if known.positive and known.low == 0 else f"{known.low:g}"
        most = f" and at most {known.high:g}{unit}" if known.high < math.inf else ""
        joined = f"{least}{unit}" if least.startswith("above") else f"at least {least}{unit}"
        raise PropertyError(key, value, f"expected {joined}{most}")
    return result


def flatten(
    raw: Mapping[str, object], paths: Collection[str], choices: Collection[str] = ()
) -> dict[str, object]:
    """Values by full path, from tables and short keys.

    A short key stands for the one path that ends in it (``flow_stress``); a single value for a
    diffusivity holds at any temperature. Where ``choices`` has the path, of a property or of a
    table, the value may be the name of an alternative.

    Raises:
        PropertyError: a key that is not among ``paths``, or that could be several of them.
    """
    flat: dict[str, object] = {}
    for key, value in raw.items():
        for path, leaf in _expand(key, value, paths, choices):
            if path in flat:
                raise PropertyError(key, value, f"{path} is given twice")
            flat[path] = leaf
    return flat


def _expand(
    key: str, value: object, paths: Collection[str], choices: Collection[str]
) -> Iterable[tuple[str, object]]:
    if key in choices and is_name(value):
        return [(key, value)]
    if key in paths:
        if isinstance(value, Mapping):
            raise PropertyError(key, dict(value), "expected a single value, not a table")
        return [(key, value)]
    members = [path for path in paths if path.startswith(f"{key}.")]
    if members:
        if isinstance(value, Mapping):
            inner = [path.removeprefix(f"{key}.") for path in members]
            for name in value:
                if name not in inner:
                    raise PropertyError(f"{key}.{name}", value[name], nearest(name, inner))
            return [(f"{key}.{name}", leaf) for name, leaf in value.items()]
        if f"{key}.prefactor" in members:
            return [(f"{key}.prefactor", value), (f"{key}.activation_energy", "0 J/mol")]
        names = ", ".join(path.removeprefix(f"{key}.") for path in members)
        raise PropertyError(key, value, f"expected a table of {names}")
    ends = [path for path in paths if path.endswith(f".{key}")]
    if len(ends) == 1:
        return _expand(ends[0], value, paths, choices)
    if ends:
        raise PropertyError(key, value, f"could be {' or '.join(ends)}: write it out")
    tops = {path.split(".")[0] for path in paths}
    tails = {path.split(".")[-1] for path in paths}
    raise PropertyError(key, value, nearest(key, sorted(tops | tails)))


def is_name(value: object) -> bool:
    """Whether ``value`` can only be meant as the name of an alternative."""
    return isinstance(value, str) and NAME.fullmatch(value.strip()) is not None


def nearest(name: str, known: Collection[str]) -> str:
    """Text that says what ``name`` may have meant."""
    close = get_close_matches(name, known, n=3, cutoff=0.6)
    if close:
        return f"unknown; did you mean {' or '.join(close)}?"
    return f"unknown; known are {', '.join(known)}"
