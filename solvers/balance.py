"""The discrete balance of forces: forms, their assembly, and the reduced Newton system."""

from collections.abc import Sequence
from typing import Any

import basix
import basix.ufl
import dolfinx.fem.petsc
import dolfinx.mesh
import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem
from lisic.solvers.distribute import DistributedMesh
from lisic.solvers.fibres import Fibres
from lisic.solvers.kinematics import Kinematics
from lisic.solvers.loads import FibreLaw, Load, Pressure, Spring, Traction
from petsc4py import PETSc

Array = npt.NDArray[np.float64]

DISPLACEMENT_DEGREE = 2
# Degree 2 (3 points a triangle, 4 a tetrahedron) under-integrates the volume terms of P2 just
# enough to keep incompressible flow from locking; see docs/theory.md.
QUADRATURE_DEGREE = 2

# Ranks other than the compiling one wait for it; the default of 10 s is too short on a slow disk.
JIT_OPTIONS = {"timeout": 600}


class Balance:
    """Forms over one mesh. Stress and tangent at the points come in as arrays.

    Attributes:
        u: displacement, um (P2).
        fibres: the fibres in the rank's own cells, or None where the mesh or the case has none.
        point_volume: (n_own * points_per_cell,) reference volume of each quadrature point.
    """

    def __init__(
        self,
        mesh: DistributedMesh,
        kinematics: Kinematics,
        loads: Sequence[Load],
        fibre: FibreLaw | None,
    ) -> None:
        """Compile the forms (cached on disk) and allocate the matrix."""
        self.distributed = mesh
        self.kinematics = kinematics
        self.mesh = mesh.mesh
        cell = self.mesh.basix_cell()
        n_comp = len(kinematics.components)
        self.space = fem.functionspace(
            self.mesh, ("Lagrange", DISPLACEMENT_DEGREE, (kinematics.dim,))
        )
        self.u = fem.Function(self.space, name="displacement")
        self.scratch = fem.Function(self.space)
        points, weights = basix.make_quadrature(cell, QUADRATURE_DEGREE)
        self.points_per_cell = len(weights)
        self._quadrature = points

        def quadrature_function(shape: tuple[int, ...]) -> Any:
            element = basix.ufl.quadrature_element(
                cell, value_shape=shape, degree=QUADRATURE_DEGREE, scheme="default"
            )
            return fem.Function(fem.functionspace(self.mesh, element))

        self._stress = quadrature_function((n_comp,))
        self._tangent = quadrature_function((n_comp, n_comp))
        metadata = {"quadrature_degree": QUADRATURE_DEGREE, "quadrature_scheme": "default"}
        dx = ufl.Measure("dx", domain=self.mesh, metadata=metadata)
        weight = kinematics.weight(self.mesh)
        test = ufl.TestFunction(self.space)
        trial = ufl.TrialFunction(self.space)
        residual = ufl.inner(self._stress, kinematics.gradient(test)) * weight * dx
        tangent = (
            ufl.inner(ufl.dot(self._tangent, kinematics.gradient(trial)), kinematics.gradient(test))
            * weight
            * dx
        )
        # One object for all groups, or DOLFINx refuses a second load; as lists of facets, so that a
        # facet may lie in several groups. Only the body's surface: on an inner facet the normal
        # would be that of whichever cell comes first.
        self.mesh.topology.create_connectivity(kinematics.dim - 1, kinematics.dim)
        surface = dolfinx.mesh.exterior_facet_indices(self.mesh.topology)
        self._facet_ids = {name: number for number, name in enumerate(sorted(mesh.facets), 1)}
        self._facets = [
            (
                number,
                fem.compute_integration_domains(
                    fem.IntegralType.exterior_facet,
                    self.mesh.topology,
                    np.intersect1d(mesh.facets[name].find(1), surface),
                ),
            )
            for name, number in self._facet_ids.items()
        ]
        external, self._load_constants = self._external(loads, test, weight)
        for form in external:
            residual += form
            tangent += ufl.derivative(form, self.u, trial)

        self.fibres: Fibres | None = None
        if fibre is not None and mesh.fibres is not None:
            if kinematics.name == "axisymmetric":
                raise ValueError("fibres need plane strain or 3d, got axisymmetric")
            self.fibres = Fibres(self.space, DISPLACEMENT_DEGREE, mesh.fibres, fibre)
        self._residual = _compile(residual)
        self._jacobian = _compile(tangent)
        self._gradient = fem.Expression(
            kinematics.gradient(self.u), points, jit_options=JIT_OPTIONS
        )
        self._own = np.arange(mesh.n_own, dtype=np.int32)
        self._gradient_values = np.zeros((mesh.n_own, self.points_per_cell, n_comp))
        determinant = fem.Expression(
            weight * abs(ufl.JacobianDeterminant(self.mesh)), points, jit_options=JIT_OPTIONS
        )
        self.point_volume: Array = (determinant.eval(self.mesh, self._own) * weights).ravel()
        self._matrix = dolfinx.fem.petsc.create_matrix(self._jacobian)
        self.residual_vector = dolfinx.fem.petsc.create_vector(self.space)

    def _external(
        self, loads: Sequence[Load], test: Any, weight: Any
    ) -> tuple[list[Any], list[tuple[Load, Any]]]:
        """Boundary terms, and the constants that carry the loads' present values."""
        forms = []
        constants: list[tuple[Load, Any]] = []
        for load in loads:
            if not isinstance(load, Pressure | Traction | Spring):
                continue
            ds = self.facet_measure(load.on)
            if isinstance(load, Pressure):
                value = fem.Constant(self.mesh, 0.0)
                area = self.kinematics.area_vector(self.u, self.mesh)
                forms.append(value * ufl.inner(area, test) * weight * ds)
            elif isinstance(load, Traction):
                value = fem.Constant(self.mesh, np.zeros(self.kinematics.dim))
                forms.append(-ufl.inner(value, test) * weight * ds)
            else:
                value = fem.Constant(self.mesh, load.stiffness)
                forms.append(value * ufl.inner(self.u, test) * weight * ds)
            constants.append((load, value))
        return forms, constants

    def facet_measure(self, group: str) -> Any:
        """UFL measure over a facet group."""
        return ufl.Measure(
            "ds",
            domain=self.mesh,
            subdomain_data=self._facets,
            subdomain_id=self._facet_ids[group],
            metadata={"quadrature_degree": 3},
        )

    def set_loads(self, time: float) -> None:
        """Bring pressures and tractions to their values at ``time``."""
        for load, constant in self._load_constants:
            if isinstance(load, Pressure):
                constant.value = load.value(time)
            elif isinstance(load, Traction):
                constant.value[:] = [schedule(time) for schedule in load.value]

    def gradient(self) -> Array:
        """(n, n_comp) displacement gradient at the points."""
        self._gradient.eval(self.mesh, self._own, self._gradient_values)
        n_comp = len(self.kinematics.components)
        return self._gradient_values.reshape(-1, n_comp)

    def assemble_residual(self, stress: Array) -> Any:
        """Internal minus external forces on all own dofs (platen forces not included)."""
        self._stress.x.array[: stress.size] = stress.ravel()
        vector = self.residual_vector
        with vector.localForm() as local:
            local.set(0.0)
        dolfinx.fem.petsc.assemble_vector(vector, self._residual)
        if self.fibres is not None:
            with vector.localForm() as local:
                self.fibres.add_forces(self.u.x.array, local.array_w)
        vector.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
        return vector

    def assemble_matrix(self, tangent: Array) -> Any:
        """Tangent stiffness over all dofs, constraints not yet applied."""
        self._tangent.x.array[: tangent.size] = tangent.ravel()
        self._matrix.zeroEntries()
        dolfinx.fem.petsc.assemble_matrix(self._matrix, self._jacobian)
        if self.fibres is not None:
            self.fibres.add_stiffness(self.u.x.array, self._matrix)
        self._matrix.assemble()
        return self._matrix

    def mean_displacement_weights(self, group: str) -> tuple[Array, float]:
        """Weights (own dofs) whose product with u is the mean normal displacement, and the area.

        Areas are reference areas: um2, or um per um of depth in plane strain.
        """
        test = ufl.TestFunction(self.space)
        weight = self.kinematics.weight(self.mesh)
        ds = self.facet_measure(group)
        normal = ufl.FacetNormal(self.mesh)
        vector = dolfinx.fem.petsc.create_vector(self.space)
        dolfinx.fem.petsc.assemble_vector(vector, _compile(ufl.inner(normal, test) * weight * ds))
        vector.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
        one = fem.Constant(self.mesh, 1.0)
        area = self.mesh.comm.allreduce(fem.assemble_scalar(_compile(one * weight * ds)))
        weights = vector.array.copy()
        vector.destroy()
        return weights / area if area > 0 else weights, float(area)


def _compile(form: Any) -> Any:
    return fem.form(form, jit_options=JIT_OPTIONS)
