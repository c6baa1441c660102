"""The silicon of a particle layer: as many particles as leave the rest to their necks.

Lengths are um.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np
from lisic.mesh import level
from lisic.mesh.particle_canvas import Canvas
from lisic.mesh.particle_network import Network, network
from lisic.mesh.particle_packing import Room, measure, sizes
from lisic.mesh.particle_shape import Union
from lisic.mesh.regions import Floats

# Radii of necks as shares of the smaller particle's: the thinnest and the thickest.
THIN, THICK = 0.25, 0.7
# Least radius of a neck in cells of the background: what is thinner, a mesh may cut through.
_THINNEST = 0.6
# Radius of the fillet at a neck, as a share of the median particle's.
_FILLET = 0.08
# Share of the silicon in necks, at first, by dimension.
_IN_NECKS = {2: 0.1, 3: 0.05}
# Denser than this by dimension a network may not come apart, and none is offered.
_DENSE = {2: 0.6, 3: 0.45}
_COUNTS = 8  # numbers of particles tried
# Bridges longer than this many diameters are no necks; shorter than the first are sought first.
_SHORT, LONGEST = 0.5, 2.5
# Arrangements of so many particles that are tried: limit to the necks' length, and number.
_ARRANGEMENTS = [(_SHORT, k) for k in range(3)] + [(2 * _SHORT, k) for k in range(8)]
_ARRANGEMENTS += [(LONGEST, k) for k in range(8)]
_SAMPLE = 4_001  # of the distribution of sizes, for its mean
_MARGIN = 1e-3  # of the fraction, that islands and a coarse mesh may take


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
        radius = np.maximum(neck * necks.slender, _THINNEST * self.canvas.pitch)
        bars = self.canvas.sample(
            lambda axes: self.union.bars(axes, necks.start, necks.along, radius)
        )
        return self.union.level(self.balls + bars)

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Shares of silicon in meshes with the thinnest and with the thickest necks."""
        thin, thick = (
            level.fraction(self.canvas.mesh(self.level(neck)[None])) for neck in (THIN, THICK)
        )
        return thin, thick


def candidates(
    fraction: float, median: float, sigma: float, room: Room, canvas: Canvas, seed: int
) -> Iterator[Silicon]:
    """Networks, one at least, whose necks can give them just the asked ``fraction`` of the layer.

    Raises:
        ValueError: particles that find no room, or too few to reach from face to face.
    """
    dim = len(room.extent)
    one = measure(sizes(median, sigma, _SAMPLE) / 2, dim) / _SAMPLE / float(room.extent.prod())
    first = max(1, round((1 - _IN_NECKS[dim]) * fraction / one))
    fillet = _FILLET * median / 2
    union = Union(tuple(room.extent.tolist()), fillet, max(2 * canvas.pitch, 6 * fillet))
    nearest = (inf, 0, 0.0, 0.0)
    sparse: Network | None = None
    known = dict[tuple[int, int], Network | None]()
    for limit, arrangement in _ARRANGEMENTS:
        number, tried = first, set[int]()
        while number not in tried and len(tried) < _COUNTS and number > 0:
            tried.add(number)
            key = number, arrangement
            if key not in known:
                known[key] = _network(number, median, sigma, room, seed, arrangement)
            made = known[key]
            if made is None:
                raise ValueError(
                    f"silicon_fraction {fraction:.4g} does not fit: {number} particles do not come "
                    f"apart; up to about {0.85 * fraction:.2g} is possible here"
                )
            if made.longest > limit:
                sparse = made
                break
            found = Silicon(made, canvas, union, _balls(made, canvas, union))
            thin, thick = found.ends
            if thin + _MARGIN < fraction < thick - _MARGIN:
                nearest = (-inf, number, thin, thick)
                yield found
                break
            off = max(thin - fraction, fraction - thick)
            nearest = min(nearest, (off, number, thin, thick))
            missing = (fraction - (thin + thick) / 2) / one
            number += round(missing) if abs(missing) > 1 else (1 if missing > 0 else -1)
    if nearest[0] == -inf:
        return
    if sparse is not None and sparse.longest > LONGEST:
        raise ValueError(_too_few(fraction, one, sparse, median, sigma, room, seed))
    _, number, thin, thick = nearest
    raise ValueError(
        f"silicon_fraction {fraction:.4g} can't be met with a whole number of particles and necks "
        f"between {THIN:g} and {THICK:g} of their width; {thin + 2 * _MARGIN:.3f} to "
        f"{thick - 2 * _MARGIN:.3f} is possible with {number} particles here, or a larger layer"
    )


def _balls(made: Network, canvas: Canvas, union: Union) -> Floats:
    centres, radius = made.particles.centres, made.particles.radius
    return canvas.sample(lambda axes: union.balls(axes, centres, radius))


def _network(
    number: int, median: float, sigma: float, room: Room, seed: int, arrangement: int = 0
) -> Network | None:
    rng = np.random.default_rng([seed, number, arrangement])
    return network(rng.permutation(sizes(median, sigma, number)) / 2, room, rng)


def _too_few(
    fraction: float, one: float, made: Network, median: float, sigma: float, room: Room, seed: int
) -> str:
    """Why a network is none, and which fraction makes one."""
    possible = fraction
    trial: Network | None = made
    while trial is not None and trial.longest > 2 * _SHORT:
        possible *= 1.25
        number = max(1, round((1 - _IN_NECKS[len(room.extent)]) * possible / one))
        dense = possible > _DENSE[len(room.extent)]
        trial = None if dense else _network(number, median, sigma, room, seed)
    larger = f"about {possible:.2g}" if trial is not None else "smaller particles"
    return (
        f"silicon_fraction {fraction:.4g} is too few particles to join separator and collector: "
        f"the longest neck would be {made.longest:.2g} diameters long, more than "
        f"{LONGEST:g}; {larger} or a thinner layer is possible"
    )
