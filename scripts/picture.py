"""A picture's page: title, the coloured shape, colour bar, scale bar, extremes. By matplotlib."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from lisic.scripts.camera import Pixels
from lisic.scripts.field_style import FieldStyle
from lisic.scripts.scales import ColourRange, scale_bar, show_length
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.image import imsave
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

WIDTH = 1600
_DPI = 100
_MARGIN = 60
_HEADER, _FOOTER, _COLUMN, _GAP = 150, 110, 330, 45
_LARGEST = (WIDTH - 2 * _MARGIN - _GAP - _COLUMN, 1165)  # the shape's box, pixels
_LOWEST = 420  # room that the column on the right needs
INK, QUIET = "#1a1a1a", "#5a5a5a"


@dataclass(frozen=True)
class Page:
    """Everything written around the shape.

    Attributes:
        title: in bold; the case's name.
        subtitle: step, time, stack pressure.
        style: the field's name, unit and colours.
        span: colour range.
        colours: matplotlib's colour map.
        width: of the shape as drawn, um, before any stretch.
        height: of the shape as drawn, um, before any stretch.
        stretch: factors by which x and y are drawn larger.
        notes: lines below the colour bar.
        caption: line below the scale bar.
        above: what lies above the shape, such as ``collector``.
        below: what lies below.
    """

    title: str
    subtitle: str
    style: FieldStyle
    span: ColourRange
    colours: Any
    width: float
    height: float
    stretch: tuple[float, float] = (1.0, 1.0)
    notes: tuple[str, ...] = ()
    caption: str = ""
    above: str = ""
    below: str = ""

    def shape_size(self) -> tuple[int, int]:
        """Width and height in pixels of the shape."""
        width, height = self.width * self.stretch[0], self.height * self.stretch[1]
        per_um = min(_LARGEST[0] / width, _LARGEST[1] / height)
        return max(1, round(width * per_um)), max(1, round(height * per_um))


def save_page(page: Page, pixels: Pixels, path: Path) -> None:
    """Write a PNG 1600 pixels wide of the page and its shape, ``pixels`` (height, width, 3)."""
    wide, high = page.shape_size()
    room = max(high, _LOWEST)
    total = _HEADER + room + _FOOTER
    figure = Figure(figsize=(WIDTH / _DPI, total / _DPI), dpi=_DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    left = (WIDTH - _GAP - _COLUMN - wide) // 2
    low = _FOOTER + (room - high) // 2

    def text(x: float, y: float, words: str, size: int, **how: Any) -> None:
        # Sizes in pixels; one point is 1/72 inch.
        figure.text(x / WIDTH, y / total, words, fontsize=size * 72 / _DPI, **how)

    text(_MARGIN, total - 38, page.title, 36, weight="bold", va="top", color=INK)
    text(_MARGIN, total - 86, page.subtitle, 25, va="top", color=QUIET)
    text(left + wide, low + high + 8, page.above, 20, ha="right", va="bottom", color=QUIET)
    text(left + wide, low - 10, page.below, 20, ha="right", va="top", color=QUIET)

    _scale_bars(figure, page, text, left=left, low=low, size=(wide, high), total=total)

    column = left + wide + _GAP
    unit = f" ({page.style.unit})" if page.style.unit else ""
    title = page.style.title[0].upper() + page.style.title[1:]
    text(column, _FOOTER + room, title + unit, 27, va="top", color=INK)
    notes = 32 * len(page.notes)
    bar_low, bar_high = _FOOTER + notes + 30, _FOOTER + room - 60
    _colour_bar(
        figure,
        page,
        (
            column / WIDTH,
            bar_low / total,
            40 / WIDTH,
            (bar_high - bar_low) / total,
        ),
    )
    for row, note in enumerate(page.notes):
        text(column, _FOOTER + notes - 32 * row, note, 22, va="top", color=INK)
    text(left, low - 58, page.caption, 20, va="top", color=QUIET)
    path.parent.mkdir(parents=True, exist_ok=True)
    canvas.draw()
    whole = np.array(canvas.buffer_rgba())[..., :3]
    top = total - low - high
    whole[top : top + high, left : left + wide] = pixels
    # Neither date nor version goes into the file: it depends on the picture alone.
    imsave(path, whole, metadata={"Software": "lisic"})


def _scale_bars(
    figure: Figure,
    page: Page,
    text: Any,
    *,
    left: int,
    low: int,
    size: tuple[int, int],
    total: int,
) -> None:
    """A bar below the shape; where x and y are stretched differently, one beside it too."""
    length, label = scale_bar(page.width)
    pixels = length / page.width * size[0]
    bottom = low - 26
    _rectangle(figure, (left, bottom, pixels, 9), total)
    text(left + pixels + 12, bottom + 3, label, 24, va="center", color=INK)
    if page.stretch[0] != page.stretch[1]:
        length, label = scale_bar(page.height)
        pixels = length / page.height * size[1]
        _rectangle(figure, (left - 26, low, 9, pixels), total)
        text(
            left - 34,
            low + pixels / 2,
            show_length(length),
            24,
            ha="right",
            va="center",
            rotation="vertical",
            color=INK,
        )


def _rectangle(figure: Figure, box: tuple[float, float, float, float], total: int) -> None:
    x, y, width, height = box
    figure.patches.append(
        Rectangle(
            (x / WIDTH, y / total),
            width / WIDTH,
            height / total,
            transform=figure.transFigure,
            facecolor=INK,
            edgecolor="none",
        )
    )


def _colour_bar(figure: Figure, page: Page, box: tuple[float, float, float, float]) -> None:
    from matplotlib.cm import ScalarMappable

    span = page.span
    norm = (LogNorm if span.log else Normalize)(span.low, span.high)
    below, above = span.clipped_below, span.clipped_above
    bar = figure.colorbar(
        ScalarMappable(norm, page.colours),
        cax=figure.add_axes(box),
        extend="both" if below and above else "min" if below else "max" if above else "neither",
        extendfrac=0.035,
    )
    if not span.log:
        bar.locator = MaxNLocator(nbins=8, steps=[1, 2, 2.5, 5, 10])
        bar.formatter = FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−"))
        bar.update_ticks()
    bar.ax.minorticks_off()
    bar.ax.tick_params(labelsize=23 * 72 / _DPI, length=7, width=1.2, color=INK, labelcolor=INK)
    bar.outline.set_linewidth(1.0)
