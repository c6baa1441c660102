"""Charts of laws, in the look of the run's plots: pages of panels, and how axes are dressed."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lisic.scripts.refusal import misfit
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from PIL import Image
from PIL.PngImagePlugin import PngInfo

INK, QUIET, FAINT = "#1a1a1a", "#5a5a5a", "#e6e6e6"
_DPI = 100
_WIDTH, _TOP, _BOTTOM, _PANEL = 1600, 130, 95, 640


def points(pixels: float) -> float:
    """Font size in points of letters ``pixels`` high."""
    return pixels * 72 / _DPI


def page(title: str, subtitle: str, columns: int, rows: int = 1) -> tuple[Any, list[Any]]:
    """A figure 1600 pixels wide with a title and its panels."""
    gaps = 110 * (rows - 1)
    high = _TOP + _BOTTOM + rows * _PANEL + gaps
    figure = Figure(figsize=(_WIDTH / _DPI, high / _DPI), dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, columns, squeeze=False)
    figure.subplots_adjust(
        left=0.075,
        right=0.97,
        top=1 - _TOP / high,
        bottom=_BOTTOM / high,
        wspace=0.32,
        hspace=gaps / max(rows - 1, 1) / _PANEL,
    )
    figure.text(0.02, 1 - 26 / high, title, size=points(34), weight="bold", va="top", color=INK)
    figure.text(0.02, 1 - 74 / high, subtitle, size=points(22), va="top", color=QUIET)
    return figure, list(axes.ravel())


def dress(axes: Any, x: str, y: str, *, log: str = "") -> None:
    """Labels, ticks and grid; ``log`` names the logarithmic axes, such as ``"xy"``."""
    axes.set_xlabel(x, size=points(23), color=INK)
    axes.set_ylabel(y, size=points(23), color=INK)
    if "x" in log:
        axes.set_xscale("log")
    if "y" in log:
        axes.set_yscale("log")
    axes.tick_params(labelsize=points(20), colors=INK, which="both")
    axes.grid(color=FAINT, linewidth=1)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def legend(axes: Any, **where: Any) -> None:
    """Legend of an axes, over what it covers."""
    axes.legend(fontsize=points(19), frameon=True, framealpha=0.9, edgecolor="none", **where)


def lengths(axis: Any) -> None:
    """Label a logarithmic axis of lengths in um as people say them."""
    axis.set_major_formatter(
        FuncFormatter(lambda x, _: f"{1000 * x:g} nm" if x < 1 else f"{x:g} µm")
    )


def save(figure: Any, path: Path) -> Path:
    """Write ``figure``; the ending of ``path`` says how.

    Raises:
        Refusal: it can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".png":
            _save_png(figure, path)
        else:
            figure.savefig(path, metadata={"Creator": "lisic"})
    except OSError as error:
        text = f"a file that can be written ({error.strerror})"
        raise misfit(str(path), text, key=("--output",)) from None
    return path


def _save_png(figure: Any, path: Path) -> None:
    """Write a PNG of at most 256 colours, which charts need no more than: half the size."""
    pixels = io.BytesIO()
    figure.savefig(pixels, dpi=_DPI)
    colours = Image.open(pixels).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    text = PngInfo()
    text.add_text("Software", "lisic")
    colours.save(path, format="png", optimize=True, pnginfo=text)


def tint(colour: str, strength: float = 0.25) -> str:
    """``colour`` (#rrggbb) mixed with white."""
    parts: Sequence[int] = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 + (part - 255) * strength):02x}" for part in parts)
