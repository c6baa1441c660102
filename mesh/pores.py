"""Circular pores: log-normal diameters, placed at random with gaps that mesh well.

Lengths are um. x is lateral and periodic, y goes through the layer.
"""

from dataclasses import dataclass
from math import exp, pi

import numpy as np
from lisic.mesh.pushing import pushed_apart
from lisic.mesh.regions import Floats
from scipy.special import ndtri

# Closer neighbours than this share of their mean radius force slivers between them.
GAP = 0.15
# A lateral side cuts a pore at least this share of its radius deep, or stays GAP away from it.
CUT_DEPTH = 0.4
# So many random positions are tried for a pore, before all are placed anew and pushed apart.
_TRIES = 5_000
_SWEEPS = 2_000
# About what comes apart with these gaps, whatever the seed: measured with 80 nm pores in 2 x 2 um.
_MOST = 0.6


@dataclass(frozen=True, eq=False)
class Pores:
    """Placed pores, largest first: centres ``x``, ``y`` and ``diameter`` in um, each (n,)."""

    x: Floats
    y: Floats
    diameter: Floats


def diameters(median: float, sigma: float, total: float, dim: int = 2) -> Floats:
    """Log-normal pore diameters with the area (``dim`` 2) or volume (3) ``total``, largest first.

    ``median`` is the count-median in um, ``sigma`` the standard deviation of ln d, ``total`` in
    um^dim. The n pores are the n equally probable quantiles of the distribution: its median and
    width are met at any n, whatever the seed. n is chosen so that scaling them to the exact
    total moves the median least, by about 1/(2 dim n) at most.

    Raises:
        ValueError: the total is smaller than half a typical pore.
    """
    unit, measure = {2: (pi / 4, "area"), 3: (pi / 6, "volume")}[dim]
    mean = unit * median**dim * exp(dim**2 * sigma**2 / 2)
    n = max(1, round(total / mean))
    candidates = [
        median * np.exp(sigma * ndtri((np.arange(m, 0, -1) - 0.5) / m))
        for m in range(max(1, n - 2 - n // 50), n + 3 + n // 10)
    ]
    scales = np.array([(total / (unit * (d**dim).sum())) ** (1 / dim) for d in candidates])
    best = int(np.argmin(np.abs(np.log(scales))))
    if scales[best] ** dim < 0.5:
        raise ValueError(
            f"a pore {measure} of {total:.4g} um^{dim} is less than half a pore of median diameter "
            f"{median:.4g} um ({unit * median**dim:.4g} um^{dim}); ask for more porosity, a larger "
            "layer or smaller pores"
        )
    scaled: Floats = candidates[best] * scales[best]
    return scaled


def pack(
    diameter: Floats, radius: Floats, width: float, thickness: float, rng: np.random.Generator
) -> Pores:
    """Place pores at random in a layer ``width`` x ``thickness`` um, periodic in x.

    One after the other where there is room for each (random sequential addition), otherwise all
    at once, pushed apart. ``diameter`` (n,) must be sorted, largest first; ``radius`` (n,) is the
    half-width that each pore occupies (that of its polygon's corners). Pores keep GAP of their
    mean radius between them and GAP of their own to the layer's faces; lateral sides cut a pore
    deeply or not at all.

    Raises:
        ValueError: a pore is larger than the layer, or there is no room for all.
    """
    room = min(width, thickness) / (2 * (1 + GAP))
    if radius[0] > room:
        raise ValueError(
            f"the largest pore, {2 * radius[0]:.4g} um across, does not fit into a layer "
            f"{width:.4g} um wide and {thickness:.4g} um thick; pores up to {2 * room:.4g} um "
            "are possible: lower the median diameter or sigma"
        )
    placed = _one_by_one(radius, width, thickness, rng)
    if placed is None:
        placed = _together(radius, width, thickness, rng)
    if placed is None:
        area = width * thickness
        asked = pi / 4 * (diameter**2).sum() / area
        raise ValueError(
            f"porosity {asked:.4g} does not fit: {len(radius)} circular pores with gaps of "
            f"{GAP:.0%} of their radius between them still overlap after {_SWEEPS} sweeps; up to "
            f"about {min(_MOST, 0.9 * asked):.2g} is possible here"
        )
    return Pores(x=placed[:, 0].copy(), y=placed[:, 1].copy(), diameter=diameter)


def smallest_gap(pores: Pores, radius: Floats, width: float) -> float:
    """Smallest distance in um between two pore walls; infinite for a single pore."""
    smallest = np.inf
    for i in range(len(radius) - 1):
        dx = np.abs(pores.x[i + 1 :] - pores.x[i])
        gaps = np.hypot(np.minimum(dx, width - dx), pores.y[i + 1 :] - pores.y[i])
        smallest = min(smallest, float((gaps - radius[i + 1 :] - radius[i]).min()))
    return float(smallest)


def _one_by_one(
    radius: Floats, width: float, thickness: float, rng: np.random.Generator
) -> Floats | None:
    """Centres (n, 2), each at the first random place with room; None if one finds none."""
    reach = 2 * radius[0] * (1 + GAP)
    columns, rows = max(1, int(width / reach)), max(1, int(thickness / reach))
    occupied: dict[tuple[int, int], list[tuple[float, float, float]]] = {}
    placed = np.empty((len(radius), 2))
    for i, r in enumerate(radius.tolist()):
        margin = r * (1 + GAP)
        for _ in range(_TRIES):
            x = rng.random() * width
            y = margin + rng.random() * (thickness - 2 * margin)
            if r * (1 - CUT_DEPTH) < min(x, width - x) < margin:
                continue
            column = min(int(x / width * columns), columns - 1)
            row = min(int(y / thickness * rows), rows - 1)
            # Fewer than three columns are their own neighbours; the set visits each once.
            near = {((column + a) % columns, row + b) for a in range(-1, 2) for b in range(-1, 2)}
            if all(
                _clear(x, y, r, other, width) for cell in near for other in occupied.get(cell, ())
            ):
                break
        else:
            return None
        placed[i] = x, y
        occupied.setdefault((column, row), []).append((x, y, r))
    return placed


def _together(
    radius: Floats, width: float, thickness: float, rng: np.random.Generator
) -> Floats | None:
    """Centres (n, 2), pushed apart from random places; None if they don't come apart."""
    margin = radius * (1 + GAP)
    deep = radius * (1 - CUT_DEPTH)

    def settled(centres: Floats) -> Floats:
        """Pores that a side would graze, moved to where it cuts them deeply or not at all."""
        x = centres[:, 0]
        depth = np.minimum(x, width - x)
        allowed = np.where(depth - deep < margin - depth, deep, margin)
        allowed = np.where((depth > deep) & (depth < margin), allowed, depth)
        return np.column_stack([np.where(x < width / 2, allowed, width - allowed), centres[:, 1]])

    start = rng.random((len(radius), 2)) * [width, thickness]
    reach = radius * (1 + GAP / 2)
    centres, apart = pushed_apart(start, reach, margin, (width, thickness), _SWEEPS, settled)
    return centres if apart else None


def _clear(x: float, y: float, r: float, other: tuple[float, float, float], width: float) -> bool:
    """Whether a pore at x, y leaves the gap to an ``other``, larger one, across the period too."""
    dx = abs(x - other[0])
    dx = min(dx, width - dx)
    between = (r + other[2]) * (1 + GAP / 2)
    return dx * dx + (y - other[1]) ** 2 >= between * between
