r"""Creep and yielding of a solid with pores: closure under pressure, and effective laws.

Stresses in MPa, rates in 1/s, porosity f by volume. Pressure is positive where it closes pores.
The solid creeps as :math:`\dot\varepsilon = A q^n` or :math:`A q^n + B q` (uniaxial).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from lisic.materials.homogenisation import Value
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq


def driving_pressure(
    external: Value, surface_energy: float = 0.0, radius: Value = np.inf, gas: Value = 0.0
) -> Value:
    """Pressure that closes a spherical pore: p_ext + 2 gamma/a - p_gas, MPa.

    Args:
        external: on the outside, MPa.
        surface_energy: gamma in J/m^2, which is MPa um.
        radius: a in um.
        gas: in the pore, MPa.
    """
    return external + 2 * surface_energy / radius - gas


def closure_rate(
    porosity: Value,
    pressure: Value,
    coefficient: Value,
    exponent: float,
    *,
    cylinders: bool = False,
) -> Value:
    r"""Rate df/dt (1/s) at which pores of a power-law solid close (Wilkinson and Ashby 1975).

    .. math::
        \dot f = -\frac32 A f(1-f) \frac{[3p/(2n)]^n}{(1 - f^{1/n})^n}

    exact for a thick spherical shell; for long cylindrical pores
    :math:`\dot f = -\sqrt3 A f(1-f) [\sqrt3 p/n]^n/(1 - f^{1/n})^n`. Under tension pores open.

    Args:
        porosity: f in (0, 1).
        pressure: p, see :func:`driving_pressure`.
        coefficient: A in MPa^-n/s; 1/(3 eta) of a viscous solid.
        exponent: n.
        cylinders: cylindrical pores.

    Raises:
        ValueError: a porosity outside [0, 1).
    """
    f = _porosity(porosity)
    factor = np.sqrt(3) if cylinders else 1.5
    p = np.asarray(pressure, dtype=float)
    stress = factor * np.abs(p) / exponent / (1 - f ** (1 / exponent))  # at the pore's wall
    rate: Value = -factor * coefficient * f * (1 - f) * np.sign(p) * stress**exponent
    return rate


def mixed_closure_rate(
    porosity: float, pressure: float, power: float, exponent: float, linear: float
) -> float:
    r"""Rate df/dt (1/s) at which spherical pores of a solid with A q^n + B q close.

    In a shell the rate falls with the third power of the radius, from e at the pore's wall to
    f e outside. Equilibrium, :math:`p = \frac23\int_{fe}^{e} q(\dot\varepsilon)\,
    d\ln\dot\varepsilon`, determines e, and :math:`\dot f = -\frac32 e f (1-f)`.

    Args:
        porosity: f in (0, 1).
        pressure: p >= 0.
        power: A in MPa^-n/s.
        exponent: n.
        linear: B in 1/(MPa s).

    Raises:
        ValueError: a porosity outside [0, 1), a negative pressure, or a solid that can't flow.
    """
    f = float(np.asarray(_porosity(porosity)))
    if not (np.isfinite(pressure) and pressure >= 0):
        raise ValueError(f"pressure must be zero or positive, got {pressure} MPa")
    if power < 0 or linear < 0 or power + linear == 0:
        raise ValueError(f"the solid must flow, got A = {power} and B = {linear}")
    if pressure == 0 or f == 0:
        return 0.0

    def rate(stress: float) -> float:
        return float(power * stress**exponent + linear * stress)

    def outer(stress: float) -> float:
        """Stress outside the shell that goes with ``stress`` at the wall."""
        low, high = f, f ** (1 / exponent)  # of ``stress``: linear, power law
        goal = f * rate(stress)
        if rate(stress * low) >= goal or rate(stress * high) <= goal:
            return stress * (low if rate(stress * low) >= goal else high)
        part = brentq(lambda x: rate(stress * x) / goal - 1, low, high, xtol=1e-300, rtol=1e-14)
        return stress * float(part)

    def slope(stress: float) -> float:
        """d ln(rate)/d ln(stress)."""
        a, b = power * stress ** (exponent - 1), linear
        return float((exponent * a + b) / (a + b))

    def carried(stress: float) -> float:
        # dq d(ln rate)/d(ln q) instead of q d(ln rate): the integrand is smooth.
        return 2 / 3 * float(quad(slope, outer(stress), stress, epsabs=0, epsrel=1e-11)[0])

    # Between those of a linear solid and of one with the power law alone.
    wall = [1.5 * pressure / m / (1 - f ** (1 / m)) for m in (1.0, exponent)]
    wall_stress = brentq(
        lambda q: carried(q) - pressure,
        0.999 * min(wall),
        1.001 * max(wall),
        xtol=1e-300,
        rtol=1e-13,
    )
    return -1.5 * rate(wall_stress) * f * (1 - f)


def porosity_after(
    time: npt.ArrayLike, porosity: float, pressure: float, coefficient: float, exponent: float
) -> npt.NDArray[np.float64]:
    """Porosity after ``time`` (n,) s under constant ``pressure``, spherical pores.

    A linear solid has f_0 exp(-3 p t/(4 eta)) with A = 1/(3 eta).

    Raises:
        ValueError: a porosity outside [0, 1), a negative pressure or time.
    """
    times = np.atleast_1d(np.asarray(time, dtype=float))
    if not np.all(times >= 0):
        raise ValueError(f"time must be zero or positive, got {times.min()} s")
    if not pressure >= 0:
        raise ValueError(f"pressure must be zero or positive, got {pressure} MPa")
    start = float(np.asarray(_porosity(porosity)))
    if start == 0 or pressure == 0 or times.max() == 0:
        return np.full(len(times), start)

    def change(_: float, logarithm: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        f = np.exp(logarithm)
        return np.asarray(closure_rate(f, pressure, coefficient, exponent)) / f

    # In ln f: porosity falls over decades and never below zero.
    solution = solve_ivp(
        change, (0.0, times.max()), [np.log(start)], "LSODA", times, rtol=1e-11, atol=1e-12
    )
    return np.asarray(np.exp(solution.y[0]))


@dataclass(frozen=True)
class PorousCreep:
    r"""Effective creep of a power-law solid with pores (Michel and Suquet 1992).

    .. math::
        W = \frac{A}{n+1} (a q^2 + b p^2)^{(n+1)/2}, \qquad
        a = (1 + \tfrac23 f)(1-f)^{-\frac{2n}{n+1}}, \qquad
        b = \tfrac94 \Bigl[\frac{1}{n(f^{-1/n} - 1)}\Bigr]^{\frac{2n}{n+1}}

    Under pressure alone it is Wilkinson and Ashby's exact rate.

    Attributes:
        coefficient: A of the solid, MPa^-n/s.
        exponent: n.
        porosity: f in [0, 1).
    """

    coefficient: float
    exponent: float
    porosity: float

    def __post_init__(self) -> None:
        """Refuse what is no porous solid."""
        _porosity(self.porosity)
        if not self.exponent >= 1:
            raise ValueError(f"exponent must be at least 1, got {self.exponent}")

    @property
    def shape(self) -> tuple[float, float]:
        """a and b."""
        f, n = self.porosity, self.exponent
        power = 2 * n / (n + 1)
        a = (1 + 2 / 3 * f) * (1 - f) ** -power
        b = 9 / 4 * (1 / (n * (f ** (-1 / n) - 1))) ** power if f > 0 else 0.0
        return a, b

    def potential(self, equivalent: Value, pressure: Value) -> Value:
        """W in MPa/s at equivalent stress q and pressure p, MPa."""
        a, b = self.shape
        size = a * equivalent**2 + b * pressure**2
        return self.coefficient / (self.exponent + 1) * size ** ((self.exponent + 1) / 2)

    def rates(self, equivalent: Value, pressure: Value) -> tuple[Value, Value]:
        """Equivalent rate dW/dq and rate of volume loss dW/dp, 1/s."""
        a, b = self.shape
        size = a * equivalent**2 + b * pressure**2
        common = self.coefficient * size ** ((self.exponent - 1) / 2)
        return common * a * equivalent, common * b * pressure

    def closure_rate(self, equivalent: Value, pressure: Value) -> Value:
        """df/dt = -(1 - f) dW/dp, 1/s: the solid keeps its volume."""
        return -(1 - self.porosity) * self.rates(equivalent, pressure)[1]


def gurson(
    equivalent: Value,
    pressure: Value,
    yield_stress: Value,
    porosity: Value,
    q1: float = 1.0,
    q2: float = 1.0,
) -> Value:
    r"""Gurson's yield function of a porous plastic solid; it yields at 0, is elastic below.

    .. math::
        \Phi = \frac{q^2}{s_Y^2} + 2 q_1 f \cosh\frac{3 q_2 p}{2 s_Y} - 1 - q_1^2 f^2

    Args:
        equivalent: q, MPa.
        pressure: p, MPa, of either sign.
        yield_stress: s_Y of the solid, MPa.
        porosity: f.
        q1: Tvergaard's factor on f; 1 is Gurson's own.
        q2: Tvergaard's factor on p.

    Raises:
        ValueError: a porosity outside [0, 1).
    """
    f = q1 * _porosity(porosity)
    swelling = 2 * f * np.cosh(1.5 * q2 * pressure / yield_stress)
    return (equivalent / yield_stress) ** 2 + swelling - 1 - f**2


def gurson_pressure(
    yield_stress: Value, porosity: Value, q1: float = 1.0, q2: float = 1.0
) -> Value:
    """Pressure that makes a porous solid yield on its own: 2 s_Y/(3 q2) ln(1/(q1 f)), MPa.

    Raises:
        ValueError: a porosity outside [0, 1).
    """
    return -2 / (3 * q2) * yield_stress * np.log(q1 * _porosity(porosity))


def _porosity(porosity: Value) -> Value:
    f = np.asarray(porosity)
    if not np.all((f >= 0) & (f < 1)):
        raise ValueError(f"porosity must lie in [0, 1), got {porosity}")
    return porosity
