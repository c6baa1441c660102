"""The ``[geometry]`` table of a stack of images."""

from typing import Literal, Self

from lisic.scripts import segmentation_keys
from lisic.scripts.quantities import Length, Table
from lisic.scripts.refusal import misfit
from lisic.scripts.segmentation_keys import Denoise, Labels, Regions, Thresholds
from pydantic import Field, ValidationInfo, field_validator, model_validator


class VolumeTable(Table):
    """A stack of images, in 3D: fixed below, mirrored at its four sides, a platen above.

    It has two regions.
    """

    kind: Literal["volume"]
    file: str = Field(
        description="Grey or labelled stack, relative to the case file: a TIFF of many pages, a "
        "folder of PNG or TIFF slices in the order of the numbers in their names, or a .npy array "
        "(slices, rows, columns).",
        examples=["fib-sem.tif"],
    )
    pixel_size: Length = Field(
        gt=0, description="Width and height of a pixel of the slices.", examples=["10 nm"]
    )
    slice_distance: Length | None = Field(
        default=None,
        gt=0,
        description="From one slice to the next; left out, the size of a pixel.",
        examples=["20 nm"],
    )
    stacked: Literal["z", "y"] = Field(
        default="z",
        description="Along which axis slices follow each other; z is the layer's thickness. With "
        "z, slices lie flat, the first one at the bottom; with y they stand upright, the first one "
        "in front, their upper edges at the top.",
    )
    regions: Regions
    thresholds: Thresholds = ()
    labels: Labels = ()
    denoise: Denoise = 0.0
    smallest_island: int = Field(
        default=27, ge=0, description="Islands of fewer voxels go to what surrounds them."
    )
    element_size: Length | None = Field(
        default=None,
        gt=0,
        description="Longest edge of elements; left out, two voxels, or what makes a million "
        "elements.",
        examples=["40 nm"],
    )

    @field_validator("file")
    @classmethod
    def _exists(cls, file: str, info: ValidationInfo) -> str:
        return segmentation_keys.found(file, info, "a stack of images")

    @model_validator(mode="after")
    def _separated(self) -> Self:
        if len(self.regions) != 2:
            raise misfit(list(self.regions), "two regions", key=("regions",))
        segmentation_keys.check(self)
        return self

    @property
    def materials(self) -> dict[str, str]:
        """Regions and the materials they take by default."""
        return segmentation_keys.default_materials(self.regions)
