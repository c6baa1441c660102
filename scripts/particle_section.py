"""The ``[geometry]`` table of the dry layer of silicon particles."""

from typing import ClassVar, Literal

from lisic.scripts.quantities import Length, Table
from pydantic import Field


class ParticleLayerTable(Table):
    """Necked silicon particles and nanotubes between separator and collector, periodic sideways.

    Region `carbon` is there in a cut only; in 3D it stands for the bundles, which are curves.
    """

    materials: ClassVar[dict[str, str]] = {
        "si": "silicon",
        "carbon": "cnt-bundle",
        "void": "void",
        "platen": "steel",
    }

    kind: Literal["particle_layer"]
    dimension: Literal[2, 3] = Field(
        default=2,
        description="2 for a cut through the layer (plane strain, thickness along y), 3 for a "
        "piece of it (thickness along z), in which nanotube bundles are curves.",
        examples=[2],
    )
    thickness: Length = Field(
        gt=0, description="Distance from separator to collector.", examples=["2 um"]
    )
    width: Length = Field(
        gt=0,
        description="Lateral period of the modelled piece, in 3D along x and y.",
        examples=["2 um"],
    )
    silicon_fraction: float = Field(
        default=0.369,
        gt=0,
        lt=1,
        description="Silicon per layer, necks included, by area in a cut and by volume in 3D; the "
        "default is that of the paper's dry layer.",
        examples=[0.369],
    )
    carbon_fraction: float = Field(
        default=0.0455,
        ge=0,
        lt=1,
        description="Nanotube bundles per layer, by area in a cut and by volume in 3D; the default "
        "is that of the paper's dry layer, 0 makes none.",
        examples=[0.0455],
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
    bundle_diameter: Length = Field(
        default=0.01, gt=0, description="Diameter of a nanotube bundle.", examples=["10 nm"]
    )
    bundle_length: Length = Field(
        default=1.0, gt=0, description="Length of a bundle along its curve.", examples=["1 um"]
    )
    persistence_length: Length = Field(
        default=1.0,
        gt=0,
        description="Distance over which a bundle forgets its direction; larger is straighter.",
        examples=["1 um"],
    )
    element_size: Length | None = Field(
        default=None,
        gt=0,
        description="Size of elements; left out, a tenth of the median diameter and half a "
        "bundle in a cut, a fifth of the median diameter in 3D.",
        examples=["5 nm"],
    )
