"""The ``[geometry]`` table of a micrograph."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from lisic.scripts.quantities import Length, Table
from lisic.scripts.refusal import misfit
from pydantic import Field, Strict, ValidationInfo, field_validator, model_validator


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
    regions: Annotated[tuple[str, ...], Strict(False)] = Field(
        min_length=1,
        description="Names of the regions, from dark to light; `pore` is what pores are called.",
        examples=[["pore", "lisi"]],
    )
    thresholds: Annotated[tuple[float, ...], Strict(False)] = Field(
        default=(),
        description="Grey values between the regions, one fewer than those.",
        examples=[[95.0]],
    )
    labels: Annotated[tuple[int, ...], Strict(False)] = Field(
        default=(),
        description="Of a segmented image: the value of each region, instead of thresholds.",
        examples=[[0, 1]],
    )
    denoise: float = Field(
        default=0.0,
        ge=0,
        description="Standard deviation in pixels of a Gaussian filter before thresholds.",
        examples=[1.0],
    )
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
        context: dict[str, Any] = info.context or {}
        path = (Path(context.get("folder", ".")) / Path(file).expanduser()).resolve()
        if not path.is_file():
            raise misfit(file, f"an image (there is none at {path})")
        return str(path)

    @model_validator(mode="after")
    def _separated(self) -> Self:
        wanted = len(self.regions)
        if self.labels and len(self.labels) != wanted:
            raise misfit(list(self.labels), f"{wanted} labels, one a region", key=("labels",))
        if not self.labels and len(self.thresholds) != wanted - 1:
            text = f"{wanted - 1} grey values between the {wanted} regions, or labels"
            raise misfit(list(self.thresholds), text, key=("thresholds",))
        return self

    @property
    def materials(self) -> dict[str, str]:
        """Regions and the materials they take by default: lithium in pores, else their name's."""
        return {name: "lithium" if name == "pore" else name for name in self.regions}
