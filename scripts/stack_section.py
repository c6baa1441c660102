"""The ``[geometry]`` table of a stack: layers on top of each other."""

from typing import Annotated, Any, Literal

from lisic.scripts.pore_tables import NanotubeTable, PoreDiameter
from lisic.scripts.quantities import Length, Table
from lisic.scripts.refusal import misfit
from pydantic import Field, Strict, ValidationInfo, field_validator


class RoughnessTable(Table):
    """A rough upper face of a layer: random and self-affine, repeating with the width."""

    rms: Length = Field(gt=0, description="Root mean square of the height.", examples=["50 nm"])
    hurst: float = Field(
        default=0.8, gt=0, le=1, description="Hurst exponent; smaller is more jagged."
    )
    shortest: Length = Field(gt=0, description="Shortest wavelength.", examples=["250 nm"])
    longest: Length | None = Field(
        default=None,
        gt=0,
        description="Longest wavelength; left out, the width.",
        examples=["3 um"],
    )


class LayerTable(Table):
    """One layer. Its name is that of its region; the pores of all layers are region `pore`."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        description="Name of the layer and of its region.",
        examples=["sse"],
    )
    thickness: Length = Field(gt=0, description="Mean thickness.", examples=["10 um"])
    roughness: RoughnessTable | None = Field(
        default=None,
        description="Of the face to the next layer; left out, that is flat.",
        examples=[{"rms": "50 nm", "shortest": "250 nm"}],
    )
    porosity: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="Pore area per area of the layer; left out, it has none.",
        examples=[0.110355],
    )
    pore_diameter: PoreDiameter | None = Field(
        default=None,
        description="Distribution of pore diameters; goes with porosity.",
        examples=[{"median": "80 nm", "sigma": 0.35}],
        validate_default=True,
    )
    nodes_per_pore: int = Field(
        default=16, ge=10, description="Nodes around each pore's circumference.", examples=[16]
    )
    cnt: NanotubeTable | None = Field(
        default=None,
        description="Nanotube bundles in the layer's solid, for one layer of the stack.",
        examples=[{"weight_fraction": 0.10, "bundle_diameter": "10 nm"}],
    )
    element_size: Length | None = Field(
        default=None,
        gt=0,
        description="Largest element; left out, a sixth of the thickness (a twentieth with "
        "pores) and a quarter of the width at most.",
        examples=["500 nm"],
    )

    @field_validator("pore_diameter")
    @classmethod
    def _goes_with_porosity(
        cls, diameter: PoreDiameter | None, info: ValidationInfo
    ) -> PoreDiameter | None:
        porosity = info.data.get("porosity")
        if porosity is not None and diameter is None:
            raise misfit(None, 'the pores\' size, such as { median = "80 nm", sigma = 0.35 }')
        if porosity is None and diameter is not None and "porosity" in info.data:
            raise misfit(diameter, "a porosity beside it")
        return diameter

    @field_validator("cnt")
    @classmethod
    def _in_a_cut(cls, cnt: NanotubeTable | None) -> NanotubeTable | None:
        if cnt is not None:
            cnt.check_cut()
        return cnt


class StackTable(Table):
    """Layers from the bottom up, bonded and periodic sideways; fixed below, a platen above."""

    kind: Literal["stack"]
    width: Length = Field(
        gt=0, description="Lateral period of the modelled piece.", examples=["3 um"]
    )
    layer: Annotated[tuple[LayerTable, ...], Strict(False)] = Field(
        min_length=1,
        description="The layers, from the bottom up.",
        examples=[[{"name": "sse", "thickness": "10 um"}]],
    )
    seed: int = Field(
        default=0,
        ge=0,
        description="Seed of rough faces, pores and nanotubes; the same seed gives the same mesh, "
        "bit by bit.",
        examples=[1],
    )

    @field_validator("layer")
    @classmethod
    def _fit_together(cls, layers: tuple[LayerTable, ...]) -> Any:
        names = [layer.name for layer in layers]
        for index, name in enumerate(names):
            if name in names[:index] or name in ("pore", "cnt", "platen"):
                text = "a name of its own for every layer, other than pore, cnt and platen"
                raise misfit(name, text, key=(index, "name"))
        if layers[-1].roughness is not None:
            text = "no roughness for the last layer, which the flat platen lies on"
            raise misfit(layers[-1].roughness, text, key=(len(layers) - 1, "roughness"))
        with_tubes = [index for index, layer in enumerate(layers) if layer.cnt is not None]
        if len(with_tubes) > 1:
            text = "nanotubes in one layer only: a model has one kind of them"
            raise misfit(layers[with_tubes[1]].cnt, text, key=(with_tubes[1], "cnt"))
        return layers

    @property
    def materials(self) -> dict[str, str]:
        """Regions and parts, and the materials they take by default: layers, that of their name."""
        defaults = {layer.name: layer.name for layer in self.layer}
        if any(layer.porosity is not None for layer in self.layer):
            defaults["pore"] = "lithium"
        if any(layer.cnt is not None for layer in self.layer):
            defaults["cnt"] = "cnt-bundle"
        return defaults

    @property
    def thickness(self) -> float:
        """Of all layers together, in um."""
        return sum(layer.thickness for layer in self.layer)
