"""Command-line text of ``lisic material``, ``strength`` and ``map`` as values in internal units."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from lisic.materials import Material, PropertyError, available, load
from lisic.materials.mechanisms import properties_of
from lisic.materials.provenance import Entry, Kind, names, read
from lisic.materials.units import parse
from lisic.scripts.case import LITHIUM_MELTS
from lisic.scripts.refusal import Refusal, key_path, misfit, nearest, one_line, shown

_KINDS: tuple[Kind, ...] = ("material", "interface", "layer")
_MELTING = {"lithium": LITHIUM_MELTS}
_BARE = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


def quantity(text: str, unit: str, option: str) -> float:
    """Value above zero of ``text``, in ``unit``.

    Raises:
        Refusal: no unit, one of the wrong kind, or not above zero.
    """
    try:
        value = parse(text, unit)
    except ValueError as error:
        raise Refusal(f"got {shown(text)}; {one_line(str(error))}", key=(option,)) from error
    if not value > 0:
        raise misfit(text, f"above 0 {unit}", key=(option,))
    return value


def temperature(text: str, material: str) -> float:
    """Temperature in K at which ``material`` is solid.

    Raises:
        Refusal: as :func:`quantity`, or too hot.
    """
    value = quantity(text, "K", "--temperature")
    melting = _MELTING.get(material)
    if melting is not None and value >= melting:
        raise misfit(text, f"below {melting} K, where {material} melts", key=("--temperature",))
    return value


def entry(name: str) -> Entry:
    """Any entry of the database: material, interface or layer.

    Raises:
        Refusal: there is none of this name; the nearest is named.
    """
    known = sorted(one for kind in _KINDS for one in names(kind))
    if name not in known:
        raise Refusal(f"got {shown(name)}; {nearest(name, known)}", key=("NAME",))
    return read(name)


def overrides(changes: Sequence[str], strengthening: str) -> dict[str, object]:
    """Overrides for ``load`` from texts ``KEY=VALUE`` and the name of a strengthening.

    Raises:
        Refusal: a text of another form.
    """
    found = dict(_change(text) for text in changes)
    return found if strengthening == "off" else {**found, "strengthening": strengthening}


def flowing_material(name: str, changes: Mapping[str, object]) -> Material:
    """Material ``name`` with overrides ``changes``, which must be able to flow.

    Raises:
        Refusal: unknown name, a change that is not possible, or an elastic material.
    """
    entry(name)
    if name not in available():
        raise Refusal(
            f"got {shown(name)}; an {read(name).kind} does not flow; "
            f"expected one of {', '.join(_flowing())}",
            key=("NAME",),
        )
    try:
        material = load(name, changes)
    except PropertyError as error:
        option = "--strengthening" if error.key == ("strengthening",) else "--set"
        given = "" if error.value is None else f" = {shown(error.value)}"
        reason = f"got {key_path(error.key)}{given}; {one_line(error.problem)}"
        raise Refusal(reason, key=(option,)) from error
    except ValueError as error:
        raise Refusal(one_line(str(error)), key=("--set",)) from error
    if not material.mechanisms:
        raise Refusal(
            f"got {shown(name)}, which is elastic; expected one of {', '.join(_flowing())}",
            key=("NAME",),
        )
    return material


def alternatives(name: str, changes: Mapping[str, object]) -> dict[str, dict[str, Material]]:
    """Material ``name`` with each alternative of what its flow depends on.

    Args:
        name: as in :func:`flowing_material`.
        changes: overrides that hold in any case; what they touch has no alternatives.

    Returns:
        by key of the property or table, materials by name of the alternative.
    """
    found = {}
    default = flowing_material(name, changes)
    needed = {
        key.partition(".")[0] for key in properties_of(default.mechanism_names, default.values)
    }
    touched = {key.partition(".")[0] for key in changes}
    for key, choice in read(name).choices.items():
        if key.partition(".")[0] in needed - touched:
            others = [option for option in choice.options if option != choice.default]
            found[key] = {option: load(name, {**changes, key: option}) for option in others}
    return found


def picture(path: Path) -> Path:
    """``path`` of a picture, in a format that can be written.

    Raises:
        Refusal: another ending.
    """
    if path.suffix not in (".png", ".pdf", ".svg"):
        raise misfit(str(path), "a file that ends in .png, .pdf or .svg", key=("--output",))
    return path


def _flowing() -> list[str]:
    return [name for name in available() if read(name).mechanisms]


def _change(text: str) -> tuple[str, object]:
    key, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not key or not value:
        raise misfit(text, "KEY=VALUE, such as boundary_diffusivity=gjostein", key=("--set",))
    if key == "mechanisms":
        return key, [part.strip() for part in value.split(",")]
    return key, float(value) if _BARE.fullmatch(value) else value
