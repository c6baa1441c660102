"""What ``lisic material``, ``strength`` and ``map`` take, and the help texts that teach it."""

import argparse
import re
from collections.abc import Callable
from pathlib import Path

STRENGTHENINGS = ("off", "pillars", "indentation")


def add(command: Callable[[str, str, str, str], argparse.ArgumentParser], exit_codes: str) -> None:
    """Add the three commands by ``command(name, brief, description, epilog)``."""
    material = command(
        "material",
        "show a material's numbers and where each comes from",
        "Print every number the database has of a material or an interface: value, source, where "
        "it\nholds, how sure it is, and the alternatives where sources disagree. With -o, plot what"
        " depends\non temperature or composition.",
        "examples\n  lisic material lithium\n"
        "  lisic material a-LixSi -o results/a-LixSi   with plots against x\n"
        "  lisic material 'LiSi|steel'                 an interface; mind the quotes\n\n"
        + exit_codes,
    )
    _add_name(material)
    material.add_argument(
        "-o", "--output", metavar="DIR", type=Path, help="folder to draw plots into"
    )

    strength = command(
        "strength",
        "flow stress of a body, and which mechanism carries it",
        "Print the stress at which a body of a given size flows at a given rate: the number in MPa "
        "on the\nfirst line, then the share of the rate that each mechanism carries.",
        "examples\n  lisic strength lithium --size 100nm --rate 1e-3/s --temperature 20degC\n"
        "  lisic strength lithium --size 5um --rate 1e-3/s --strengthening pillars\n"
        "  lisic strength lithium --size 100nm --rate 1e-3/s --set boundary_diffusivity=high\n"
        '  lisic strength lithium --size 100nm --rate 1e-3/s --set "boundary_diffusivity=1e-21 '
        'm^3/s"\n  lisic strength Li3.75Si --rate 1e-4/s\n\n' + exit_codes,
    )
    _add_name(strength)
    strength.add_argument("--size", metavar="LENGTH", help="of the body, such as the pore it fills")
    strength.add_argument(
        "--rate", required=True, metavar="RATE", help="equivalent strain rate, such as 1e-3/s"
    )
    _add_conditions(strength)

    chart = command(
        "map",
        "draw a deformation-mechanism map, and strength against size",
        "Draw which mechanism is fastest over size and stress (or temperature), with contours of "
        "the\nrate, and strength against size: smaller is stronger, until diffusion makes smaller "
        "much\nweaker.",
        "examples\n  lisic map lithium                        into results/lithium-map.png\n"
        "  lisic map lithium --temperature 60degC --rate 1e-2/s -o lithium-60.png\n"
        "  lisic map lithium --against temperature --stress 1MPa -o lithium-1MPa.pdf\n\n"
        + exit_codes,
    )
    _add_name(chart)
    chart.add_argument(
        "--against",
        choices=("stress", "temperature"),
        default="stress",
        help="vertical axis of the map (default: stress)",
    )
    chart.add_argument(
        "--stress",
        default="1 MPa",
        metavar="STRESS",
        help="at which a map against temperature is drawn (default: 1 MPa)",
    )
    chart.add_argument(
        "--rate",
        default="1e-3 /s",
        metavar="RATE",
        help="at which strength is drawn against size (default: 1e-3/s)",
    )
    _add_conditions(chart)
    chart.add_argument(
        "-o",
        "--output",
        metavar="FILE.png",
        type=Path,
        help="the picture; .pdf and .svg are possible, too (default: results/NAME-map.png)",
    )


def _add_name(one: argparse.ArgumentParser) -> None:
    one.add_argument("material", metavar="NAME", help="an entry of the database, such as lithium")
    # argparse takes "-5nm" for an option; here it is a value, to be refused as negative.
    one._negative_number_matcher = re.compile(r"^-\.?\d")


def _add_conditions(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--temperature", default="20 degC", metavar="T", help="such as 60degC (default: 20 degC)"
    )
    one.add_argument(
        "--strengthening",
        choices=STRENGTHENINGS,
        default="off",
        help="make small bodies stronger against dislocations, as pillars (upper bound) or indents"
        " (lower bound) are (default: off)",
    )
    one.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="another value for a number of the material, or the name of an alternative; may be "
        "given again",
    )
