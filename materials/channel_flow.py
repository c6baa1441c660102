r"""Pressure that drives lithium along a straight round channel, in closed form.

Slow flow without slip at the wall, radius R, mean velocity v. Equilibrium makes the shear stress
:math:`\tau = g r/2` for a pressure gradient g, whatever the law; the rates of mechanisms in
parallel therefore add, and so do their velocities:

.. math::
    v(g) = \frac{3 B R^2}{8} g + \frac{\sqrt3 A R}{n+3} \Bigl(\frac{\sqrt3 R g}{2}\Bigr)^n

for the uniaxial rate :math:`\dot\varepsilon = A q^n + B q`. With Coble creep of a body of size
d = 2R the first term alone gives :math:`\Delta p = 8\eta L v/R^2 = 0.485\,vLRkT/(\delta D\Omega)`.
Lithium that enters evenly over a depth at the closed end passes only part of that depth, so the
pressure there is :math:`\int_0^L g(v \min(z/\text{depth}, 1))\,dz`.

Valid where the channel is long against its radius, the shape hardly changes, and lithium's
compression is small.
"""

import math
from dataclasses import dataclass

import numpy as np
from lisic.materials.flow import Mechanism, flow_columns
from lisic.materials.slots import Slot
from scipy.integrate import quad
from scipy.optimize import brentq


@dataclass(frozen=True)
class ChannelFlow:
    """Flow of one material in a channel of one radius at one temperature.

    Attributes:
        radius: R in um.
        linear: B in 1/(MPa s), sum of all linear mechanisms for a body of size 2R.
        power: A in MPa^-n/s, 0 where there is no power law.
        exponent: n.
    """

    radius: float
    linear: float
    power: float
    exponent: float

    @classmethod
    def of(
        cls, mechanisms: tuple[Mechanism, ...], radius: float, temperature: float
    ) -> "ChannelFlow":
        """From a material's mechanisms at ``temperature`` (K), each taken at the size 2R."""
        row = flow_columns(mechanisms, temperature, np.array([2.0 * radius]))[0]
        power = row[Slot.POWER_LAW.first : Slot.POWER_LAW.first + 2]
        return cls(radius, float(row[Slot.LINEAR.first]), float(power[0]), float(power[1]))

    def velocity(self, gradient: float) -> float:
        """Mean velocity (um/s) under a pressure ``gradient`` in MPa/um, >= 0."""
        r = self.radius
        v = 0.375 * self.linear * r * r * gradient
        if self.power > 0.0:
            n = self.exponent
            v += math.sqrt(3) * self.power * r / (n + 3) * (math.sqrt(3) * r * gradient / 2) ** n
        return v

    def gradient(self, velocity: float) -> float:
        """Pressure gradient (MPa/um) that drives a mean ``velocity`` (um/s), >= 0.

        Raises:
            ValueError: nothing flows, or a negative velocity.
        """
        if velocity < 0.0:
            raise ValueError(f"velocity must be zero or positive, got {velocity} um/s")
        if velocity == 0.0:
            return 0.0
        # Each mechanism alone needs at least this much.
        alone = []
        if self.linear > 0.0:
            alone.append(velocity / (0.375 * self.linear * self.radius**2))
        if self.power > 0.0:
            n, r = self.exponent, self.radius
            shear = velocity * (n + 3) / (math.sqrt(3) * self.power * r)
            alone.append(shear ** (1 / n) * 2 / (math.sqrt(3) * r))
        if not alone:
            raise ValueError("the material has no mechanism by which it flows in a channel")
        high = min(alone)
        if len(alone) == 1:
            return high
        return float(brentq(lambda g: self.velocity(g) - velocity, 0.0, 2.0 * high, xtol=1e-300))

    def closed_end_pressure(self, velocity: float, length: float, depth: float = 0.0) -> float:
        """Pressure (MPa) at the closed end of a channel that is open to zero pressure.

        Args:
            velocity: mean velocity past the entry, um/s.
            length: of the channel, um.
            depth: of the layer at the closed end through which lithium enters evenly, um.

        Raises:
            ValueError: a depth that is not within the channel.
        """
        if not 0.0 <= depth <= length:
            raise ValueError(f"depth must lie within the length 0..{length} um, got {depth} um")
        pressure = self.gradient(velocity) * (length - depth)
        if depth > 0.0:
            # The substitution s^2 smooths the power law's root at the closed end.
            part, _ = quad(lambda s: 2 * s * self.gradient(velocity * s * s), 0.0, 1.0)
            pressure += part * depth
        return float(pressure)
