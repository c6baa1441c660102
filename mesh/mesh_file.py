"""Named groups of simplices out of a mesh file: gmsh's own format, or any that meshio reads."""

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import meshio
import numpy as np
from lisic.mesh.planar import session
from lisic.mesh.regions import Floats, Ids

# Integer cell data by which common formats number their regions; meshio's names for them.
_REGION_DATA = ("gmsh:physical", "medit:ref", "cell_tags", "MaterialID", "region")
_DIMENSION = {"vertex": 0, "line": 1, "triangle": 2, "tetra": 3}


@dataclass(frozen=True, eq=False)
class Group:
    """Cells of one dimension under one name: ``corners`` (n, dimension + 1) point numbers."""

    dimension: int
    name: str
    corners: Ids


@dataclass(frozen=True, eq=False)
class Contents:
    """What a mesh file holds.

    Attributes:
        points: (n, 3), in the unit of the file.
        groups: named or numbered groups, in the order of the file.
        unnamed: dimension -> number of cells in no group.
        order: highest polynomial order of the elements; only their corners are read.
    """

    points: Floats
    groups: list[Group]
    unnamed: dict[int, int]
    order: int


def read(path: Path) -> Contents:
    """Read ``path``; groups without a name get their number as text.

    Raises:
        ValueError: no such file, unreadable, or elements other than simplices.
    """
    if not path.is_file():
        raise ValueError(f"mesh file {path} does not exist")
    contents = _read_msh(path) if path.suffix.lower() == ".msh" else _read_meshio(path)
    if not len(contents.points):
        raise ValueError(f"mesh file {path} holds no points")
    return contents


def _read_msh(path: Path) -> Contents:
    # gmsh runs any other text as a script of its own language.
    with path.open("rb") as stream:
        if not stream.read(4096).lstrip().startswith((b"$MeshFormat", b"$Comments")):
            raise ValueError(f"mesh file {path} is unreadable: it is no gmsh mesh")
    with session() as gm:
        try:
            gm.open(str(path))
        except Exception as error:  # gmsh raises nothing more specific
            raise ValueError(f"mesh file {path} is unreadable: {error}") from error
        tags, coordinates, _ = gm.model.mesh.getNodes()
        number = np.full(int(tags.max(initial=0)) + 1, -1, dtype=np.int64)
        number[tags.astype(np.int64)] = np.arange(len(tags))
        groups, order = [], 1
        in_group: set[tuple[int, int]] = set()
        for dimension, tag in gm.model.getPhysicalGroups():
            name = gm.model.getPhysicalName(dimension, tag) or str(tag)
            for entity in gm.model.getEntitiesForPhysicalGroup(dimension, tag).tolist():
                in_group.add((dimension, entity))
                for corners, element_order in _msh_elements(gm, path, dimension, entity):
                    groups.append(Group(dimension, name, number[corners]))
                    order = max(order, element_order)
        unnamed: dict[int, int] = {}
        for dimension, entity in gm.model.getEntities():
            if (dimension, entity) not in in_group:
                count = sum(len(c) for c, _ in _msh_elements(gm, path, dimension, entity))
                unnamed[dimension] = unnamed.get(dimension, 0) + count
        return Contents(coordinates.reshape(-1, 3), groups, unnamed, order)


def _msh_elements(gm: Any, path: Path, dimension: int, entity: int) -> Iterator[tuple[Ids, int]]:
    """Corner node tags (n, dimension + 1) and order of each block of elements of an entity."""
    types, _, nodes = gm.model.mesh.getElements(dimension, entity)
    for kind, flat in zip(types, nodes, strict=True):
        name, _, order, n_nodes, _, n_corners = gm.model.mesh.getElementProperties(kind)
        if n_corners != dimension + 1:
            raise ValueError(_other_elements(path, name))
        yield flat.reshape(-1, n_nodes)[:, :n_corners].astype(np.int64), order


def _read_meshio(path: Path) -> Contents:
    # meshio prints why a format did not fit and ends the process.
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            mesh = meshio.read(path)
    except SystemExit as error:
        reason = " ".join(printed.getvalue().split())
        raise ValueError(f"mesh file {path} is unreadable: {reason}") from error
    except Exception as error:  # each of meshio's formats raises errors of its own
        raise ValueError(f"mesh file {path} is unreadable: {error}") from error
    blocks, order = [], 1
    for block in mesh.cells:
        name = block.type.rstrip("0123456789")
        dimension = _DIMENSION.get(name)
        if dimension is None:
            raise ValueError(_other_elements(path, block.type))
        order = 2 if block.type != name else order
        blocks.append((dimension, block.data[:, : dimension + 1].astype(np.int64)))
    names = _set_names(mesh) or _number_names(path, mesh)
    groups = [
        Group(dimension, name, corners[chosen])
        for name, by_block in names
        for (dimension, corners), chosen in zip(blocks, by_block, strict=True)
        if len(chosen)
    ]
    unnamed: dict[int, int] = {}
    for i, (dimension, corners) in enumerate(blocks):
        named = {cell for _, by_block in names for cell in by_block[i].tolist()}
        unnamed[dimension] = unnamed.get(dimension, 0) + len(corners) - len(named)
    points = np.zeros((len(mesh.points), 3))
    points[:, : mesh.points.shape[1]] = mesh.points
    return Contents(points, groups, unnamed, order)


def _set_names(mesh: Any) -> list[tuple[str, list[Ids]]]:
    """Named sets of cells, for each block the numbers of the cells in it."""
    return [
        (name, [np.asarray([] if s is None else s, dtype=np.int64) for s in by_block])
        for name, by_block in mesh.cell_sets.items()
        if not name.startswith("gmsh:")
    ]


def _number_names(path: Path, mesh: Any) -> list[tuple[str, list[Ids]]]:
    """The same from integer cell data, by name where the file names its numbers."""
    integers = [
        name
        for name, blocks in mesh.cell_data.items()
        if all(np.issubdtype(b.dtype, np.integer) and b.ndim == 1 for b in blocks)
    ]
    known = [name for name in _REGION_DATA if name in integers]
    if not known and len(integers) > 1:
        raise ValueError(
            f"mesh file {path} has several integer cell data, {', '.join(sorted(integers))}; "
            f"name the one that numbers the regions 'region'"
        )
    if not (known or integers):
        return []
    data = mesh.cell_data[(known or integers)[0]]
    found = []
    for dimension in range(4):
        named = {int(v[0]): k for k, v in mesh.field_data.items() if int(v[1]) == dimension}
        of_dimension = [
            _DIMENSION[block.type.rstrip("0123456789")] == dimension for block in mesh.cells
        ]
        numbers = {
            int(n) for b, fits in zip(data, of_dimension, strict=True) if fits for n in np.unique(b)
        }
        for number in sorted(numbers):
            found.append(
                (
                    named.get(number, str(number)),
                    [
                        np.flatnonzero(b == number) if fits else np.empty(0, dtype=np.int64)
                        for b, fits in zip(data, of_dimension, strict=True)
                    ],
                )
            )
    return found


def _other_elements(path: Path, kind: str) -> str:
    return (
        f"mesh file {path} has {kind} elements; only triangles and tetrahedra can be computed on, "
        "so mesh without recombination or subdivide"
    )
