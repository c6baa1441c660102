"""What the database says of a number: its value, where it comes from, where it holds, how sure."""

import math
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal

from lisic.materials.units import parse
from pydantic import BaseModel, ConfigDict, StrictFloat, StringConstraints, model_validator

Confidence = Literal["measured", "computed", "secondary", "assumed", "user"]

AXES: dict[str, str] = {
    "temperature": "K",
    "composition": "",
    "size": "um",
    "strain_rate": "1/s",
    "porosity": "",
    "pressure": "MPa",
}
"""What a range may be over, and its internal unit."""


class Range(BaseModel):
    """Where a value holds: [from, to] along each axis; an axis left out plays no part."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    temperature: tuple[str, str] | None = None
    composition: tuple[float, float] | None = None
    size: tuple[str, str] | None = None
    strain_rate: tuple[str, str] | None = None
    porosity: tuple[float, float] | None = None
    pressure: tuple[str, str] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "Range":
        given = self.bounds()
        if not given:
            raise ValueError('a range needs an axis; write range = "any" where none matters')
        for axis, (low, high) in given.items():
            if low > high:
                raise ValueError(f"{axis} runs backwards: {low:g} to {high:g} {AXES[axis]}")
        return self

    def bounds(self) -> Mapping[str, tuple[float, float]]:
        """From and to along each axis, in internal units."""
        return _bounds(self)

    def __str__(self) -> str:
        """As one reads it."""
        given = self.model_dump(exclude_none=True)
        return "; ".join(
            f"{axis.replace('_', ' ')} {low}" + (f" to {high}" if high != low else "")
            for axis, (low, high) in given.items()
        )


class Record(BaseModel):
    """A number of the database: what it is, where it comes from, where it holds, how sure it is.

    Attributes:
        key: path of the property, such as ``power_law.exponent``.
        value: text with a unit, or a pure number.
        source: ``doi:...``, ``derived: ...`` (how, from what), ``reference: ...`` (a source
            without a confirmed DOI), ``assumed: ...`` (why), or ``given: ...`` by the user.
        range: where it holds.
        confidence: ``measured`` or ``computed`` in a source that was read; ``secondary``, quoted
            elsewhere or from memory; ``assumed``, without a source; ``user``.
        note: doubts and disagreements.
        alternative: its name, where sources disagree and the database has several.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    value: str | StrictFloat
    source: Annotated[
        str,
        StringConstraints(
            pattern=r"^(doi:10\.\d{4,}/\S+( .+)?|(derived|reference|assumed|given): \S.+)$"
        ),
    ]
    range: Range | Literal["any"]
    confidence: Confidence
    note: str = ""
    alternative: str = ""

    @model_validator(mode="after")
    def _assumptions_say_so(self) -> "Record":
        if (self.confidence == "assumed") != self.source.startswith("assumed: "):
            raise ValueError("a value is assumed exactly where its source says so")
        return self

    def covers(self, **conditions: float) -> bool:
        """Whether it holds under ``conditions``: axes of ranges, in internal units.

        NaN and what is left out exclude nothing.

        Raises:
            ValueError: an axis that ranges do not have.
        """
        for axis in conditions:
            if axis not in AXES:
                raise ValueError(f"{axis}: known conditions are {', '.join(AXES)}")
        if self.range == "any":
            return True
        for axis, (low, high) in self.range.bounds().items():
            value = conditions.get(axis, math.nan)
            # A range ends at 273 K or 10 um, not a rounding before.
            slack = 1e-9 * max(abs(low), abs(high))
            if value < low - slack or value > high + slack:
                return False
        return True


@cache
def _bounds(given: Range) -> Mapping[str, tuple[float, float]]:
    return {
        axis: (_internal(low, AXES[axis]), _internal(high, AXES[axis]))
        for axis, (low, high) in given.model_dump(exclude_none=True).items()
    }


def _internal(value: str | float, unit: str) -> float:
    return parse(value, unit) if unit else float(value)
