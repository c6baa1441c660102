"""Which parts of the displacement gradient live, and how a reference volume is weighted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import ufl

NAMES = ("plane_strain", "axisymmetric", "3d")


@dataclass(frozen=True)
class Kinematics:
    """Plane strain (x, y), axisymmetry (r, z; hoop strain u_r / r) or three dimensions.

    ``components`` lists the indices (i, j) of the active entries of the 3x3 displacement
    gradient; stress and tangent are stored for these only.
    """

    name: str

    def __post_init__(self) -> None:
        """Refuse unknown names."""
        if self.name not in NAMES:
            raise ValueError(
                f"unknown kinematics {self.name!r}; expected one of {', '.join(NAMES)}"
            )

    @property
    def dim(self) -> int:
        """Dimension of the mesh and of the displacement."""
        return 3 if self.name == "3d" else 2

    @property
    def components(self) -> npt.NDArray[np.int64]:
        """(n_comp, 2) indices of the active entries of the displacement gradient."""
        pairs = [(i, j) for i in range(self.dim) for j in range(self.dim)]
        if self.name == "axisymmetric":
            pairs.append((2, 2))
        return np.array(pairs, dtype=np.int64)

    def gradient(self, u: Any) -> Any:
        """UFL vector of the active entries of the displacement gradient of ``u``."""
        grad = ufl.grad(u)
        entries = [grad[i, j] for i in range(self.dim) for j in range(self.dim)]
        if self.name == "axisymmetric":
            radius = ufl.SpatialCoordinate(ufl.domain.extract_unique_domain(u))[0]
            entries.append(u[0] / radius)
        return ufl.as_vector(entries)

    def weight(self, mesh: Any) -> Any:
        """UFL weight of the reference volume: one, or 2 pi r; plane strain is per um of depth."""
        if self.name == "axisymmetric":
            return 2.0 * ufl.pi * ufl.SpatialCoordinate(mesh)[0]
        return 1.0

    def area_vector(self, u: Any, mesh: Any) -> Any:
        """UFL vector n da per reference facet area (Nanson): the deformed facet, hoop included."""
        f = ufl.Identity(self.dim) + ufl.grad(u)
        normal = ufl.det(f) * ufl.inv(f).T * ufl.FacetNormal(mesh)
        if self.name == "axisymmetric":
            normal *= 1.0 + u[0] / ufl.SpatialCoordinate(mesh)[0]
        return normal
