"""From a case to what the rooms need: a geometry, materials, loads, steps; then to a problem.

The only place that knows the case file and the rooms alike. Everything that can be refused is
refused here or before, so that a run that has begun to write has a sound input.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from lisic.materials import Material, PropertyError, define, load, paper
from lisic.mesh.channel import Channel
from lisic.mesh.external import ExternalMesh
from lisic.mesh.image import MicrographMesh
from lisic.mesh.particle_layer import ParticleLayer
from lisic.mesh.porous_layer import Nanotubes, PorousLayer
from lisic.mesh.regions import RegionMesh
from lisic.mesh.stack import Layer, LayerPores, Roughness, Stack
from lisic.scripts.case import PRESSED, Case
from lisic.scripts.geometry_section import ChannelTable, MeshTable, PorousLayerTable
from lisic.scripts.image_section import ImageTable
from lisic.scripts.materials_section import VOID
from lisic.scripts.particle_section import ParticleLayerTable
from lisic.scripts.pore_tables import NanotubeTable
from lisic.scripts.ranges import outside, told_elsewhere
from lisic.scripts.refusal import Refusal, blamed_on, misfit, nearest, shown
from lisic.scripts.stack_section import LayerTable, StackTable

if TYPE_CHECKING:
    from lisic.scripts.protocol import Protocol
    from lisic.solvers.loads import FibreLaw, Load
    from lisic.solvers.points import RegionLaw
    from lisic.solvers.problem import Problem

type Geometry = PorousLayer | ParticleLayer | Stack | MicrographMesh | Channel | ExternalMesh

_UNITS_UM = {"nm": 1e-3, "um": 1.0, "mm": 1e3, "m": 1e6}

# Facet groups that are held and pressed, where they are not called bottom and top.
_FACES = dict.fromkeys(("porous_layer", "particle_layer"), ("separator", "collector"))

# Lithium enters a channel in a layer at its closed end, this share of the radius deep.
ENTRY_DEPTH = 0.5


def geometry(case: Case) -> Geometry:
    """The geometry of a case, not yet built.

    Raises:
        ValueError: a geometry that no seed can build.
    """
    table = case.geometry
    match table:
        case PorousLayerTable():
            return PorousLayer(
                thickness=table.thickness,
                width=table.width,
                porosity=table.porosity,
                median_diameter=table.pore_diameter.median,
                sigma=table.pore_diameter.sigma,
                seed=table.seed,
                nodes_per_pore=table.nodes_per_pore,
                element_size=table.element_size,
                nanotubes=_nanotubes(table.cnt, table.porosity),
            )
        case ParticleLayerTable():
            return ParticleLayer(
                thickness=table.thickness,
                width=table.width,
                solid_fraction=table.solid_fraction,
                median_diameter=table.median_diameter,
                sigma=table.sigma,
                seed=table.seed,
                element_size=table.element_size,
                void_diameter=table.void_diameter,
                voids=table.voids,
            )
        case StackTable():
            layers = tuple(_layer(layer, table.width) for layer in table.layer)
            return Stack(layers, table.width, table.seed)
        case ImageTable():
            return MicrographMesh(
                file=table.file,
                pixel_size=table.pixel_size,
                regions=table.regions,
                thresholds=() if table.labels else table.thresholds,
                values=dict(zip(table.regions, table.labels, strict=False)),
                denoise=table.denoise,
                smallest_island=table.smallest_island,
                element_size=table.element_size,
            )
        case ChannelTable():
            return Channel(table.radius, table.length, table.elements_across)
        case MeshTable():
            return ExternalMesh(table.file, _UNITS_UM[table.unit])


def _nanotubes(table: NanotubeTable | None, porosity: float) -> Nanotubes | None:
    if table is None:
        return None
    return Nanotubes(
        area_fraction=paper.nanotube_volume_fraction(table.weight_fraction, porosity),
        diameter=table.bundle_diameter,
        length=table.length,
        persistence_length=table.persistence_length,
    )


def _layer(table: LayerTable, width: float) -> Layer:
    rough, sizes = table.roughness, table.pore_diameter
    return Layer(
        name=table.name,
        thickness=table.thickness,
        roughness=None
        if rough is None
        else Roughness(rough.rms, rough.hurst, rough.shortest, rough.longest or width),
        pores=None
        if table.porosity is None or sizes is None
        else LayerPores(table.porosity, sizes.median, sizes.sigma, table.nodes_per_pore),
        nanotubes=_nanotubes(table.cnt, table.porosity or 0.0),
        element_size=table.element_size,
    )


def materials(case: Case, regions: Mapping[str, int]) -> dict[str, Material]:
    """The material of every region, and of parts that are no region (platen, cnt).

    Raises:
        Refusal: a material that does not exist, lacks a value or gets an impossible one.
    """
    names = set(regions) | set(case.materials.regions)
    if isinstance(case.geometry, MeshTable):
        for name in case.materials.regions:
            if name not in regions:
                raise misfit(
                    case.materials.of(name),
                    f"a region of the mesh; {nearest(name, sorted(regions))}",
                    key=("materials", name),
                )
        used = {case.material_of(region) for region in regions}
        for name, values in case.materials.overrides.items():
            if name not in used:
                raise misfit(
                    values,
                    f"overrides of a material in use; {nearest(name, sorted(used))}",
                    key=("materials", name),
                )
    return {region: _material(case, region) for region in sorted(names)}


def _material(case: Case, region: str) -> Material:
    name = case.material_of(region)
    overrides = case.materials.overrides.get(name, {})
    own = name in case.materials.define
    key = ("materials", "define", name) if own else ("materials", name)
    try:
        if own:
            return define(name, {**case.materials.define[name], **overrides})
        return load(name, overrides)
    except PropertyError as error:
        given = "nothing" if error.value is None else shown(error.value)
        raise Refusal(f"got {given}; {error.problem}", key=(*key, *error.key)) from error
    except ValueError as error:
        raise Refusal(str(error), key=("materials", region)) from error


@dataclass(frozen=True)
class Pressed:
    """A body between a fixed bottom and a platen.

    Attributes:
        platen: facet group that the platen lies on.
        height, width: of the body before any load, um.
    """

    platen: str
    height: float
    width: float


@dataclass(frozen=True)
class Model:
    """A case in the terms of the solver.

    Attributes:
        kinematics: name of the kinematics.
        laws: material of each region, and how it fills its place.
        loads: what acts on the boundary.
        fibre: axial law of the nanotubes, or None.
        protocol: steps and what they prescribe over time.
        source: region in which lithium grows, or None; ``entry`` limits it to centroids with
            y below this value (um).
        area: that the current passes, um2 (um per um of depth in plane strain).
        materials: all materials by region and part.
        pressed: how the body lies under its platen, or None without one.
    """

    kinematics: str
    laws: "dict[str, RegionLaw]"
    loads: "tuple[Load, ...]"
    fibre: "FibreLaw | None"
    protocol: "Protocol"
    source: str | None
    entry: float
    area: float
    materials: dict[str, Material]
    pressed: Pressed | None = None


def model(case: Case, mesh: RegionMesh) -> Model:
    """The case on its mesh, in the terms of the solver.

    Raises:
        Refusal: materials or boundaries that do not fit the mesh.
    """
    from lisic.scripts.protocol import protocol
    from lisic.solvers.loads import Displacement, FibreLaw, Platen
    from lisic.solvers.points import RegionLaw
    from lisic.solvers.schedule import Schedule

    made = materials(case, mesh.regions)
    table = case.geometry
    zero = Schedule.constant(0.0)
    laws = {region: RegionLaw(made[region]) for region in mesh.regions}
    lithium = made[case.lithium_regions[0]] if case.lithium_regions else load("lithium")
    fibre = None
    source, entry = None, np.inf
    _check_sizes(case, mesh, made)
    if isinstance(table, PRESSED):
        bottom, top = _FACES.get(table.kind, ("bottom", "top"))
        width, height = np.ptp(mesh.points, axis=0).tolist()
        plan = protocol(case.step, case.temperature, lithium.molar_volume, width)
        loads: tuple[Any, ...] = (
            Displacement(bottom, {0: zero, 1: zero}),
            Platen(top, axis=1, outward=1, pressure=plan.stack_pressure),
        )
        if isinstance(table, ImageTable):
            loads += (Displacement("left", {0: zero}), Displacement("right", {0: zero}))
        if case.lithium_regions:
            laws["pore"] = RegionLaw(made["pore"], filler=load(VOID), fill=0.0)
            source = "pore"
        tubes = _tubes(case)
        if tubes is not None:
            with blamed_on("materials", "cnt"):
                fibre = FibreLaw(
                    made["cnt"].youngs_modulus(case.temperature), tubes.bundle_diameter
                )
        pressed = Pressed(top, height, width)
        return Model("plane_strain", laws, loads, fibre, plan, source, entry, width, made, pressed)
    if isinstance(table, ChannelTable):
        area = np.pi * table.radius**2 / table.flow_area_fraction
        plan = protocol(case.step, case.temperature, lithium.molar_volume, area)
        loads = (
            Displacement("axis", {0: zero}),
            Displacement("wall", {0: zero, 1: zero}),
            Displacement("closed_end", {1: zero}),
        )
        entry = ENTRY_DEPTH * table.radius
        return Model("axisymmetric", laws, loads, None, plan, "lithium", entry, area, made)
    plan = protocol(case.step, case.temperature, lithium.molar_volume, 1.0)
    kinematics = table.kinematics or ("3d" if mesh.dim == 3 else "plane_strain")
    if (kinematics == "3d") != (mesh.dim == 3):
        text = "3d for a mesh of tetrahedra, plane_strain or axisymmetric for triangles"
        raise misfit(kinematics, text, key=("geometry", "kinematics"))
    from lisic.scripts.mesh_loads import mesh_loads

    loads = mesh_loads(case, mesh)
    return Model(kinematics, laws, loads, None, plan, None, entry, 1.0, made)


def _tubes(case: Case) -> NanotubeTable | None:
    """Nanotubes of the layer, or of the one layer of a stack that has some."""
    table = case.geometry
    if isinstance(table, PorousLayerTable):
        return table.cnt
    if isinstance(table, StackTable):
        return next((layer.cnt for layer in table.layer if layer.cnt is not None), None)
    return None


def _check_sizes(case: Case, mesh: RegionMesh, made: Mapping[str, Material]) -> None:
    """Diffusional creep needs the size of every body: refuse before anything is written."""
    for region, tag in mesh.regions.items():
        sizes = mesh.size[mesh.region == tag]
        material = made[region]
        needs = {"coble", "nabarro_herring"} & set(material.mechanism_names)
        if needs and material.size is None and (sizes <= 0).any():
            name = case.material_of(region)
            raise Refusal(
                f"got no size; expected the size of the bodies in region {region}, such as "
                f'size = "100 nm", for {" and ".join(sorted(needs))}; or other mechanisms',
                key=("materials", name, "size"),
            )


def problem(comm: Any, case: Case, serial: RegionMesh | None, made: Model) -> "Problem":
    """Distribute the mesh and set the problem up. Collective; ``serial`` on rank 0 only."""
    from lisic.solvers.distribute import distribute
    from lisic.solvers.kinematics import Kinematics
    from lisic.solvers.newton import NewtonOptions
    from lisic.solvers.problem import Problem

    mesh = distribute(comm, serial)
    grows = None
    if made.source is not None:
        grows = mesh.region == mesh.regions[made.source]
        if np.isfinite(made.entry):
            grows &= mesh.midpoints()[:, 1] < made.entry
    options = NewtonOptions(
        tolerance=case.stepping.newton_tolerance, max_iterations=case.stepping.max_iterations
    )
    return Problem(
        mesh, Kinematics(made.kinematics), made.laws, made.loads, made.fibre, grows, options
    )


# Measured on this project's meshes, for estimates: layers of 12 to 1100 pores, MUMPS in 2D.
_CELLS_PER_PORE = 114  # of 16 nodes
_CELLS_PER_FIBRE_SEGMENT = 3
_DOFS_PER_CELL_2D = 4.1
_KB_PER_DOF = 8.0


@told_elsewhere()
def describe(case: Case) -> str:
    """Estimate of size and memory, without building anything that takes time."""
    table = case.geometry
    with blamed_on("geometry"):
        spec = geometry(case)
    if isinstance(table, PorousLayerTable):
        made = materials(case, {"lisi": 1, "pore": 2})
        sizes = table.pore_diameter
        mean_area = np.pi / 4 * sizes.median**2 * np.exp(2 * sizes.sigma**2)
        pores = max(1.0, table.porosity * table.width * table.thickness / mean_area)
        cells = pores * _CELLS_PER_PORE * table.nodes_per_pore / 16
        if isinstance(spec, PorousLayer) and spec.nanotubes is not None:
            tubes = spec.nanotubes
            total = tubes.area_fraction * table.width * table.thickness / tubes.diameter
            cells += _CELLS_PER_FIBRE_SEGMENT * total / (3.0 * tubes.diameter)
        dofs = cells * _DOFS_PER_CELL_2D
        lines = [f"about {pores:.0f} pores"]
    else:
        with blamed_on("geometry"):
            mesh, _ = spec.build()
        made = model(case, mesh).materials
        cells = len(mesh.cells)
        edges = 6 if mesh.dim == 3 else 3
        nodes = len(mesh.points) + len(_unique_edges(mesh.cells, edges))
        dofs = nodes * mesh.dim
        lines = []
    lines += [
        f"about {_round(cells)} elements, {_round(dofs)} degrees of freedom (P2 displacement)",
        f"about {max(0.4, 0.35 + dofs * _KB_PER_DOF * 1e-6):.1f} GB of memory in all",
    ]
    for part, material in sorted(made.items()):
        for record in material.assumptions():
            lines.append(f"assumed: {part} ({material.name}) {record.key} = {record.value}")
    lines += [str(one) for one in outside(case, made)]
    return "\n".join(lines)


def _unique_edges(cells: Any, per_cell: int) -> Any:
    pairs = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)][:per_cell]
    edges = np.sort(np.concatenate([cells[:, list(pair)] for pair in pairs]), axis=1)
    return np.unique(edges, axis=0)


def _round(number: float) -> str:
    """Two significant digits, for an estimate."""
    return f"{float(f'{number:.2g}'):,.0f}"
