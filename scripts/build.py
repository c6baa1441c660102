"""From a case and its mesh to materials, laws, loads and steps; then to a problem.

The only place that knows the case file and the rooms alike. Everything that can be refused is
refused here or before, so that a run that has begun to write has a sound input.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from lisic.materials import Material, PropertyError, define, load
from lisic.mesh.regions import RegionMesh
from lisic.scripts.case import PRESSED, Case
from lisic.scripts.geometry_section import ChannelTable, MeshTable
from lisic.scripts.image_section import ImageTable
from lisic.scripts.materials_section import VOID
from lisic.scripts.particle_section import ParticleLayerTable
from lisic.scripts.porous_section import PorousLayerTable
from lisic.scripts.refusal import Refusal, blamed_on, misfit, nearest, shown
from lisic.scripts.stack_section import LayerTable, StackTable
from lisic.scripts.volume_section import VolumeTable

if TYPE_CHECKING:
    from lisic.scripts.protocol import Protocol
    from lisic.solvers.loads import FibreLaw, Load
    from lisic.solvers.points import RegionLaw
    from lisic.solvers.problem import Problem

# Facet groups that are held and pressed, where they are not called bottom and top.
_FACES = dict.fromkeys(("porous_layer", "particle_layer"), ("separator", "collector"))

# Lithium enters a channel in a layer at its closed end, this share of the radius deep.
ENTRY_DEPTH = 0.5


def materials(case: Case, regions: Mapping[str, int]) -> dict[str, Material]:
    """The material of every region, and of parts that are no region (platen, cnt).

    Raises:
        Refusal: a material that does not exist, lacks a value or gets an impossible one.
    """
    names = set(regions) | set(case.materials.regions)
    if isinstance(case.geometry, MeshTable):
        parts = set(regions)
        if case.geometry.fibres is not None:
            parts.add(case.geometry.fibres.group)
        for name in case.materials.regions:
            if name not in parts:
                raise misfit(
                    case.materials.of(name),
                    f"a region of the mesh; {nearest(name, sorted(parts))}",
                    key=("materials", name),
                )
        names = parts
        used = {case.material_of(part) for part in parts}
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
        axis: number of the axis through the thickness, the last one.
        height: of the body before any load, um.
        area: of the platen, um2 (um per um of depth in plane strain).
    """

    platen: str
    axis: int
    height: float
    area: float


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
    from lisic.solvers.loads import Displacement, Platen
    from lisic.solvers.points import RegionLaw
    from lisic.solvers.schedule import Schedule

    made = materials(case, mesh.regions)
    table = case.geometry
    zero = Schedule.constant(0.0)
    laws = {
        region: RegionLaw(made[region], empty=made[region].name == VOID) for region in mesh.regions
    }
    lithium = made[case.lithium_regions[0]] if case.lithium_regions else load("lithium")
    fibre = _fibre_law(case, made, mesh.dim)
    source, entry = None, np.inf
    _check_sizes(case, mesh, made)
    if isinstance(table, PRESSED):
        bottom, top = _FACES.get(table.kind, ("bottom", "top"))
        *sides, height = np.ptp(mesh.points, axis=0).tolist()
        area, axis = float(np.prod(sides)), mesh.dim - 1
        plan = protocol(case.step, case.temperature, lithium.molar_volume, area)
        loads: tuple[Any, ...] = (
            Displacement(bottom, dict.fromkeys(range(mesh.dim), zero)),
            Platen(top, axis=axis, outward=1, pressure=plan.stack_pressure),
        )
        if isinstance(table, ImageTable | VolumeTable):
            mirrors = ((0, "left"), (0, "right"), (1, "front"), (1, "back"))
            loads += tuple(Displacement(s, {k: zero}) for k, s in mirrors if s in mesh.facet_groups)
        if case.lithium_regions:
            laws["pore"] = RegionLaw(made["pore"], filler=load(VOID), fill=0.0)
            source = "pore"
        pressed = Pressed(top, axis, height, area)
        kinematics = "3d" if mesh.dim == 3 else "plane_strain"
        return Model(kinematics, laws, loads, fibre, plan, source, entry, area, made, pressed)
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
    if fibre is not None and kinematics == "axisymmetric":
        text = "no fibres in an axisymmetric mesh: a line there is a shell around the axis"
        raise misfit(table.fibres, text, key=("geometry", "fibres"))
    from lisic.scripts.mesh_loads import mesh_loads

    loads = mesh_loads(case, mesh)
    return Model(kinematics, laws, loads, fibre, plan, None, entry, 1.0, made)


def _fibre_law(case: Case, made: Mapping[str, Material], dim: int) -> "FibreLaw | None":
    from lisic.solvers.loads import FibreLaw

    fibres = _fibres(case)
    if fibres is None:
        return None
    part, diameter = fibres
    with blamed_on("materials", part):
        section = np.pi / 4 * diameter**2 if dim == 3 else diameter
        return FibreLaw(made[part].youngs_modulus(case.temperature), section)


def _fibres(case: Case) -> tuple[str, float] | None:
    """Part that the fibres are and their diameter in um; of a stack, those of the one layer."""
    table = case.geometry
    if isinstance(table, MeshTable) and table.fibres is not None:
        return table.fibres.group, table.fibres.diameter
    if isinstance(table, ParticleLayerTable) and table.dimension == 3 and table.carbon_fraction:
        return "carbon", table.bundle_diameter
    layers = table.layer if isinstance(table, StackTable) else (table,)
    tubes = [one.cnt for one in layers if isinstance(one, PorousLayerTable | LayerTable)]
    return next((("cnt", one.bundle_diameter) for one in tubes if one is not None), None)


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
        mesh,
        Kinematics(made.kinematics),
        made.laws,
        made.loads,
        made.fibre,
        grows,
        options,
        case.stepping.linear_solver,
    )
