"""What acts on the boundary: small value objects, one a kind, all driven by schedules in time."""

from dataclasses import dataclass, field

from lisic.solvers.schedule import Schedule

AXES = ("x", "y", "z")


@dataclass(frozen=True)
class Pressure:
    """Pressure on a facet group, MPa, normal to the deformed facets and following them."""

    on: str
    value: Schedule


@dataclass(frozen=True)
class Traction:
    """Dead traction on a facet group, MPa per reference area, by axis."""

    on: str
    value: tuple[Schedule, ...]


@dataclass(frozen=True)
class Spring:
    """Elastic bedding of a facet group, MPa/um per reference area, against any displacement."""

    on: str
    stiffness: float


@dataclass(frozen=True)
class Displacement:
    """Prescribed displacement of a facet group, um, by axis number; other axes are free."""

    on: str
    value: dict[int, Schedule] = field(default_factory=dict)


@dataclass(frozen=True)
class Platen:
    """A rigid flat platen that moves along one axis and stays parallel to itself.

    The facets under it keep one common displacement along ``axis``. Either the pressure (force
    per reference area of the group, positive in compression) or the displacement along the
    outward normal is given. ``bonded`` forbids sliding along the platen.
    """

    on: str
    axis: int
    outward: int  # +1 or -1: the outward normal points along +axis or -axis
    pressure: Schedule | None = None
    displacement: Schedule | None = None
    bonded: bool = False

    def __post_init__(self) -> None:
        """A platen is under force control or under displacement control."""
        if (self.pressure is None) == (self.displacement is None):
            raise ValueError("a platen needs either a pressure or a displacement")


Load = Pressure | Traction | Spring | Displacement | Platen


@dataclass(frozen=True)
class FibreLaw:
    """Axial stiffness of fibres along their curve.

    Attributes:
        youngs_modulus: axial modulus, MPa.
        section: cross-section, um2, pi d^2 / 4 for a bundle of diameter d; in plane strain the
            fibre is a sheet and this is its thickness d in um (an assumption of the 2D model).
    """

    youngs_modulus: float
    section: float
