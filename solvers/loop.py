"""The time loop: steps, increments, and hooks that know what to do with an accepted increment.

The loop itself writes nothing. Progress, history, fields and checkpoints are hooks; a hook that
asks to stop ends the run after the increment it saw.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lisic.solvers.newton import Outcome
from lisic.solvers.problem import Problem
from lisic.solvers.schedule import Step
from lisic.solvers.stepping import Stepper, SteppingOptions


@dataclass
class Clock:
    """Where a run is. Everything the loop needs to go on, besides the problem's own state.

    Attributes:
        step: number of the present step, from 0.
        time: time reached, s.
        stepper: controller of the present step, or None at its start.
        accepted, cut, iterations: counts since the start of the run.
    """

    step: int = 0
    time: float = 0.0
    stepper: Stepper | None = None
    accepted: int = 0
    cut: int = 0
    iterations: int = 0


@dataclass(frozen=True)
class Increment:
    """An accepted increment, as the hooks see it."""

    number: int
    step_number: int
    step: Step
    time: float
    dt: float
    outcome: Outcome
    cuts: int
    ends_step: bool
    ends_run: bool


class Hook(Protocol):
    """Something that looks at the run from outside."""

    def accepted(self, problem: Problem, clock: Clock, increment: Increment) -> bool:
        """Called after each accepted increment; True asks to stop here."""

    def failed(self, clock: Clock, step: Step, dt: float, outcome: Outcome) -> None:
        """Called after each failed attempt."""


@dataclass
class Loop:
    """Runs the steps of a protocol."""

    problem: Problem
    steps: Sequence[Step]
    stepping: SteppingOptions
    hooks: Sequence[Hook]
    clock: Clock = field(default_factory=Clock)

    def run(self) -> str:
        """Go to the end; returns "done", "stopped" (a hook asked) or "failed"."""
        clock = self.clock
        while clock.step < len(self.steps):
            step = self.steps[clock.step]
            if clock.stepper is None:
                clock.stepper = Stepper.start(self.stepping, step.duration)
            cuts = 0
            while True:
                dt = clock.stepper.propose(step.end - clock.time)
                ends = clock.time + dt >= step.end * (1.0 - 1e-14)
                time = step.end if ends else clock.time + dt
                outcome = self.problem.attempt(time, dt, step)
                clock.iterations += outcome.iterations
                if outcome.converged:
                    break
                self.problem.restore()
                clock.cut += 1
                cuts += 1
                for hook in self.hooks:
                    hook.failed(clock, step, dt, outcome)
                if not clock.stepper.fail(dt):
                    self.problem.rest_state(step)  # stresses of what is kept, not of the attempt
                    return "failed"
            self.problem.accept()
            clock.accepted += 1
            clock.time = time
            clock.stepper.succeed(outcome.iterations)
            increment = Increment(
                number=clock.accepted,
                step_number=clock.step,
                step=step,
                time=time,
                dt=dt,
                outcome=outcome,
                cuts=cuts,
                ends_step=ends,
                ends_run=ends and clock.step == len(self.steps) - 1,
            )
            if ends:
                clock.step += 1
                clock.stepper = None
            # All hooks see the increment, also when one of them asks to stop.
            if any([hook.accepted(self.problem, clock, increment) for hook in self.hooks]):
                return "done" if increment.ends_run else "stopped"
        return "done"
