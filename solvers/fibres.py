r"""Fibres: curves through the cells with axial stiffness, no section of their own in the mesh.

Per reference length a fibre stores :math:`\tfrac12 E A (\ln\lambda)^2`, with the stretch
:math:`\lambda = |F t|` of its unit tangent t. With :math:`a = F t` and
:math:`s = a \cdot a`, virtual work and consistent tangent are

.. math::

    \delta a \cdot EA \frac{\ln s}{2 s} a, \qquad
    \delta a \cdot EA \Big[\frac{\ln s}{2 s} I + \frac{1 - \ln s}{s^2} a \otimes a\Big] \Delta a .

F is that of the cell around the curve, so the fibre is bonded to the solid; it has no bending
stiffness. Along a facet or an edge only the displacements there matter: no cell is preferred.
"""

from typing import Any

import basix
import numpy as np
import numpy.typing as npt
from lisic.materials.jit import njit
from lisic.solvers.curves import CurvePieces, barycentric, corners
from lisic.solvers.loads import FibreLaw
from petsc4py import PETSc

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

# Gauss points of a piece. The strain of quadratic displacements is linear along it; two are exact
# for its square.
PLACES, WEIGHTS = np.polynomial.legendre.leggauss(2)
# Cells whose matrices, 30 x 30 numbers each in 3D, are held at once.
CHUNK = 1024


class Fibres:
    """Forces and stiffness of the fibres in the rank's own cells."""

    def __init__(self, space: Any, degree: int, pieces: CurvePieces, law: FibreLaw) -> None:
        """Tabulate the displacement's derivative along the fibres.

        Args:
            space: the displacement's function space, Lagrange of ``degree``.
            degree: its degree.
            pieces: the curves, cut by cells.
            law: axial stiffness.
        """
        mesh = space.mesh
        along = pieces.end - pieces.start
        lengths = np.linalg.norm(along, axis=1)
        n_points = len(PLACES)
        cell = np.repeat(pieces.cell, n_points)
        tangent = np.repeat(along / lengths[:, None], n_points, axis=0)
        points = pieces.start[:, None] + 0.5 * (1.0 + PLACES[:, None]) * along[:, None]
        vertices = corners(mesh, cell)
        reference = barycentric(vertices, points.reshape(len(cell), 1, mesh.geometry.dim))[:, 1:, 0]
        scalar = basix.create_element(
            basix.ElementFamily.P, mesh.basix_cell(), degree, basix.LagrangeVariant.gll_warped
        )
        gradients = scalar.tabulate(1, reference)[1:, ..., 0]  # (dim, points, shape functions)
        edges = np.swapaxes(vertices[:, 1:] - vertices[:, :1], 1, 2)
        direction = np.linalg.solve(edges, tangent[..., None])[..., 0]
        self._along: Array = np.einsum("kqn,qk->qn", gradients, direction)
        self._tangent = tangent
        self._modulus = law.youngs_modulus
        self._length = np.outer(lengths, 0.5 * WEIGHTS).ravel()
        self._stiffness = law.youngs_modulus * law.section * self._length
        self._dofs = space.dofmap.list[cell]
        self._dim = mesh.geometry.dim
        # The first point of each cell, and in the end that after the last.
        self._first = np.flatnonzero(np.diff(cell, prepend=-1, append=-1))

    def stress(self, u: Array) -> tuple[Array, Array]:
        """Axial force over the section, E ln(lambda) / lambda, at displacement ``u``.

        Returns:
            (points,) stress, MPa, positive in tension, and the reference length (um) that each
            point stands for.
        """
        _, s = self._deformed(u)
        return self._modulus * np.log(s) / (2.0 * np.sqrt(s)), self._length

    def add_forces(self, u: Array, forces: Array) -> None:
        """Add the internal forces at displacement ``u`` (own and ghost dofs) to ``forces``."""
        a, s = self._deformed(u)
        axial = (self._stiffness * np.log(s) / (2.0 * s))[:, None] * a
        n = len(forces) // self._dim
        for i in range(self._dim):
            forces[i :: self._dim] += np.bincount(
                self._dofs.ravel(), (self._along * axial[:, i, None]).ravel(), minlength=n
            )

    def add_stiffness(self, u: Array, matrix: Any) -> None:
        """Add the consistent tangent at displacement ``u`` to an assembled or new matrix."""
        a, s = self._deformed(u)
        isotropic = self._stiffness * np.log(s) / (2.0 * s)
        axial = self._stiffness * (1.0 - np.log(s)) / s**2
        n_nodes = self._dofs.shape[1]
        for start in range(0, len(self._first) - 1, CHUNK):
            first = self._first[start : start + CHUNK + 1]
            blocks = np.zeros((len(first) - 1, n_nodes, self._dim, n_nodes, self._dim))
            _cell_matrices(first, self._along, a, isotropic, axial, blocks)
            dofs = self._dofs[first[:-1]]
            matrix.setValuesBlockedLocalRCV(dofs, dofs, blocks, PETSc.InsertMode.ADD_VALUES)

    def _deformed(self, u: Array) -> tuple[Array, Array]:
        """a = F t (points, dim) and the square of its length (points,)."""
        local = u.reshape(-1, self._dim)[self._dofs]
        a = self._tangent + np.einsum("qn,qni->qi", self._along, local)
        return a, np.einsum("qi,qi->q", a, a)


@njit
def _cell_matrices(
    first: Indices, along: Array, a: Array, isotropic: Array, axial: Array, out: Array
) -> None:
    """Tangent of the points of each cell, added to ``out`` (cells, nodes, dim, nodes, dim).

    Args:
        first: (cells + 1,) number of each cell's first point, in the end that after the last.
        along: (points, nodes) derivatives of the shape functions along the fibre.
        a: (points, dim) deformed tangent.
        isotropic, axial: (points,) factors of I and of a (x) a.
        out: written.
    """
    n_nodes, dim = along.shape[1], a.shape[1]
    for cell in range(len(first) - 1):
        for point in range(first[cell], first[cell + 1]):
            for n in range(n_nodes):
                for i in range(dim):
                    left = along[point, n] * axial[point] * a[point, i]
                    for m in range(n_nodes):
                        for j in range(dim):
                            out[cell, n, i, m, j] += left * along[point, m] * a[point, j]
                        out[cell, n, i, m, i] += (
                            along[point, n] * isotropic[point] * along[point, m]
                        )
