"""A network of particles that bears load: packed, necked and drawn together. Lengths are um."""

from dataclasses import dataclass

import numpy as np
from lisic.mesh.particle_necks import Necks, bridge
from lisic.mesh.particle_packing import FOOT, TOUCH, Particles, Room, pack

# Packing leaves gaps: necks draw the particles together, and new necks are looked for, so often.
_ROUNDS = 30
_PULLS = 50
# Longest gap, as a share of the sum of two radii, at which they have come close enough.
_TIGHT = 0.25
# In a pull a neck takes up this share of its gap, of at most so many radii.
_SHARE, _LONGEST = 0.1, 0.3
# Necked particles overlap by this share of the sum of their radii.
_OVERLAP = 0.02
_PUSHES = 3  # a pull
_LAST_PUSHES = 300


@dataclass(frozen=True, eq=False)
class Network:
    """Particles and the necks between them."""

    particles: Particles
    necks: Necks

    @property
    def slack(self) -> float:
        """Mean gap that the necks bridge, as a share of the sum of two radii."""
        return float(np.maximum(self.necks.gap, 0).mean())

    @property
    def longest(self) -> float:
        """Longest gap that a neck bridges, likewise."""
        return float(self.necks.gap.max())


def network(
    radius: np.ndarray[tuple[int], np.dtype[np.float64]], room: Room, rng: np.random.Generator
) -> Network | None:
    """The network of particles of ``radius`` (n,), or None where they do not fit.

    As a gel does, it contracts: voids grow between chains of particles that touch.
    """
    particles = pack(radius, room, rng)
    if particles is None:
        return None
    found = best = Network(particles, bridge(particles))
    for _ in range(_ROUNDS):
        drawn = _drawn(found)
        found = Network(drawn, bridge(drawn))
        if found.longest < best.longest:
            best = found
        if best.longest < _TIGHT:
            break
    return best


def _drawn(before: Network) -> Particles:
    """The particles after the necks have pulled at them."""
    particles, necks = before.particles, before.necks
    room, radius = particles.room, particles.radius
    n, height = len(radius), float(room.extent[-1])
    a, b = necks.ends.T
    inner, low, high = b < n, a[b == n], a[b == n + 1]
    a, b, along = a[inner], b[inner], necks.along[inner]
    reach = (1 - _OVERLAP) * (radius[a] + radius[b])
    longest = _LONGEST * float(radius.min())
    start = particles.centres
    centres = start.copy()
    for _ in range(_PULLS):
        moved = centres - start
        vector = along + moved[b] - moved[a]
        distance = np.linalg.norm(vector, axis=1)
        gap = np.clip(distance - reach, 0, longest)
        pull = (_SHARE * gap / np.maximum(distance, 1e-300))[:, None] * vector
        np.add.at(centres, a, pull)
        np.add.at(centres, b, -pull)
        down = np.clip(centres[low, -1] - FOOT * radius[low], 0, longest)
        up = np.clip(height - FOOT * radius[high] - centres[high, -1], 0, longest)
        np.add.at(centres[:, -1], low, -_SHARE * down)
        np.add.at(centres[:, -1], high, _SHARE * up)
        for _ in range(_PUSHES):
            centres, _ = room.pushed(centres, (1 - _OVERLAP / 2) * radius)
    for _ in range(_LAST_PUSHES):
        centres, worst = room.pushed(centres, (1 - _OVERLAP / 2) * radius)
        if worst < TOUCH * radius.min():
            break
    return Particles(room, centres, radius)
