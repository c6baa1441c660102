"""Which loads move the nodes of a facet group along an axis, and which contradict each other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from lisic.solvers.loads import AXES, Displacement, Load, Platen
from lisic.solvers.schedule import Schedule

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Motion:
    """Nodes of a facet group that a load moves along an axis, all alike.

    Attributes:
        load: number of the load.
        group: the facet group.
        axis: number of the axis.
        schedule: the displacement in um, apart from ``sign``; None where equilibrium decides.
        sign: +1 or -1.
    """

    load: int
    group: str
    axis: int
    schedule: Schedule | None
    sign: float = 1.0

    def __call__(self, time: float) -> float:
        """The displacement at ``time``, um, of a motion that has a schedule."""
        assert self.schedule is not None
        return self.sign * self.schedule(time)

    def agrees(self, other: "Motion") -> bool:
        """Whether nodes can follow both: other axes, or the same displacement at all times."""
        if self.axis != other.axis:
            return True
        if self.schedule is None or other.schedule is None:
            return False
        times = (*self.schedule.times, *other.schedule.times)
        return all(self(time) == other(time) for time in times)

    def against(self, other: "Motion", place: npt.NDArray[np.float64]) -> str:
        """What is said of two that don't agree and meet at ``place`` (dim,), um."""
        at = ", ".join(f"{x:.6g}" for x in np.round(place, 9) + 0.0)
        one, two = sorted([self, other], key=lambda motion: motion.load)
        both = f"{one.group} and {two.group} prescribe different displacements"
        for free, held in ((one, two), (two, one)):
            if free.schedule is None:
                both = f"the platen on {free.group} moves freely and {held.group} is held"
        return f"{both} along {AXES[self.axis]} where they meet, as at ({at}) um"


def motions(loads: Sequence[Load], dim: int) -> list[Motion]:
    """All that loads prescribe, in their order."""
    found: list[Motion] = []
    for number, load in enumerate(loads):
        if isinstance(load, Displacement):
            found += [Motion(number, load.on, *given) for given in load.value.items()]
        elif isinstance(load, Platen):
            if load.bonded:
                still = Schedule.constant(0.0)
                others = set(range(dim)) - {load.axis}
                found += [Motion(number, load.on, axis, still) for axis in sorted(others)]
            way = load.displacement
            found.append(Motion(number, load.on, load.axis, way, float(load.outward)))
    return found


def contradictions(
    found: Sequence[Motion], nodes: Callable[[str], Indices]
) -> Iterator[tuple[Motion, Motion, Indices]]:
    """Pairs of motions that do not agree, and the ``nodes`` of both groups: maybe none."""
    for number, one in enumerate(found):
        for other in found[:number]:
            if not one.agrees(other):
                yield other, one, np.intersect1d(nodes(other.group), nodes(one.group))
