"""The white sheet that a drawn shape lies on: title above, scale bars below, a column beside it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from lisic.scripts.camera import Pixels
from lisic.scripts.scales import scale_bar, show_length
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave
from matplotlib.patches import Rectangle

WIDTH = 1600
"""Of every picture, in pixels."""
INK, QUIET = "#1a1a1a", "#5a5a5a"
DPI = 100
_MARGIN = 60
_HEADER, _FOOTER, _GAP = 150, 110, 45
COLUMN = 330
"""Width in pixels of the column beside the shape."""
_LARGEST = (WIDTH - 2 * _MARGIN - _GAP - COLUMN, 1165)  # the shape's box, pixels


def points(pixels: float) -> float:
    """The size of letters ``pixels`` high as matplotlib counts, in 1/72 inch."""
    return pixels * 72 / DPI


@dataclass(frozen=True)
class Outline:
    """How large a shape is, and how it is drawn.

    Attributes:
        width: in um, before any stretch.
        height: in um, before any stretch.
        stretch: factors by which x and y are drawn larger.
    """

    width: float
    height: float
    stretch: tuple[float, float] = (1.0, 1.0)

    def pixels(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = self.width * self.stretch[0], self.height * self.stretch[1]
        per_um = min(_LARGEST[0] / width, _LARGEST[1] / height)
        return max(1, round(width * per_um)), max(1, round(height * per_um))

    def said(self) -> list[str]:
        """What a caption says of the stretch."""
        return [
            f"{axis} drawn {factor:g} times larger"
            for axis, factor in zip("xy", self.stretch, strict=True)
            if factor != 1
        ]


class Sheet:
    """A sheet with room for one shape; places are pixels from its lower left corner.

    Attributes:
        figure: matplotlib's.
        left, low: the shape's lower left corner.
        wide, high: its size.
        column: left edge of the column beside it.
        foot, head: lower and upper end of the column.
    """

    def __init__(self, outline: Outline, least_room: int, *, title: str, subtitle: str) -> None:
        """A sheet for a shape of this outline, with a column at least ``least_room`` high."""
        self._outline = outline
        self.wide, self.high = outline.pixels()
        room = max(self.high, least_room)
        self.foot, self.head = _FOOTER, _FOOTER + room
        self._total = self.head + _HEADER
        self.figure = Figure(figsize=(WIDTH / DPI, self._total / DPI), dpi=DPI, facecolor="white")
        self._canvas = FigureCanvasAgg(self.figure)
        self.left = (WIDTH - _GAP - COLUMN - self.wide) // 2
        self.low = _FOOTER + (room - self.high) // 2
        self.column = self.left + self.wide + _GAP
        self.text(_MARGIN, self._total - 38, title, 36, weight="bold", va="top")
        self.text(_MARGIN, self._total - 86, subtitle, 25, QUIET, va="top")

    def text(
        self, x: float, y: float, words: str, size: int, colour: str = INK, **how: Any
    ) -> None:
        """Write ``words``, ``size`` pixels high."""
        how = {"fontsize": points(size), "color": colour, **how}
        self.figure.text(*self.share(x, y), words, **how)

    def box(
        self, x: float, y: float, width: float, height: float, colour: Any = INK, edge: str = "none"
    ) -> None:
        """A filled rectangle."""
        self.figure.patches.append(
            Rectangle(
                self.share(x, y),
                *self.share(width, height),
                transform=self.figure.transFigure,
                facecolor=colour,
                edgecolor=edge,
            )
        )

    def share(self, x: float, y: float) -> tuple[float, float]:
        """Pixels as shares of the sheet's width and height, which matplotlib counts in."""
        return x / WIDTH, y / self._total

    def scale_bars(self, caption: str) -> None:
        """A bar below the shape, one beside it where x and y are stretched differently; a line."""
        length, label = scale_bar(self._outline.width)
        pixels = length / self._outline.width * self.wide
        self.box(self.left, self.low - 26, pixels, 9)
        self.text(self.left + pixels + 12, self.low - 23, label, 24, va="center")
        if self._outline.stretch[0] != self._outline.stretch[1]:
            length, _ = scale_bar(self._outline.height)
            pixels = length / self._outline.height * self.high
            self.box(self.left - 26, self.low, 9, pixels)
            self.text(
                self.left - 34,
                self.low + pixels / 2,
                show_length(length),
                24,
                ha="right",
                va="center",
                rotation="vertical",
            )
        self.text(self.left, self.low - 58, caption, 20, QUIET, va="top")

    def save(self, path: Path, pixels: Pixels) -> None:
        """Write a PNG, with ``pixels`` (height, width, 3) as the shape."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._canvas.draw()
        whole = np.array(self._canvas.buffer_rgba())[..., :3]
        top = self._total - self.low - self.high
        whole[top : top + self.high, self.left : self.left + self.wide] = pixels
        # Neither date nor version goes into the file: it depends on the picture alone.
        imsave(path, whole, metadata={"Software": "lisic"})
