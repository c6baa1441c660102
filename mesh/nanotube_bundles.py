"""Which nanotube bundles a layer in three dimensions is asked to hold. Lengths are um."""

from dataclasses import dataclass
from math import isfinite, pi
from typing import Literal, get_args

from lisic.mesh.nanotube_directions import Aligned, Directions, InPlane, Isotropic, Orientation

type Ends = Literal["periodic", "clipped"]
type Axis = Literal["x", "y", "z"]

_FEWEST = 6.0  # diameters, of length and persistence length
_ROUNDING = 1e-9
_AXES = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}


@dataclass(frozen=True)
class Bundles:
    """Bundles to place: total length x pi d^2/4 is ``volume_fraction`` of the whole layer.

    Attributes:
        volume_fraction: of the layer, pores included; met to rounding.
        diameter, length, persistence_length: of a bundle in um.
        orientation: ``isotropic``, ``in_plane`` (normal to z, and turning in the plane only) or
            ``aligned`` to ``axis``.
        axis: ``x``, ``y`` or ``z``.
        spread_deg: standard deviation in degrees of the deflection from the axis to either side.
        ends: at the sides a bundle continues on the other side (``periodic``), or the layer is a
            window of a larger network and bundles end there (``clipped``).
        through_pores: whether bundles may pass through pores.
        weight_fraction: that the volume stands for, for the report.

    Raises:
        ValueError: a value out of its range.
    """

    volume_fraction: float
    diameter: float
    length: float
    persistence_length: float
    orientation: Orientation = "isotropic"
    axis: Axis = "x"
    spread_deg: float = 10.0
    ends: Ends = "periodic"
    through_pores: bool = False
    weight_fraction: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no fibre."""
        if not 0 < self.volume_fraction < 1:
            raise ValueError(
                f"volume_fraction must lie between 0 and 1, got {self.volume_fraction}"
            )
        if not (isfinite(self.diameter) and self.diameter > 0):
            raise ValueError(f"diameter must be a positive length, got {self.diameter} um")
        for name in ("length", "persistence_length"):
            value = getattr(self, name)
            # Below, a bundle is as thick as long, or turns within itself.
            if not (isfinite(value) and value >= _FEWEST * self.diameter * (1 - _ROUNDING)):
                raise ValueError(
                    f"{name} must be at least {_FEWEST:g} diameters "
                    f"({_FEWEST * self.diameter:.4g} um), got {value} um"
                )
        for name, choices in (
            ("orientation", get_args(Orientation.__value__)),
            ("axis", tuple(_AXES)),
            ("ends", get_args(Ends.__value__)),
        ):
            if getattr(self, name) not in choices:
                raise ValueError(
                    f"{name} must be one of {', '.join(choices)}, got {getattr(self, name)!r}"
                )
        if not 0 < self.spread_deg <= 45:
            raise ValueError(f"spread_deg must lie in 0..45 degrees, got {self.spread_deg}")

    @property
    def amount(self) -> tuple[str, float]:
        """Name and value of the fraction as it was asked for: by weight, where that is known."""
        if self.weight_fraction is None:
            return "volume_fraction", self.volume_fraction
        return "weight_fraction", self.weight_fraction

    @property
    def section(self) -> float:
        """Area of the circular cross-section in um^2."""
        return pi * self.diameter**2 / 4

    def directions(self, step: float) -> Directions:
        """How segments of ``step`` um turn."""
        match self.orientation:
            case "isotropic":
                return Isotropic(step, self.persistence_length)
            case "in_plane":
                return InPlane(step, self.persistence_length)
            case "aligned":
                return Aligned(step, self.persistence_length, _AXES[self.axis], self.spread_deg)
