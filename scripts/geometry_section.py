"""The ``[geometry]`` table of a case file: which body is modelled."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from lisic.scripts.image_section import ImageTable
from lisic.scripts.particle_section import ParticleLayerTable
from lisic.scripts.pore_tables import NanotubeTable, PoreDiameter
from lisic.scripts.quantities import Length, Table
from lisic.scripts.refusal import misfit
from lisic.scripts.stack_section import StackTable
from pydantic import Field, ValidationInfo, field_validator


class PorousLayerTable(Table):
    """A porous LiSi-C layer between separator and current collector, periodic sideways."""

    materials: ClassVar[dict[str, str]] = {
        "lisi": "Li3.75Si",
        "pore": "lithium",
        "cnt": "cnt-bundle",
        "platen": "steel",
    }

    kind: Literal["porous_layer"]
    dimension: int = Field(
        default=2, description="2 for a cut through the layer (plane strain).", examples=[2]
    )
    thickness: Length = Field(
        gt=0, description="Distance from separator to collector.", examples=["3.25 um"]
    )
    width: Length = Field(
        gt=0, description="Lateral period of the modelled piece.", examples=["3.25 um"]
    )
    porosity: float = Field(
        gt=0, lt=1, description="Pore area per area of layer.", examples=[0.110355]
    )
    pore_diameter: PoreDiameter = Field(
        description="Distribution of pore diameters.",
        examples=[{"median": "80 nm", "sigma": 0.35}],
    )
    seed: int = Field(
        ge=0,
        description="Seed of the random packing; the same seed gives the same mesh, bit by bit.",
        examples=[1],
    )
    cnt: NanotubeTable | None = Field(
        default=None,
        description="Nanotube bundles; left out, the solid holds none.",
        examples=[{"weight_fraction": 0.10, "bundle_diameter": "10 nm"}],
    )
    element_size: Length | None = Field(
        default=None,
        gt=0,
        description="Largest element in the solid; left out, a twentieth of the thickness.",
        examples=["100 nm"],
    )
    nodes_per_pore: int = Field(
        default=16, ge=8, description="Nodes around each pore's circumference.", examples=[16]
    )

    @field_validator("dimension")
    @classmethod
    def _only_two(cls, dimension: int) -> int:
        if dimension != 2:
            raise misfit(dimension, "2 (layers in three dimensions are not there yet)")
        return dimension


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

    @field_validator("file")
    @classmethod
    def _exists(cls, file: str, info: ValidationInfo) -> str:
        context: dict[str, Any] = info.context or {}
        path = (Path(context.get("folder", ".")) / Path(file).expanduser()).resolve()
        if not path.is_file():
            raise misfit(file, f"a mesh file (there is none at {path})")
        return str(path)


Geometry = Annotated[
    PorousLayerTable | ParticleLayerTable | StackTable | ImageTable | ChannelTable | MeshTable,
    Field(discriminator="kind"),
]
