"""``lisic material``: what the database says of a material or an interface, and plots of it."""

import argparse
import textwrap
from collections.abc import Iterable

from lisic.materials.provenance import Choice, Entry
from lisic.materials.records import Record
from lisic.scripts.material_options import entry

_WIDTH = 100


def sheet(arguments: argparse.Namespace) -> str:
    """Text to print; draws plots where an output folder is given.

    Raises:
        Refusal: an unknown name, or a folder that can't be written.
    """
    found = entry(arguments.material)
    lines = [found.name, found.title]
    if found.mechanisms:
        lines.append(f"flows by {', '.join(found.mechanisms)}")
    if found.derived:
        lines.append(f"of its composition follow {', '.join(found.derived)}")
    lines.append("")
    done: set[str] = set()
    for key, record in found.records.items():
        choice = next((path for path in found.choices if _within(key, path)), None)
        if choice is None:
            lines += _record(record)
        elif choice not in done:
            done.add(choice)
            lines += _choice(choice, found.choices[choice], found)
    if arguments.output is not None:
        from lisic.scripts.property_figures import draw_properties

        pictures = draw_properties(found, arguments.output)
        lines += [f"written: {picture}" for picture in pictures]
        if not pictures:
            lines.append("no plots: nothing here depends on temperature, size or composition")
    return "\n".join(lines).rstrip()


def _choice(path: str, choice: Choice, found: Entry) -> list[str]:
    """The default of a choice, then its alternatives."""
    lines = [line for key in found.records if _within(key, path) for line in _record_of(found, key)]
    lines.append(f"  sources of {path} disagree; instead of {choice.default}:")
    for name, records in choice.options.items():
        if name != choice.default:
            lines += _alternative(name, path, records)
    return [*lines, ""]


def _record_of(found: Entry, key: str) -> list[str]:
    return _record(found.records[key])[:-1]  # without the blank line


def _record(record: Record) -> list[str]:
    name = f" [{record.alternative}]" if record.alternative else ""
    lines = [f"{record.key:36} {_value(record):26} {record.confidence}{name}"]
    lines += _wrapped(record.source, "    ")
    lines += _wrapped(f"holds: {record.range}", "    ")
    if record.note:
        lines += _wrapped(record.note, "    ")
    return [*lines, ""]


def _alternative(name: str, path: str, records: Iterable[Record]) -> list[str]:
    lines = []
    for record in records:
        part = record.key.removeprefix(path).removeprefix(".")
        label = f"{name} {part}".rstrip()
        lines.append(f"    {label:32} {_value(record):26} {record.confidence}")
        lines += _wrapped(record.source, "        ")
        lines += _wrapped(f"holds: {record.range}", "        ")
        if record.note:
            lines += _wrapped(record.note, "        ")
        name = " " * len(name)
    return lines


def _value(record: Record) -> str:
    return record.value if isinstance(record.value, str) else f"{record.value:g}"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()), _WIDTH, initial_indent=indent, subsequent_indent=indent
    )


def _within(key: str, path: str) -> bool:
    return key == path or key.startswith(f"{path}.")
