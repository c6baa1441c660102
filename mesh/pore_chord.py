"""The size of pores that have no diameter: their mean chord, measured on the mesh and met there.

Lengths are um.
"""

from collections.abc import Callable
from math import log, pi

import numpy as np
from lisic.mesh import bulk, facets
from lisic.mesh.regions import Floats, Ids
from lisic.mesh.stuffing import Stuffed

# Relative; the median pore size must be met to 3 %.
_GOOD = 0.02
_ACCEPTED = 0.03
_TRIALS = 14
_REFUSALS = 3
# Farther than this from what is expected, a field has other pores, not smaller or larger ones.
_SCALES = (0.5, 2.0)


def wall_measures(mesh: Stuffed) -> tuple[Floats, Ids]:
    """Interface per facet between both sides, um or um^2, and its inner cells, (m,) each."""
    shared, a, b = facets.shared(mesh.cells, len(mesh.points))
    wall = mesh.inside[a] != mesh.inside[b]
    inner = np.where(mesh.inside[a[wall]], a[wall], b[wall])
    if mesh.points.shape[1] == 3:
        return bulk.areas(mesh.points, shared[wall]), inner
    ends = mesh.points[shared[wall]]
    return np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1), inner


def mean_chord(mesh: Stuffed) -> float:
    r"""Mean length in um of straight lines inside: :math:`4 V/S`, in 2D :math:`\pi A/P`.

    Exact for any isotropic structure; without an interface infinite. E. E. Underwood,
    Quantitative Stereology (1970).
    """
    surface = float(wall_measures(mesh)[0].sum())
    factor = 4.0 if mesh.points.shape[1] == 3 else pi
    inside = float(mesh.volume[mesh.inside].sum())
    return factor * inside / surface if surface else float("inf")


def met[M](build: Callable[[float], M], chord_of: Callable[[M], float], asked: float) -> M:
    """What ``build(scale)`` makes with the mean chord ``asked`` um, to 2 % where possible.

    Chords must grow about as the scale, whose expected value is 1: a sample of few pores differs
    from what is expected of a large one. A scale that ``build`` refuses by ValueError is left
    out.

    Raises:
        ValueError: no scale brings the chord within 3 %, or ``build`` refuses.
    """
    scale = 1.0
    tried: list[tuple[float, float, M]] = []  # ln(chord/asked), scale, made
    refusals: list[ValueError] = []
    for number in range(_TRIALS):
        try:
            made = build(scale)
        except ValueError as error:
            refusals.append(error)
            if len(refusals) == _REFUSALS:
                break
            # A little aside, where other pores stand at the brink of being too small.
            scale *= 1.013 if number % 2 else 0.98
            continue
        off = log(chord_of(made) / asked)
        tried.append((off, scale, made))
        if abs(off) < _GOOD:
            return made
        scale = _next(tried)
        if not _SCALES[0] < scale < _SCALES[1]:
            break
    if not tried:
        raise refusals[0]
    off, _, made = min(tried, key=lambda one: abs(one[0]))
    if abs(off) > log(1 + _ACCEPTED):
        raise ValueError(
            f"pores with a mean chord of {asked:.4g} um can't be met in so small a sample: "
            f"{np.exp(off) * asked:.4g} um is possible; choose that, a larger layer, or another "
            "seed"
        )
    return made


def _next[M](tried: list[tuple[float, float, M]]) -> float:
    """The scale to try next: proportional, or between the closest ones on both sides."""
    off, scale, _ = tried[-1]
    above = [one for one in tried if one[0] > 0]
    below = [one for one in tried if one[0] < 0]
    if not above or not below:
        return scale * float(np.exp(-np.clip(off, -0.35, 0.35)))
    high, low = min(above, key=lambda one: one[0]), max(below, key=lambda one: one[0])
    # Every other time the middle: chords jump where pores merge.
    share = 0.5 if len(tried) % 2 else -low[0] / (high[0] - low[0])
    return float(low[1] * (high[1] / low[1]) ** share)
