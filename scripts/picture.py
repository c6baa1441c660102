"""The sheet around the picture of a field: what lies above and below, colour bar, extremes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lisic.scripts.camera import Pixels
from lisic.scripts.field_style import FieldStyle
from lisic.scripts.scales import ColourRange
from lisic.scripts.sheet import INK, QUIET, Outline, Sheet, points
from matplotlib.colors import LogNorm, Normalize
from matplotlib.ticker import FuncFormatter, MaxNLocator

_LOWEST = 420  # room in pixels that the column on the right needs


@dataclass(frozen=True)
class Page:
    """Everything written around the shape.

    Attributes:
        title: in bold; the case's name.
        subtitle: step, time, stack pressure.
        style: the field's name, unit and colours.
        span: colour range.
        colours: matplotlib's colour map.
        outline: of the shape as drawn.
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
    outline: Outline
    notes: tuple[str, ...] = ()
    caption: str = ""
    above: str = ""
    below: str = ""


def save_page(page: Page, pixels: Pixels, path: Path) -> None:
    """Write a PNG 1600 pixels wide of the page and its shape, ``pixels`` (height, width, 3)."""
    sheet = Sheet(page.outline, _LOWEST, title=page.title, subtitle=page.subtitle)
    right = sheet.left + sheet.wide
    sheet.text(right, sheet.low + sheet.high + 8, page.above, 20, QUIET, ha="right", va="bottom")
    sheet.text(right, sheet.low - 10, page.below, 20, QUIET, ha="right", va="top")
    sheet.scale_bars(page.caption)
    unit = f" ({page.style.unit})" if page.style.unit else ""
    title = page.style.title[0].upper() + page.style.title[1:]
    sheet.text(sheet.column, sheet.head, title + unit, 27, va="top")
    notes = 32 * len(page.notes)
    low, high = sheet.foot + notes + 30, sheet.head - 60
    _colour_bar(sheet, page, (*sheet.share(sheet.column, low), *sheet.share(40, high - low)))
    for row, note in enumerate(page.notes):
        sheet.text(sheet.column, sheet.foot + notes - 32 * row, note, 22, va="top")
    sheet.save(path, pixels)


def _colour_bar(sheet: Sheet, page: Page, box: tuple[float, float, float, float]) -> None:
    from matplotlib.cm import ScalarMappable

    span = page.span
    norm = (LogNorm if span.log else Normalize)(span.low, span.high)
    below, above = span.clipped_below, span.clipped_above
    bar = sheet.figure.colorbar(
        ScalarMappable(norm, page.colours),
        cax=sheet.figure.add_axes(box),
        extend="both" if below and above else "min" if below else "max" if above else "neither",
        extendfrac=0.035,
    )
    if not span.log:
        bar.locator = MaxNLocator(nbins=8, steps=[1, 2, 2.5, 5, 10])
        bar.formatter = FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−"))
        bar.update_ticks()
    bar.ax.minorticks_off()
    bar.ax.tick_params(labelsize=points(23), length=7, width=1.2, color=INK, labelcolor=INK)
    bar.outline.set_linewidth(1.0)
