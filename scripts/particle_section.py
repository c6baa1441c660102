"""The ``[geometry]`` table of the dry layer of silicon particles."""

from typing import ClassVar, Literal

from lisic.scripts.quantities import Length, Table
from pydantic import Field


class ParticleLayerTable(Table):
    """Necked silicon particles between separator and collector, a cut in plane strain."""

    materials: ClassVar[dict[str, str]] = {"si": "silicon", "void": "void", "platen": "steel"}

    kind: Literal["particle_layer"]
    thickness: Length = Field(
        gt=0, description="Distance from separator to collector.", examples=["2 um"]
    )
    width: Length = Field(
        gt=0, description="Lateral period of the modelled piece.", examples=["2 um"]
    )
    solid_fraction: float = Field(
        default=0.369,
        gt=0,
        lt=1,
        description="Area of particles and necks per area of layer; the default is the silicon "
        "of the paper's dry layer.",
        examples=[0.369],
    )
    median_diameter: Length = Field(
        default=0.05, gt=0, description="Median diameter by count.", examples=["50 nm"]
    )
    sigma: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Standard deviation of the logarithm of the diameter.",
        examples=[0.2],
    )
    seed: int = Field(
        ge=0,
        description="Seed of the packing; the same seed gives the same mesh, bit by bit.",
        examples=[1],
    )
    void_diameter: Length | None = Field(
        default=None,
        gt=0,
        description="Diameter of large voids free of particles; left out, there are none.",
        examples=["1.1 um"],
    )
    voids: int = Field(default=1, ge=1, description="Number of large voids.", examples=[1])
    element_size: Length | None = Field(
        default=None,
        gt=0,
        description="Size of elements; left out, a tenth of the median diameter.",
        examples=["5 nm"],
    )
