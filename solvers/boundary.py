"""From loads to constraints: which displacements are given, tied or periodic, and their values."""

from collections.abc import Callable, Sequence
from typing import Any

import dolfinx.fem
import numpy as np
import numpy.typing as npt
from lisic.solvers.constraints import Constraints, PeriodicPair, Tie
from lisic.solvers.distribute import DistributedMesh
from lisic.solvers.loads import AXES, Displacement, Load, Platen
from lisic.solvers.schedule import Schedule
from mpi4py import MPI

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
        self._prescribed: list[tuple[Indices, Schedule, float]] = []
        self.platens: list[Platen] = []
        self.held: dict[str, dict[int, Indices]] = {}
        ties: list[Tie] = []
        for load in loads:
            if load.on not in mesh.facets:
                raise ValueError(
                    f"no facet group {load.on!r}; the mesh has {', '.join(sorted(mesh.facets))}"
                )
            if isinstance(load, Displacement):
                for axis, schedule in load.value.items():
                    self._prescribe(load.on, axis, schedule, 1.0)
            elif isinstance(load, Platen):
                for axis in range(self._dim):
                    if axis != load.axis and load.bonded:
                        self._prescribe(load.on, axis, Schedule.constant(0.0), 1.0)
                if load.displacement is not None:
                    self._prescribe(load.on, load.axis, load.displacement, float(load.outward))
                else:
                    dofs = self._own_dofs(load.on, load.axis)
                    self.held.setdefault(load.on, {})[load.axis] = dofs
                    ties.append(Tie(dofs))
                    self.platens.append(load)
        every = [dofs for dofs, _, _ in self._prescribed]
        prescribed = np.unique(np.concatenate(every)) if every else np.empty(0, dtype=np.int64)
        self.constraints = Constraints(space, prescribed, ties, self._periodic_pairs())
        self._areas = [area_of(platen.on) for platen in self.platens]

    def prescribed_values(self, time: float) -> tuple[Indices, Array]:
        """Own dofs whose displacement is given, and their values at ``time``, um."""
        values = np.zeros(self._space.dofmap.index_map.size_local * self._space.dofmap.bs)
        for dofs, schedule, sign in self._prescribed:
            values[dofs] = sign * schedule(time)
        dofs = self.constraints.prescribed
        return dofs, values[dofs]

    def platen_forces(self, time: float) -> list[float]:
        """Force along its axis on each force-controlled platen at ``time``, uN."""
        return [
            -platen.outward * platen.pressure(time) * area
            for platen, area in zip(self.platens, self._areas, strict=True)
            if platen.pressure is not None
        ]

    def _prescribe(self, group: str, axis: int, schedule: Schedule, sign: float) -> None:
        if axis >= self._dim:
            raise ValueError(f"axis {AXES[axis]} does not exist in {self._dim} dimensions")
        dofs = self._own_dofs(group, axis)
        self.held.setdefault(group, {})[axis] = dofs
        self._prescribed.append((dofs, schedule, sign))

    def _own_nodes(self, group: str) -> Indices:
        tags = self._mesh.facets[group]
        nodes = dolfinx.fem.locate_dofs_topological(self._space, tags.dim, tags.find(1))
        own = nodes[nodes < self._space.dofmap.index_map.size_local]
        return np.asarray(own, dtype=np.int64)

    def _own_dofs(self, group: str, axis: int) -> Indices:
        dofs: Indices = self._own_nodes(group) * self._space.dofmap.index_map_bs + axis
        return dofs

    def _periodic_pairs(self) -> list[PeriodicPair]:
        """Sides at the two ends of each periodic axis, found by coordinate."""
        comm = self._mesh.mesh.comm
        n_own = self._space.dofmap.index_map.size_local
        x = self._space.tabulate_dof_coordinates()[:n_own]
        pairs = []
        for axis, period in enumerate(self._mesh.period):
            if period <= 0.0:
                continue
            low = -comm.allreduce(-x[:, axis].min(initial=np.inf), op=MPI.MAX)
            tolerance = 1e-9 * period
            near = np.flatnonzero(np.abs(x[:, axis] - low) < tolerance)
            far = np.flatnonzero(np.abs(x[:, axis] - low - period) < tolerance)
            pairs.append(PeriodicPair(near, far, axis))
        return pairs
