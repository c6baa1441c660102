"""A mesh into the files of other programs, with names where the format has them."""

from importlib.util import find_spec
from pathlib import Path

import meshio
import numpy as np
from lisic.mesh.regions import RegionMesh

FORMATS = {".inp": "Abaqus", ".vtu": "VTK", ".xdmf": "XDMF"}


def export(mesh: RegionMesh, path: Path) -> None:
    """Write cells, tagged facets and fibres into ``path``, in um.

    Abaqus gets an element set for every region and facet group, under its name (facets are
    elements of one dimension less), and ``fibres``. VTU and XDMF have no names: there the cell
    data ``region`` numbers regions, then facet groups, then fibres, as :func:`numbers` says.
    XDMF is written as one text file.

    Raises:
        ValueError: another suffix, no such folder, a name that two groups share, or XDMF
            without h5py, which meshio imports even for text.
    """
    if path.suffix not in FORMATS:
        raise ValueError(f"expected a file ending on {', '.join(FORMATS)}, got {path.name}")
    if not path.parent.is_dir():
        raise ValueError(f"expected a file in a folder that exists, got {path}")
    if path.suffix == ".xdmf" and find_spec("h5py") is None:
        raise ValueError("writing .xdmf needs h5py, which is not installed; .vtu and .inp do not")
    points = np.zeros((len(mesh.points), 3))
    points[:, : mesh.dim] = mesh.points
    cell, facet = ("triangle", "line") if mesh.dim == 2 else ("tetra", "triangle")
    named = numbers(mesh)
    blocks, tags = [], []
    for kind, corners, group, names in (
        (cell, mesh.cells, mesh.region, mesh.regions),
        (facet, mesh.facets, mesh.facet_tag, mesh.facet_groups),
    ):
        if len(corners):
            of_group = {number: named[name] for name, number in names.items()}
            blocks.append((kind, corners))
            tags.append(np.array([of_group[n] for n in group.tolist()], dtype=np.int32))
    if len(mesh.fibres):
        blocks.append(("line", mesh.fibres))
        tags.append(np.full(len(mesh.fibres), named["fibres"], dtype=np.int32))
    if path.suffix == ".inp":
        sets = {
            name: [np.flatnonzero(block == number) for block in tags]
            for name, number in named.items()
        }
        meshio.write(path, meshio.Mesh(points, blocks, cell_sets=sets))
        return
    written = meshio.Mesh(points, blocks, cell_data={"region": tags})
    if path.suffix == ".xdmf":
        meshio.write(path, written, data_format="XML")
    else:
        meshio.write(path, written)


def numbers(mesh: RegionMesh) -> dict[str, int]:
    """Number of every region, facet group and, where there are some, of the fibres.

    Raises:
        ValueError: a region and a facet group bear one name.
    """
    names = [*mesh.regions, *mesh.facet_groups, *(["fibres"] if len(mesh.fibres) else [])]
    if len(set(names)) < len(names):
        raise ValueError(f"regions and facet groups share a name: {sorted(names)}")
    return {name: number for number, name in enumerate(names, start=1)}
