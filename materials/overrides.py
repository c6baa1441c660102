"""A user's changes to an entry of the database: by value, or by naming an alternative."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from lisic.materials.properties import PropertyError, flatten, is_name, number
from lisic.materials.provenance import Choice, Entry
from lisic.materials.records import Record


def resolve(
    entry: Entry, overrides: Mapping[str, object], also: Collection[str] = ()
) -> dict[str, Record]:
    """Records of ``entry``, with what the user chose and gave in place.

    Args:
        entry: of the database.
        overrides: as for :func:`lisic.materials.load`.
        also: properties that may be set where the entry has none.

    Raises:
        PropertyError: a key that the entry does not have, an unknown alternative, or a value
            that can't be.
    """
    flat = flatten(overrides, [*entry.records, *also], entry.choices)
    records = dict(entry.records)
    # A table before what is in it.
    for key in sorted(key for key in flat if key in entry.choices and is_name(flat[key])):
        records = _chosen(records, key, entry.choices[key], str(flat.pop(key)).strip())
    if "power_law.exponent" in flat and "power_law.rate" not in flat:
        raise PropertyError(
            "power_law.exponent",
            flat["power_law.exponent"],
            "the unit of the rate depends on it: give power_law.rate as well",
        )
    for key, value in flat.items():
        old = records.get(key)
        records[key] = given(key, value, f"instead of {old.value}" if old else "")
    return records


def given(key: str, value: object, note: str) -> Record:
    """Record of a value that the user gives.

    Raises:
        PropertyError: neither a number nor text.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise PropertyError(key, value, "expected a number, with its unit if it has one")
    return Record(
        key=key,
        value=value if isinstance(value, str) else float(value),
        source="given: by the user",
        range="any",
        confidence="user",
        note=note,
    )


def numbers(records: Mapping[str, Record]) -> Mapping[str, float]:
    """Values in internal units.

    Raises:
        PropertyError: no unit, the wrong unit, or out of bounds.
    """
    values: dict[str, float] = {}
    exponent = None
    # The exponent first: the unit of the power law's rate depends on it.
    for key in sorted(records, key=lambda key: key != "power_law.exponent"):
        values[key] = number(key, records[key].value, exponent)
        if key == "power_law.exponent":
            exponent = values[key]
    return MappingProxyType({key: values[key] for key in records})


def _chosen(
    records: Mapping[str, Record], key: str, choice: Choice, name: str
) -> dict[str, Record]:
    """``records`` with alternative ``name`` of the property or table ``key`` in place."""
    if name not in choice.options:
        known = ", ".join(choice.options)
        raise PropertyError(key, name, f"unknown alternative; known are {known}; or give a value")
    old = {record.key for record in choice.options[choice.default]}
    kept = {path: record for path, record in records.items() if path not in old}
    return kept | {record.key: record for record in choice.options[name]}
