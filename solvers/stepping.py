"""How long the next increment is: growth after easy steps, cut and cool-down after failures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SteppingOptions:
    """Limits of the increments, as fractions of the duration of the step they belong to.

    Attributes:
        initial_fraction: first increment of every step.
        largest_fraction: no increment is longer.
        smallest_fraction: when an increment this short fails, the run stops.
        growth: factor after an easy increment.
        cut: factor after a failure.
        easy_iterations: an increment with at most this many Newton iterations was easy.
        cool_down: accepted increments after a failure before any growth.
    """

    initial_fraction: float = 0.01
    largest_fraction: float = 0.05
    smallest_fraction: float = 1e-6
    growth: float = 1.5
    cut: float = 0.5
    easy_iterations: int = 6
    cool_down: int = 2


@dataclass
class Stepper:
    """The controller's state within one step; plain numbers, so that a checkpoint can hold it."""

    options: SteppingOptions
    duration: float
    dt: float
    cooling: int = 0

    @classmethod
    def start(cls, options: SteppingOptions, duration: float) -> "Stepper":
        """Controller for a step of ``duration`` seconds."""
        return cls(options, duration, options.initial_fraction * duration)

    def propose(self, remaining: float) -> float:
        """Next increment, s: hits the end exactly and leaves no crumb before it."""
        dt = min(self.dt, self.options.largest_fraction * self.duration)
        if dt >= remaining * (1.0 - 1e-9):
            return remaining
        if dt > 0.5 * remaining:
            return 0.5 * remaining
        return dt

    def succeed(self, iterations: int) -> None:
        """Learn from an accepted increment."""
        if self.cooling > 0:
            self.cooling -= 1
        elif iterations <= self.options.easy_iterations:
            longest = self.options.largest_fraction * self.duration
            self.dt = min(self.dt * self.options.growth, longest)

    def fail(self, dt: float) -> bool:
        """Learn from a failed increment of ``dt``; False where no shorter one is allowed."""
        shorter = dt * self.options.cut
        if shorter < self.options.smallest_fraction * self.duration:
            return False
        self.dt = shorter
        self.cooling = self.options.cool_down
        return True
