"""Charges, thicknesses and rates of the paper's cells (Sung et al.): see docs/paper-arithmetic.md.

Currents are in A/m^2 (1 mA/cm^2 is 10 A/m^2), charges in C/m^2 (1 mAh/cm^2 is 36000 C/m^2).
"""

from dataclasses import dataclass

from lisic.materials import paper, plating
from lisic.materials.provenance import read

_G_PER_M2 = 10.0  # of 1 mg/cm^2

SMALL_PORE = 0.1
"""Diameter (um) of a small pore, for the rates of strain in it."""


def silicon_capacity() -> float:
    """Charge per mass of silicon that takes up 3.75 Li per Si, C/g: 3578.6 mAh/g."""
    composition = read("sung-layer").value("composition")
    return composition * plating.FARADAY / read("silicon").value("molar_mass")


def silicon_charge(loading: float) -> float:
    """Charge (C/m^2) that lithiates a layer of ``loading`` (silicon and nanotubes, mg/cm^2)."""
    fraction = read("sung-layer").value("silicon_weight_fraction")
    return loading * _G_PER_M2 * fraction * silicon_capacity()


def cathode_charge() -> float:
    """Charge (C/m^2) of the full cell's cathode at first discharge."""
    layer = read("sung-layer")
    active = layer.value("cathode_loading") * _G_PER_M2 * layer.value("cathode_weight_fraction")
    return active * layer.value("cathode_capacity")


def lithium_thickness(charge: float) -> float:
    """Thickness (um) of the solid lithium of a ``charge`` in C/m^2."""
    return plating.thickness(charge, _molar_volume())


def lithium_charge(thickness: float) -> float:
    """Charge (C/m^2) of a ``thickness`` (um) of solid lithium."""
    return plating.charge(thickness, _molar_volume())


def stall_pressure(overpotential: float) -> float:
    """Pressure (MPa) of lithium that an ``overpotential`` (mV) can hold."""
    return plating.stall_pressure(overpotential, _molar_volume())


@dataclass(frozen=True)
class Rates:
    """How fast lithium grows and flows at a current.

    Attributes:
        velocity: of growth on the whole area, um/s.
        layer: velocity over the layer's thickness, 1/s.
        pores: the same if all grows in pores of the layer's porosity.
        small_pore: velocity over the diameter of a small pore, 1/s.
        small_pores: the same if all grows in pores.
    """

    velocity: float
    layer: float
    pores: float
    small_pore: float
    small_pores: float


def rates(current: float, porosity: float) -> Rates:
    """Growth and strain rates at ``current`` (A/m^2) in the lithiated layer.

    Raises:
        ValueError: a porosity outside (0, 1].
    """
    if not 0.0 < porosity <= 1.0:
        raise ValueError(f"porosity must lie above 0 and at most at 1, got {porosity}")
    velocity = plating.velocity(current, _molar_volume())
    thickness = paper.lithiated().thickness
    return Rates(
        velocity,
        velocity / thickness,
        velocity / (porosity * thickness),
        velocity / SMALL_PORE,
        velocity / (porosity * SMALL_PORE),
    )


def _molar_volume() -> float:
    return read("lithium").value("molar_volume")
