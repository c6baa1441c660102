"""Arithmetic of the paper (Sung et al.) on its LiSi-C layer, from the masses of its Table S1.

Carbon keeps its mass when silicon takes up lithium. The paper's own table of the lithiated layer
keeps the 90:10 ratio of weights instead, which multiplies the carbon by 1.927; both are here.
"""

from lisic.materials.plating import charge
from lisic.materials.provenance import read

_CM_PER_UM = 1e-4


def dry_porosity() -> float:
    """Porosity of the layer before lithiation: 58.54600554 % in Table S1."""
    layer = read("sung-layer")
    solid = layer.value("carbon_mass") / _carbon_density() + layer.value("silicon_mass") / read(
        "silicon"
    ).value("density")
    return 1.0 - solid / (layer.value("area") * layer.value("dry_thickness") * _CM_PER_UM)


def lithiated_porosity(conserve_carbon: bool = False) -> float:
    """Porosity of the layer after lithiation: 11.03553405 % in Table S1, 13.630 % at equal carbon.

    Args:
        conserve_carbon: the carbon's mass stays; otherwise it stays a tenth of the weight, as in
            Table S1.
    """
    layer = read("sung-layer")
    silicide = layer.value("silicon_mass") * _mass_ratio()
    carbon = layer.value("carbon_mass")
    if not conserve_carbon:
        fraction = layer.value("lithiated_carbon_weight_fraction")
        carbon = silicide * fraction / (1.0 - fraction)
    solid = carbon / _carbon_density() + silicide / read("Li3.75Si").value("density")
    return 1.0 - solid / (layer.value("area") * layer.value("lithiated_thickness") * _CM_PER_UM)


def volume_ratio(composition: float) -> float:
    """Volume of Li_xSi against that of its silicon, linear in x: 3.680 at x = 3.75, 1 at x = 0.

    Raises:
        ValueError: a composition outside 0 to 3.75.
    """
    full = read("sung-layer").value("composition")
    if not 0.0 <= composition <= full:
        raise ValueError(f"composition must lie between 0 and {full} Li per Si, got {composition}")
    swollen = _mass_ratio() * read("silicon").value("density") / read("Li3.75Si").value("density")
    return 1.0 + (swollen - 1.0) * composition / full


def nanotube_volume_fraction(
    weight_fraction: float, porosity: float, composition: float = 3.75
) -> float:
    """Volume of nanotubes per volume of the layer, pores included, with their mass conserved.

    Args:
        weight_fraction: nanotubes' part of the weight of the dry layer (silicon and nanotubes).
        porosity: of the layer as it is now.
        composition: Li per Si now; 0 for the dry layer.

    Raises:
        ValueError: a fraction outside [0, 1), or a composition outside 0 to 3.75.
    """
    for name, value in (("weight_fraction", weight_fraction), ("porosity", porosity)):
        if not 0.0 <= value < 1.0:
            raise ValueError(f"{name} must lie between 0 and 1, got {value}")
    carbon = weight_fraction / _carbon_density()
    silicon = (1.0 - weight_fraction) / read("silicon").value("density")
    return (1.0 - porosity) * carbon / (carbon + silicon * volume_ratio(composition))


def pore_filling_charge(porosity: float, thickness: float) -> float:
    """Charge (C/m^2) of the lithium that fills the pores of a layer ``thickness`` um thick."""
    return charge(porosity * thickness, read("lithium").value("molar_volume"))


def _carbon_density() -> float:
    return read("cnt-bundle").value("density")


def _mass_ratio() -> float:
    return read("Li3.75Si").value("molar_mass") / read("silicon").value("molar_mass")
