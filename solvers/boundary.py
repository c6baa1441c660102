"""From loads to constraints: which displacements are given, tied or periodic, and their values."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dolfinx.fem
import numpy as np
import numpy.typing as npt
from lisic.solvers.constraints import Constraints, Tie
from lisic.solvers.distribute import DistributedMesh
from lisic.solvers.loads import AXES, Load, Platen
from lisic.solvers.motions import Motion, contradictions, motions
from lisic.solvers.periodic import leaders

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


class Boundary:
    """The constraints of a problem and their values over time.

    Attributes:
        constraints: the map u = T q + g.
        platens: force-controlled platens, in the order of ``constraints.tie_columns``.
        held: own dofs (unrolled) by facet group, for reactions.
    """

    def __init__(
        self,
        mesh: DistributedMesh,
        space: Any,
        loads: Sequence[Load],
        area_of: Callable[[str], float],
    ) -> None:
        """Collect the constraints of all loads. Collective.

        Args:
            mesh: the mesh with its facet groups.
            space: the displacement's function space.
            loads: everything that acts on the boundary.
            area_of: reference area of a facet group (um2; um per um of depth in plane strain).

        Raises:
            ValueError: a facet group or axis does not exist, or two loads contradict each other.
        """
        self._mesh = mesh
        self._space = space
        self._dim = mesh.mesh.geometry.dim
        self._leaders = leaders(space, mesh.period)
        moved = motions(loads, self._dim)
        for load in loads:
            if load.on not in mesh.facets:
                raise ValueError(
                    f"no facet group {load.on!r}; the mesh has {', '.join(sorted(mesh.facets))}"
                )
        for motion in moved:
            if motion.axis >= self._dim:
                raise ValueError(
                    f"axis {AXES[motion.axis]} does not exist in {self._dim} dimensions"
                )
        nodes = {group: self._own_nodes(group) for group in dict.fromkeys(m.group for m in moved)}
        self._refuse_contradictions(moved, nodes)
        self.platens: list[Platen] = []
        self.held: dict[str, dict[int, Indices]] = {}
        self._prescribed: list[tuple[Indices, Motion]] = []
        ties: list[Tie] = []
        for motion in moved:
            dofs = nodes[motion.group] * space.dofmap.index_map_bs + motion.axis
            self.held.setdefault(motion.group, {})[motion.axis] = dofs
            if motion.schedule is not None:
                self._prescribed.append((dofs, motion))
            elif isinstance(platen := loads[motion.load], Platen):
                ties.append(Tie(dofs))
                self.platens.append(platen)
        every = [dofs for dofs, _ in self._prescribed]
        prescribed = np.unique(np.concatenate(every)) if every else np.empty(0, dtype=np.int64)
        self.constraints = Constraints(space, prescribed, ties, self._leaders)
        self._areas = [area_of(platen.on) for platen in self.platens]

    def prescribed_values(self, time: float) -> tuple[Indices, Array]:
        """Own dofs whose displacement is given, and their values at ``time``, um."""
        values = np.zeros(self._space.dofmap.index_map.size_local * self._space.dofmap.bs)
        for dofs, motion in self._prescribed:
            values[dofs] = motion(time)
        dofs = self.constraints.prescribed
        return dofs, values[dofs]

    def platen_forces(self, time: float) -> list[float]:
        """Force along its axis on each force-controlled platen at ``time``, uN."""
        return [
            -platen.outward * platen.pressure(time) * area
            for platen, area in zip(self.platens, self._areas, strict=True)
            if platen.pressure is not None
        ]

    def _refuse_contradictions(self, moved: Sequence[Motion], nodes: Mapping[str, Indices]) -> None:
        """Raise on all ranks where loads ask different things of a node of any rank."""
        for one, other, common in contradictions(moved, nodes.__getitem__):
            places = self._space.tabulate_dof_coordinates()[common[:1], : self._dim]
            found = np.concatenate(self._mesh.mesh.comm.allgather(places))
            if len(found):
                raise ValueError(one.against(other, found[0]))

    def _own_nodes(self, group: str) -> Indices:
        """Own nodes of a facet group, and those that repeat one of the group across a period."""
        tags = self._mesh.facets[group]
        nodes = dolfinx.fem.locate_dofs_topological(self._space, tags.dim, tags.find(1))
        own = nodes[nodes < self._space.dofmap.index_map.size_local]
        alike = np.concatenate(self._mesh.mesh.comm.allgather(self._leaders[own]))
        return np.flatnonzero(np.isin(self._leaders, alike))
