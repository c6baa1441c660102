r"""Plating of lithium: charge, thickness, velocity, and the pressure that stalls it.

With the molar volume :math:`V_m` of lithium and Faraday's constant F

.. math::
    v = \frac{i V_m}{F}, \qquad h = \frac{Q V_m}{F}, \qquad p^* = \frac{F\eta}{V_m}

Plating stops where the lithium's pressure reaches :math:`p^*` (7.42 MPa per mV; Chen et al.
2020, doi:10.1038/s41586-020-1972-y: 1 GPa at 135 mV).

All functions take arrays. Molar volumes are in um^3/mol, as ``load("lithium").molar_volume``.
"""

from lisic.materials.slots import Array
from scipy.constants import physical_constants

FARADAY: float = physical_constants["Faraday constant"][0]
"""Faraday's constant, C/mol."""

MAH_PER_CM2 = 36000.0
"""1 mAh/cm^2 in C/m^2: 3.6 C on 1e-4 m^2."""

_UM2_PER_M2 = 1e12
_MPA_PER_J_UM3 = 1e12  # 1 J = 1e12 uN um
_V_PER_MV = 1e-3


def stall_pressure[N: (float, Array)](overpotential: N, molar_volume: float) -> N:
    """Pressure (MPa) at which an ``overpotential`` (mV) plates no more lithium."""
    return overpotential * (_V_PER_MV * FARADAY / molar_volume * _MPA_PER_J_UM3)


def potential_shift[N: (float, Array)](mean_stress: N, molar_volume: float) -> N:
    """Change (mV) of the potential against lithium by a ``mean_stress`` (MPa), tension positive.

    Larche and Cahn: mu = mu_0 - V_m sigma_h for the lithium in a solid under stress, hence
    U = U_0 + V_m sigma_h / F; compression lowers it. With ``partial_molar_volume`` of lithium in
    silicon 89 to 92 mV per GPa; the inverse of :func:`stall_pressure`.
    """
    return mean_stress * (molar_volume / FARADAY / _MPA_PER_J_UM3 / _V_PER_MV)


def velocity[N: (float, Array)](current_density: N, molar_volume: float) -> N:
    """Growth of solid lithium (um/s) at a ``current_density`` in A/m^2."""
    return current_density * (molar_volume / FARADAY / _UM2_PER_M2)


def thickness[N: (float, Array)](charge: N, molar_volume: float) -> N:
    """Thickness of solid lithium (um) of a ``charge`` in C/m^2."""
    return velocity(charge, molar_volume)


def charge[N: (float, Array)](thickness: N, molar_volume: float) -> N:
    """Charge (C/m^2) of a ``thickness`` of solid lithium in um."""
    return thickness * (FARADAY / molar_volume * _UM2_PER_M2)
