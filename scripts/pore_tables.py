"""Tables of a case file that several geometries share: pores and nanotubes."""

from lisic.scripts.quantities import Length, Table
from pydantic import Field


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
