"""Plots of ``lisic material``: what depends on temperature, size or composition."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from lisic.materials import (
    LithiatedSilicon,
    Material,
    OutOfRange,
    available,
    lithiated_silicon,
    load,
)
from lisic.materials.lithiation import ENTRY as LITHIATED_SILICON
from lisic.materials.lithiation import FULL
from lisic.materials.mechanism_map import depends_on_size
from lisic.materials.provenance import Entry
from lisic.materials.slots import Array
from lisic.scripts import chart
from lisic.scripts.plots import LINES

_SIZES = {"100 nm": 0.1, "1 µm": 1.0, "3 µm": 3.0, "bulk": 1e3}
_CELSIUS = 273.15


def draw_properties(entry: Entry, folder: Path) -> list[Path]:
    """Draw what there is to draw of a database's entry into ``folder``; the pictures.

    Raises:
        Refusal: a picture that can't be written.
    """
    with warnings.catch_warnings():
        # The sheet beside the plots says where each value holds.
        warnings.simplefilter("ignore", OutOfRange)
        if entry.name == LITHIATED_SILICON:
            return [_draw_composition(entry, folder / f"{entry.name}-composition.png")]
        if entry.name in available() and entry.mechanisms:
            material = load(entry.name)
            return [_draw_temperature(material, folder / f"{entry.name}-temperature.png")]
    return []


def _draw_temperature(material: Material, path: Path) -> Path:
    """Flow stress over temperature, and over rate."""
    figure, (left, right) = chart.page(
        f"Flow stress of {material.name}", "without strengthening of small bodies", columns=2
    )
    sized = depends_on_size(material)
    temperatures = np.linspace(_CELSIUS - 20, _CELSIUS + 100, 61)
    rates = np.geomspace(1e-6, 1, 61)
    sizes: Mapping[str, float] = _SIZES if sized else {"any size": np.nan}
    for colour, (name, size) in zip(LINES, sizes.items(), strict=False):
        line = {"color": colour, "linewidth": 2.8, "label": name}
        left.plot(temperatures - _CELSIUS, material.flow_stress(1e-3, temperatures, size), **line)
        right.plot(rates, material.flow_stress(rates, _CELSIUS + 20, size), **line)
    chart.dress(left, "temperature (°C)", "flow stress at 10⁻³ /s (MPa)", log="y" if sized else "")
    chart.dress(right, "rate (1/s)", "flow stress at 20 °C (MPa)", log="xy" if sized else "x")
    if sized:
        chart.legend(left, title="size", title_fontsize=chart.points(19))
    return chart.save(figure, path)


def _draw_composition(entry: Entry, path: Path) -> Path:
    """Swelling, density, stiffness and flow stress over composition, with what sources say."""
    figure, axes = chart.page(
        "Lithiated silicon, LiₓSi",
        "bold: what holds unless a user chooses another source",
        columns=2,
        rows=2,
    )
    x = np.linspace(0, FULL, 151)
    laws: dict[str, tuple[str, Callable[[LithiatedSilicon], Array]]] = {
        "swelling": ("volume ratio", lambda law: law.volume_ratio(x)),
        "": ("density (g/cm³)", lambda law: law.density(x)),
        "modulus_law": ("Young's modulus (GPa)", lambda law: law.youngs_modulus(x) / 1e3),
        "flow_stress_law": ("flow stress at rate 0 (GPa)", lambda law: law.flow_stress(x) / 1e3),
    }
    for panel, (key, (label, of)) in zip(axes, laws.items(), strict=True):
        _draw_law(panel, entry, key or "swelling", x, of)
        chart.dress(panel, "x, lithium per silicon", label)
        if key == "flow_stress_law":
            panel.set_yscale("log")
        else:
            panel.set_ylim(bottom=0)
        panel.set_xlim(0, FULL)
        chart.legend(panel)
    return chart.save(figure, path)


def _draw_law(
    axes: Any, entry: Entry, key: str, x: Array, of: Callable[[LithiatedSilicon], Array]
) -> None:
    """A line for each source of the law ``key``, as far as the source goes."""
    choice = entry.choices[key]
    for colour, name in zip(LINES * 2, choice.options, strict=False):
        law = lithiated_silicon({key: name})
        low = law.values.get(f"{key}.first_composition", 0.0)
        high = law.values.get(f"{key}.second_composition", FULL)
        default = name == choice.default
        inside = (x >= low - 1e-9) & (x <= high + 1e-9)
        drawn = np.where(inside | default, of(law), np.nan)
        axes.plot(x, drawn, color=colour, linewidth=4 if default else 2, label=name)
