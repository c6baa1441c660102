"""From the geometry table of a case to the geometry of the mesh room, not yet built."""

from typing import Any

from lisic.materials import paper
from lisic.mesh.channel import Channel
from lisic.mesh.external import ExternalMesh
from lisic.mesh.external_fibres import FibreGroup
from lisic.mesh.field_layer import FieldLayer
from lisic.mesh.image import MicrographMesh
from lisic.mesh.nanotube_bundles import Bundles
from lisic.mesh.particle_carbon import Carbon
from lisic.mesh.particle_layer import ParticleLayer
from lisic.mesh.porous_layer import Nanotubes, PorousLayer
from lisic.mesh.porous_volume import FieldPores, PorousVolume, SpherePores
from lisic.mesh.stack import Layer, LayerPores, Roughness, Stack
from lisic.mesh.volume import VolumeMesh
from lisic.scripts.case import Case
from lisic.scripts.geometry_section import ChannelTable, MeshTable
from lisic.scripts.image_section import ImageTable
from lisic.scripts.particle_section import ParticleLayerTable
from lisic.scripts.pore_tables import NanotubeTable
from lisic.scripts.porous_section import PorousLayerTable
from lisic.scripts.stack_section import LayerTable, StackTable
from lisic.scripts.volume_section import VolumeTable

type Geometry = (
    PorousLayer
    | FieldLayer
    | PorousVolume
    | ParticleLayer
    | Stack
    | MicrographMesh
    | VolumeMesh
    | Channel
    | ExternalMesh
)

_UNITS_UM = {"nm": 1e-3, "um": 1.0, "mm": 1e3, "m": 1e6}


def geometry(case: Case) -> Geometry:
    """The geometry of a case, not yet built.

    Raises:
        ValueError: a geometry that no seed can build.
    """
    table = case.geometry
    match table:
        case PorousLayerTable():
            return _porous_layer(table)
        case ParticleLayerTable():
            return _particle_layer(table)
        case StackTable():
            layers = tuple(_layer(layer, table.width) for layer in table.layer)
            return Stack(layers, table.width, table.seed)
        case ImageTable():
            return MicrographMesh(
                file=table.file,
                pixel_size=table.pixel_size,
                regions=table.regions,
                thresholds=table.thresholds,
                values=dict(zip(table.regions, table.labels, strict=False)),
                denoise=table.denoise,
                smallest_island=table.smallest_island,
                element_size=table.element_size,
            )
        case VolumeTable():
            return VolumeMesh(
                file=table.file,
                pixel_size=table.pixel_size,
                slice_distance=table.slice_distance,
                stacked=table.stacked,
                regions=table.regions,
                thresholds=table.thresholds,
                values=dict(zip(table.regions, table.labels, strict=False)),
                denoise=table.denoise,
                smallest_island=table.smallest_island,
                element_size=table.element_size,
            )
        case ChannelTable():
            return Channel(table.radius, table.length, table.elements_across)
        case MeshTable():
            fibres = table.fibres
            return ExternalMesh(
                table.file,
                _UNITS_UM[table.unit],
                None if fibres is None else FibreGroup(fibres.group, fibres.diameter),
            )


def _porous_layer(table: PorousLayerTable) -> PorousLayer | FieldLayer | PorousVolume:
    """Circles, spheres or a random field; the table holds the keys of one of them only."""
    sizes, chord = table.pore_diameter, table.pore_chord
    if table.dimension == 3:
        return PorousVolume(
            thickness=table.thickness,
            width=table.width,
            porosity=table.porosity,
            pores=FieldPores(chord or 0.0)
            if sizes is None
            else SpherePores(sizes.median, sizes.sigma),
            seed=table.seed,
            element_size=table.element_size,
            largest_element=table.largest_element,
            filled=table.filled,
            open_pores=table.open_pores,
            nanotubes=_bundles(table.cnt, table.porosity),
        )
    if sizes is None:
        return FieldLayer(
            thickness=table.thickness,
            width=table.width,
            porosity=table.porosity,
            mean_chord=chord or 0.0,
            seed=table.seed,
            element_size=table.element_size,
            filled=table.filled,
            open_pores=table.open_pores,
        )
    return PorousLayer(
        thickness=table.thickness,
        width=table.width,
        porosity=table.porosity,
        median_diameter=sizes.median,
        sigma=sizes.sigma,
        seed=table.seed,
        nodes_per_pore=table.nodes_per_pore or 0,
        element_size=table.element_size,
        nanotubes=_nanotubes(table.cnt, table.porosity),
        filled=table.filled,
    )


def _particle_layer(table: ParticleLayerTable) -> ParticleLayer:
    carbon = None
    if table.carbon_fraction:
        carbon = Carbon(
            fraction=table.carbon_fraction,
            diameter=table.bundle_diameter,
            length=table.bundle_length,
            persistence_length=table.persistence_length,
        )
    return ParticleLayer(
        dimension=table.dimension,
        thickness=table.thickness,
        width=table.width,
        silicon_fraction=table.silicon_fraction,
        median_diameter=table.median_diameter,
        sigma=table.sigma,
        seed=table.seed,
        carbon=carbon,
        element_size=table.element_size,
        void_diameter=table.void_diameter,
        voids=table.voids,
    )


def _nanotubes(table: NanotubeTable | None, porosity: float) -> Nanotubes | None:
    """Bundles in a cut through a layer."""
    if table is None:
        return None
    share = paper.nanotube_volume_fraction(table.weight_fraction, porosity)
    return Nanotubes(area_fraction=share, **_shape(table))


def _bundles(table: NanotubeTable | None, porosity: float) -> Bundles | None:
    """Bundles in three dimensions."""
    if table is None:
        return None
    return Bundles(
        volume_fraction=paper.nanotube_volume_fraction(table.weight_fraction, porosity),
        ends=table.ends or "periodic",
        through_pores=table.through_pores,
        **_shape(table),
    )


def _shape(table: NanotubeTable) -> dict[str, Any]:
    """What bundles have in both."""
    shape: dict[str, Any] = {
        "diameter": table.bundle_diameter,
        "length": table.length,
        "persistence_length": table.persistence_length,
        "orientation": table.orientation,
        "weight_fraction": table.weight_fraction,
    }
    if table.orientation == "aligned":
        shape |= {"axis": table.axis, "spread_deg": table.spread}
    return shape


def _layer(table: LayerTable, width: float) -> Layer:
    rough, sizes = table.roughness, table.pore_diameter
    try:
        roughness = (
            None
            if rough is None
            else Roughness(rough.rms, rough.hurst, rough.shortest, rough.longest or width)
        )
    except ValueError as error:
        raise ValueError(f"upper face of layer {table.name}: {error}") from error
    return Layer(
        name=table.name,
        thickness=table.thickness,
        roughness=roughness,
        pores=None
        if table.porosity is None or sizes is None
        else LayerPores(table.porosity, sizes.median, sizes.sigma, table.nodes_per_pore),
        nanotubes=_nanotubes(table.cnt, table.porosity or 0.0),
        element_size=table.element_size,
    )
