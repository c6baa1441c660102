"""The ``[[boundary]]`` tables on a mesh of the user's own, as loads of the solver."""

from typing import Any

import numpy as np
from lisic.mesh import facets as topology
from lisic.mesh.regions import Ids, RegionMesh
from lisic.scripts.boundary import (
    DisplacementBoundary,
    PlatenBoundary,
    PressureBoundary,
    SpringBoundary,
    SymmetryBoundary,
    TractionBoundary,
)
from lisic.scripts.case import Case
from lisic.scripts.refusal import Refusal, misfit, nearest
from lisic.solvers.loads import (
    AXES,
    Displacement,
    Load,
    Platen,
    Pressure,
    Spring,
    Traction,
)
from lisic.solvers.motions import contradictions, motions
from lisic.solvers.schedule import Schedule

# A facet's normal counts as along an axis when it deviates by less than this (sine of the angle).
_FLAT = 1e-6


def mesh_loads(case: Case, mesh: RegionMesh) -> tuple[Load, ...]:
    """Loads and supports of a case on its own mesh.

    Raises:
        Refusal: a facet group or axis that the mesh does not have, a side that is not flat where
            one is needed, two motions of one node, or a body that nothing holds in place.
    """
    loads: list[Load] = []
    for index, boundary in enumerate(case.boundary):
        key = ("boundary", index)
        if boundary.on not in mesh.facet_groups:
            known = sorted(mesh.facet_groups)
            text = f"a facet group of the mesh; {nearest(boundary.on, known)}"
            raise misfit(boundary.on, text, key=(*key, "on"))
        match boundary:
            case PressureBoundary():
                loads.append(Pressure(boundary.on, _ramp(boundary.value, boundary.over)))
            case TractionBoundary():
                if len(boundary.value) != mesh.dim:
                    text = f"{mesh.dim} components, one per axis of the mesh"
                    raise misfit(f"{len(boundary.value)} of them", text, key=(*key, "value"))
                ramps = tuple(_ramp(value, boundary.over) for value in boundary.value)
                loads.append(Traction(boundary.on, ramps))
            case DisplacementBoundary():
                given = {
                    axis: _ramp(value, boundary.over)
                    for axis, name in enumerate(AXES)
                    if (value := getattr(boundary.value, name)) is not None
                }
                if max(given) >= mesh.dim:
                    text = f"axes {', '.join(AXES[: mesh.dim])} only: the mesh is flat"
                    raise misfit("z", text, key=(*key, "value"))
                loads.append(Displacement(boundary.on, given))
            case SymmetryBoundary():
                axis, _ = _flat(mesh, boundary.on, (*key, "on"))
                loads.append(Displacement(boundary.on, {axis: Schedule.constant(0.0)}))
            case SpringBoundary():
                loads.append(Spring(boundary.on, boundary.stiffness))
            case PlatenBoundary():
                axis, outward = _flat(mesh, boundary.on, (*key, "on"))
                if boundary.pressure is not None:
                    push = _ramp(boundary.pressure, boundary.over)
                    loads.append(Platen(boundary.on, axis, outward, pressure=push))
                else:
                    # Into the body is against the outward normal.
                    way = _ramp(-(boundary.displacement or 0.0), boundary.over)
                    loads.append(Platen(boundary.on, axis, outward, displacement=way))
    _check_motions(mesh, loads)
    _check_support(case, mesh, loads)
    return tuple(loads)


def _ramp(value: float, over: float) -> Schedule:
    return Schedule.constant(value) if over == 0.0 else Schedule((0.0, over), (0.0, value))


def _flat(mesh: RegionMesh, group: str, key: tuple[str | int, ...]) -> tuple[int, int]:
    """Axis of the common outward normal of a facet group, and its sign.

    Raises:
        Refusal: the facets are not one flat side of the body's surface across an axis.
    """
    facets = np.sort(mesh.facets[mesh.facet_tag == mesh.facet_groups[group]], axis=1)
    corners = mesh.points[facets].reshape(-1, mesh.dim)
    spread = np.ptp(corners, axis=0)
    axis = int(np.argmin(spread))
    extent = float(np.ptp(mesh.points, axis=0).max())
    expected = "a flat facet group on the surface, across x, y or z"
    if spread[axis] > _FLAT * extent:
        raise misfit(group, expected, key=key)
    # The body lies on the side of the one cell behind each facet.
    surface, cells = topology.outer(mesh.cells, len(mesh.points))
    keys = topology.row_keys(np.concatenate([surface, facets]), len(mesh.points))
    here, there = keys[: len(surface)], keys[len(surface) :]
    behind = cells[np.isin(here, there)]
    middles = mesh.points[mesh.cells[behind]].mean(axis=1)[:, axis]
    signs = np.unique(np.sign(corners[0, axis] - middles))
    if len(behind) != len(np.unique(there)) or len(signs) != 1:
        raise misfit(group, expected, key=key)
    return axis, int(signs[0])


def _check_motions(mesh: RegionMesh, loads: list[Load]) -> None:
    """Refuse loads that move a node in two ways."""

    def vertices(group: str) -> Ids:
        return np.unique(mesh.facets[mesh.facet_tag == mesh.facet_groups[group]])

    for one, other, common in contradictions(motions(loads, mesh.dim), vertices):
        if len(common):
            raise Refusal(one.against(other, mesh.points[common[0]]), key=("boundary", other.load))


def _check_support(case: Case, mesh: RegionMesh, loads: list[Load]) -> None:
    """Refuse a body that could drift: some support is needed along every axis."""
    held: set[int] = set()
    for load in loads:
        match load:
            case Displacement():
                held |= set(load.value)
            case Spring():
                held |= set(range(mesh.dim))
            case Platen() if load.displacement is not None:
                held.add(load.axis)
            case _:
                pass
    table: Any = case.geometry
    if table.kinematics == "axisymmetric":
        held.add(0)  # the hoop holds the radius
    free = [AXES[axis] for axis in range(mesh.dim) if axis not in held]
    if free:
        text = f"a support along {' and '.join(free)} (symmetry, displacement or spring)"
        raise misfit(f"{len(case.boundary)} boundaries", text, key=("boundary",))
