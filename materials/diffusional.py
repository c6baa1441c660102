r"""Diffusional creep of a body of size d, in the von Mises form.

Frost and Ashby (Deformation-Mechanism Maps, 1982) give equivalent shear quantities,
:math:`\dot\gamma = 42\,\sigma_s\Omega/(kTd^2)\,[D_v + \pi\delta D_b/d]`. With
:math:`\sigma_s = q/\sqrt3` and :math:`\dot\gamma = \sqrt3\,\dot\varepsilon`

.. math::
    \dot\varepsilon = B\,q, \qquad
    B = \frac{14\,\Omega}{kT d^2}\Bigl(D_v + \frac{\pi\,\delta D_b}{d}\Bigr)

The first part is Nabarro-Herring creep (through the lattice), the second Coble creep (along
the boundary). They share the column of linear creep. The shear viscosity is 1/(3B).
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from lisic.materials.arrhenius import Arrhenius
from lisic.materials.slots import Array, Slot
from scipy.constants import k as BOLTZMANN

_FACTOR = 14.0  # 42/3, from shear to uniaxial
_K = BOLTZMANN * 1e12  # uN um / K, so that volume / (_K T) is in 1/MPa


@dataclass(frozen=True)
class NabarroHerring:
    """Creep by diffusion through the lattice.

    Attributes:
        diffusivity: lattice self-diffusion D_v(T) in um^2/s.
        atomic_volume: Omega in um^3.
        smallest_size: floor on d in um; smaller bodies creep as if they were as large as this.
    """

    diffusivity: Arrhenius
    atomic_volume: float
    smallest_size: float
    slot: ClassVar[Slot] = Slot.LINEAR

    def columns(self, temperature: float, size: Array) -> Array:
        """Column (B,) in 1/(MPa s) for bodies of ``size`` (n,) um.

        Raises:
            ValueError: a body without a size.
        """
        d = _floored(size, self.smallest_size)
        b = _compliance(self.atomic_volume, temperature) * self.diffusivity.at(temperature) / d**2
        return b[:, None]


@dataclass(frozen=True)
class Coble:
    """Creep by diffusion along the boundary of the body.

    Attributes:
        diffusivity: boundary width times boundary diffusivity, delta D_b(T), in um^3/s.
        atomic_volume: Omega in um^3.
        smallest_size: floor on d in um; smaller bodies creep as if they were as large as this.
    """

    diffusivity: Arrhenius
    atomic_volume: float
    smallest_size: float
    slot: ClassVar[Slot] = Slot.LINEAR

    def columns(self, temperature: float, size: Array) -> Array:
        """Column (B,) in 1/(MPa s) for bodies of ``size`` (n,) um.

        Raises:
            ValueError: a body without a size.
        """
        d = _floored(size, self.smallest_size)
        boundary = np.pi * self.diffusivity.at(temperature)
        return (_compliance(self.atomic_volume, temperature) * boundary / d**3)[:, None]


def _compliance(atomic_volume: float, temperature: float) -> float:
    """14 Omega / kT in 1/MPa."""
    return _FACTOR * atomic_volume / float(_K * temperature)


def _floored(size: Array, smallest: float) -> Array:
    if not np.all(np.isfinite(size) & (size > 0)):
        bad = size[~(np.isfinite(size) & (size > 0))][0]
        raise ValueError(
            f"diffusional creep needs the size of each body, got {bad} um; give the material a "
            'size, such as size = "100 nm", or leave out its mechanisms coble and nabarro_herring'
        )
    return np.maximum(size, smallest)
