"""The sheet around the picture of a mesh: a legend of the regions beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lisic.scripts.camera import Pixels
from lisic.scripts.sheet import COLUMN, INK, QUIET, Outline, Sheet

_ROW = 46
_LEAST_ROOM = 200


@dataclass(frozen=True)
class Entry:
    """A line of the legend: colour, what it stands for, and a number beside it."""

    colour: str | tuple[float, float, float]
    name: str
    value: str = ""
    line: bool = False


def save(
    path: Path,
    pixels: Pixels,
    outline: Outline,
    title: str,
    subtitle: str,
    caption: str,
    legend: Sequence[Entry],
) -> None:
    """Write a PNG 1600 pixels wide of ``pixels`` (height, width, 3) with what they show."""
    room = max(_ROW * len(legend), _LEAST_ROOM)
    sheet = Sheet(outline, room, title=title, subtitle=subtitle)
    sheet.scale_bars(caption)
    for row, entry in enumerate(legend):
        y = sheet.head - 32 - _ROW * row
        if entry.line:
            sheet.box(sheet.column, y + 12, 34, 4, entry.colour)
        else:
            sheet.box(sheet.column, y, 34, 28, entry.colour, INK)
        sheet.text(sheet.column + 48, y + 14, entry.name, 24, va="center")
        sheet.text(sheet.column + COLUMN, y + 14, entry.value, 24, QUIET, va="center", ha="right")
    sheet.save(path, pixels)
