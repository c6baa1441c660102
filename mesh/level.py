"""The level at which a field's mesh has the share of inside that was asked for."""

from collections.abc import Callable
from dataclasses import dataclass

from lisic.mesh.stuffing import Stuffed

# Absolute; what is sought, and what is still good enough where islands appear and vanish.
_SOUGHT = 1e-5
_GOOD = 3e-4
_TRIALS = 24


@dataclass(frozen=True, eq=False)
class Trial:
    """A mesh, its share of inside, and the level it was made at."""

    mesh: Stuffed
    fraction: float
    level: float


def fraction(mesh: Stuffed) -> float:
    """Volume inside per volume."""
    return float(mesh.volume[mesh.inside].sum() / mesh.volume.sum())


def met(build: Callable[[float], Stuffed], target: float, start: float, slope: float) -> Trial:
    """The mesh of ``build(level)`` with the share ``target`` inside, to 0.001 % where possible.

    The share must grow with the level, at about ``slope`` near ``start``.

    Raises:
        ValueError: the share jumps past the target, or never gets there.
    """
    level, best = start, None
    below: Trial | None = None
    above: Trial | None = None
    for number in range(_TRIALS):
        mesh = build(level)
        trial = Trial(mesh, fraction(mesh), level)
        error = trial.fraction - target
        if best is None or abs(error) < abs(best.fraction - target):
            best = trial
        if abs(error) < _SOUGHT:
            return trial
        if error < 0:
            below = trial
        else:
            above = trial
        if below is None or above is None:
            # Not more than to about twice or half the share at once.
            reach = max(min(target, 1 - target), abs(error) / 4)
            level -= max(-reach, min(reach, error)) / slope
        else:
            width = above.level - below.level
            share = (target - below.fraction) / (above.fraction - below.fraction)
            # Every third time the middle, where the secant crawls along one side.
            level = below.level + width * (0.5 if number % 3 == 2 else share)
    assert best is not None
    if abs(best.fraction - target) > _GOOD:
        reached = sorted(t.fraction for t in (below, above) if t is not None)
        text = " and ".join(f"{100 * f:.4g} %" for f in reached)
        raise ValueError(
            f"a share of {100 * target:.6g} % can't be met on this mesh: around it {text} are "
            "possible; choose one of these, smaller elements, or another seed"
        )
    return best
