r"""Capillary pressure in a pore or a droplet, :math:`2\gamma/r`.

It exceeds the creep stress of lithium in pores below 100 nm. No solver takes it in yet; each run
says so among its assumptions.
"""

import numpy as np
import numpy.typing as npt
from lisic.materials.slots import Array


def capillary_pressure(surface_energy: npt.ArrayLike, radius: npt.ArrayLike) -> Array:
    """Pressure (MPa) across a sphere's surface; the arguments broadcast.

    Args:
        surface_energy: uN/um (1 J/m^2 is 1 uN/um), as ``lithium.value("surface_energy")``.
        radius: um.

    Raises:
        ValueError: a radius that is not positive, or a negative energy.
    """
    energies, radii = np.asarray(surface_energy, dtype=float), np.asarray(radius, dtype=float)
    if not np.all(radii > 0):
        raise ValueError(f"radius must be positive, got {radii.min()} um")
    if not np.all(energies >= 0):
        raise ValueError(f"surface_energy must be zero or positive, got {energies.min()} uN/um")
    pressure: Array = 2 * energies / radii
    return pressure
