"""Field types of the case file: what a key holds decides which unit it may carry.

Each type is text with a unit in the file and a float in the internal unit inside.
"""

from typing import TYPE_CHECKING

from lisic.materials.units import quantity
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    Length = float
    Stress = float
    Duration = float
    Temperature = float
    CurrentDensity = float
    ChargeDensity = float
    Overpotential = float
    Stiffness = float
    Angle = float
else:
    Length = quantity("um")
    Stress = quantity("MPa")
    Duration = quantity("s")
    Temperature = quantity("K")
    CurrentDensity = quantity("A/m^2")
    ChargeDensity = quantity("C/m^2")
    Overpotential = quantity("mV")
    Stiffness = quantity("MPa/um")
    Angle = quantity("deg")


class Table(BaseModel):
    """One table of a case file: unknown keys, guessed types and infinite numbers are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
