"""A connected packing of particles: each new one touches one that is there. Lengths are um.

The last coordinate goes through the layer, the others are periodic.
"""

from dataclasses import dataclass

import numpy as np
from lisic.mesh.regions import Floats

# Centres of touching particles are this share of the sum of their radii apart: a neck of about a
# third of the diameter grows between them.
CONTACT = 0.94
# Particles at a face are cut this deep, so that they stand on a foot.
_FOOT = 0.9
_NEAREST_ALLOWED = 0.85  # of the contact distance, where a face pushed a particle back
_TRIES = 20_000
# Share of the places that lie at the top until the network has reached it.
_UPWARDS = 0.8


@dataclass(frozen=True, eq=False)
class Particles:
    """Necked particles in a box with sides ``extent`` (dim,) um.

    Attributes:
        centres: (n, dim).
        radius: (n,).
        extent: (dim,).
    """

    centres: Floats
    radius: Floats
    extent: Floats

    def gaps(self, points: Floats) -> Floats:
        """Distance from ``points`` (m, dim) to every surface, negative inside, (m, n)."""
        return _distance(points, self.centres, self.extent) - self.radius


def grow(radius: Floats, extent: Floats, voids: Floats, void_radius: float, seed: int) -> Particles:
    """One connected network from the bottom to the top, with particles of ``radius`` (n,).

    A random place draws the particle nearest to it: the next one is put next to that, towards the
    place, so that branches spread evenly (S. M. LaValle's rapidly exploring random tree). Most
    places lie at the top until the network has reached it. No particle enters a void, a ball of
    ``void_radius`` around ``voids`` (k, dim).

    Raises:
        ValueError: no room for all, or too few to reach the top.
    """
    rng = np.random.default_rng(seed)
    centres = np.empty((len(radius), len(extent)))
    height = float(extent[-1])
    placed, top = 0, 0.0
    for _ in range(_TRIES):
        if placed == len(radius):
            break
        r = radius[placed]
        foot = _FOOT * r
        goal = rng.random(len(extent)) * extent
        goal[-1] = -r + rng.random() * (height + 2 * r)
        if top < height - r and rng.random() < _UPWARDS:
            goal[-1] = height
        if placed == 0:
            new = goal
            new[-1] = foot
        else:
            there, radii = centres[:placed], radius[:placed]
            offset = goal - there
            offset[:, :-1] -= extent[:-1] * np.round(offset[:, :-1] / extent[:-1])
            far = np.linalg.norm(offset, axis=1)
            nearest = int(np.argmin(far - radii))
            contact = CONTACT * (radii + r)
            new = there[nearest] + offset[nearest] / far[nearest] * contact[nearest]
            new[:-1] %= extent[:-1]
            new[-1] = np.clip(new[-1], foot, height - foot)
            apart = _distance(new[None], there, extent)[0]
            if (np.delete(apart < 0.97 * contact, nearest)).any() or (
                apart[nearest] < _NEAREST_ALLOWED * contact[nearest]
            ):
                continue
        if len(voids) and (_distance(new[None], voids, extent) < void_radius + r).any():
            continue
        centres[placed] = new
        top = max(top, float(new[-1]))
        placed += 1
    if placed < len(radius):
        share = float((radius[:placed] ** len(extent)).sum() / (radius ** len(extent)).sum())
        raise ValueError(
            f"{placed} of {len(radius)} particles found room; up to about {0.9 * share:.2g} of the "
            "asked solid_fraction is possible here"
        )
    if centres[:, -1].max() < height - radius.max():
        raise ValueError(
            f"{len(radius)} particles do not reach from the separator to the collector; possible "
            "with a higher solid_fraction or smaller particles"
        )
    return Particles(centres, radius, extent)


def _distance(points: Floats, centres: Floats, extent: Floats) -> Floats:
    offset = points[:, None] - centres
    offset[..., :-1] -= extent[:-1] * np.round(offset[..., :-1] / extent[:-1])
    distance: Floats = np.linalg.norm(offset, axis=2)
    return distance
