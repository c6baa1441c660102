"""The material at the quadrature points: parameters by cell, state, and its advance in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from lisic.materials import Material
from lisic.materials.flow import flow_columns
from lisic.solvers.distribute import DistributedMesh
from lisic.solvers.kinematics import Kinematics
from lisic.solvers.return_map import BULK, N_MODULI, SHEAR, update
from mpi4py import MPI

Array = npt.NDArray[np.float64]

# State variables of a point, and the shape of each.
STATE: dict[str, tuple[int, ...]] = {"cp_inv": (3, 3), "volume": (), "creep": (), "hardening": ()}


@dataclass(frozen=True)
class RegionLaw:
    """The material of a region, and how it fills its place.

    Attributes:
        material: elasticity and flow.
        filler: soft stand-in for the void of a pore that is not full, or None where the material
            always fills its place.
        fill: volume of material per volume of its place at the start.
        empty: whether the region counts as empty space, and its material only stands in for it.
    """

    material: Material
    filler: Material | None = None
    fill: float = 1.0
    empty: bool = False

    @property
    def unilateral(self) -> bool:
        """Whether the material carries load only when it fills its place."""
        return self.filler is not None


class MaterialPoints:
    """Stress, tangent and state at the quadrature points of the rank's own cells.

    The state at the start of the step changes in :meth:`accept` alone, so that a failed step
    leaves nothing behind.

    Lithium in a pore is one body: it fills the pore and carries load, or it does not. Which
    bodies are full is an active set, revised by :meth:`revise_full` after each equilibrium until
    no full body is in tension and no other body holds more lithium than its pore has room for.
    Decided point by point, the same condition makes Newton's method cycle.
    """

    def __init__(
        self,
        mesh: DistributedMesh,
        kinematics: Kinematics,
        laws: Mapping[str, RegionLaw],
        points_per_cell: int,
        point_volume: Array,
    ) -> None:
        """Allocate the state.

        Args:
            mesh: the mesh with its regions.
            kinematics: which components live.
            laws: one law for each region of the mesh.
            points_per_cell: quadrature points a cell.
            point_volume: (n_own * points_per_cell,) reference volume of each point, um3.

        Raises:
            ValueError: a region has no law.
        """
        missing = set(mesh.regions) - set(laws)
        if missing:
            raise ValueError(f"no material for region {', '.join(sorted(missing))}")
        self.mesh = mesh
        self.laws = dict(laws)
        self.points_per_cell = points_per_cell
        self.point_volume = point_volume
        self.components = kinematics.components
        n = mesh.n_own * points_per_cell
        n_comp = len(self.components)
        self.state = {name: np.zeros((n, *shape)) for name, shape in STATE.items()}
        self.state["cp_inv"][:] = np.eye(3)
        self.state["volume"][:] = 1.0
        pores = np.zeros(mesh.n_own, dtype=bool)
        for region, law in self.laws.items():
            self.state["volume"][self.points_of(region)] = law.fill
            if law.unilateral:
                cells = mesh.cells_of(region)
                if (mesh.body[cells] == 0).any():
                    raise ValueError(f"region {region} may be partly empty but is not in pores")
                pores[cells] = True
        # Body 0 stands for all that is not in a pore and always full.
        self._body = np.where(pores, mesh.body, 0)
        self._body_of_point = np.repeat(self._body, points_per_cell)
        self.full = np.ones(mesh.n_bodies + 1, dtype=bool)
        relaxed = self._by_body(self.state["volume"])
        self.full[1:] = (relaxed >= self._by_body(np.ones(n)))[1:]
        self.trial_full = self.full.copy()
        self.trial = {name: values.copy() for name, values in self.state.items()}
        self.stress = np.zeros((n, n_comp))
        self.tangent = np.zeros((n, n_comp, n_comp))
        self.cauchy = np.zeros((n, 6))
        self.jacobian = np.ones(n)
        self._moduli = np.zeros((mesh.n_own, N_MODULI))
        self._flow: Array = np.zeros((mesh.n_own, 1))
        self._growth = np.zeros(n)
        self._room = np.ones(n)  # J at the start of the step
        self._start = self.state["volume"].copy()  # relaxed volume from which growth is counted
        self._growth_left = np.zeros(n)
        self._stall = np.full(mesh.n_own, np.inf)
        self._temperature = np.nan

    def points_of(self, region: str) -> npt.NDArray[np.int64]:
        """Indices of the points in a region."""
        first = self.mesh.cells_of(region)[:, None] * self.points_per_cell
        return (first + np.arange(self.points_per_cell)).ravel()

    def set_temperature(self, temperature: float) -> None:
        """Material parameters at ``temperature`` (K), by cell, each pore with its own size."""
        if temperature == self._temperature:
            return
        self._temperature = temperature
        columns = []
        for region, law in self.laws.items():
            cells = self.mesh.cells_of(region)
            shear, bulk = law.material.elastic_moduli(temperature)
            soft = law.filler.elastic_moduli(temperature) if law.filler else (0.0, 0.0)
            self._moduli[cells] = (shear, bulk, *soft)
            size = np.where(self.mesh.size[cells] > 0, self.mesh.size[cells], np.nan)
            if law.material.size is not None:
                size = np.full(len(cells), law.material.size)
            columns.append((cells, flow_columns(law.material.mechanisms, temperature, size)))
        self._flow = np.zeros((self.mesh.n_own, columns[0][1].shape[1]))
        for cells, values in columns:
            self._flow[cells] = values

    def stiffness(self) -> Array:
        """(n_own,) elastic modulus K + 4/3 mu of each own cell at the present temperature, MPa."""
        values: Array = self._moduli[:, BULK] + 4.0 / 3.0 * self._moduli[:, SHEAR]
        return values

    def set_growth(self, growth: Array, stall_pressure: float) -> None:
        """Relaxed volume that the step adds per reference volume, by own cell, and its stall."""
        self._growth[:] = np.repeat(growth, self.points_per_cell)
        self._stall[:] = stall_pressure

    def evaluate(self, gradient: Array, dt: float) -> float:
        """Stress, tangent and trial state for a displacement gradient (n, n_comp).

        Returns:
            The smallest J on this rank, or -1 where the deformation is not admissible.
        """
        if len(gradient) == 0:
            return float("inf")
        start, new = self.state, self.trial
        return float(
            update(
                self.components,
                gradient,
                self.points_per_cell,
                self._moduli,
                self._flow,
                self._growth_left,
                self._stall,
                self.trial_full[self._body],
                dt,
                start["cp_inv"],
                self._start,
                start["creep"],
                start["hardening"],
                new["cp_inv"],
                new["volume"],
                new["creep"],
                new["hardening"],
                self.stress,
                self.tangent,
                self.cauchy,
                self.jacobian,
            )
        )

    def begin(self) -> None:
        """Start an attempt from the accepted set of full bodies."""
        self.trial_full[:] = self.full
        self._split_growth()

    def revise_full(self) -> int:
        """Correct the set of full bodies at an equilibrium; the number of bodies that changed.

        A full body under tension comes off its walls (lithium is taken to bear none); a body that
        holds more than its pore has room for is full. Collective.
        """
        room = self._by_body(self.jacobian)
        relaxed = self._by_body(self.trial["volume"])
        pull = self._by_body(self.jacobian * self.cauchy[:, :3].sum(axis=1))
        revised = np.where(self.trial_full, pull <= 0.0, relaxed > room)
        revised[0] = True
        changed = int((revised != self.trial_full).sum())
        self.trial_full[:] = revised
        self._split_growth()
        return changed

    def _split_growth(self) -> None:
        """Where a body becomes full in this step, fill it at the full rate first.

        Only the growth left over meets the stall pressure; backward Euler would apply the slow
        rate of the step's end to all of it, and pores would fill late at large steps.
        """
        start = self.state["volume"]
        fills = (self.trial_full & ~self.full)[self._body_of_point]
        filled = np.clip(self._room - start, 0.0, self._growth)
        self._start[:] = np.where(fills, start + filled, start)
        self._growth_left[:] = np.where(fills, self._growth - filled, self._growth)

    def accept(self) -> None:
        """Make the trial state the state from which the next step starts."""
        for name, values in self.trial.items():
            self.state[name][:] = values
        self.full[:] = self.trial_full
        self._room[:] = self.jacobian
        # Lithium that does not fill its pore is a fluid: it spreads evenly over the present room.
        room = self._by_body(self.jacobian)
        relaxed = self._by_body(self.state["volume"])
        loose = ~self.full[self._body_of_point]
        filling = np.divide(relaxed, room, out=np.zeros_like(room), where=room > 0.0)
        spread = filling[self._body_of_point] * self.jacobian
        self.state["volume"][loose] = spread[loose]

    def _by_body(self, values: Array) -> Array:
        """(n_bodies + 1,) integrals of point values (n,) over each pore, on all ranks."""
        sums = np.bincount(
            self._body_of_point, self.point_volume * values, minlength=self.mesh.n_bodies + 1
        )
        self.mesh.mesh.comm.Allreduce(MPI.IN_PLACE, sums)
        return sums

    def remembered(self) -> dict[str, Array]:
        """Arrays over the points that a restart needs, to be read or written in place."""
        return {**self.state, "room": self._room}

    def cell_means(self, values: Array) -> Any:
        """(n_own,) means over each cell, weighted by reference volume, of values (n,)."""
        weight = self.point_volume.reshape(-1, self.points_per_cell)
        return (values.reshape(weight.shape) * weight).sum(axis=1) / weight.sum(axis=1)
