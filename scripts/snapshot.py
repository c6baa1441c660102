"""One field of one output, by region, on the deformed shape: what a picture draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import RegionMesh
from lisic.scripts.run_folder import field_names

type Floats = npt.NDArray[np.float64]
type Ids = npt.NDArray[np.int64]

_CORNERS = {5: 3, 10: 4}  # VTK's triangle and tetrahedron


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A mesh with displacements at one time.

    Attributes:
        points: undeformed, um, (n, 3).
        displacement: um, (n, 3).
        cells: corners of triangles or tetrahedra, (m, 3 or 4).
        region: region id of each cell, (m,).
        fibres: corners of the fibres' segments, (s, 2).
        fields: the values a picture can show, by name, on cells (m,) or points (n,).
    """

    points: Floats
    displacement: Floats
    cells: Ids
    region: npt.NDArray[np.int64]
    fibres: Ids
    fields: dict[str, Floats]

    @classmethod
    def of(cls, grid: Any, mesh: RegionMesh | None) -> "Snapshot":
        """The snapshot on a ``pyvista.UnstructuredGrid`` of a run folder; fibres from its mesh."""
        ((kind, cells),) = grid.cells_dict.items()
        assert cells.shape[1] == _CORNERS[int(kind)]
        fields: dict[str, Floats] = {}
        for name in field_names(grid):
            values = np.asarray(grid.cell_data.get(name, grid.point_data.get(name)), float)
            fields[name] = values if values.ndim == 1 else np.linalg.norm(values, axis=1)
        points = np.asarray(grid.points, float)
        return cls(
            points,
            np.asarray(grid.point_data["displacement_um"], float),
            cells.astype(np.int64),
            np.asarray(grid.cell_data["region"]).astype(np.int64),
            _fibres(points, mesh),
            fields,
        )

    @property
    def dim(self) -> int:
        """Dimension of space, 2 or 3."""
        return int(self.cells.shape[1]) - 1

    def values(self, field: str) -> Floats:
        """Cell values of a field, (m,); of a field on points the mean over each cell's corners.

        Raises:
            ValueError: no such field.
        """
        if field not in self.fields:
            raise ValueError(f"no field {field!r} in this run; it has {', '.join(self.fields)}")
        values = self.fields[field]
        return values if len(values) == len(self.cells) else values[self.cells].mean(axis=1)

    def volumes(self) -> Floats:
        """Undeformed area (um^2) or volume (um^3) of the cells, (m,)."""
        corners = self.points[self.cells]
        edges = corners[:, 1:] - corners[:, :1]
        if self.dim == 2:
            return np.asarray(0.5 * np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1))
        return np.asarray(np.abs(np.linalg.det(edges)) / 6)

    def deformed(self, scale: float, stretch: Sequence[float] = (1.0, 1.0, 1.0)) -> Floats:
        """Points with ``scale`` times their displacement, stretched along the axes, (n, 3)."""
        return np.asarray((self.points + scale * self.displacement) * stretch)

    def smooth(self, values: Floats, cells: npt.NDArray[np.bool_]) -> Floats:
        """Volume-weighted means at the points over the cells of one region, (n,).

        Averaging stops at the region's boundary, where stresses jump. nan off the region.
        """
        corners = self.cells[cells]
        weights = np.repeat(self.volumes()[cells], corners.shape[1])
        n = len(self.points)
        total = np.bincount(corners.ravel(), weights, n)
        with np.errstate(invalid="ignore"):
            means = np.repeat(values[cells], corners.shape[1]) * weights
            return np.asarray(np.bincount(corners.ravel(), means, n) / total)


def _fibres(points: Floats, mesh: RegionMesh | None) -> Ids:
    """Segments of the mesh's fibres in the numbering of ``points``, (s, 2)."""
    if mesh is None or not len(mesh.fibres):
        return np.empty((0, 2), dtype=np.int64)
    from scipy.spatial import cKDTree

    used, segments = np.unique(mesh.fibres, return_inverse=True)
    distance, found = cKDTree(points[:, : mesh.dim]).query(mesh.points[used])
    if distance.max() > 1e-6 * np.ptp(points, axis=0).max():
        raise ValueError("the fibres of mesh/mesh.npz do not lie on the points of the fields")
    return np.asarray(found[segments.reshape(-1, 2)], dtype=np.int64)
