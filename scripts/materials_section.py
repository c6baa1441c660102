"""The ``[materials]`` table of a case file: which material fills a region, and changes to it.

Text names the material of a region; a table named after a material changes that material's
values; ``define`` holds materials of the user's own. What the tables may hold is for the
materials room to judge.
"""

from typing import Any, Self

from lisic.scripts.quantities import Table
from lisic.scripts.refusal import Key, misfit, nearest
from pydantic import Field, model_serializer, model_validator

VOID = "void"


class Materials(Table):
    """Materials by region, overrides by material, and definitions."""

    regions: dict[str, str] = Field(
        default_factory=dict,
        description="REGION = NAME: the material of a region, by its name in the database or "
        "under define. A region without an entry takes the material of its own name.",
        examples=['lisi = "Li3.75Si"'],
    )
    overrides: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="NAME.KEY = VALUE: another value for a property of a material in use.",
        examples=['lithium.boundary_diffusivity = "1.2e-20 m^3/s"'],
    )
    define: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="define.NAME: a material of your own, by its properties.",
        examples=['define.my-norton = { youngs_modulus = "7.82 GPa", poisson_ratio = 0.38 }'],
    )

    @model_validator(mode="before")
    @classmethod
    def _sort(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        define = raw.get("define", {})
        if not isinstance(define, dict):
            raise misfit(define, "tables of materials", key=("define",))
        for name, properties in define.items():
            if not isinstance(properties, dict):
                raise misfit(properties, "a table of properties", key=("define", name))
        entries = {name: entry for name, entry in raw.items() if name != "define"}
        for name, entry in entries.items():
            if not isinstance(entry, str | dict):
                raise misfit(entry, "a material's name or a table of overrides", key=(name,))
        return {
            "regions": {name: entry for name, entry in entries.items() if isinstance(entry, str)},
            "overrides": {
                name: entry for name, entry in entries.items() if isinstance(entry, dict)
            },
            "define": define,
        }

    @model_serializer
    def _join(self) -> dict[str, Any]:
        # A region may bear the name of its material (channel: lithium). The file can't hold text
        # and a table under one key; the table stays, for the region falls back on its own name.
        joined: dict[str, Any] = {**self.regions, **self.overrides}
        if self.define:
            joined["define"] = self.define
        return joined

    def of(self, region: str) -> str:
        """Name of the material that fills ``region``."""
        return self.regions.get(region, region)

    def with_defaults(self, defaults: dict[str, str]) -> Self:
        """These materials, with ``defaults`` for the regions that have no entry."""
        return self.model_copy(update={"regions": {**defaults, **self.regions}})

    def check_names(self, defaults: dict[str, str]) -> None:
        """Refuse regions the geometry does not have, and overrides of materials no region uses."""
        for region, material in self.regions.items():
            if region not in defaults:
                key: Key = ("materials", region)
                text = f"a region of this geometry; {nearest(region, list(defaults))}"
                raise misfit(material, text, key=key)
        used = sorted({self.of(region) for region in defaults})
        for material, values in self.overrides.items():
            if material not in used:
                text = f"overrides of a material in use; {nearest(material, used)}"
                raise misfit(values, text, key=("materials", material))
