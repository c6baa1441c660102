"""Tables of a case file that several geometries share: pores and nanotubes."""

from typing import Any, Literal, Self

from lisic.scripts.quantities import Angle, Length, Table
from lisic.scripts.refusal import misfit
from pydantic import Field, model_validator

_SPREAD = "10 deg"


class PoreDiameter(Table):
    """Log-normal distribution of pore diameters, by number."""

    median: Length = Field(gt=0, description="Median diameter by count.", examples=["80 nm"])
    sigma: float = Field(
        ge=0,
        le=1.5,
        description="Standard deviation of the logarithm of the diameter; 0 makes all pores equal.",
        examples=[0.35],
    )


class NanotubeTable(Table):
    """Carbon nanotube bundles, as curved fibres in the solid."""

    weight_fraction: float = Field(
        gt=0,
        lt=0.5,
        description="Nanotubes per weight of the dry layer (silicon and nanotubes), as weighed "
        "in before lithiation; their mass is conserved, so 0.10 is 2.9 % of the volume of a "
        "lithiated layer with 11 % of pores.",
        examples=[0.10],
    )
    bundle_diameter: Length = Field(gt=0, description="Diameter of a bundle.", examples=["10 nm"])
    length: Length = Field(
        default=1.0, gt=0, description="Length of a bundle along its curve.", examples=["1 um"]
    )
    persistence_length: Length = Field(
        default=1.0,
        gt=0,
        description="Distance over which a bundle forgets its direction; larger is straighter.",
        examples=["1 um"],
    )
    orientation: Literal["isotropic", "in_plane", "aligned"] = Field(
        default="isotropic",
        description="All directions alike, all in the plane of the layer (in 3D; in 2D it would be "
        "a line), or along `axis`.",
    )
    axis: Literal["x", "y", "z"] | None = Field(
        default=None,
        description="Along which aligned bundles lie; they need it. The thickness is along y in "
        "2D and along z in 3D.",
        examples=["x"],
    )
    spread: Angle | None = Field(
        default=None,
        gt=0,
        le=45,
        description="Standard deviation of the deflection of aligned bundles from their axis, to "
        f"either side; left out, {_SPREAD}.",
        examples=[_SPREAD],
    )
    ends: Literal["periodic", "clipped"] | None = Field(
        default=None,
        description="In 3D: at the sides bundles go on at the opposite one, or the layer is a "
        "window of a larger network and they end there; left out, periodic. In 2D they keep clear "
        "of the sides.",
        examples=["periodic"],
    )
    through_pores: bool = Field(
        default=False, description="Whether bundles may pass through pores, in 3D."
    )

    @model_validator(mode="before")
    @classmethod
    def _aligned(cls, raw: Any) -> Any:
        """Say the default of aligned bundles in the resolved case, and of no others."""
        if isinstance(raw, dict) and raw.get("orientation") == "aligned":
            return {"spread": _SPREAD, **raw}
        return raw

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.orientation == "aligned":
            if self.axis is None:
                raise misfit(None, 'the axis of aligned bundles, such as "x"', key=("axis",))
            return self
        for name in ("axis", "spread"):
            if (given := getattr(self, name)) is not None:
                text = f'no {name}, which goes with orientation = "aligned"'
                raise misfit(given, text, key=(name,))
        return self

    def check_cut(self) -> None:
        """Refuse what only a layer in three dimensions can have.

        Raises:
            Refusal: with the key within this table.
        """
        if self.orientation == "in_plane":
            text = 'in 2D "isotropic", which is in the plane of the cut, or "aligned"'
            raise misfit(self.orientation, text, key=("orientation",))
        if self.axis == "z":
            raise misfit(self.axis, 'in 2D "x", along the layer, or "y"', key=("axis",))
        if self.ends is not None:
            text = "no such key in 2D: bundles keep clear of the sides; it goes with dimension = 3"
            raise misfit(self.ends, text, key=("ends",))
        if self.through_pores:
            text = (
                "false in 2D: bundles are edges of the solid's mesh; true goes with dimension = 3"
            )
            raise misfit(True, text, key=("through_pores",))
