"""``lisic map``: a deformation-mechanism map, and strength against size."""

import argparse
from pathlib import Path

from lisic.materials import Material
from lisic.materials.crossover import crossover_size, strongest_size
from lisic.materials.mechanism_map import depends_on_size
from lisic.materials.strengthening import NAMES, OFF
from lisic.scripts.map_figure import save_map
from lisic.scripts.material_options import (
    alternatives,
    flowing_material,
    overrides,
    picture,
    quantity,
    temperature,
)
from lisic.scripts.refusal import Refusal, blamed_on, misfit
from lisic.scripts.scales import show_length, show_number, show_stress


def draw_map(arguments: argparse.Namespace) -> str:
    """Draw the picture; text that says where it is and what it shows.

    Raises:
        Refusal: a material that has no mechanism that depends on size, or a value that is not
            possible.
    """
    changes = overrides(arguments.set, arguments.strengthening)
    material = flowing_material(arguments.material, changes)
    if not depends_on_size(material):
        text = f"a material whose flow depends on size; {material.name} flows by " + ", ".join(
            material.mechanism_names
        )
        raise misfit(material.name, text, key=("NAME",))
    kelvin = temperature(arguments.temperature, material.name)
    rate = quantity(arguments.rate, "1/s", "--rate")
    stress = quantity(arguments.stress, "MPa", "--stress")
    path = picture(arguments.output or Path("results") / f"{material.name}-map.png")
    forms = _forms(arguments)
    others = alternatives(material.name, overrides(arguments.set, _strongest(forms)))
    with blamed_on("--temperature"):
        save_map(
            forms,
            others.get("boundary_diffusivity", {}),
            kelvin,
            rate,
            stress if arguments.against == "temperature" else None,
            arguments.strengthening,
            path,
        )
        return "\n".join([*_summary(forms, rate, kelvin), f"written: {path}"])


def _forms(arguments: argparse.Namespace) -> dict[str, Material]:
    """The material with each strengthening that it can have, strongest first."""
    forms = {}
    for name in (*(name for name in NAMES if name != OFF), OFF):
        try:
            forms[name] = flowing_material(arguments.material, overrides(arguments.set, name))
        except Refusal:
            if name == OFF:
                raise
    return forms


def _strongest(forms: dict[str, Material]) -> str:
    return next(iter(forms))


def _summary(forms: dict[str, Material], rate: float, kelvin: float) -> list[str]:
    lines = [f"at {show_number(rate)} /s and {kelvin - 273.15:.6g} °C"]
    crossing = crossover_size(forms[OFF], rate, kelvin)
    if crossing is not None:
        lines.append(
            f"  below {show_length(crossing)} diffusion carries more than half of the rate"
        )
    for name, material in forms.items():
        best = strongest_size(material, rate, kelvin)
        if best is not None:
            lines.append(
                f"  with {name} the strongest size is {show_length(best.size)}, "
                f"{show_stress(best.strength)}"
            )
    return lines
