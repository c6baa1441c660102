"""Reading the sourced database: one TOML file a material, every number with its provenance."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from lisic.materials.properties import PROPERTIES, nearest, number
from lisic.materials.units import parse
from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StringConstraints, model_validator

FOLDER = Path(__file__).parent / "database"

Confidence = Literal["measured", "computed", "secondary", "assumed", "user"]

# What a range may be over, and its unit.
_AXES = {
    "temperature": "K",
    "composition": "",
    "size": "um",
    "strain_rate": "1/s",
    "porosity": "",
}


class Range(BaseModel):
    """Where a value holds: [from, to] along each axis; an axis left out plays no part."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    temperature: tuple[str, str] | None = None
    composition: tuple[float, float] | None = None
    size: tuple[str, str] | None = None
    strain_rate: tuple[str, str] | None = None
    porosity: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "Range":
        given = self.model_dump(exclude_none=True)
        if not given:
            raise ValueError('a range needs an axis; write range = "any" where none matters')
        for axis, (low, high) in given.items():
            unit = _AXES[axis]
            if (parse(low, unit) > parse(high, unit)) if unit else (low > high):
                raise ValueError(f"{axis} runs backwards: {low} to {high}")
        return self

    def __str__(self) -> str:
        """As one reads it."""
        given = self.model_dump(exclude_none=True)
        return "; ".join(f"{axis} {low} to {high}" for axis, (low, high) in given.items())


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

    @model_validator(mode="after")
    def _assumptions_say_so(self) -> "Record":
        if (self.confidence == "assumed") != self.source.startswith("assumed: "):
            raise ValueError("a value is assumed exactly where its source says so")
        return self


class _Head(BaseModel):
    """What a file says beside its records."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: Annotated[str, Field(min_length=10)]
    kind: Literal["material", "layer"] = "material"
    mechanisms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A file of the database.

    Attributes:
        name: as in case files.
        title: one line.
        kind: ``material``, or ``layer`` for the measured layer of a paper.
        mechanisms: flow mechanisms that act unless the user chooses others.
        records: by path of the property.
    """

    name: str
    title: str
    kind: str
    mechanisms: tuple[str, ...]
    records: Mapping[str, Record]

    def value(self, key: str) -> float:
        """A property in its internal unit."""
        exponent = self.records.get("power_law.exponent")
        return number(
            key, self.records[key].value, None if exponent is None else float(exponent.value)
        )


def names(kind: str = "material") -> list[str]:
    """Names of all entries of a kind."""
    return sorted(
        name for name in (path.stem for path in FOLDER.glob("*.toml")) if read(name).kind == kind
    )


@cache
def read(name: str) -> Entry:
    """The entry called ``name``.

    Raises:
        ValueError: no such entry.
    """
    known = sorted(path.stem for path in FOLDER.glob("*.toml"))
    if name not in known:
        raise ValueError(f"material {name!r}: {nearest(name, known)}")
    return parse_entry((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def parse_entry(text: str) -> Entry:
    """An entry from the text of its file.

    Raises:
        ValueError: a number without unit, source, range or confidence, or an unknown key.
    """
    data = tomllib.loads(text)
    head = _Head.model_validate(
        {key: value for key, value in data.items() if not isinstance(value, dict)}
    )
    records = dict(_records("", data))
    entry = Entry(head.name, head.title, head.kind, head.mechanisms, MappingProxyType(records))
    for key in records:
        entry.value(key)
    return entry


def _records(path: str, table: Mapping[str, Any]) -> list[tuple[str, Record]]:
    found = []
    for name, value in table.items():
        if not isinstance(value, dict):
            if path:
                raise ValueError(f"{path}.{name} stands outside a record")
            continue
        key = f"{path}.{name}" if path else name
        if "value" in value:
            if key not in PROPERTIES:
                raise ValueError(f"{key}: {nearest(key, list(PROPERTIES))}")
            found.append((key, Record.model_validate({"key": key, **value})))
        else:
            found += _records(key, value)
    return found
