"""The LiSi-C layer of the paper (Sung et al.), from the masses of its Table S1.

Carbon keeps its mass when silicon takes up lithium. The paper's own table of the lithiated layer
keeps the 90:10 ratio of weights instead, which multiplies the carbon by 1.927; both are here. All
numbers of the paper that follow from these: docs/paper-arithmetic.md.
"""

from dataclasses import dataclass

from lisic.materials.plating import charge
from lisic.materials.provenance import Entry, read

_CM_PER_UM = 1e-4
_MG_PER_G = 1e3


@dataclass(frozen=True)
class Layer:
    """What a layer is made of: a column of Table S1.

    Attributes:
        carbon_mass, active_mass: nanotubes, and silicon or silicide, g.
        carbon_volume, active_volume: without pores, cm^3.
        area: cm^2.
        thickness: um.
    """

    carbon_mass: float
    active_mass: float
    carbon_volume: float
    active_volume: float
    area: float
    thickness: float

    @property
    def volume(self) -> float:
        """Of the layer with its pores, cm^3."""
        return self.area * self.thickness * _CM_PER_UM

    @property
    def solid_fraction(self) -> float:
        """Volume of the solids per volume of the layer."""
        return (self.carbon_volume + self.active_volume) / self.volume

    @property
    def porosity(self) -> float:
        """Volume of the pores per volume of the layer."""
        return 1.0 - self.solid_fraction

    @property
    def void_ratio(self) -> float:
        """Volume of the pores per volume of the solids."""
        return self.porosity / self.solid_fraction

    @property
    def dense_thickness(self) -> float:
        """Thickness (um) without pores."""
        return self.solid_fraction * self.thickness

    @property
    def loading(self) -> float:
        """Mass of the solids per area, mg/cm^2."""
        return (self.carbon_mass + self.active_mass) / self.area * _MG_PER_G


def dry(loading: float | None = None) -> Layer:
    """The layer before lithiation.

    Args:
        loading: silicon and nanotubes, mg/cm^2, at the 90:10 of Table S1; if left out, its 0.191.
    """
    layer = read("sung-layer")
    scale = _scale(layer, loading)
    carbon, silicon = scale * layer.value("carbon_mass"), scale * layer.value("silicon_mass")
    return Layer(
        carbon,
        silicon,
        carbon / _carbon_density(),
        silicon / read("silicon").value("density"),
        layer.value("area"),
        layer.value("dry_thickness"),
    )


def lithiated(
    conserve_carbon: bool = False,
    loading: float | None = None,
    atomic_mass: float | None = None,
    density: float | None = None,
) -> Layer:
    """The layer after lithiation.

    Args:
        conserve_carbon: the carbon's mass stays; otherwise it stays a tenth of the weight, as in
            Table S1.
        loading: of the dry layer, mg/cm^2; if left out, that of Table S1.
        atomic_mass: of lithium, g/mol; if left out, the 6.941 that Table S1 needs.
        density: of the silicide, g/cm^3; if left out, the 1.22 of Table S1.
    """
    layer = read("sung-layer")
    before = dry(loading)
    silicide = before.active_mass * _mass_ratio(atomic_mass)
    carbon = before.carbon_mass
    if not conserve_carbon:
        fraction = layer.value("lithiated_carbon_weight_fraction")
        carbon = silicide * fraction / (1.0 - fraction)
    return Layer(
        carbon,
        silicide,
        carbon / _carbon_density(),
        silicide / (read("Li3.75Si").value("density") if density is None else density),
        layer.value("area"),
        layer.value("lithiated_thickness"),
    )


def dry_porosity() -> float:
    """Porosity of the layer before lithiation: 58.54600554 % in Table S1."""
    return dry().porosity


def lithiated_porosity(conserve_carbon: bool = False) -> float:
    """Porosity of the layer after lithiation: 11.03553405 % in Table S1, 13.630 % at equal carbon.

    Args:
        conserve_carbon: the carbon's mass stays; otherwise it stays a tenth of the weight, as in
            Table S1.
    """
    return lithiated(conserve_carbon).porosity


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


def _scale(layer: Entry, loading: float | None) -> float:
    """How many times the masses of Table S1 a ``loading`` in mg/cm^2 is."""
    if loading is None:
        return 1.0
    if not loading > 0:
        raise ValueError(f"loading must be positive, got {loading} mg/cm^2")
    table = (layer.value("carbon_mass") + layer.value("silicon_mass")) / layer.value("area")
    return loading / (table * _MG_PER_G)


def _carbon_density() -> float:
    return read("cnt-bundle").value("density")


def _mass_ratio(atomic_mass: float | None = None) -> float:
    """Mass of Li3.75Si against that of its silicon."""
    layer = read("sung-layer")
    lithium = layer.value("lithium_atomic_mass") if atomic_mass is None else atomic_mass
    return 1.0 + layer.value("composition") * lithium / read("silicon").value("molar_mass")
