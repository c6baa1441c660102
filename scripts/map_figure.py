"""The picture of ``lisic map``: fields of mechanisms, and strength against size."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from lisic.materials import Material
from lisic.materials.crossover import crossover_size, strengths, strongest_size
from lisic.materials.mechanism_map import MechanismMap, map_over_stress, map_over_temperature
from lisic.materials.slots import Array
from lisic.scripts import chart
from lisic.scripts.plots import LINES
from lisic.scripts.scales import show_length, show_number, show_stress
from scipy.ndimage import distance_transform_edt

CELSIUS = 273.15
_SIZES = np.geomspace(1e-2, 1e2, 321)  # um
_COLOURS = {"power_law": LINES[1], "coble": LINES[0], "nabarro_herring": LINES[2]}
_TITLES = {
    "power_law": "dislocation creep",
    "coble": "Coble creep\n(along the boundary)",
    "nabarro_herring": "Nabarro–\nHerring\n(lattice)",
}
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def save_map(
    forms: Mapping[str, Material],
    others: Mapping[str, Material],
    temperature: float,
    rate: float,
    stress: float | None,
    strengthening: str,
    path: Path,
) -> Path:
    """Write the picture.

    Args:
        forms: the material by name of its strengthening, ``off`` among them.
        others: materials with the alternatives of its boundary diffusivity, by name.
        temperature: K.
        rate: of the strengths, 1/s.
        stress: of a map over temperature, MPa; None for a map over stress.
        strengthening: name of the form that the map shows.
        path: of the picture.
    """
    material = forms[strengthening]
    subtitle = f"{temperature - CELSIUS:.4g} °C"
    if stress is not None:
        subtitle = f"left at {show_stress(stress)}, right at {subtitle}"
    if strengthening != "off":
        subtitle += f"; on the left strengthened by {strengthening}"
    figure, (left, right) = chart.page(f"Deformation of {material.name}", subtitle, columns=2)
    if stress is None:
        stresses = np.geomspace(1e-5, _top(material, temperature), 321)
        fields = map_over_stress(material, temperature, _SIZES, stresses)
        _draw_fields(left, fields, fields.height)
        chart.dress(left, "size of the body", "equivalent stress (MPa)", log="xy")
    else:
        temperatures = np.linspace(CELSIUS - 50, CELSIUS + 175, 226)
        fields = map_over_temperature(material, stress, _SIZES, temperatures)
        _draw_fields(left, fields, fields.height - CELSIUS)
        chart.dress(left, "size of the body", "temperature (°C)", log="x")
    left.grid(False)
    _draw_strengths(right, forms, others, temperature, rate)
    for axes in (left, right):
        axes.set_xlim(_SIZES[0], _SIZES[-1])
        chart.lengths(axes.xaxis)
    return chart.save(figure, path)


def _top(material: Material, temperature: float) -> float:
    """Highest stress of the map: a decade above what carries 1e-3 /s, MPa."""
    strongest = float(strengths(material, 1e-3, temperature, _SIZES).max())
    return float(10.0 ** np.ceil(np.log10(strongest) + 0.7))


def _draw_fields(axes: Any, fields: MechanismMap, height: Array) -> None:
    """Colour the field of each mechanism, outline it, and draw contours of the rate."""
    with np.errstate(divide="ignore"):
        logs = np.log10(fields.rates)
    for number, name in enumerate(fields.names):
        rest = np.delete(logs, number, axis=0)
        if len(rest) and not (fields.dominant == number).any():
            continue
        lead = logs[number] - rest.max(axis=0) if len(rest) else np.ones_like(logs[0])
        lead = np.clip(lead, -50, 50)
        colour = _COLOURS.get(name, LINES[3])
        axes.contourf(fields.size, height, lead, [0, 100], colors=[chart.tint(colour, 0.22)])
        axes.contour(fields.size, height, lead, [0], colors=[chart.INK], linewidths=2.2)
        _name_field(axes, name, fields.dominant == number, fields.size, height, colour)
    _draw_rates(axes, np.log10(fields.total), fields.size, height)


def _draw_rates(axes: Any, logs: Array, size: Array, height: Array) -> None:
    """Draw contours of the rate, each named where it leaves the map on the right or at the top."""
    step = 2 if logs.max() - logs.min() > 8 else 1
    levels = np.arange(np.ceil(max(logs.min(), -12) / step) * step, logs.max(), step)
    axes.contour(
        size,
        height,
        logs,
        levels,
        colors=[chart.QUIET],
        linewidths=1.1,
        linestyles="dashed",
        zorder=2,
    )
    look = {"size": chart.points(18), "color": chart.QUIET, "textcoords": "offset points"}
    # Rates rise with the height and fall with the size.
    for level in levels:
        if logs[0, -1] <= level <= logs[-1, -1]:
            y = np.interp(level, logs[:, -1], height)
            axes.annotate(_power(level), (size[-1], y), (5, 0), va="center", **look)
        elif logs[-1, -1] <= level <= logs[-1, 0]:
            x = np.exp(np.interp(level, logs[-1, ::-1], np.log(size[::-1])))
            axes.annotate(_power(level), (x, height[-1]), (0, 4), ha="center", **look)


def _name_field(axes: Any, name: str, inside: Any, size: Array, height: Array, colour: str) -> None:
    """Write a mechanism's name where its field has most room for it."""
    padded = np.pad(inside, 1)
    rows, columns = inside.shape
    # Names are wide: a step across counts less than a step up.
    depth = distance_transform_edt(padded, sampling=(1 / rows, 0.4 / columns))[1:-1, 1:-1]
    roomy = np.argwhere(depth > 0.95 * depth.max())
    row, column = roomy[np.argmin(np.linalg.norm(roomy - roomy.mean(axis=0), axis=1))]
    if depth[row, column] < 0.04:
        return
    axes.text(
        size[column],
        height[row],
        _TITLES.get(name, name.replace("_", " ")),
        size=chart.points(23),
        weight="bold",
        color=colour,
        ha="center",
        va="center",
        zorder=5,
        bbox={"facecolor": chart.tint(colour, 0.22), "edgecolor": "none", "pad": 3},
    )


