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
from lisic.solvers.curves import CurvePieces, barycentric, corners
from lisic.solvers.loads import FibreLaw
from petsc4py import PETSc

Array = npt.NDArray[np.float64]

# Gauss points of a piece. The strain of quadratic displacements is linear along it; two are exact
# for its square.
PLACES, WEIGHTS = np.polynomial.legendre.leggauss(2)
# Points whose contributions to the matrix are held at once: 30 x 30 numbers each.
CHUNK = 4096


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
        self._stiffness = law.youngs_modulus * law.section * np.outer(lengths, 0.5 * WEIGHTS)
        self._stiffness = self._stiffness.ravel()
        self._dofs = space.dofmap.list[cell]
        self._dim = mesh.geometry.dim
        self._cells = np.flatnonzero(np.diff(cell, prepend=-1))  # first point of each cell

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
        block = axial[:, None, None] * a[:, :, None] * a[:, None, :]
        block[:, range(self._dim), range(self._dim)] += isotropic[:, None]
        bounds = np.append(self._cells, len(s))
        first = 0
        while first < len(self._cells):
            last = max(first + 1, np.searchsorted(bounds, bounds[first] + CHUNK, "right") - 1)
            chunk = slice(bounds[first], bounds[last])
            g = self._along[chunk]
            by_point = np.einsum("qn,qij,qm->qnimj", g, block[chunk], g, optimize=True)
            by_cell = np.add.reduceat(by_point, bounds[first:last] - bounds[first])
            dofs = self._dofs[self._cells[first:last]]
            matrix.setValuesBlockedLocalRCV(dofs, dofs, by_cell, PETSc.InsertMode.ADD_VALUES)
            first = int(last)

    def _deformed(self, u: Array) -> tuple[Array, Array]:
        """a = F t (points, dim) and the square of its length (points,)."""
        local = u.reshape(-1, self._dim)[self._dofs]
        a = self._tangent + np.einsum("qn,qni->qi", self._along, local)
        return a, np.einsum("qi,qi->q", a, a)
