"""What a run writes while it goes on: hooks of the time loop, one a file or stream."""

import csv
import io
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from lisic.solvers import checkpoint
from lisic.solvers.fields import FieldWriter
from lisic.solvers.loop import Clock, Increment
from lisic.solvers.newton import Outcome, describe
from lisic.solvers.observe import observe
from lisic.solvers.problem import Problem
from lisic.solvers.schedule import Step

# Checkpoints take at most this share of the wall time.
_CHECKPOINT_SHARE = 0.05


@dataclass
class HistoryHook:
    """A row of ``history.csv`` per accepted increment, on disk before the next begins."""

    path: Path
    derive: Callable[[dict[str, float], float, Step], dict[str, float]]
    rows: int = 0
    last: dict[str, float] = field(default_factory=dict)

    def accepted(self, problem: Problem, clock: Clock, increment: Increment) -> bool:
        """Append the row."""
        observed = observe(problem)
        self.last = {
            **self.derive(observed, increment.time, increment.step),
            **observed,
        }
        self.rows += 1
        if problem.comm.rank == 0:
            values = {
                "increment": increment.number,
                "step": increment.step_number + 1,
                "kind": increment.step.kind,
                "time_s": repr(increment.time),
                "dt_s": repr(increment.dt),
                "newton_iterations": increment.outcome.iterations,
                "linear_iterations": increment.outcome.linear_iterations,
                "cuts": increment.cuts,
                **{
                    name: "" if math.isnan(value) else repr(float(value))
                    for name, value in self.last.items()
                },
            }
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            if self.rows == 1:
                writer.writerow(values)
            writer.writerow(values.values())
            # One write a row: a reader, or a kill, finds whole lines or an unfinished last one.
            with self.path.open("a", encoding="utf-8") as stream:
                stream.write(text.getvalue())
                stream.flush()
                os.fsync(stream.fileno())
        return False

    def failed(self, clock: Clock, step: Step, dt: float, outcome: Outcome) -> None:
        """Nothing: cuts are counted in the next row."""

    def cut_back(self, rows: int) -> None:
        """Drop the rows after the first ``rows``, which a resumed run computes again (rank 0)."""
        self.rows = rows
        lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        temporary = self.path.with_name(self.path.name + ".tmp")
        temporary.write_text("".join(lines[: rows + 1] if rows else []), encoding="utf-8")
        os.replace(temporary, self.path)


@dataclass
class FieldsHook:
    """Fields every so many increments, and at the end of every step."""

    writer: FieldWriter
    every: int

    def accepted(self, problem: Problem, clock: Clock, increment: Increment) -> bool:
        """Write the fields if their turn has come."""
        if increment.ends_step or increment.number % self.every == 0:
            self.writer.write(increment.time)
        return False

    def failed(self, clock: Clock, step: Step, dt: float, outcome: Outcome) -> None:
        """Nothing: fields are written of accepted states only."""


@dataclass
class CheckpointHook:
    """The complete state, as often as costs a small share of the run, and at every step's end."""

    path: Path
    extra: Callable[[], dict[str, Any]]
    saved: float = field(default_factory=time.monotonic)
    cost: float = 0.0

    def accepted(self, problem: Problem, clock: Clock, increment: Increment) -> bool:
        """Save if it is time; rank 0's watch decides for all."""
        now = time.monotonic()
        due = increment.ends_step or now - self.saved >= self.cost / _CHECKPOINT_SHARE
        if problem.comm.bcast(due):
            checkpoint.save(self.path, problem, clock, self.extra())
            self.saved = time.monotonic()
            self.cost = self.saved - now
        return False

    def failed(self, clock: Clock, step: Step, dt: float, outcome: Outcome) -> None:
        """Nothing: the last accepted state stays the one to go on from."""


@dataclass
class ProgressHook:
    """A line per increment: step, time, dt, Newton iterations, key values, what is left."""

    streams: list[TextIO]  # rank 0; empty elsewhere
    steps: tuple[Step, ...]
    largest_fraction: float
    history: HistoryHook
    shown: tuple[tuple[str, str], ...]  # column, text with {}
    start: float = field(default_factory=time.monotonic)
    first: int | None = None

    def accepted(self, problem: Problem, clock: Clock, increment: Increment) -> bool:
        """Say where the run is."""
        if self.first is None:
            self.first = increment.number - 1
        elapsed = time.monotonic() - self.start
        rate = elapsed / (increment.number - self.first)
        left = rate * self._increments_left(increment)
        values = "  ".join(
            text.format(self.history.last[name])
            for name, text in self.shown
            if not math.isnan(self.history.last.get(name, math.nan))
        )
        self.say(
            f"{increment.step_number + 1}/{len(self.steps)} {increment.step.kind:<8}"
            f"t {increment.time:9.4g} s  dt {increment.dt:8.3g} s  "
            f"Newton {increment.outcome.iterations:2d}  {values}  "
            f"[{_clock(elapsed)} gone, about {_clock(left)} left]"
        )
        return False

    def failed(self, clock: Clock, step: Step, dt: float, outcome: Outcome) -> None:
        """Say what failed and what is done about it."""
        self.say(f"    dt {dt:.3g} s failed: {describe(outcome)}; cut and tried again")

    def say(self, text: str) -> None:
        """Write a line on rank 0."""
        for stream in self.streams:
            print(text, file=stream, flush=True)

    def _increments_left(self, increment: Increment) -> float:
        """Steps still to come take about the longest increments, plus a few to grow to them."""
        here = 0.0 if increment.ends_step else (increment.step.end - increment.time) / increment.dt
        later = len(self.steps) - increment.step_number - 1
        return here + later * (1.0 / self.largest_fraction + 5.0)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
