"""The ``[[step]]`` tables of a case file: what is done to the body, one after another."""

from typing import Annotated, Literal

from lisic.scripts.quantities import (
    ChargeDensity,
    CurrentDensity,
    Duration,
    Overpotential,
    Stress,
    Table,
    Temperature,
)
from pydantic import Field


class _Step(Table):
    kind: str
    temperature: Temperature | None = Field(
        default=None,
        gt=0,
        description="Temperature of the body from this step on; left out, that of the step "
        "before, or the case's.",
        examples=["60 degC"],
    )


class Press(_Step):
    """Bring the stack pressure, through the flat rigid platen, to a value."""

    kind: Literal["press"]
    pressure: Stress = Field(
        ge=0, description="Stack pressure at the end of the step.", examples=["64 MPa"]
    )
    over: Duration = Field(
        gt=0, description="Time in which the pressure is ramped.", examples=["10 s"]
    )

    @property
    def duration(self) -> float:
        """Length of the step in s."""
        return self.over


class Plate(_Step):
    """Plate lithium into the pores at a constant current, under the pressure that stands."""

    kind: Literal["plate"]
    current: CurrentDensity = Field(
        gt=0, description="Current per area of layer.", examples=["0.3 mA/cm^2"]
    )
    charge: ChargeDensity = Field(
        gt=0, description="Charge per area of layer to be passed.", examples=["0.1 mAh/cm^2"]
    )
    overpotential: Overpotential | None = Field(
        default=None,
        gt=0,
        description="Overpotential that drives plating: growth stalls where the lithium's "
        "pressure reaches F eta / V_m, 7.42 MPa per mV. Required for a porous layer; a channel "
        "without it takes the whole current at any pressure.",
        examples=["3.7 mV"],
    )

    @property
    def duration(self) -> float:
        """Length of the step in s: the charge over the current."""
        return self.charge / self.current


class Rest(_Step):
    """No current; the loads stand as they are and the body relaxes."""

    kind: Literal["rest"]
    duration: Duration = Field(gt=0, description="Length of the step.", examples=["60 s"])


class Release(_Step):
    """Take the stack pressure off."""

    kind: Literal["release"]
    over: Duration = Field(
        default=1.0,
        gt=0,
        description="Time in which the pressure is ramped to zero.",
        examples=["10 s"],
    )

    @property
    def duration(self) -> float:
        """Length of the step in s."""
        return self.over


class Hold(_Step):
    """Keep the loads as they are; for meshes of your own, whose loads are boundary conditions."""

    kind: Literal["hold"]
    duration: Duration = Field(gt=0, description="Length of the step.", examples=["100 s"])


Step = Annotated[Press | Plate | Rest | Release | Hold, Field(discriminator="kind")]
