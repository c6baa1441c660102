"""``lisic strength``: the flow stress of a body, and which mechanism carries it."""

import argparse
import warnings
from collections.abc import Mapping

import numpy as np
from lisic.materials import Material, OutOfRange
from lisic.materials.mechanism_map import depends_on_size, mechanism_rates
from lisic.materials.mechanisms import properties_of
from lisic.materials.slots import Array
from lisic.materials.strengthening import tables
from lisic.scripts.material_options import (
    alternatives,
    flowing_material,
    overrides,
    quantity,
    temperature,
)
from lisic.scripts.refusal import blamed_on, misfit
from lisic.scripts.scales import show_length, show_number, show_stress


def strength(arguments: argparse.Namespace) -> str:
    """Text to print: the number, then shares of the mechanisms and what to bear in mind.

    Raises:
        Refusal: an unknown or elastic material, or a value that is not possible.
    """
    changes = overrides(arguments.set, arguments.strengthening)
    material = flowing_material(arguments.material, changes)
    kelvin = temperature(arguments.temperature, material.name)
    rate = quantity(arguments.rate, "1/s", "--rate")
    size = np.nan if material.size is None else material.size
    if arguments.size is not None:
        size = quantity(arguments.size, "um", "--size")
    elif np.isnan(size) and depends_on_size(material):
        text = f"the size of the body, such as 100nm, on which {material.name} depends"
        raise misfit(None, text, key=("--size",))
    with warnings.catch_warnings(record=True) as doubts, blamed_on("--temperature"):
        warnings.simplefilter("always", OutOfRange)
        stress = float(material.flow_stress(rate, kelvin, size))
        shares = mechanism_rates(material, stress, kelvin, size) / rate
    body = material.name if np.isnan(size) else f"{material.name} of {show_length(size)}"
    lines = [
        f"{stress:.6g} MPa",
        "",
        f"{body} at {show_number(rate)} /s and {kelvin - 273.15:.6g} °C flows at "
        f"{show_stress(stress)}, by",
        *_shares(material, shares),
    ]
    at_work = properties_of(material.mechanism_names, material.values) + tables(material.values)
    notes = [str(doubt.message) for doubt in doubts]
    # The floor on sizes is an assumption that matters below it only.
    unused = set() if size < material.values.get("smallest_size", 0.0) else {"smallest_size"}
    notes += [
        f"assumed: {record.key} = {record.value}, {record.source.removeprefix('assumed: ')}"
        for record in material.assumptions()
        if record.key in set(at_work) - unused
    ]
    lines += _other_sources(material.name, changes, stress, (rate, kelvin, size))
    if notes:
        lines += ["", *(f"note: {note}" for note in dict.fromkeys(notes))]
    return "\n".join(lines)


def _shares(material: Material, shares: Array) -> list[str]:
    width = max(len(name) for name in material.mechanism_names)
    order = np.argsort(-shares, kind="stable")
    return [f"  {material.mechanism_names[one]:{width}}  {_percent(shares[one])}" for one in order]


def _percent(share: float) -> str:
    return f"{100 * share:5.1f} %" if share >= 5e-4 else " <0.1 %"


def _other_sources(
    name: str, changes: Mapping[str, object], stress: float, at: tuple[float, float, float]
) -> list[str]:
    """A line for each value on which sources disagree, if the flow stress depends on it."""
    lines = []
    for key, others in alternatives(name, changes).items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", OutOfRange)
            found = {option: float(other.flow_stress(*at)) for option, other in others.items()}
        if any(abs(other / stress - 1) > 0.01 for other in found.values()):
            each = ", ".join(f"{option} {show_stress(other)}" for option, other in found.items())
            lines.append(f"other sources of {key}: {each}")
    return ["", *lines] if lines else []
