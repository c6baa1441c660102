"""The silicon of a particle layer: as many particles as leave the rest to their necks.

Lengths are um.
"""

from dataclasses import dataclass

import numpy as np
from lisic.mesh.particle_canvas import Canvas
from lisic.mesh.particle_network import Network, network
from lisic.mesh.particle_packing import Room, measure, sizes
from lisic.mesh.particle_shape import Union
from lisic.mesh.regions import Floats

# Radii of necks as shares of the smaller particle's: the thinnest, the sought and the thickest.
THIN, SOUGHT, THICK = 0.25, 0.4, 0.7
# Radius of the fillet at a neck, as a share of the median particle's.
_FILLET = 0.08
# Share of the silicon in necks, at first, by dimension.
_IN_NECKS = {2: 0.1, 3: 0.05}
_COUNTS = 8  # numbers of particles tried
# A bridge longer than this many diameters is no neck.
LONGEST = 2.5
_SAMPLE = 4_001  # of the distribution of sizes, for its mean
_MARGIN = 0.003  # to which nodes tell the fraction


@dataclass(frozen=True, eq=False)
class Silicon:
    """A network on the nodes of a canvas.

    Attributes:
        network: particles and necks.
        canvas: what it is sampled on.
        union: the smooth union of the bodies.
        balls: the sum of the particles at the nodes.
    """

    network: Network
    canvas: Canvas
    union: Union
    balls: Floats

    def level(self, neck: float) -> Floats:
        """Level set at the nodes, (n,), with necks of ``neck`` times the smaller radius."""
        necks = self.network.necks
        radius = neck * necks.slender
        bars = self.canvas.sample(
            lambda axes: self.union.bars(axes, necks.start, necks.along, radius)
        )
        return self.union.level(self.balls + bars)

    def fraction(self, neck: float) -> float:
        """Share of silicon, roughly: that of the nodes."""
        return float((self.level(neck) < 0).mean())


def silicon(
    fraction: float, median: float, sigma: float, room: Room, canvas: Canvas, seed: int
) -> Silicon:
    """A network whose necks can give it just the asked ``fraction`` of the layer.

    Raises:
        ValueError: particles that find no room, or too few to reach from face to face.
    """
    dim = len(room.extent)
    one = measure(sizes(median, sigma, _SAMPLE) / 2, dim) / _SAMPLE / float(room.extent.prod())
    number = max(1, round((1 - _IN_NECKS[dim]) * fraction / one))
    fillet = _FILLET * median / 2
    union = Union(tuple(room.extent.tolist()), fillet, max(2 * canvas.pitch, 6 * fillet))
    tried = set[int]()
    while number not in tried and len(tried) < _COUNTS and number > 0:
        tried.add(number)
        made = _network(number, median, sigma, room, seed)
        if made is None:
            raise ValueError(
                f"silicon_fraction {fraction:.4g} does not fit: {number} particles do not come "
                f"apart; up to about {0.85 * fraction:.2g} is possible here"
            )
        if made.necks.gap.max() > LONGEST:
            raise ValueError(_too_few(fraction, one, made, median, sigma, room, seed))
        found = Silicon(made, canvas, union, _balls(made, canvas, union))
        thin, thick = found.fraction(THIN), found.fraction(THICK)
        if thin + _MARGIN < fraction < thick - _MARGIN:
            return found
        missing = (fraction - (thin + thick) / 2) / one
        number += round(missing) if abs(missing) > 1 else (1 if missing > 0 else -1)
    raise ValueError(
        f"silicon_fraction {fraction:.4g} can't be met with a whole number of particles and necks "
        f"between {THIN:g} and {THICK:g} of their width; a larger layer or smaller particles are "
        "possible"
    )


def _balls(made: Network, canvas: Canvas, union: Union) -> Floats:
    centres, radius = made.particles.centres, made.particles.radius
    return canvas.sample(lambda axes: union.balls(axes, centres, radius))


def _network(number: int, median: float, sigma: float, room: Room, seed: int) -> Network | None:
    rng = np.random.default_rng([seed, number])
    return network(rng.permutation(sizes(median, sigma, number)) / 2, room, rng)


def _too_few(
    fraction: float, one: float, made: Network, median: float, sigma: float, room: Room, seed: int
) -> str:
    """Why a network is none, and which fraction makes one."""
    possible = fraction
    trial: Network | None = made
    while trial is not None and trial.necks.gap.max() > LONGEST:
        possible *= 1.25
        number = round((1 - _IN_NECKS[len(room.extent)]) * possible / one)
        trial = _network(number, median, sigma, room, seed)
    larger = f"about {possible:.2g}" if trial is not None else "smaller particles"
    return (
        f"silicon_fraction {fraction:.4g} is too few particles to join separator and collector: "
        f"the longest neck would be {made.necks.gap.max():.2g} diameters long, more than "
        f"{LONGEST:g}; {larger} or a thinner layer is possible"
    )
