"""Worm-like chains that grow step by step where there is room for them. Lengths are um."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt
from lisic.mesh.nanotube_directions import Directions
from lisic.mesh.regions import Floats, Ids

type Allowed = Callable[[Floats], npt.NDArray[np.bool_]]

# Directions tried at a step: one first, which is all that is needed far from pores.
_MANY = 24
_LOOK_AHEAD = (2, 4)  # steps
_BACKTRACK = 5  # steps
_DEAD_ENDS = 8  # backtracks before a chain starts elsewhere
_STARTS = 300
_PLACES = 3000  # tried for all starts of a chain


@dataclass(frozen=True, eq=False)
class Room:
    """Where the axis of a bundle may be.

    Attributes:
        extent: sides of the box (3,); it repeats along x and y.
        margin: chains may start this far beyond its sides.
        clearance: from the faces z = 0 and z = extent[2].
        allowed: whether an axis may be at points (m, 3) of the box; None: everywhere.
    """

    extent: Floats
    margin: float
    clearance: float
    allowed: Allowed | None

    def places(self, count: int, rng: np.random.Generator) -> Floats:
        """Random points (count, 3), free or not."""
        low = np.array([-self.margin, -self.margin, self.clearance])
        high = self.extent - low
        places: Floats = low + rng.random((count, 3)) * (high - low)
        return places

    def free(self, points: Floats) -> npt.NDArray[np.bool_]:
        """Whether each of ``points`` (..., 3), which may lie beyond the sides, is free."""
        flat = points.reshape(-1, 3)
        height = flat[:, 2]
        free: npt.NDArray[np.bool_] = height >= self.clearance
        free &= height <= self.extent[2] - self.clearance
        if self.allowed is not None:
            inside = flat[free]
            inside[:, :2] %= self.extent[:2]
            free[free] = self.allowed(inside)
        return free.reshape(points.shape[:-1])


class Growth:
    """All chains together, a step at a time.

    Where the first random direction is free, a chain is that of ``directions``; elsewhere it
    takes the first of several that lead furthest, goes back from dead ends, and starts elsewhere
    after too many of them.

    Attributes:
        stuck: chains that found no room, (chains,).
        longest: most steps that each chain ever had, (chains,).
    """

    def __init__(
        self,
        room: Room,
        directions: Directions,
        step: float,
        number: Ids,
        rng: np.random.Generator,
    ) -> None:
        """Chains of ``number`` (chains,) steps of ``step`` um each."""
        self._room, self._directions, self._step, self._rng = room, directions, step, rng
        self._number = number
        n, longest = len(number), int(number.max())
        self._places = np.zeros((n, longest + 1, 3))
        self._headings = np.zeros((n, longest + 1, 3))
        self._done = np.full(n, -1)  # steps; -1 before the start
        self._dead_ends = np.zeros(n, dtype=np.int64)
        self._starts = np.zeros(n, dtype=np.int64)
        self._tried = np.zeros(n, dtype=np.int64)
        # Twice the clearance is a diameter: what keeps a radius away from looks that close
        # to each other is not crossed between them.
        self._looks = ceil(step / (2 * room.clearance) - 1e-9)
        self.stuck = np.zeros(n, dtype=bool)
        self.longest = np.zeros(n, dtype=np.int64)

    def run(self) -> Floats:
        """Points of the chains, (chains, most steps + 1, 3); beyond a chain's own steps junk."""
        while True:
            self._start(np.flatnonzero((self._done < 0) & ~self.stuck))
            growing = np.flatnonzero((self._done >= 0) & (self._done < self._number))
            if len(growing) == 0 and not ((self._done < 0) & ~self.stuck).any():
                return self._places
            blocked = self._grow(self._grow(growing, 1, far=True), _MANY, far=False)
            self._turn_back(blocked)
            np.maximum(self.longest, self._done, out=self.longest)

    def _start(self, chains: Ids) -> None:
        """Try one random place for each of ``chains``."""
        places = self._room.places(len(chains), self._rng)
        headings = self._directions.start(len(chains), self._rng)
        free = self._room.free(places)
        begun = chains[free]
        self._places[begun, 0] = places[free]
        self._headings[begun, 0] = headings[free]
        self._done[begun] = 0
        self._dead_ends[begun] = 0
        self._starts[begun] += 1
        self._tried[chains] += 1
        self.stuck[chains[~free]] = self._tried[chains[~free]] >= _PLACES

    def _grow(self, chains: Ids, tried: int, far: bool) -> Ids:
        """Add a step to each of ``chains``, to look ``far`` only; those where none was free."""
        done = self._done[chains]
        place = self._places[chains, done]
        turned = self._directions.turned(self._headings[chains, done], tried, self._rng)
        # The first heading is that of the first segment itself.
        turned[done == 0] = self._headings[chains[done == 0], 0][:, None]
        # All along the next step, and at two places beyond it.
        within = np.arange(1, self._looks + 1) / self._looks
        ahead = np.concatenate([within, _LOOK_AHEAD])
        # Beyond the end of a chain nothing needs to be free.
        needed = ahead <= (self._number[chains] - done)[:, None] * (1 + 1e-9)
        points = place[:, None, None] + turned[:, :, None] * (self._step * ahead)[:, None]
        free = self._room.free(points) | ~needed[:, None]
        # How far ahead: one step, half, all the way. The first of the best is a free choice.
        clear = np.logical_and.accumulate(free, axis=2)
        reach = clear[:, :, self._looks - 1 :].sum(axis=2)
        best = reach.argmax(axis=1)
        rows = np.arange(len(chains))
        possible = reach[rows, best] >= (1 + len(_LOOK_AHEAD) if far else 1)
        chosen, going = turned[rows, best][possible], chains[possible]
        self._done[going] += 1
        self._places[going, self._done[going]] = place[possible] + self._step * chosen
        self._headings[going, self._done[going]] = chosen
        return chains[~possible]

    def _turn_back(self, chains: Ids) -> None:
        """Take back some steps, or start elsewhere after too many dead ends."""
        self._dead_ends[chains] += 1
        again = (self._dead_ends[chains] > _DEAD_ENDS) | (self._done[chains] == 0)
        self._done[chains] = np.maximum(self._done[chains] - _BACKTRACK, 0)
        self._done[chains[again]] = -1
        self.stuck[chains[again]] = self._starts[chains[again]] >= _STARTS
