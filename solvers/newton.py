"""Newton on the reduced system, with line search; a failure is an outcome, not an error."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class NewtonOptions:
    """When an iteration has converged, and when it has failed.

    Attributes:
        tolerance: residual force relative to the largest force of the step (reactions, loads).
        displacement_tolerance: correction relative to the extent of the mesh; ends iterations
            that move nothing.
        max_iterations: more than this is a failure.
        max_halvings: bisections of a correction in the line search.
    """

    tolerance: float = 1e-9
    displacement_tolerance: float = 1e-11
    max_iterations: int = 15
    max_halvings: int = 8


@dataclass(frozen=True)
class Outcome:
    """How an attempt at a step ended.

    Attributes:
        converged: whether it did.
        iterations: Newton's.
        residuals: norms, from the start on.
        reason: why it failed.
        linear_iterations: of an iterative linear solver, in all corrections together.
    """

    converged: bool
    iterations: int
    residuals: tuple[float, ...]
    reason: str = ""
    linear_iterations: int = 0


class System(Protocol):
    """What Newton needs of a problem."""

    extent: float

    def evaluate(self) -> tuple[float, float]:
        """Residual norm and reference force at the present displacement; NaN if inadmissible.

        The reference is never so small that round-off alone could exceed the tolerance.
        """

    def correction(self, jump: float) -> Array | None:
        """Newton correction of the displacement (own dofs), or None where the solve failed.

        Args:
            jump: part of the step's change of prescribed displacements that it must contain.
        """

    def displacement(self) -> Array:
        """Copy of the present displacement (own dofs)."""

    def set_displacement(self, values: Array) -> None:
        """Set the displacement (own dofs) and update ghosts."""

    def largest(self, values: Array) -> float:
        """Largest absolute value over all ranks."""


def solve(system: System, options: NewtonOptions, *, jumps: bool = False) -> Outcome:
    """Iterate from the present displacement.

    Args:
        system: the problem.
        options: tolerances and limits.
        jumps: prescribed displacements are not yet at their values. The first correction brings
            them there; where it has to be shortened, those after it bring the rest.
    """
    norm, reference = system.evaluate()
    if not np.isfinite(norm):
        return Outcome(False, 0, (norm,), "the start is not admissible (J <= 0 or not a number)")
    history = [norm]
    owed = 1.0 if jumps else 0.0  # part of the jump that is still to come
    for iteration in range(1, options.max_iterations + 1):
        if owed == 0.0 and norm <= options.tolerance * reference:
            return Outcome(True, iteration - 1, tuple(history))
        step = system.correction(owed)
        if step is None:
            return Outcome(False, iteration, tuple(history), "the linear solver failed")
        start = system.displacement()
        norm, reference, factor = _search(
            system, options, start, step, np.inf if owed > 0.0 else norm
        )
        owed *= 1.0 - factor
        if not np.isfinite(norm):
            return Outcome(
                False, iteration, tuple(history), "no admissible correction (J <= 0 or NaN)"
            )
        history.append(norm)
        small = options.displacement_tolerance * system.extent
        if factor == 1.0 and system.largest(step) <= small:
            return Outcome(True, iteration, tuple(history))
    if owed == 0.0 and norm <= options.tolerance * reference:
        return Outcome(True, options.max_iterations, tuple(history))
    return Outcome(False, options.max_iterations, tuple(history), "too many Newton iterations")


def _search(
    system: System, options: NewtonOptions, start: Array, step: Array, norm: float
) -> tuple[float, float, float]:
    """Halve the correction until the residual falls; keep the best admissible one otherwise."""
    best: tuple[float, float] | None = None
    factor = 1.0
    for _ in range(options.max_halvings + 1):
        system.set_displacement(start + factor * step)
        trial, reference = system.evaluate()
        if np.isfinite(trial):
            if trial <= (1.0 - 1e-4 * factor) * norm or trial <= options.tolerance * reference:
                return trial, reference, factor
            if best is None or trial < best[0]:
                best = (trial, factor)
        factor *= 0.5
    if best is None:
        return np.nan, np.nan, 0.0
    system.set_displacement(start + best[1] * step)
    trial, reference = system.evaluate()
    return trial, reference, best[1]


def describe(outcome: Outcome) -> str:
    """One line for the log."""
    if outcome.converged:
        return f"{outcome.iterations} iterations, residual {outcome.residuals[-1]:.1e}"
    return f"{outcome.reason} after {outcome.iterations} iterations"
