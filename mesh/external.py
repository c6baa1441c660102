"""A mesh of the user's own, with named regions and facets."""

from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from lisic.mesh import external_fibres, mesh_file, quality
from lisic.mesh.external_fibres import FibreGroup
from lisic.mesh.mesh_file import Contents, Group
from lisic.mesh.regions import Floats, Ids, RegionMesh, Tags


@dataclass(frozen=True)
class ExternalMesh:
    """Mesh ``file`` in a unit of ``unit_um`` um: gmsh's .msh (2 and 4), or what meshio reads.

    Regions are the named groups of the highest dimension, facet groups those one below; where
    a file knows numbers only, they are the names. Every cell needs one region; a facet may
    be in several groups or none. Triangles in a plane of constant z make a mesh in x and y,
    tetrahedra one in space. Cells of the wrong orientation are turned round; elements of
    higher order keep their corners only, which the report says.

    The line elements of the group of ``fibres`` are no facets but fibres, if there is one. In a
    plane each must be an edge of the triangles; in space those that are none are embedded in the
    tetrahedra that they pass through.

    Raises:
        ValueError: from :meth:`build`: a file that is missing or unreadable, other elements,
            no named regions, cells without a region or in two, fibres that are none.
    """

    file: str | Path
    unit_um: float
    fibres: FibreGroup | None = None

    def __post_init__(self) -> None:
        """Refuse a unit that is no length."""
        if not (isfinite(self.unit_um) and self.unit_um > 0):
            raise ValueError(f"unit_um must be a positive length, got {self.unit_um} um")

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        """Mesh and its report."""
        path = Path(self.file)
        contents = mesh_file.read(path)
        groups, unnamed = contents.groups, contents.unnamed
        dim = max([g.dimension for g in groups] + [d for d, n in unnamed.items() if n], default=0)
        if dim < 2:
            raise ValueError(f"mesh file {path} holds no triangles and no tetrahedra")
        cell_groups = [g for g in groups if g.dimension == dim]
        if not cell_groups:
            raise ValueError(
                f"mesh file {path} has no named regions: give its "
                f"{'surfaces' if dim == 2 else 'volumes'} physical groups"
            )
        if unnamed.get(dim, 0):
            raise ValueError(
                f"mesh file {path}: {unnamed[dim]} cells belong to no region; named are "
                f"{', '.join(dict.fromkeys(g.name for g in cell_groups))}"
            )
        regions, region, cells = _tagged(cell_groups, dim + 1)
        if len(np.unique(np.sort(cells, axis=1), axis=0)) < len(cells):
            raise ValueError(f"mesh file {path}: some cells belong to two regions")
        lines = self._lines(path, groups)
        own = None if self.fibres is None else self.fibres.name
        facet_groups, facet_tag, facets = _tagged(
            [g for g in groups if g.dimension == dim - 1 and (dim == 3 or g.name != own)], dim
        )
        points = _coordinates(path, contents, dim, cells) * self.unit_um
        used, cells = np.unique(cells, return_inverse=True)
        # Points of the cells first, then those that no cell has.
        order = np.append(used, np.setdiff1d(np.arange(len(points)), used))
        position = np.empty(len(points), dtype=np.int64)
        position[order] = np.arange(len(points))
        facets = position[facets]
        if facets.size and facets.max() >= len(used):
            raise ValueError(f"mesh file {path}: a facet group has vertices that no cell has")
        mesh = RegionMesh(
            points=points[used],
            cells=_turned(points[used], cells.reshape(-1, dim + 1)),
            region=region,
            regions=regions,
            facets=facets,
            facet_tag=facet_tag,
            facet_groups=facet_groups,
            body=np.zeros(len(cells), dtype=np.int32),
            size=np.zeros(len(cells)),
            fibres=np.empty((0, 2), dtype=np.int64),
            fibre=np.empty(0, dtype=np.int32),
            period=np.zeros(dim),
        )
        report = {"kind": "mesh", "file": path.name, "order_in_file": contents.order}
        try:
            if self.fibres is not None:
                mesh = external_fibres.laid(mesh, self.fibres, points[order], position[lines])
            report |= quality.report(mesh)
        except ValueError as error:
            raise ValueError(f"mesh file {path}: {error}") from error
        if self.fibres is not None:
            report["fibres"] = external_fibres.report(mesh, self.fibres)
        return mesh, report

    def _lines(self, path: Path, groups: list[Group]) -> Ids:
        """Line elements that are fibres, point numbers of the file, (m, 2)."""
        if self.fibres is None:
            return np.empty((0, 2), dtype=np.int64)
        lines = [g.corners for g in groups if g.dimension == 1 and g.name == self.fibres.name]
        if not lines:
            known = ", ".join(dict.fromkeys(g.name for g in groups if g.dimension == 1)) or "none"
            raise ValueError(
                f"mesh file {path} has no group {self.fibres.name!r} of line elements for fibres; "
                f"its groups of lines are: {known}"
            )
        return np.concatenate(lines)


def _tagged(groups: list[Group], corners: int) -> tuple[dict[str, int], Tags, Ids]:
    """Ids by name, and id and vertices of every cell of the groups."""
    names = {name: i for i, name in enumerate(dict.fromkeys(g.name for g in groups), start=1)}
    tags = [np.full(len(g.corners), names[g.name], dtype=np.int32) for g in groups]
    none: Ids = np.empty((0, corners), dtype=np.int64)
    return (
        names,
        np.concatenate([np.empty(0, dtype=np.int32), *tags]),
        np.concatenate([none, *(g.corners for g in groups)]),
    )


def _coordinates(path: Path, contents: Contents, dim: int, cells: Ids) -> Floats:
    if dim == 3:
        return contents.points
    corners = contents.points[np.unique(cells)]
    if np.ptp(corners[:, 2]) > 1e-9 * np.ptp(corners, axis=0).max():
        raise ValueError(
            f"mesh file {path} is a surface in space; triangles must lie in a plane of constant z, "
            "or fill a volume with tetrahedra"
        )
    return contents.points[:, :2]


def _turned(points: Floats, cells: Ids) -> Ids:
    """Cells with positive orientation: two vertices of a negative one are swapped."""
    corners = points[cells]
    negative = np.linalg.det(corners[:, 1:] - corners[:, :1]) < 0
    turned = cells.copy()
    turned[negative, :2] = cells[negative, 1::-1]
    return turned
