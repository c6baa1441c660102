"""Nanotube bundles among particles: strips in a cut through the layer, curves in space.

Bundles are worm-like chains that pass over and between the particles, and not through large voids.
Lengths are um.
"""

from dataclasses import dataclass
from math import pi

import numpy as np
import numpy.typing as npt
from lisic.mesh.nanotube_bundles import Bundles
from lisic.mesh.nanotube_chains import grow
from lisic.mesh.nanotube_curves import Curves
from lisic.mesh.nanotube_directions import Orientation
from lisic.mesh.particle_packing import Particles, Room
from lisic.mesh.regions import Floats
from lisic.mesh.rounding import at_most

# A cut is as deep as this many diameters, so that bundles turn in its plane only.
_DEPTH = 10.0
# Strips grown for those that are kept: particles cover more of some.
_SURPLUS = 2.0
_LOOKS = 8  # at each piece of a strip, whether it is covered


@dataclass(frozen=True)
class Carbon:
    """Nanotube bundles that take ``fraction`` of the layer.

    Attributes:
        fraction: area of carbon per area of a cut; volume of the bundles per volume in 3D.
        diameter, length, persistence_length: of a bundle in um.

    Raises:
        ValueError: a value out of its range.
    """

    fraction: float
    diameter: float = 0.01
    length: float = 1.0
    persistence_length: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no carbon."""
        if not 0 < self.fraction < 1:
            raise ValueError(f"carbon_fraction must lie between 0 and 1, got {self.fraction}")
        self._bundles(self.fraction, "isotropic")

    def curves(self, room: Room, rng: np.random.Generator) -> Curves:
        """Bundles in three dimensions of just this volume.

        Raises:
            ValueError: less than one bundle, or no room for all.
        """
        width, depth, thickness = room.extent.tolist()
        return grow(
            self._bundles(self.fraction, "isotropic"),
            (width, depth, thickness),
            rng,
            lambda points: _outside(room, points, self.diameter / 2),
        )

    def strips(
        self, particles: Particles, hidden: float, rng: np.random.Generator
    ) -> tuple[Floats, Floats]:
        """Starts and ways (n, 2) of straight pieces of bundles in a cut through the layer.

        As wide as a bundle, what particles do not cover of them has about the asked area.
        ``hidden`` is the share of the area that particles cover.

        Raises:
            ValueError: less than one bundle, or no room for all.
        """
        room = particles.room
        width, thickness = room.extent.tolist()
        seen = self.fraction * width * thickness / self.diameter
        length = seen / (1 - hidden)
        if length < self.length:
            raise ValueError(
                f"carbon_fraction {self.fraction:.4g} is {length:.3g} um of bundle in this cut, "
                f"less than one of {self.length:.4g} um; a bundle_length up to "
                f"{at_most(length, 2)} um or a larger layer is possible"
            )

        def allowed(points: Floats) -> npt.NDArray[np.bool_]:
            height = points[:, 1]
            free = _outside(room, points[:, :2], self.diameter / 2)
            free &= (height > self.diameter) & (height < thickness - self.diameter)
            return free

        # In a box of this depth, strips and round bundles of one length have these fractions.
        depth = _DEPTH * self.diameter
        share = _SURPLUS * length * self.diameter / (width * thickness) * pi / 4 / _DEPTH
        made = grow(self._bundles(share, "in_plane"), (width, thickness, depth), rng, allowed)
        start, end = (made.points[made.segments[:, k], :2] for k in (0, 1))
        along = end - start
        looks = (np.arange(_LOOKS) + 0.5) / _LOOKS
        places = start[:, None] + looks[:, None] * along[:, None]
        uncovered = particles.gap(places.reshape(-1, 2)).reshape(-1, _LOOKS) > 0
        gathered = np.cumsum(uncovered.mean(axis=1) * made.lengths())
        kept = int(np.abs(gathered - seen).argmin()) + 1
        return start[:kept], along[:kept]

    def _bundles(self, fraction: float, orientation: Orientation) -> Bundles:
        return Bundles(
            volume_fraction=fraction,
            diameter=self.diameter,
            length=self.length,
            persistence_length=self.persistence_length,
            orientation=orientation,
        )


def _outside(room: Room, points: Floats, clearance: float) -> npt.NDArray[np.bool_]:
    """Whether points (m, dim) keep the clearance from all voids."""
    outside = np.ones(len(points), dtype=bool)
    for void in room.voids:
        away = np.linalg.norm(room.offsets(points - void), axis=1)
        outside &= away > room.void_radius + clearance
    return outside
