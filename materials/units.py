"""Units at the border: text such as ``"3.25 um"`` becomes a float in internal units, and back.

Inside lisic lengths are um, stresses MPa, times s, temperatures K. Every dimensioned value
that enters from a file carries its unit; a bare number, a unit of the wrong kind or a value
that is not finite is refused with a message that says what is expected.
"""

import math
import re
from typing import Annotated, Any

import pint
from pydantic import BeforeValidator, PlainSerializer

_registry: pint.UnitRegistry[float] = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
_NUMBER = re.compile(
    r"\s*(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(?P<unit>\D.*?)?\s*"
)


def parse(text: object, unit: str) -> float:
    """Value of ``text`` (a number and its unit) in ``unit``.

    Raises:
        ValueError: no unit, a unit of the wrong kind, or not a finite number.
    """
    if not isinstance(text, str):
        raise ValueError(f"expected a number with its unit, such as {example(unit)}")
    match = _NUMBER.fullmatch(text)
    if match is None or not match["unit"]:
        raise ValueError(f"expected a number with its unit, such as {example(unit)}")
    unit_text = match["unit"]
    unit_expression = f"1{unit_text}" if unit_text.startswith("/") else unit_text
    try:
        # Multiplied as a Quantity, not parsed as one product: offset units (degC) stay right.
        given = _registry.Quantity(float(match["number"]), _registry.parse_units(unit_expression))
        value = given.to(unit).magnitude
    except pint.UndefinedUnitError as error:
        raise ValueError(f"unknown unit {unit_text!r}; expected one like {unit}") from error
    except pint.DimensionalityError as error:
        raise ValueError(
            f"unit {unit_text!r} is of the wrong kind; expected one like {unit}"
        ) from error
    except Exception as error:  # pint raises tokenizer, syntax and attribute errors alike
        raise ValueError(f"unreadable unit {unit_text!r}; expected one like {unit}") from error
    if not math.isfinite(value):
        raise ValueError(f"expected a finite number, such as {example(unit)}")
    return float(value)


def show(value: float, unit: str) -> str:
    """Text that :func:`parse` reads back to the very same float."""
    return f"{value!r} {unit}"


def example(unit: str) -> str:
    """A value in ``unit`` as one would write it, for error messages."""
    return f'"1 {unit}"'


def quantity(unit: str) -> Any:
    """Pydantic field type: text with a unit in the file, a float in ``unit`` inside."""
    return Annotated[
        float,
        BeforeValidator(lambda text: parse(text, unit)),
        PlainSerializer(lambda value: show(value, unit), return_type=str),
    ]
