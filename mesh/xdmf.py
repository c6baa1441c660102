"""XDMF as one text file. meshio's own writer can't be had without h5py, even for text."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import Floats, Ids, Tags

# XDMF's numbers of element types; a polyline is followed by how many points it has.
_TYPES = {"line": (2, 2), "triangle": (4,), "tetra": (6,)}


def write(
    path: Path,
    points: Floats,
    blocks: Sequence[tuple[str, Ids]],
    tags: Sequence[Tags],
    names: Mapping[str, tuple[int, int]],
) -> None:
    """Write a mesh of ``blocks`` (element type, corners) with cell data ``region``.

    Args:
        path: of the file.
        points: (n, 3).
        blocks: ``line``, ``triangle`` or ``tetra``, and point numbers.
        tags: number of the region of each element, block by block.
        names: name of every number, as number and dimension; kept as meshio keeps names.
    """
    root = ElementTree.Element("Xdmf", Version="3.0")
    grid = ElementTree.SubElement(ElementTree.SubElement(root, "Domain"), "Grid", Name="Grid")
    geometry = ElementTree.SubElement(grid, "Geometry", GeometryType="XYZ")
    _item(geometry, points, "Float", 8, "%.17g")
    mixed = [
        np.hstack([np.tile(_TYPES[kind], (len(corners), 1)), corners]).ravel()
        for kind, corners in blocks
    ]
    count = sum(len(corners) for _, corners in blocks)
    topology = ElementTree.SubElement(
        grid, "Topology", TopologyType="Mixed", NumberOfElements=str(count)
    )
    _item(topology, np.concatenate(mixed), "Int", 8, "%d")
    known = ElementTree.Element("map")
    for name, (number, dimension) in names.items():
        entry = ElementTree.SubElement(known, "entry", key=name, dim=str(dimension))
        entry.text = str(number)
    information = ElementTree.SubElement(grid, "Information", Name="Information")
    information.text = ElementTree.tostring(known, encoding="unicode")
    attribute = ElementTree.SubElement(
        grid, "Attribute", Name="region", AttributeType="Scalar", Center="Cell"
    )
    _item(attribute, np.concatenate(list(tags)), "Int", 4, "%d")
    ElementTree.ElementTree(root).write(path)


def _item(
    parent: ElementTree.Element, data: npt.NDArray[np.generic], kind: str, size: int, form: str
) -> None:
    shape = " ".join(str(n) for n in data.shape)
    item = ElementTree.SubElement(
        parent, "DataItem", DataType=kind, Dimensions=shape, Format="XML", Precision=str(size)
    )
    text = io.StringIO()
    np.savetxt(text, data, form)
    item.text = "\n" + text.getvalue()
