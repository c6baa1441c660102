"""How each field is shown: its name in words, its unit, its colours."""

from dataclasses import dataclass
from typing import Any

from lisic.scripts.run_folder import split_unit
from lisic.scripts.scales import ColourRange

DEFAULT_FIELDS = ("von_mises_MPa", "pressure_MPa", "creep_strain")


@dataclass(frozen=True)
class FieldStyle:
    """A field's title, unit and colours.

    Attributes:
        title: in words.
        unit: as written on the colour bar; empty for a pure number.
        colours: matplotlib's name of the map; colour-blind safe.
        log: shown on a logarithmic scale.
    """

    title: str
    unit: str
    colours: str = "viridis"
    log: bool = False

    def colour_map(self, span: ColourRange) -> Any:
        """Map over ``span``: diverging and white at zero where the field has both signs."""
        import matplotlib as mpl
        from matplotlib.colors import ListedColormap

        if span.log or not span.both_signs:
            return mpl.colormaps[self.colours]
        # Equal steps of the field are equal steps of colour on both sides of zero.
        reach = max(-span.low, span.high)
        ends = (0.5 + 0.5 * span.low / reach, 0.5 + 0.5 * span.high / reach)
        samples = [ends[0] + (ends[1] - ends[0]) * i / 255 for i in range(256)]
        return ListedColormap(mpl.colormaps["RdBu_r"](samples))


_KNOWN = {
    "von_mises": ("von Mises stress", "viridis", False),
    "pressure": ("pressure", "cividis", False),
    "creep_strain": ("creep strain", "plasma", True),
    "displacement": ("displacement", "cividis", False),
    "fill": ("lithium per pore volume", "cividis", False),
}
_UNITS = {"um": "µm", "per_s": "1/s"}


def field_style(name: str) -> FieldStyle:
    """Style of the field of that name; unknown ones in viridis under their own name."""
    quantity, unit = split_unit(name)
    title, colours, log = _KNOWN.get(quantity, (quantity.replace("_", " "), "viridis", False))
    return FieldStyle(title, _UNITS.get(unit, unit), colours, log)
