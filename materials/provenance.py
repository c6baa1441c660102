"""Reading the sourced database: one TOML file an entry, every number with its provenance."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from lisic.materials.properties import NAME, PROPERTIES, nearest, number
from lisic.materials.records import Record
from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent / "database"

Kind = Literal["material", "interface", "layer"]


class _Head(BaseModel):
    """What a file says beside its records."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: Annotated[str, Field(min_length=10)]
    kind: Kind = "material"
    mechanisms: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """A value, or values that belong together, for which sources disagree.

    Attributes:
        default: name of what holds unless the user names another.
        options: the records of each alternative by its name, those of the default first.
    """

    default: str
    options: Mapping[str, tuple[Record, ...]]


@dataclass(frozen=True)
class Entry:
    """A file of the database.

    Attributes:
        name: as in case files.
        title: one line.
        kind: ``material``, ``interface``, or ``layer`` for the measured layer of a paper.
        mechanisms: flow mechanisms that act unless the user chooses others.
        derived: properties that laws of its composition work out, unless the user gives them.
        records: by path of the property.
        choices: where sources disagree, by path of the property or of the table.
    """

    name: str
    title: str
    kind: Kind
    mechanisms: tuple[str, ...]
    derived: tuple[str, ...]
    records: Mapping[str, Record]
    choices: Mapping[str, Choice]

    def value(self, key: str) -> float:
        """A property in its internal unit."""
        return _value(self.records[key], self.records)


def names(kind: Kind = "material") -> list[str]:
    """Names of all entries of a kind."""
    return sorted(name for name, entry in _all().items() if entry.kind == kind)


def read(name: str) -> Entry:
    """The entry called ``name``.

    Raises:
        ValueError: no such entry.
    """
    if name not in _all():
        raise ValueError(f"material {name!r}: {nearest(name, sorted(_all()))}")
    return _all()[name]


@cache
def _all() -> Mapping[str, Entry]:
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            entry = parse_entry(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
        found[entry.name] = entry
    return MappingProxyType(found)


def parse_entry(text: str) -> Entry:
    """An entry from the text of its file.

    Raises:
        ValueError: a number without unit, source, range or confidence, an alternative without a
            name, or an unknown key.
    """
    data = tomllib.loads(text)
    head = _Head.model_validate(
        {key: value for key, value in data.items() if not isinstance(value, dict)}
    )
    choices: dict[str, Choice] = {}
    for key in head.derived:
        if key not in PROPERTIES:
            raise ValueError(f"derived {key}: {nearest(key, list(PROPERTIES))}")
    records = {
        record.key: record
        for key, table in data.items()
        if isinstance(table, dict)
        for record in _read(key, table, choices)
    }
    for record in records.values():
        _value(record, records)
    for choice in choices.values():
        for option in choice.options.values():
            for record in option:
                _value(record, records | {other.key: other for other in option})
    return Entry(
        head.name,
        head.title,
        head.kind,
        head.mechanisms,
        head.derived,
        MappingProxyType(records),
        MappingProxyType(choices),
    )


def _read(
    path: str, table: object, choices: dict[str, Choice], name: str = ""
) -> tuple[Record, ...]:
    """Records at and below ``path``; where there are alternatives, these go to ``choices``."""
    if not isinstance(table, dict):
        raise ValueError(f"{path} stands outside a record")
    inner = dict(table)
    others = inner.pop("alternatives", {})
    own = inner.pop("name", "")
    if bool(others) != bool(own):
        raise ValueError(f"{path} needs a name and alternatives, or neither")
    name = own or name
    mine: tuple[Record, ...]
    if "value" in inner:
        mine = (_record(path, inner, name),)
    else:
        mine = tuple(
            record
            for key, value in inner.items()
            for record in _read(f"{path}.{key}", value, choices, name)
        )
    if others:
        nested: dict[str, Choice] = {}
        options = {name: mine}
        for other, content in others.items():
            options[other] = _read(path, content, nested, other)
        bad = [option for option in options if not NAME.fullmatch(option)]
        if bad:
            raise ValueError(f"{path}: {bad[0]!r} can't be the name of an alternative")
        if nested:
            raise ValueError(f"{path}: an alternative can't have alternatives of its own")
        choices[path] = Choice(name, MappingProxyType(options))
    return mine


def _record(path: str, table: Mapping[str, Any], name: str) -> Record:
    if path not in PROPERTIES:
        raise ValueError(f"{path}: {nearest(path, list(PROPERTIES))}")
    try:
        return Record.model_validate({"key": path, "alternative": name, **table})
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _value(record: Record, records: Mapping[str, Record]) -> float:
    exponent = records.get("power_law.exponent")
    return number(record.key, record.value, None if exponent is None else float(exponent.value))
