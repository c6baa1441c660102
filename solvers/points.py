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
from lisic.solvers.return_map import N_MODULI, update

Array = npt.NDArray[np.float64]

# What a point remembers, and the shape of it; written to checkpoints under these names.
STATE: dict[str, tuple[int, ...]] = {"cp_inv": (3, 3), "volume": (), "creep": (), "closed": ()}


@dataclass(frozen=True)
class RegionLaw:
    """The material of a region, and how it fills its place.

    Attributes:
        material: elasticity and flow.
        filler: soft stand-in for the void of a pore that is not full, or None where the material
            always fills its place.
        fill: volume of material per volume of its place at the start.
    """

    material: Material
    filler: Material | None = None
    fill: float = 1.0

    @property
    def unilateral(self) -> bool:
        """Whether the material carries load only when it fills its place."""
        return self.filler is not None


class MaterialPoints:
    """Stress, tangent and state at the quadrature points of the rank's own cells.

    The state at the start of the step changes in :meth:`accept` alone, so that a failed step
    leaves nothing behind.
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
        self.state["closed"][:] = 1.0
        self.state["volume"][:] = 1.0
        for region, law in self.laws.items():
            points = self.points_of(region)
            self.state["volume"][points] = law.fill
            if law.unilateral:
                self.state["closed"][points] = float(law.fill >= 1.0)
        self.trial = {name: values.copy() for name, values in self.state.items()}
        self.stress = np.zeros((n, n_comp))
        self.tangent = np.zeros((n, n_comp, n_comp))
        self.cauchy = np.zeros((n, 6))
        self.jacobian = np.ones(n)
        self._moduli = np.zeros((mesh.n_own, N_MODULI))
        self._flow: Array = np.zeros((mesh.n_own, 1))
        self._growth = np.zeros(mesh.n_own)
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
            self._moduli[cells] = (shear, bulk, *soft, float(law.unilateral))
            size = np.where(self.mesh.size[cells] > 0, self.mesh.size[cells], np.nan)
            if law.material.size is not None:
                size = np.full(len(cells), law.material.size)
            columns.append((cells, flow_columns(law.material.mechanisms, temperature, size)))
        self._flow = np.zeros((self.mesh.n_own, columns[0][1].shape[1]))
        for cells, values in columns:
            self._flow[cells] = values

    def set_growth(self, growth: Array, stall_pressure: float) -> None:
        """Relaxed volume that the step adds per reference volume, by own cell, and its stall."""
        self._growth[:] = growth
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
                self._growth,
                self._stall,
                dt,
                *(start[name] for name in STATE),
                *(new[name] for name in STATE),
                self.stress,
                self.tangent,
                self.cauchy,
                self.jacobian,
            )
        )

    def accept(self) -> None:
        """Make the trial state the state from which the next step starts."""
        for name, values in self.trial.items():
            self.state[name][:] = values

    def cell_means(self, values: Array) -> Any:
        """(n_own,) means over each cell, weighted by reference volume, of values (n,)."""
        weight = self.point_volume.reshape(-1, self.points_per_cell)
        return (values.reshape(weight.shape) * weight).sum(axis=1) / weight.sum(axis=1)
