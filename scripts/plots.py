"""The history of a run in one figure: small panels over a common time axis."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from lisic.scripts.run_history import Column, History, StepSpan
from lisic.scripts.scales import time_unit
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart by colour-blind readers too, dark enough for lines.
LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#1a1a1a")
_DPI = 100
_WIDTH, _PANEL = 1600, 330


@dataclass(frozen=True)
class Panel:
    """One panel: the label of its axis and its lines by name; an only line may go unnamed."""

    label: str
    lines: dict[str, Column] = field(default_factory=dict)


def panels(history: History) -> list[Panel]:
    """What the history has columns for, in a fixed order."""
    columns = history.columns

    def of(**names: str) -> dict[str, Column]:
        return {
            words.replace("_", " "): columns[name]
            for words, name in names.items()
            if name in columns
        }

    charge = of(total="charge_mah_per_cm2", in_pores="pore_charge_mah_per_cm2")
    if len(charge) == 2:
        charge["at collector"] = charge["total"] - charge["in pores"]
    fill = of(fill="fill", porosity="porosity")
    every = [
        Panel("thickness (µm)", of(thickness="thickness_um")),
        Panel("stack pressure (MPa)", of(pressure="stack_pressure_mpa")),
        Panel("mean pressure (MPa)", history.by_region("pressure_mean_mpa_")),
        Panel("max. von Mises (MPa)", history.by_region("mises_max_mpa_")),
        Panel("charge (mAh/cm²)", charge),
        Panel("volume ratio", {"pore fill" if k == "fill" else k: v for k, v in fill.items()}),
    ]
    return [panel for panel in every if any(np.isfinite(y).any() for y in panel.lines.values())]


def plot_history(history: History, title: str, path: Path) -> Path:
    """Write all panels of a history to a PNG 1600 pixels wide.

    Args:
        history: at least one row.
        title: the case's name.
        path: of the PNG.

    Returns:
        ``path``.
    """
    shown = panels(history)
    rows = max(1, (len(shown) + 1) // 2)
    high = rows * _PANEL + 190
    unit, scale = time_unit(float(history.columns["time_s"].max()))
    time = history.columns["time_s"] / scale
    spans = history.steps()
    figure = Figure(figsize=(_WIDTH / _DPI, high / _DPI), dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    grid = figure.subplots(rows, 2, sharex=True, squeeze=False)
    figure.subplots_adjust(
        left=0.085, right=0.98, top=1 - 120 / high, bottom=80 / high, wspace=0.22, hspace=0.14
    )
    figure.text(0.0375, 1 - 34 / high, title, size=_points(36), weight="bold", va="top")
    for number, axes in enumerate(grid.T.ravel()):
        if number >= len(shown):
            axes.set_axis_off()
            continue
        _draw_panel(axes, shown[number], time, [span.start / scale for span in spans[1:]])
        if number % rows == 0:
            _name_steps(axes, spans, scale)
    for axes in grid[-1]:
        axes.set_xlabel(f"time ({unit})", size=_points(24))
    figure.align_ylabels(grid)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=_DPI, metadata={"Software": "lisic"})
    return path


def _points(pixels: float) -> float:
    return pixels * 72 / _DPI


def _draw_panel(axes: Any, panel: Panel, time: Column, boundaries: list[float]) -> None:
    for boundary in boundaries:
        axes.axvline(boundary, color="#9a9a9a", linewidth=1.2, linestyle=(0, (4, 3)), zorder=0)
    marker = "o" if len(time) < 2 else None
    for colour, (name, values) in zip(LINES * 9, panel.lines.items(), strict=False):
        axes.plot(time, values, color=colour, linewidth=2.6, label=name, marker=marker)
    axes.set_ylabel(panel.label, size=_points(24))
    axes.tick_params(labelsize=_points(22))
    axes.ticklabel_format(axis="y", useOffset=False)
    axes.locator_params(axis="y", nbins=5)
    axes.margins(x=0.01, y=0.12)
    axes.grid(axis="y", color="#e6e6e6", linewidth=1)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    if len(panel.lines) > 1:
        axes.legend(fontsize=_points(21), frameon=True, framealpha=0.85, edgecolor="none")


def _name_steps(axes: Any, spans: tuple[StepSpan, ...], scale: float) -> None:
    """Kinds of the steps above a panel, in a second row where the first has no room."""
    low, high = axes.get_xlim()
    ends = [-np.inf, -np.inf]
    for span in spans:
        middle = (0.5 * (span.start + span.end) / scale - low) / (high - low)
        half = 0.5 * 0.026 * (len(span.kind) + 1)  # of the panel's width
        middle = min(max(middle, half), 1 - half)
        row = 0 if middle - half > ends[0] else 1
        if middle - half <= ends[row]:
            continue  # no room in either row; the boundaries stay
        ends[row] = middle + half
        axes.text(
            middle,
            1.02 + 0.1 * row,
            span.kind,
            transform=axes.transAxes,
            ha="center",
            va="bottom",
            size=_points(21),
            color="#5a5a5a",
        )
