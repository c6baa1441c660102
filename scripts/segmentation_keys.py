"""Keys that images and volumes share: their file, and which greys or labels make which region."""

from pathlib import Path
from typing import Annotated, Any, Protocol

from lisic.scripts.refusal import misfit
from pydantic import Field, Strict, ValidationInfo

Regions = Annotated[
    tuple[str, ...],
    Strict(False),
    Field(
        min_length=1,
        description="Names of the regions, from dark to light; `pore` is what pores are called.",
        examples=[["pore", "lisi"]],
    ),
]
Thresholds = Annotated[
    tuple[float, ...],
    Strict(False),
    Field(description="Grey values between the regions, one fewer than those.", examples=[[95.0]]),
]
Labels = Annotated[
    tuple[int, ...],
    Strict(False),
    Field(
        description="Of segmented images: the value of each region, instead of thresholds.",
        examples=[[0, 1]],
    ),
]
Denoise = Annotated[
    float,
    Field(
        ge=0,
        description="Standard deviation in pixels of a Gaussian filter before thresholds.",
        examples=[1.0],
    ),
]


class Segmented(Protocol):
    """A table with these keys."""

    regions: tuple[str, ...]
    thresholds: tuple[float, ...]
    labels: tuple[int, ...]
    denoise: float


def found(file: str, info: ValidationInfo, expected: str) -> str:
    """The path of ``file``, relative to the case file, in full.

    Raises:
        Refusal: nothing there; ``expected`` says what should be.
    """
    context: dict[str, Any] = info.context or {}
    path = (Path(context.get("folder", ".")) / Path(file).expanduser()).resolve()
    if not path.exists():
        raise misfit(file, f"{expected} (there is none at {path})")
    return str(path)


def check(table: Segmented) -> None:
    """Refuse regions, thresholds and labels that don't go together.

    Raises:
        Refusal: too few or too many of them, or both.
    """
    wanted = len(table.regions)
    if table.labels:
        if len(table.labels) != wanted:
            raise misfit(list(table.labels), f"{wanted} labels, one a region", key=("labels",))
        for name in ("thresholds", "denoise"):
            if given := getattr(table, name):
                text = "none beside labels, which say what each pixel is"
                raise misfit(given, text, key=(name,))
    elif len(table.thresholds) != wanted - 1:
        text = f"{wanted - 1} grey values between the {wanted} regions, or labels"
        raise misfit(list(table.thresholds), text, key=("thresholds",))


def default_materials(regions: tuple[str, ...]) -> dict[str, str]:
    """Regions and the materials they take by default: lithium in pores, else their name's."""
    return {name: "lithium" if name == "pore" else name for name in regions}
