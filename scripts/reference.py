"""The case-file reference, docs/case-file.md, made from the models that validate case files.

``python -m lisic.scripts.reference > docs/case-file.md`` renews it; a test asserts that the
committed file is up to date.
"""

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from lisic.scripts import boundary, geometry_section, pore_tables, stack_section, steps
from lisic.scripts.case import Case, Output, Stepping
from lisic.scripts.materials_section import Materials
from lisic.scripts.refusal import shown
from pydantic import BaseModel, PlainSerializer
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

_INTRO = """\
# The case file

<!-- Made by `python -m lisic.scripts.reference > docs/case-file.md`; edit the models instead. -->

A case is one TOML file. `lisic check CASE.toml` validates it and shows it with every default
filled in; `scripts/cases/` holds cases to start from.

- A value with a dimension is text with its unit: `"3.25 um"`, `"0.3 mA/cm^2"`, `"60 degC"`. Any
  unit of the right kind will do. A bare number there is refused, and so is a unit elsewhere.
- An unknown key is refused, with the nearest known one.
- In messages, steps and boundaries are counted from 1: `step[2].current` belongs to the second
  `[[step]]`.
- A key without a default must be given.
"""

_MATERIALS = """
A region that has no entry takes the default of the geometry, or the material of its own name.
Text names a material; a table named after a material in use changes its values, by value or by
naming an alternative that the database has (docs/materials.md); `define` holds materials of your
own, which need `youngs_modulus`, `poisson_ratio` and the flow laws they follow.

```toml
[materials]
lisi = "Li3.75Si"
pore = "lithium"
lithium.boundary_diffusivity = "1.2e-20 m^3/s"
"Li3.75Si".flow_stress = "reaction-softened"    # an alternative, by its name

[materials.define.my-norton]
youngs_modulus = "7.82 GPa"
poisson_ratio = 0.38
power_law = { rate = "6.68e-3 MPa^-6.6/s", exponent = 6.6 }
```
"""


def reference() -> str:
    """The whole reference, in Markdown."""
    parts = [
        _INTRO,
        _section("## Top level", Case),
        "## `[geometry]`\n\nOne table; `kind` says which of these it is.\n",
        *(_kind_section(model) for model in _kinds(geometry_section.Geometry)),
        _section("### `geometry.layer`, of a stack", stack_section.LayerTable),
        _section("### `roughness`, of a layer", stack_section.RoughnessTable),
        _section("### `pore_diameter`", pore_tables.PoreDiameter),
        _section("### `cnt`", pore_tables.NanotubeTable),
        _section("## `[materials]`", Materials, text=_MATERIALS, table=False),
        "## `[[boundary]]`\n\nLoads and supports of a mesh of your own; facets without an entry "
        "are free. `kind` says\nwhich of these it is.\n",
        *(_kind_section(model) for model in _kinds(boundary.Boundary)),
        "## `[[step]]`\n\nWhat is done, in order. `kind` says which of these it is.\n",
        *(_kind_section(model) for model in _kinds(steps.Step)),
        _section("## `[stepping]`", Stepping),
        _section("## `[output]`", Output),
    ]
    return "\n".join(parts)


def _kinds(union: Any) -> tuple[type[BaseModel], ...]:
    return get_args(get_args(union)[0])


def _kind_section(model: type[BaseModel]) -> str:
    kind = get_args(model.model_fields["kind"].annotation)[0]
    defaults = getattr(model, "materials", None)
    text = ""
    if isinstance(defaults, dict) and defaults:
        listed = ", ".join(f'`{region} = "{name}"`' for region, name in defaults.items())
        text = f"\nRegions and the materials they take by default: {listed}.\n"
    return _section(f'### `kind = "{kind}"`', model, text=text)


def _section(title: str, model: type[BaseModel], *, text: str = "", table: bool = True) -> str:
    doc = " ".join((model.__doc__ or "").split())
    lines = [f"{title}\n", f"{doc}\n{text}"]
    rows = [_row(name, field) for name, field in model.model_fields.items() if name != "kind"]
    if table and rows:
        lines.append("| key | value | default | meaning |\n|---|---|---|---|")
        lines.extend(rows)
        lines.append("")
    return "\n".join(lines)


def _row(name: str, field: FieldInfo) -> str:
    meaning = field.description or ""
    if field.examples:
        meaning += f" Example: `{shown(field.examples[0])}`."
    cells = (f"`{name}`", f"{_value(field)}{_limits(field)}", _default(field), meaning)
    return "| " + " | ".join(cells) + " |"


def _value(field: FieldInfo) -> str:
    """What a key holds, in words."""
    unit = _unit((field.annotation, *field.metadata))
    annotation = field.annotation
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(one for one in get_args(annotation) if one is not type(None))
    if any(isinstance(limit, annotated_types.MultipleOf) for limit in field.metadata):
        return "even number"
    if get_origin(annotation) is tuple:
        several = {int: "whole numbers", float: "numbers", str: "texts"}
        return f"list of {'quantities' if unit else several.get(get_args(annotation)[0], 'tables')}"
    if unit:
        return f"quantity, like `{unit}`"
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{shown(one)}`" for one in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "table"
    names = {bool: "true or false", int: "whole number", float: "number", str: "text"}
    return names.get(annotation, "table") if isinstance(annotation, type) else "table"


def _unit(parts: Any) -> str:
    """The internal unit of a quantity, wherever in the annotation its serializer sits."""
    for part in parts:
        if isinstance(part, PlainSerializer):
            text: str = part.func(1.0)  # type: ignore[call-arg]
            return text.split(" ", 1)[1]
        if get_origin(part) in (Annotated, Union, types.UnionType, tuple):
            inner = (*get_args(part), *getattr(part, "__metadata__", ()))
            if unit := _unit(inner):
                return unit
    return ""


def _limits(field: FieldInfo) -> str:
    signs = {
        annotated_types.Gt: (">", "gt"),
        annotated_types.Ge: ("≥", "ge"),
        annotated_types.Lt: ("<", "lt"),
        annotated_types.Le: ("≤", "le"),
    }
    limits = [
        f"{sign} {getattr(limit, name):g}"
        for limit in field.metadata
        for kind, (sign, name) in signs.items()
        if isinstance(limit, kind)
    ]
    return f", {', '.join(limits)}" if limits else ""


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "" if field.default_factory is None else "see below"
    if field.default is None or field.default == ():
        return "none"
    unit = _unit((field.annotation, *field.metadata))
    return f'`"{field.default:g} {unit}"`' if unit else f"`{shown(field.default)}`"


if __name__ == "__main__":
    print(reference(), end="")
