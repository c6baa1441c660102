"""The ``[geometry]`` table of the porous layer, in two and three dimensions."""

from typing import Any, ClassVar, Literal, Self

from lisic.scripts.pore_tables import NanotubeTable, PoreDiameter
from lisic.scripts.quantities import Length, Table
from lisic.scripts.refusal import misfit
from pydantic import Field, ValidationInfo, field_validator, model_validator

_NODES_PER_PORE = 16


class PorousLayerTable(Table):
    """A porous LiSi-C layer between separator and current collector, periodic sideways."""

    materials: ClassVar[dict[str, str]] = {
        "lisi": "Li3.75Si",
        "pore": "lithium",
        "void": "void",
        "cnt": "cnt-bundle",
        "platen": "steel",
    }

    kind: Literal["porous_layer"]
    dimension: Literal[2, 3] = Field(
        default=2,
        description="2 for a cut through the layer (plane strain, thickness along y), 3 for a "
        "piece of it (thickness along z).",
        examples=[2],
    )
    thickness: Length = Field(
        gt=0, description="Distance from separator to collector.", examples=["3.25 um"]
    )
    width: Length = Field(
        gt=0,
        description="Lateral period of the modelled piece, in 3D along x and y.",
        examples=["3.25 um"],
    )
    porosity: float = Field(
        gt=0, lt=1, description="Pore volume per volume of layer.", examples=[0.110355]
    )
    structure: Literal["spheres", "random_field"] = Field(
        default="spheres",
        description="Shape of the pores: log-normal spheres (in 2D circles) that don't touch, or "
        "a level set of a Gaussian random field, whose pores join and reach any porosity.",
        examples=["spheres"],
    )
    pore_diameter: PoreDiameter | None = Field(
        default=None,
        description="Distribution of pore diameters; goes with spheres, and they need it.",
        examples=[{"median": "80 nm", "sigma": 0.35}],
    )
    pore_chord: Length | None = Field(
        default=None,
        gt=0,
        description="Mean length of straight lines in the pores; goes with random_field, which "
        "needs it. A sphere's is two thirds of its diameter.",
        examples=["100 nm"],
    )
    seed: int = Field(
        ge=0,
        description="Seed of the random structure; the same seed gives the same mesh, bit by bit.",
        examples=[1],
    )
    filled: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="Share of the pores that is region `pore`, for lithium; the others, each as "
        "a whole, are region `void` and stay empty.",
        examples=[0.5],
    )
    open_pores: bool = Field(
        default=False,
        description="Keep only pores that reach the collector, and more of those; goes with "
        "random_field.",
        examples=[True],
    )
    cnt: NanotubeTable | None = Field(
        default=None,
        description="Nanotube bundles; left out, the solid holds none.",
        examples=[{"weight_fraction": 0.10, "bundle_diameter": "10 nm"}],
    )
    element_size: Length | None = Field(
        default=None,
        gt=0,
        description="Largest element; left out, a twentieth of the thickness for circles, a "
        "sixth of the median diameter for spheres, a third of a field's correlation length in 3D "
        "and a quarter of it in 2D.",
        examples=["100 nm"],
    )
    largest_element: Length | None = Field(
        default=None,
        gt=0,
        description="Largest element away from the walls of pores, in 3D: elements grow to it by "
        "doubling; left out, none grows. element_size is that of the elements at the walls then.",
        examples=["400 nm"],
    )
    nodes_per_pore: int | None = Field(
        default=None,
        ge=10,
        description=f"Nodes around each circle, in 2D; left out, {_NODES_PER_PORE}.",
        examples=[_NODES_PER_PORE],
    )

    @model_validator(mode="before")
    @classmethod
    def _defaults(cls, raw: Any) -> Any:
        """Say in the resolved case the defaults of one dimension or structure only."""
        if not isinstance(raw, dict):
            return raw
        if raw.get("dimension", 2) == 3:
            if isinstance(cnt := raw.get("cnt"), dict):
                return {**raw, "cnt": {"ends": "periodic", **cnt}}
        elif raw.get("structure", "spheres") == "spheres":
            return {"nodes_per_pore": _NODES_PER_PORE, **raw}
        return raw

    @field_validator("cnt")
    @classmethod
    def _in_this_dimension(
        cls, cnt: NanotubeTable | None, info: ValidationInfo
    ) -> NanotubeTable | None:
        if cnt is not None and info.data.get("dimension") == 2:
            cnt.check_cut()
        return cnt

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        field = self.structure == "random_field"
        needed, other = ("pore_chord", "pore_diameter")[:: 1 if field else -1]
        if getattr(self, needed) is None:
            example = '"100 nm"' if field else '{ median = "80 nm", sigma = 0.35 }'
            text = f'a size of the pores, such as {example}, for structure = "{self.structure}"'
            raise misfit(None, text, key=(needed,))
        if (given := getattr(self, other)) is not None:
            text = f'{needed}, which gives the size for structure = "{self.structure}"'
            shown = given.model_dump(mode="json") if isinstance(given, Table) else given
            raise misfit(shown, text, key=(other,))
        if self.open_pores and not field:
            text = (
                'false with structure = "spheres": they don\'t touch each other, so that none '
                'leads to the collector; true goes with "random_field"'
            )
            raise misfit(True, text, key=("open_pores",))
        if self.cnt is not None and field and self.dimension == 2:
            text = "no such key here: in 2D nanotubes go with circles (spheres)"
            raise misfit(self.cnt.model_dump(mode="json"), text, key=("cnt",))
        if self.largest_element is not None and self.dimension == 2:
            text = "no such key in 2D: elements grow away from pores in 3D only"
            raise misfit(f"{self.largest_element:.6g} um", text, key=("largest_element",))
        if self.nodes_per_pore is not None and (field or self.dimension == 3):
            text = "no such key here: it goes with circles (spheres in 2D)"
            raise misfit(self.nodes_per_pore, text, key=("nodes_per_pore",))
        return self
