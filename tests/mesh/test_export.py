"""Exported meshes, read back: points, cells, regions, facets, fibres, and names where they are."""

import importlib.util
import sys
from dataclasses import replace
from types import ModuleType

import meshio
import numpy as np
import pytest
import pyvista as pv
from lisic.mesh.export import export, numbers
from lisic.mesh.external import ExternalMesh
from lisic.mesh.stack import Layer, LayerPores, Stack
from lisic.mesh.volume import VolumeMesh
from vtkmodules.vtkIOXdmf2 import vtkXdmfReader

FORMATS = ["inp", "msh", "vtu", "xdmf"]
NAMED = ["inp", "msh", "xdmf"]
LAYERS = (Layer("a", 1.0, pores=LayerPores(0.1, 0.3, 0.1)), Layer("b", 0.5))


@pytest.fixture(scope="module")
def plane():
    mesh = Stack(LAYERS, 1.0).build()[0]
    edges = mesh.cells[:5, :2].copy()
    return replace(mesh, fibres=edges, fibre=np.arange(1, 6, dtype=np.int32))


@pytest.fixture(scope="module")
def space(tmp_path_factory):
    voxels = np.full((10, 10, 10), 9, dtype=np.uint8)
    voxels[3:7, 2:7, 4:9] = 0
    file = tmp_path_factory.mktemp("volume") / "stack.npy"
    np.save(file, voxels)
    mesh = VolumeMesh(file, 0.1, ("pore", "lisi"), thresholds=(5.0,)).build()[0]
    across = np.array([[0.1, 0.1, 0.1], [0.9, 0.9, 0.9], [0.5, 0.2, 0.3]])
    return replace(
        mesh,
        curve_points=across,
        curves=np.array([[0, 1], [1, 2]]),
        curve=np.ones(2, dtype=np.int32),
    )


@pytest.fixture(params=["plane", "space"])
def mesh(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(autouse=True)
def text_needs_no_h5py(monkeypatch):
    """Let meshio read XDMF as text: it imports h5py before it looks what there is to read."""
    if importlib.util.find_spec("h5py") is None:
        monkeypatch.setitem(sys.modules, "h5py", ModuleType("h5py"))


def of_kind(read, kind, tags):
    """All elements of a type and their tags."""
    found = [(b.data, t) for b, t in zip(read.cells, tags, strict=True) if b.type == kind]
    return np.concatenate([c for c, _ in found]), np.concatenate([t for _, t in found])


def tags_of(read, suffix, named):
    """The number of each element's group, block by block."""
    if suffix == "inp":
        tags = [np.zeros(len(block.data), dtype=int) for block in read.cells]
        for name, number in named.items():
            for tag, members in zip(tags, read.cell_sets[name], strict=True):
                tag[np.asarray(members, dtype=int)] = number
        return tags
    return read.cell_data["gmsh:physical" if suffix == "msh" else "region"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_meshio_reads_back_points_elements_and_groups(mesh, tmp_path, suffix):
    file = tmp_path / f"mesh.{suffix}"
    export(mesh, file)
    assert [f.name for f in tmp_path.iterdir()] == [file.name]
    read, named = meshio.read(file), numbers(mesh)
    expected = np.zeros((len(mesh.points), 3))
    expected[:, : mesh.dim] = mesh.points
    assert np.array_equal(read.points, np.concatenate([expected, mesh.curve_points]))
    cell, facet = ("triangle", "line") if mesh.dim == 2 else ("tetra", "triangle")
    tags = tags_of(read, suffix, named)
    for kind, corners, tag, names in (
        (cell, mesh.cells, mesh.region, mesh.regions),
        (facet, mesh.facets, mesh.facet_tag, mesh.facet_groups),
    ):
        found, numbered = of_kind(read, kind, tags)
        assert np.array_equal(found[: len(corners)], corners)
        number = {own: named[name] for name, own in names.items()}
        assert numbered[: len(tag)].tolist() == [number[t] for t in tag.tolist()]
    lines, numbered = of_kind(read, "line", tags)
    for name in ("fibres", "curves"):
        if len(wanted := getattr(mesh, name)):
            first = len(mesh.points) if name == "curves" else 0
            assert np.array_equal(lines[numbered == named[name]], wanted + first)


def sizes(names, tags):
    return {name: int((tags == number).sum()) for name, number in names.items()}


@pytest.mark.parametrize("suffix", NAMED)
def test_names_come_back_in_a_mesh_of_ones_own(mesh, tmp_path, suffix):
    mesh = replace(
        mesh, fibres=mesh.fibres[:0], fibre=mesh.fibre[:0], curves=mesh.curves[:0],
        curve=mesh.curve[:0], curve_points=mesh.curve_points[:0],
    )  # fmt: skip
    export(mesh, tmp_path / f"mesh.{suffix}")
    back, _ = ExternalMesh(tmp_path / f"mesh.{suffix}", 1.0).build()
    assert sizes(back.regions, back.region) == sizes(mesh.regions, mesh.region)
    assert sizes(back.facet_groups, back.facet_tag) == sizes(mesh.facet_groups, mesh.facet_tag)
    assert back.volumes().sum() == pytest.approx(mesh.volumes().sum(), rel=1e-12)


def test_vtk_reads_xdmf_too(space, tmp_path):
    export(space, tmp_path / "mesh.xdmf")
    reader = vtkXdmfReader()
    reader.SetFileName(str(tmp_path / "mesh.xdmf"))
    reader.Update()
    grid = pv.wrap(reader.GetOutputDataObject(0))
    kinds, counts = np.unique(np.asarray(grid.celltypes), return_counts=True)
    expected = {10: len(space.cells), 5: len(space.facets), 4: len(space.curves)}
    assert dict(zip(kinds.tolist(), counts.tolist(), strict=True)) == expected
    assert np.array_equal(np.unique(grid.cell_data["region"]), sorted(numbers(space).values()))


def test_other_formats_and_folders_are_refused(plane, tmp_path):
    with pytest.raises(ValueError, match=r"\.inp, \.msh, \.vtu, \.xdmf, got mesh\.stl"):
        export(plane, tmp_path / "mesh.stl")
    with pytest.raises(ValueError, match="a folder that exists"):
        export(plane, tmp_path / "none" / "mesh.vtu")
    twice = replace(plane, facet_groups={**plane.facet_groups, "a": 99})
    with pytest.raises(ValueError, match="share a name"):
        export(twice, tmp_path / "mesh.vtu")
