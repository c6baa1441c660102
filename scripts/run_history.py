"""``history.csv`` of a run folder: columns by name, and the steps of the case that they cover."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

type Column = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StepSpan:
    """One step of the case as far as the run has come: number, kind, start and end in s."""

    number: int
    kind: str
    start: float
    end: float

    def __str__(self) -> str:
        """``2 (plate)``."""
        return f"{self.number} ({self.kind})"


@dataclass(frozen=True, eq=False)
class History:
    """A row per accepted time step.

    Attributes:
        columns: numbers by column name, unit in the name; nan where the file has none.
        kinds: kind of the case's step that each row belongs to, such as ``plate``.
    """

    columns: Mapping[str, Column]
    kinds: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "History":
        """The history in ``path``, without a last line that is still being written.

        Raises:
            ValueError: no such file, no header, or a damaged row.
        """
        try:
            lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{path}: unreadable: {error}") from error
        header, *rows = list(csv.reader(lines)) or [[]]
        if "time_s" not in header:
            raise ValueError(f"{path}: damaged: its first line names no column time_s")
        numbers: dict[str, list[float]] = {name: [] for name in header if name != "kind"}
        kinds: list[str] = []
        for line, row in enumerate(rows, start=2):
            if len(row) != len(header):
                raise ValueError(
                    f"{path}: damaged: line {line} has {len(row)} values, "
                    f"the header names {len(header)}"
                )
            for name, text in zip(header, row, strict=True):
                if name == "kind":
                    kinds.append(text)
                    continue
                try:
                    numbers[name].append(float(text) if text else math.nan)
                except ValueError:
                    raise ValueError(
                        f"{path}: damaged: line {line}, column {name}: got {text!r}, "
                        "expected a number"
                    ) from None
        columns = {name: np.array(values) for name, values in numbers.items()}
        return cls(columns, tuple(kinds) or ("",) * len(rows))

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.kinds)

    def by_region(self, prefix: str) -> dict[str, Column]:
        """Columns named ``prefix`` + region, by region."""
        return {
            name.removeprefix(prefix): column
            for name, column in self.columns.items()
            if name.startswith(prefix)
        }

    def at(self, time: float) -> dict[str, float]:
        """The row of an output time, s; empty where the history has none (the start of the run)."""
        times = self.columns["time_s"]
        if not len(times):
            return {}
        row = int(np.argmin(np.abs(times - time)))
        if not math.isclose(times[row], time, rel_tol=1e-6, abs_tol=1e-12):
            return {}
        return {name: float(column[row]) for name, column in self.columns.items()}

    def steps(self) -> tuple[StepSpan, ...]:
        """The case's steps in the order of time: rows that share number and kind."""
        times = self.columns["time_s"]
        numbers = self.columns.get("step", np.ones(len(times)))
        starts = times - self.columns.get("dt_s", np.zeros(len(times)))
        spans: list[StepSpan] = []
        for number, kind, start, end in zip(numbers, self.kinds, starts, times, strict=True):
            if spans and (spans[-1].number, spans[-1].kind) == (int(number), kind):
                start = spans.pop().start
            spans.append(StepSpan(int(number), kind, float(start), float(end)))
        return tuple(spans)
