"""From the steps of a case to steps in absolute time, and the loads that follow from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from lisic.materials import plating
from lisic.scripts.steps import Plate, Press, Release
from lisic.scripts.steps import Step as CaseStep
from lisic.solvers.schedule import Schedule, Step


@dataclass(frozen=True)
class Protocol:
    """The steps of a run and what they prescribe over time.

    Attributes:
        steps: one after another in absolute time.
        stack_pressure: on the platen, MPa.
        charge: passed so far per area of layer, C/m^2.
    """

    steps: tuple[Step, ...]
    stack_pressure: Schedule
    charge: Schedule


def protocol(
    steps: Sequence[CaseStep], temperature: float, molar_volume: float, area: float
) -> Protocol:
    """Lay the case's steps out in time.

    Args:
        steps: the case's steps.
        temperature: K, until a step sets another.
        molar_volume: of lithium, um^3/mol.
        area: that the current passes, um2 (um per um of depth in plane strain).
    """
    time, pressure, charge = 0.0, 0.0, 0.0
    times, pressures, charges = [0.0], [0.0], [0.0]
    laid = []
    for step in steps:
        temperature = temperature if step.temperature is None else step.temperature
        growth, stall = 0.0, np.inf
        match step:
            case Press():
                pressure = step.pressure
            case Release():
                pressure = 0.0
            case Plate():
                growth = plating.velocity(step.current, molar_volume) * area
                charge += step.charge
                if step.overpotential is not None:
                    stall = plating.stall_pressure(step.overpotential, molar_volume)
            case _:
                pass
        laid.append(Step(step.kind, time, step.duration, temperature, growth, stall))
        time += step.duration
        times.append(time)
        pressures.append(pressure)
        charges.append(charge)
    return Protocol(
        tuple(laid),
        Schedule(tuple(times), tuple(pressures)),
        Schedule(tuple(times), tuple(charges)),
    )
