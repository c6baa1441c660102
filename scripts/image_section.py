"""The ``[geometry]`` table of a micrograph."""

from typing import Literal, Self

from lisic.scripts import segmentation_keys
from lisic.scripts.quantities import Length, Table
from lisic.scripts.segmentation_keys import Denoise, Labels, Regions, Thresholds
from pydantic import Field, ValidationInfo, field_validator, model_validator


class ImageTable(Table):
    """A micrograph, in plane strain: fixed below, mirrored at its sides, a platen above."""

    kind: Literal["image"]
    file: str = Field(
        description="Grey or labelled image, relative to the case file: PNG, TIFF, ...; its upper "
        "edge is the top.",
        examples=["sem.png"],
    )
    pixel_size: Length = Field(
        gt=0, description="Width and height of a pixel.", examples=["6.3 nm"]
    )
    regions: Regions
    thresholds: Thresholds = ()
    labels: Labels = ()
    denoise: Denoise = 0.0
    smallest_island: int = Field(
        default=12, ge=0, description="Islands of fewer pixels go to what surrounds them."
    )
    element_size: Length | None = Field(
        default=None,
        gt=0,
        description="Largest element; left out, a twentieth of the shorter side.",
        examples=["100 nm"],
    )

    @field_validator("file")
    @classmethod
    def _exists(cls, file: str, info: ValidationInfo) -> str:
        return segmentation_keys.found(file, info, "an image")

    @model_validator(mode="after")
    def _separated(self) -> Self:
        segmentation_keys.check(self)
        return self

    @property
    def materials(self) -> dict[str, str]:
        """Regions and the materials they take by default."""
        return segmentation_keys.default_materials(self.regions)
