"""Nanotube bundles as worm-like chains in a layer in three dimensions.

Bundles are curves: they may touch and cross each other. The box repeats along x and y; at its
faces z = 0 and z = thickness bundles turn away, as from pores. Lengths are um.
"""

from math import ceil, cos, radians

import numpy as np
from lisic.mesh.nanotube_bundles import Bundles
from lisic.mesh.nanotube_curves import Curves, shortened, window, wrapped
from lisic.mesh.nanotube_growth import Allowed, Growth, Room
from lisic.mesh.regions import Floats, Ids
from lisic.mesh.rounding import at_least, at_most

# Segments of three diameters, and of a fifth of the persistence length where that is shorter.
_STEP = 3.0
_STEPS_PER_PERSISTENCE = 5.0
# Of the shortest chain that got stuck, what many find room for.
_SHORTER = 0.8
_SHORTEST = 6.0  # diameters, of the last bundle


def grow(
    asked: Bundles,
    extent: tuple[float, float, float],
    rng: np.random.Generator,
    allowed: Allowed | None = None,
) -> Curves:
    """Grow bundles in the box of ``extent`` um where ``allowed``, by default everywhere.

    ``allowed`` says for points (m, 3) in the box whether the axis of a bundle may be there; it is
    asked every diameter along a bundle at least. Periodic bundles have the asked length but the
    last one, which takes what the volume fraction leaves: it is shorter, or longer by less than
    six diameters. Clipped ones have the asked length before they are cut.

    Raises:
        ValueError: less than one bundle is asked for, or there is no room for all.
    """
    total = asked.volume_fraction * float(np.prod(extent)) / asked.section
    if total < asked.length * (1 - 1e-9):
        name, given = asked.amount
        raise ValueError(
            f"{name} {given:.4g} is less than one bundle of {asked.length:.4g} um; at least "
            f"{at_least(given * asked.length / total, 3)} is needed for one, or shorter bundles"
        )
    longest = min(_STEP * asked.diameter, asked.persistence_length / _STEPS_PER_PERSISTENCE)
    _refuse_too_large(asked, extent, longest)
    step = asked.length / ceil(asked.length / longest - 1e-9)
    box = np.array(extent)
    if asked.ends == "periodic":
        return wrapped(*_chains(asked, _lengths(asked, total), step, box, 0.0, rng, allowed), box)
    # Bundles of the larger network that can reach the window start up to their length beyond it.
    surplus = float(np.prod(1 + 2 * asked.length / box[:2]))
    points, first = np.empty((0, 3)), np.zeros(1, dtype=np.int64)
    while True:
        batch = np.full(ceil(surplus * total / asked.length), asked.length)
        more, ends = _chains(asked, batch, step, box, asked.length, rng, allowed)
        points, first = np.concatenate([points, more]), np.append(first, len(points) + ends[1:])
        curves = window(points, first, box)
        if curves.lengths().sum() >= total:
            return shortened(curves, total)


def _lengths(asked: Bundles, total: float) -> Floats:
    count = int(total / asked.length + 1e-9)
    rest = total - count * asked.length
    lengths = np.full(count, asked.length)
    if rest > _SHORTEST * asked.diameter:
        return np.append(lengths, rest)
    lengths[-1] += rest
    return lengths


def _chains(
    asked: Bundles,
    lengths: Floats,
    step: float,
    box: Floats,
    margin: float,
    rng: np.random.Generator,
    allowed: Allowed | None,
) -> tuple[Floats, Ids]:
    """Points of chains of ``lengths`` um, and the first point of each and their end."""
    number = np.ceil(lengths / step - 1e-9).astype(np.int64)
    room = Room(box, margin, asked.diameter / 2, allowed)
    growth = Growth(room, asked.directions(step), step, number, rng)
    places = growth.run()
    if growth.stuck.any():
        placed = int((~growth.stuck).sum())
        reached = float(growth.longest[growth.stuck].min()) * step
        raise ValueError(
            f"bundles of {asked.length:.4g} um and persistence length "
            f"{asked.persistence_length:.4g} um are longer than their turning space between pores "
            f"and faces: {placed} of {len(number)} were placed; up to about "
            f"{at_most(_SHORTER * reached, 2)} um is possible here, or a shorter persistence "
            "length, or through_pores"
        )
    # The last segment of a chain takes what its length leaves.
    rows = np.arange(len(number))
    share = (lengths - (number - 1) * step) / step
    before = places[rows, number - 1]
    places[rows, number] = before + share[:, None] * (places[rows, number] - before)
    kept = np.arange(places.shape[1]) <= number[:, None]
    return places[kept], np.concatenate([[0], np.cumsum(number + 1)]).astype(np.int64)


def _refuse_too_large(asked: Bundles, extent: tuple[float, float, float], step: float) -> None:
    """Refuse bundles that are too thick for the box, or too long to lie across it."""
    room = extent[2] - asked.diameter
    if room <= 0 or step >= min(extent[:2]):
        raise ValueError(
            f"diameter {asked.diameter:.4g} um does not fit into a layer {extent[0]:.4g} um wide "
            f"and {extent[2]:.4g} um thick; "
            f"{at_most(0.9 * min(extent[2], min(extent[:2]) / _STEP), 2)} um is possible"
        )
    # What is aligned to z can't turn: deflections shorten it, by 2 spreads at most.
    if asked.orientation == "aligned" and asked.axis == "z":
        possible = room / cos(radians(2 * asked.spread_deg)) if asked.spread_deg < 45 else np.inf
        if asked.length > possible:
            raise ValueError(
                f"length {asked.length:.4g} um of bundles aligned to z is more than the layer of "
                f"{extent[2]:.4g} um has room for; up to about {at_most(0.8 * room, 2)} um is "
                "possible, or another axis"
            )
