"""The ``[[boundary]]`` tables of a case file: loads and supports of a mesh of one's own."""

from typing import Annotated, Any, Literal, Self

from lisic.scripts.quantities import Duration, Length, Stiffness, Stress, Table
from lisic.scripts.refusal import Refusal
from pydantic import Field, Strict, model_validator


class _Boundary(Table):
    kind: str
    on: str = Field(min_length=1, description="Named facet group of the mesh.", examples=["inner"])


class _Load(_Boundary):
    over: Duration = Field(
        default=0.0,
        ge=0,
        description="Time from the start of the first step in which the load grows to its "
        "value; 0 applies it at once.",
        examples=["10 s"],
    )


class PressureBoundary(_Load):
    """A pressure that follows the deformed surface."""

    kind: Literal["pressure"]
    value: Stress = Field(description="Pressure; positive pushes on the body.", examples=["1 MPa"])


class TractionBoundary(_Load):
    """A force per undeformed area, fixed in direction."""

    kind: Literal["traction"]
    value: Annotated[tuple[Stress, ...], Strict(False)] = Field(
        min_length=2,
        max_length=3,
        description="One component per axis of the mesh.",
        examples=[["0 MPa", "1 MPa"]],
    )


class Components(Table):
    """Displacement by axis; an axis that is left out stays free."""

    x: Length | None = Field(
        default=None,
        description="Displacement along x (the radius, if axisymmetric).",
        examples=["0 um"],
    )
    y: Length | None = Field(
        default=None,
        description="Displacement along y (the axis, if axisymmetric).",
        examples=["0 um"],
    )
    z: Length | None = Field(
        default=None, description="Displacement along z, in 3D meshes.", examples=["0 um"]
    )

    @model_validator(mode="after")
    def _some_axis(self) -> Self:
        if self.x is None and self.y is None and self.z is None:
            raise Refusal('got no axis; expected x, y or z, such as { x = "0 um" }')
        return self


class DisplacementBoundary(_Load):
    """A prescribed displacement, axis by axis."""

    kind: Literal["displacement"]
    value: Components = Field(
        description="Displacement by axis; an axis that is left out stays free.",
        examples=[{"x": "0 um"}],
    )


class SymmetryBoundary(_Boundary):
    """A mirror plane: no displacement along the facets' normal, free along them."""

    kind: Literal["symmetry"]


class SpringBoundary(_Boundary):
    """An elastic bed: traction against the displacement, in every direction."""

    kind: Literal["spring"]
    stiffness: Stiffness = Field(
        gt=0, description="Traction per displacement.", examples=["1 MPa/um"]
    )


class PlatenBoundary(_Load):
    """A rigid, flat, frictionless platen that may move along its normal and never tilts."""

    kind: Literal["platen"]
    pressure: Stress | None = Field(
        default=None,
        description="Mean pressure on the platen; positive pushes on the body.",
        examples=["1 MPa"],
    )
    displacement: Length | None = Field(
        default=None,
        description="Way of the platen along its normal; positive pushes into the body.",
        examples=["10 nm"],
    )

    @model_validator(mode="before")
    @classmethod
    def _one_drive(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and ("pressure" in raw) == ("displacement" in raw):
            got = "both" if "pressure" in raw else "neither"
            raise Refusal(f"got {got} of pressure and displacement; expected one of them")
        return raw


Boundary = Annotated[
    PressureBoundary
    | TractionBoundary
    | DisplacementBoundary
    | SymmetryBoundary
    | SpringBoundary
    | PlatenBoundary,
    Field(discriminator="kind"),
]
