"""Loads over time, and the steps of a run: plain values that the time loop reads."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Schedule:
    """A load that is piecewise linear in time; constant before the first and after the last time.

    Attributes:
        times: increasing times, s.
        values: the load at these times, in the load's own unit.
    """

    times: tuple[float, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse schedules that are empty or run backwards."""
        if not self.times or len(self.times) != len(self.values):
            raise ValueError("a schedule needs as many values as times, at least one")
        if any(b <= a for a, b in zip(self.times, self.times[1:], strict=False)):
            raise ValueError(f"the times of a schedule must increase, got {self.times}")

    def __call__(self, time: float) -> float:
        """The load at ``time``."""
        return float(np.interp(time, self.times, self.values))

    @classmethod
    def constant(cls, value: float) -> "Schedule":
        """A load that never changes."""
        return cls((0.0,), (value,))


@dataclass(frozen=True)
class Step:
    """One step of the protocol.

    Attributes:
        kind: its name in the case file (press, plate, rest, ...).
        start: time at which it starts, s.
        duration: its length, s.
        temperature: K, uniform.
        growth_rate: lithium volume that the current brings per second, um3/s (um2/s in plane
            strain, per um of depth).
        stall_pressure: pressure at which lithium stops growing, F eta / V_m, MPa.
    """

    kind: str
    start: float
    duration: float
    temperature: float
    growth_rate: float = 0.0
    stall_pressure: float = float("inf")

    @property
    def end(self) -> float:
        """Time at which the step ends, s."""
        return self.start + self.duration
