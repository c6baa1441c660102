"""The ``[geometry]`` table of a case file: which body is modelled."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from lisic.scripts.image_section import ImageTable
from lisic.scripts.particle_section import ParticleLayerTable
from lisic.scripts.porous_section import PorousLayerTable
from lisic.scripts.quantities import Length, Table
from lisic.scripts.refusal import misfit
from lisic.scripts.stack_section import StackTable
from lisic.scripts.volume_section import VolumeTable
from pydantic import Field, ValidationInfo, field_validator


class ChannelTable(Table):
    """One straight axisymmetric pore: lithium enters at the closed end, the other is open."""

    materials: ClassVar[dict[str, str]] = {"lithium": "lithium"}

    kind: Literal["channel"]
    radius: Length = Field(gt=0, description="Radius of the channel.", examples=["50 nm"])
    length: Length = Field(
        gt=0, description="Distance from the closed to the open end.", examples=["3.25 um"]
    )
    flow_area_fraction: float = Field(
        default=0.110355,
        gt=0,
        le=1,
        description="Share of the layer's area that is channel: the entry velocity is "
        "current V_m / (F flow_area_fraction). 0.110355 sends the whole current through the "
        "pores of the paper's layer.",
        examples=[0.110355],
    )
    elements_across: int = Field(
        default=8,
        ge=2,
        multiple_of=2,
        description="Elements from axis to wall, an even number; they grow finer to the wall.",
        examples=[8],
    )


class FibreGroupTable(Table):
    """Line elements of a mesh file that are fibres; their material is that of the group's name."""

    group: str = Field(
        min_length=1,
        description="Name of the group of lines. Flat meshes must follow each line with an edge; "
        "in 3D lines may pass through elements.",
        examples=["tubes"],
    )
    diameter: Length = Field(
        gt=0,
        description="Diameter of the fibres; in a flat mesh the thickness of the sheets that they "
        "are.",
        examples=["10 nm"],
    )


class MeshTable(Table):
    """A mesh of your own, with named regions and facets (physical groups)."""

    materials: ClassVar[dict[str, str]] = {}

    kind: Literal["mesh"]
    file: str = Field(
        description="Mesh file, relative to the case file: .msh, or anything meshio reads.",
        examples=["shell.msh"],
    )
    unit: Literal["um", "nm", "mm", "m"] = Field(
        description="Unit of the coordinates in the file.", examples=["um"]
    )
    kinematics: Literal["plane_strain", "axisymmetric", "3d"] | None = Field(
        default=None,
        description="How the mesh is meant; left out, a flat mesh is plane strain. In an "
        "axisymmetric mesh x is the radius and y the axis.",
        examples=["axisymmetric"],
    )

    fibres: FibreGroupTable | None = Field(
        default=None,
        description="Lines that are fibres, stiff along their axis; left out, the mesh has none.",
        examples=[{"group": "tubes", "diameter": "10 nm"}],
    )

    @field_validator("file")
    @classmethod
    def _exists(cls, file: str, info: ValidationInfo) -> str:
        context: dict[str, Any] = info.context or {}
        path = (Path(context.get("folder", ".")) / Path(file).expanduser()).resolve()
        if not path.is_file():
            raise misfit(file, f"a mesh file (there is none at {path})")
        return str(path)


Geometry = Annotated[
    PorousLayerTable
    | ParticleLayerTable
    | StackTable
    | ImageTable
    | VolumeTable
    | ChannelTable
    | MeshTable,
    Field(discriminator="kind"),
]
