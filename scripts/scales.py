"""What makes a picture readable: round colour ranges, scale bars, times in words. Plain numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Floats = npt.NDArray[np.float64]

_ROBUST = (0.005, 0.995)
"""Share of a region's volume below and above the range: peaks at single elements don't set it."""

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class ColourRange:
    """Ends of a colour bar, in the field's unit.

    Attributes:
        low: value at the lower end.
        high: value at the upper end.
        log: colours follow the logarithm.
        clipped_below: there are values below ``low``.
        clipped_above: there are values above ``high``.
    """

    low: float
    high: float
    log: bool = False
    clipped_below: bool = False
    clipped_above: bool = False

    def __post_init__(self) -> None:
        """Refuse an empty range."""
        if not self.low < self.high or (self.log and self.low <= 0):
            raise ValueError(f"a colour range must increase, got {self.low:g} to {self.high:g}")

    @property
    def both_signs(self) -> bool:
        """Zero lies well inside: a diverging map reads best."""
        return self.low < 0 < self.high and -self.low > 0.1 * self.high > -0.01 * self.low

    def normalised(self, values: Floats) -> Floats:
        """Position of ``values`` on the bar: 0 at ``low``, 1 at ``high``, beyond where clipped."""
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                logs = np.log10(np.maximum(values, 0.0) / self.low)
            return np.maximum(logs / math.log10(self.high / self.low), -1.0)
        return (values - self.low) / (self.high - self.low)


def colour_range(
    regions: Mapping[str, tuple[Floats, Floats]],
    *,
    log: bool = False,
    given: tuple[float, float] | None = None,
) -> ColourRange:
    """Range for a field: round numbers that hold 99 % of the region with the largest values.

    Regions are looked at one by one, because lithium in the pores carries almost no von Mises
    stress while the silicide around it carries hundreds of MPa: the region that carries most sets
    the range, however small it is.

    Args:
        regions: values and volumes of the cells, by region.
        log: ask for a logarithmic range; linear all the same where nothing is positive.
        given: range to use instead.

    Returns:
        the range, and whether values lie outside.
    """
    everything = np.concatenate([values for values, _ in regions.values()])
    log = log and bool((everything > 0).any())
    if given is not None:
        low, high = given
        log = log and low > 0
    elif log:
        low, high = _decades(regions)
    else:
        lows, highs = zip(*(_quantiles(*one) for one in regions.values()), strict=True)
        low, high = _round_outwards(min(lows), max(highs))
    slack = 1e-9 * (high - low)
    return ColourRange(
        low,
        high,
        log,
        clipped_below=bool(everything.min() < low - slack),
        clipped_above=bool(everything.max() > high + slack),
    )


def _quantiles(values: Floats, volumes: Floats) -> tuple[float, float]:
    order = np.argsort(values, kind="stable")
    share = np.cumsum(volumes[order])
    picked = np.searchsorted(share / share[-1], _ROBUST)
    low, high = values[order][np.minimum(picked, len(values) - 1)]
    return float(low), float(high)


def _decades(regions: Mapping[str, tuple[Floats, Floats]]) -> tuple[float, float]:
    """Whole decades, at most five, down from the largest values of any region."""
    positive = {name: values > 0 for name, (values, _) in regions.items()}
    ends = [
        _quantiles(values[positive[name]], volumes[positive[name]])
        for name, (values, volumes) in regions.items()
        if positive[name].any()
    ]
    high = math.ceil(math.log10(max(high for _, high in ends)) - 1e-9)
    low = math.floor(math.log10(min(low for low, _ in ends)) + 1e-9)
    return 10.0 ** max(min(low, high - 1), high - 5), 10.0**high


def _round_outwards(low: float, high: float) -> tuple[float, float]:
    """Ends at multiples of a round step; zero is an end where it lies close."""
    if not low < high:  # one value everywhere
        margin = 0.1 * abs(high) or 1.0
        low, high = (high - margin, high + margin) if high else (0.0, margin)
    if 0 < low < 0.5 * high:
        low = 0.0
    if 0.5 * low < high < 0:
        high = 0.0
    step = round_step((high - low) / 8)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= least * (1 - 1e-9))


def scale_bar(width: float) -> tuple[float, str]:
    """Length in um of a bar for a picture ``width`` um wide, a tenth to a quarter of it; its label.

    >>> scale_bar(3.25)
    (0.5, '500 nm')
    """
    length = round_step(0.1 * width)
    return length, show_length(length)


def show_length(length: float) -> str:
    """A length in um as people say it: nm below 1 um, mm from 1000 um."""
    if length < 1 - 1e-9:
        return f"{1000 * length:.3g} nm"
    return f"{length:.4g} µm" if length < 1000 else f"{length / 1000:.4g} mm"


def show_stress(stress: float) -> str:
    """A stress in MPa as people say it, three digits.

    >>> show_stress(4.68e-3)
    '4.68 kPa'
    """
    for unit, scale in (("GPa", 1e3), ("MPa", 1.0), ("kPa", 1e-3)):
        if abs(stress) >= 0.9995 * scale:
            return f"{show_number(stress / scale)} {unit}"
    return f"{show_number(1e6 * stress)} Pa"


def show_number(value: float) -> str:
    """Three digits, a true minus, powers of ten as such.

    >>> show_number(-4.37e-4)
    '−4.37×10⁻⁴'
    """
    text = f"{value:.3g}"
    if value and not 1e-3 <= abs(value) < 1e5:
        digits, power = f"{value:.2e}".split("e")
        text = f"{digits}×10{str(int(power)).translate(_SUPERSCRIPT)}"
    return text.replace("-", "−")


def show_span(low: float, high: float) -> str:
    """``90.1 … 501``; one number where both read the same."""
    ends = show_number(low), show_number(high)
    return ends[0] if ends[0] == ends[1] else " … ".join(ends)


def show_time(time: float) -> str:
    """A time in s as people say it, three digits.

    >>> show_time(1210)
    '20.2 min'
    """
    unit, scale = time_unit(time)
    return f"{time / scale:.3g} {unit}"


def time_unit(longest: float) -> tuple[str, float]:
    """Unit that suits times up to ``longest`` s, and its length in s."""
    for unit, scale in (("d", 86400.0), ("h", 3600.0), ("min", 60.0), ("s", 1.0)):
        if longest >= 2 * scale:
            return unit, scale
    return ("s", 1.0) if longest == 0 or longest >= 0.1 else ("ms", 1e-3)


def stretch_factor(width: float, height: float) -> tuple[float, float]:
    """Round factors by which to stretch x and y, so that a needle or a sliver becomes a picture."""
    if height > 3 * width:
        return round_step(height / (3 * width)), 1.0
    if width > 8 * height:
        return 1.0, round_step(width / (8 * height))
    return 1.0, 1.0