def _draw_strengths(
    axes: Any,
    forms: Mapping[str, Material],
    others: Mapping[str, Material],
    temperature: float,
    rate: float,
) -> None:
    """Draw flow stress against size, for each strengthening, with a band over diffusivities."""
    chart.dress(axes, "size of the body", "flow stress (MPa)", log="xy")
    axes.set_title(f"strength at {_rate(rate)}", size=chart.points(23), color=chart.INK, loc="left")
    if others:
        every = np.array([strengths(one, rate, temperature, _SIZES) for one in others.values()])
        axes.fill_between(
            _SIZES,
            every.min(axis=0),
            every.max(axis=0),
            color=chart.tint(LINES[0], 0.15),
            linewidth=0,
            label="like pillars, other diffusivities",
        )
    looks = {
        "pillars": (LINES[0], "like pillars"),
        "indentation": (LINES[2], "like indents"),
        "off": (chart.INK, "not strengthened"),
    }
    for name, material in forms.items():
        colour, label = looks[name]
        best = strongest_size(material, rate, temperature)
        if best is not None and _SIZES[0] < best.size < _SIZES[-1]:
            label += f": {show_stress(best.strength)} at {_length(best.size)}"
            axes.plot(best.size, best.strength, "o", color=colour, markersize=9, zorder=4)
        strength = strengths(material, rate, temperature, _SIZES)
        axes.plot(_SIZES, strength, color=colour, linewidth=2.8, label=label)
    crossing = crossover_size(forms["off"], rate, temperature)
    if crossing is not None and _SIZES[0] < crossing < _SIZES[-1]:
        (half,) = strengths(forms["off"], rate, temperature, np.array([crossing]))
        axes.plot(crossing, half, "o", color=chart.INK, markersize=9, zorder=4)
        axes.annotate(
            f"half by diffusion\nat {_length(crossing)}",
            (crossing, half),
            (8, -8),
            textcoords="offset points",
            size=chart.points(19),
            color=chart.INK,
            va="top",
        )
    _point_out(axes, next(iter(forms.values())), others, temperature, rate)
    low = float(strengths(forms["off"], rate, temperature, _SIZES[:1])[0])
    high = max(float(strengths(one, rate, temperature, _SIZES).max()) for one in forms.values())
    axes.set_ylim(10 ** np.floor(np.log10(low)), 10 ** np.ceil(np.log10(high) + 0.7))
    chart.legend(axes, loc="lower right")


def _point_out(
    axes: Any, material: Material, others: Mapping[str, Material], temperature: float, rate: float
) -> None:
    """Say in words what the curve of the strengthened material shows, if it has a maximum."""
    best = strongest_size(material, rate, temperature)
    if best is None or not 30 * _SIZES[0] < best.size < 0.1 * _SIZES[-1]:
        return
    look = {"size": chart.points(20), "color": chart.QUIET, "style": "italic"}
    arrow = {"arrowstyle": "->", "color": chart.QUIET, "linewidth": 1.6}

    def top(size: float, factor: float) -> tuple[float, float]:
        """A point above the curve and the band at ``size`` um."""
        every = [
            strengths(one, rate, temperature, np.array([size]))[0]
            for one in (material, *others.values())
        ]
        return size, factor * max(every)

    start, end = top(0.09 * best.size, 4), top(0.009 * best.size, 4)
    axes.annotate("", end, start, arrowprops=arrow)
    axes.annotate("smaller is\nmuch weaker", start, (-14, 2), ha="right", va="center",
                  textcoords="offset points", **look)  # fmt: skip
    high = 2.2 * best.strength
    axes.annotate("", (2.2 * best.size, high), (0.8 * _SIZES[-1], high), arrowprops=arrow)
    axes.annotate("smaller is stronger", (0.8 * _SIZES[-1], high), (0, 5), ha="right",
                  textcoords="offset points", **look)  # fmt: skip


def _power(exponent: float) -> str:
    return f"10{str(round(exponent)).translate(_SUPERSCRIPT)} /s"


def _rate(rate: float) -> str:
    exponent = np.log10(rate)
    whole = abs(exponent - round(exponent)) < 1e-9
    return _power(exponent) if whole else f"{show_number(rate)} /s"


def _length(size: float) -> str:
    return show_length(float(f"{size:.3g}"))
