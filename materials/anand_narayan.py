r"""Flow of lithium with hardening (Anand and Narayan, J. Electrochem. Soc. 166 (2019) A1092).

.. math::
    \dot\varepsilon = P\,(q/S)^{1/m}, \qquad P = A \exp(-Q/RT)

The resistance S hardens or softens towards its steady state, which grows with the rate:

.. math::
    \dot S = H_0\,|1 - S/S_s|^a\,\mathrm{sign}(1 - S/S_s)\,\dot\varepsilon, \qquad
    S_s = S_*\,(\dot\varepsilon/P)^{n_s}

so that in steady state :math:`q = S_*\,(\dot\varepsilon/P)^{m + n_s}`. Over a step of length dt the
resistance is that of its end (backward Euler); with :math:`\dot\varepsilon = P (q/S)^{1/m}` it
depends on q alone and lies between its start and :math:`S_\infty(q)`, where S = S_s.
doi:10.1149/2.0861906jes.
"""

from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np
from lisic.materials.arrhenius import Arrhenius
from lisic.materials.jit import njit
from lisic.materials.slots import Array, Slot

_MOST_STEPS = 100
_CLOSE = 4e-16  # of S, relative


@dataclass(frozen=True)
class AnandNarayan:
    """Flow with a resistance that evolves; alone among the laws it has a state.

    Attributes:
        rate: P(T) in 1/s.
        sensitivity: m, of the stress to the rate, above 0 and at most 1.
        resistance: S at the start, MPa.
        hardening: H_0 in MPa.
        saturation: S_* in MPa.
        hardening_exponent: a >= 1.
        saturation_exponent: n_s >= 0.
    """

    rate: Arrhenius
    sensitivity: float
    resistance: float
    hardening: float
    saturation: float
    hardening_exponent: float
    saturation_exponent: float
    slot: ClassVar[Slot] = Slot.ANAND_NARAYAN

    def __post_init__(self) -> None:
        """Refuse what is no flow."""
        low = {"hardening_exponent": 1.0, "saturation_exponent": 0.0, "hardening": 0.0}
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            if field.name in low:
                if not (np.isfinite(value) and value >= low[field.name]):
                    raise ValueError(
                        f"{field.name} must be at least {low[field.name]:g}, got {value}"
                    )
            elif not (np.isfinite(value) and value > 0):
                raise ValueError(f"{field.name} must be positive, got {value}")
        if self.sensitivity > 1:
            raise ValueError(f"sensitivity must be at most 1, got {self.sensitivity}")

    def columns(self, temperature: float, size: Array) -> Array:
        """Columns (P, m, S, H_0, S_*, a, n_s, dt) with S that of the start, and no step."""
        row = [
            self.rate.at(temperature),
            self.sensitivity,
            self.resistance,
            self.hardening,
            self.saturation,
            self.hardening_exponent,
            self.saturation_exponent,
            0.0,
        ]
        return np.tile(row, (len(size), 1))


@njit
def rate(q: float, law: Array) -> tuple[float, float]:
    """Rate (1/s) at the end of a step with equivalent stress ``q`` (MPa), and its slope by q."""
    if law[0] == 0.0 or q <= 0.0:
        return 0.0, 0.0
    s, by_q = resistance(q, law)
    value = law[0] * (q / s) ** (1.0 / law[1])
    return value, value / law[1] * (1.0 / q - by_q / s)


@njit
def resistance(q: float, law: Array) -> tuple[float, float]:
    """S (MPa) at the end of a step with equivalent stress ``q`` (MPa), and its slope by q."""
    p, m, start, hardening, saturation, a, n, dt = law
    if dt == 0.0 or hardening == 0.0 or p == 0.0 or q <= 0.0:
        return start, 0.0
    power = n / m
    end = (saturation * q**power) ** (1.0 / (1.0 + power))  # S at which S = S_s
    if end == start:
        return start, 0.0
    sign = 1.0 if end > start else -1.0
    low, high = min(start, end), max(start, end)
    s = start
    by_s, by_q = 1.0, 0.0
    for step in range(_MOST_STEPS):
        left = abs(1.0 - s ** (1.0 + power) * q**-power / saturation)
        flow = hardening * dt * p * (q / s) ** (1.0 / m)
        gain = flow * left**a
        value = s - start - sign * gain
        # d(left)/ds = -sign (1 + power) ratio / s, d(left)/dq = sign power ratio / q
        ratio = 1.0 - sign * left
        slope = flow * a * left ** (a - 1.0)
        by_s = 1.0 + slope * (1.0 + power) * ratio / s + sign * gain / (m * s)
        by_q = -slope * power * ratio / q - sign * gain / (m * q)
        if value > 0.0:
            high = s
        else:
            low = s
        if step > 0 and high - low <= _CLOSE * high:
            break
        new = s - value / by_s if by_s > 0.0 else low
        if not low < new < high:
            new = 0.5 * (low + high)
        if abs(new - s) <= _CLOSE * s:
            break
        s = new
    return s, -by_q / by_s
