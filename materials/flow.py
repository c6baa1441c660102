r"""The sum of a material's flow mechanisms, and the stress at which it flows.

Every cell has a row of parameters; a mechanism writes its columns there (``slots``), zeros mean
that it is absent. A new law is one file, one slot, and its line in :func:`flow_rate`. One law has
a state of its own: :func:`resume` puts it and the step into a row before the step is solved.

All rates are monotone and convex in q, zero at q = 0. The discrete flow rule

.. math::
    q + c\,\dot\varepsilon(q) = q_{tr}, \qquad c = 3\mu\,\Delta t

is solved in :math:`\ln q`: there the left side's logarithm is convex with a slope between 1 and
the largest exponent, so that Newton's method from the right never overshoots, whatever the
orders of magnitude. Above the threshold of an overstress law the same holds in the logarithm of
the stress above the threshold.
"""

import math
from collections.abc import Iterable
from typing import Protocol

import numpy as np
from lisic.materials.anand_narayan import rate as anand_narayan_rate
from lisic.materials.anand_narayan import resistance
from lisic.materials.jit import njit
from lisic.materials.linear import rate as linear_rate
from lisic.materials.overstress import rate as overstress_rate
from lisic.materials.power_law import rate as power_law_rate
from lisic.materials.slots import N_COLUMNS, Array, Slot

_THRESHOLD = Slot.OVERSTRESS.first + 1
_HARDENING = Slot.ANAND_NARAYAN.first
_CLOSE = 1e-6  # of ln z: one more step squares it
_MOST_STEPS = 200


class Mechanism(Protocol):
    """A way to flow: which slot its parameters take, and what they are."""

    @property
    def slot(self) -> Slot:
        """The kind of law."""

    def columns(self, temperature: float, size: Array) -> Array:
        """Parameters (n, slot.width) at ``temperature`` (K) for bodies of ``size`` (n,) um."""


def flow_columns(mechanisms: Iterable[Mechanism], temperature: float, size: Array) -> Array:
    """Rows (n, N_COLUMNS) of flow-law parameters for bodies of ``size`` (n,) um.

    A size may be NaN where no mechanism depends on it.

    Raises:
        ValueError: a body without a size, a temperature that is not positive, or two laws of a
            kind whose rates can't be summed.
    """
    rows = np.zeros((len(size), N_COLUMNS))
    taken: set[Slot] = set()
    for mechanism in mechanisms:
        slot = mechanism.slot
        if slot in taken and not slot.additive:
            raise ValueError(f"one {slot.name.lower()} is possible in a material, got two")
        taken.add(slot)
        rows[:, slot.first : slot.first + slot.width] += mechanism.columns(temperature, size)
    return rows


@njit
def flow_rate(q: float, row: Array) -> tuple[float, float]:
    """Sum of all mechanisms at equivalent stress ``q`` (MPa): rate (1/s) and slope (1/(MPa s))."""
    rate_p, slope_p = power_law_rate(q, row[0], row[1])
    rate_l, slope_l = linear_rate(q, row[2])
    rate_o, slope_o = overstress_rate(q, row[3], row[4], row[5])
    if row[_HARDENING] == 0.0:
        return rate_p + rate_l + rate_o, slope_p + slope_l + slope_o
    rate_a, slope_a = anand_narayan_rate(q, row[_HARDENING : _HARDENING + 8])
    return rate_p + rate_l + rate_o + rate_a, slope_p + slope_l + slope_o + slope_a


@njit
def resume(row: Array, gained: float, dt: float) -> None:
    """Write into a row how much its law with hardening has gained (MPa), and the step (s)."""
    row[_HARDENING + 2] += gained
    row[_HARDENING + 7] = dt


@njit
def hardened(q: float, row: Array) -> float:
    """Resistance (MPa) that a step to equivalent stress ``q`` adds, in a row with its step."""
    s, _ = resistance(q, row[_HARDENING : _HARDENING + 8])
    gained: float = s - row[_HARDENING + 2]
    return gained


