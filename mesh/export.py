"""A mesh into the files of other programs, with names where the format has them."""

from dataclasses import dataclass
from pathlib import Path

import meshio
import numpy as np
from lisic.mesh import xdmf
from lisic.mesh.regions import Floats, Ids, RegionMesh, Tags

FORMATS = {".inp": "Abaqus", ".msh": "gmsh", ".vtu": "VTK", ".xdmf": "XDMF"}
_DIMENSION = {"line": 1, "triangle": 2, "tetra": 3}


@dataclass(frozen=True, eq=False)
class _Blocks:
    """Elements of one type each, the number of the group of every element, points (n, 3)."""

    points: Floats
    elements: list[tuple[str, Ids]]
    tags: list[Tags]
    groups: dict[str, tuple[int, int]]  # name -> number, dimension


def export(mesh: RegionMesh, path: Path) -> None:
    """Write cells, tagged facets, fibres and curves into ``path``, in um.

    Facets are elements of one dimension less, fibres and curves lines; curves, which don't follow
    the mesh, come with points of their own. Abaqus gets an element set for every region and facet
    group, under its name, and ``fibres`` and ``curves``; gmsh (version 2) physical groups of these
    names; XDMF, one text file, the names as meshio keeps them. VTU has no names: there the cell
    data ``region`` numbers regions, facet groups, fibres and curves, as :func:`numbers` says.

    Raises:
        ValueError: another suffix, no such folder, or a name that two groups share.
    """
    if path.suffix not in FORMATS:
        raise ValueError(f"expected a file ending on {', '.join(FORMATS)}, got {path.name}")
    if not path.parent.is_dir():
        raise ValueError(f"expected a file in a folder that exists, got {path}")
    blocks = _blocks(mesh)
    match path.suffix:
        case ".inp":
            sets = {
                name: [np.flatnonzero(tag == number) for tag in blocks.tags]
                for name, (number, _) in blocks.groups.items()
            }
            meshio.write(path, meshio.Mesh(blocks.points, blocks.elements, cell_sets=sets))
        case ".msh":
            data = {"gmsh:physical": blocks.tags, "gmsh:geometrical": blocks.tags}
            names = {name: np.array(group) for name, group in blocks.groups.items()}
            written = meshio.Mesh(blocks.points, blocks.elements, cell_data=data, field_data=names)
            meshio.write(path, written, file_format="gmsh22")
        case ".xdmf":
            xdmf.write(path, blocks.points, blocks.elements, blocks.tags, blocks.groups)
        case _:
            data = {"region": blocks.tags}
            meshio.write(path, meshio.Mesh(blocks.points, blocks.elements, cell_data=data))


def numbers(mesh: RegionMesh) -> dict[str, int]:
    """Number of every region, facet group and, where there are some, of fibres and curves.

    Raises:
        ValueError: a region and a facet group bear one name.
    """
    lines = [name for name in ("fibres", "curves") if len(getattr(mesh, name))]
    names = [*mesh.regions, *mesh.facet_groups, *lines]
    if len(set(names)) < len(names):
        raise ValueError(f"regions and facet groups share a name: {sorted(names)}")
    return {name: number for number, name in enumerate(names, start=1)}


def _blocks(mesh: RegionMesh) -> _Blocks:
    named = numbers(mesh)
    points = np.zeros((len(mesh.points) + len(mesh.curve_points), 3))
    points[: len(mesh.points), : mesh.dim] = mesh.points
    points[len(mesh.points) :] = mesh.curve_points
    cell, facet = ("triangle", "line") if mesh.dim == 2 else ("tetra", "triangle")
    elements, tags, groups = [], [], {}
    for kind, corners, group, names in (
        (cell, mesh.cells, mesh.region, mesh.regions),
        (facet, mesh.facets, mesh.facet_tag, mesh.facet_groups),
        ("line", mesh.fibres, np.ones_like(mesh.fibre), {"fibres": 1}),
        ("line", mesh.curves + len(mesh.points), np.ones_like(mesh.curve), {"curves": 1}),
    ):
        if len(corners):
            number = np.zeros(max(names.values()) + 1, dtype=np.int32)
            for name, own in names.items():
                number[own] = named[name]
                groups[name] = (named[name], _DIMENSION[kind])
            elements.append((kind, corners))
            tags.append(number[group])
    return _Blocks(points, elements, tags, groups)