@njit
def equivalent_stress(q_trial: float, c: float, row: Array) -> tuple[float, float]:
    r"""Solve :math:`q + c\,\dot\varepsilon(q) = q_{tr}` for q.

    Args:
        q_trial: trial equivalent stress, MPa, >= 0.
        c: 3 mu dt, MPa s, >= 0.
        row: (N_COLUMNS,) parameters of the flow laws.

    Returns:
        q (MPa) and its slope dq/dq_trial, in [0, 1]. At q_trial = 0 the slope is that of linear
        creep, 1/(1 + c B). Both NaN where q_trial is NaN, infinite or negative.
    """
    if not 0.0 < q_trial < math.inf:
        if q_trial == 0.0:
            _, slope = flow_rate(0.0, row)
            return 0.0, 1.0 / (1.0 + c * slope)
        return math.nan, math.nan
    rate, slope = flow_rate(q_trial, row)
    if c * rate == 0.0:
        return q_trial, 1.0 / (1.0 + c * slope)
    q, slope = _root(1.0, c, row, q_trial, q_trial)
    return q, 1.0 / (1.0 + c * slope)


@njit
def flow_stress(rate: float, row: Array) -> float:
    """Equivalent stress (MPa) that makes the material flow at ``rate`` (1/s), >= 0.

    Infinite where no mechanism flows; at rate 0 the threshold, 0 where a law has none.
    """
    if not 0.0 < rate < math.inf:
        if rate == 0.0 and row[0] == 0.0 and row[2] == 0.0 and row[_HARDENING] == 0.0:
            return row[_THRESHOLD] if row[3] > 0.0 else math.inf
        return 0.0 if rate == 0.0 else math.nan
    if row[0] == 0.0 and row[2] == 0.0 and row[3] == 0.0 and row[_HARDENING] == 0.0:
        return math.inf
    q, _ = _root(0.0, 1.0, row, rate, math.inf)
    return q


@njit
def _root(a: float, c: float, row: Array, target: float, most: float) -> tuple[float, float]:
    """Solve a q + c rate(q) = target (> 0) for q in (0, most]; returns q and the rate's slope."""
    start = 0.0
    base = 0.0  # c rate(start)
    threshold = row[_THRESHOLD]
    if 0.0 < threshold < most:
        rate, _ = flow_rate(threshold, row)
        if a * threshold + c * rate < target:
            start = threshold
            base = c * rate
    goal = target - a * start - base
    low = 0.0
    high = most - start
    z = high if high < math.inf else max(start, 1.0)  # q = start + z
    for _ in range(_MOST_STEPS):
        rate, slope = flow_rate(start + z, row)
        ratio = (a * z + (c * rate - base)) / goal
        if ratio > 1.0:
            high = z
        else:
            low = z
        gain = (a + c * slope) * z / (ratio * goal)  # d ln(left side) / d ln z
        step = math.log(ratio) / gain
        if abs(step) < _CLOSE:
            z *= math.exp(-step)
            break
        z *= math.exp(-step)
        if not low < z < high:  # an overflow, or the far side of a threshold
            if low == 0.0:
                z = high * 1e-6
            elif high == math.inf:
                z = low * 1e6
            else:
                z = math.sqrt(low) * math.sqrt(high)
    q = start + z
    rate, slope = flow_rate(q, row)
    last = (a * q + c * rate - target) / (a + c * slope)
    if abs(last) < 1e-6 * z:
        q -= last
    return q, slope


@njit
def flow_rates(stress: Array, rows: Array) -> Array:
    """:func:`flow_rate` for stresses (n,) and rows (n, N_COLUMNS); the rates (n,)."""
    rates = np.empty(len(stress))
    for i in range(len(stress)):
        rates[i], _ = flow_rate(stress[i], rows[i])
    return rates


@njit
def flow_stresses(rate: Array, rows: Array) -> Array:
    """:func:`flow_stress` for rates (n,) and rows (n, N_COLUMNS); the stresses (n,)."""
    stresses = np.empty(len(rate))
    for i in range(len(rate)):
        stresses[i] = flow_stress(rate[i], rows[i])
    return stresses
