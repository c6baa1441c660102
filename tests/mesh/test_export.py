"""Exported meshes, read back as a user's own."""

from importlib.util import find_spec
from pathlib import Path

import meshio
import numpy as np
import pytest
from lisic.mesh.export import export, numbers
from lisic.mesh.external import ExternalMesh
from lisic.mesh.stack import Layer, LayerPores, Stack

LAYERS = (Layer("a", 1.0, pores=LayerPores(0.1, 0.3, 0.1)), Layer("b", 0.5))


@pytest.fixture(scope="module")
def mesh():
    return Stack(LAYERS, 1.0).build()[0]


def sizes(mesh, names, tags):
    return {name: int((tags == number).sum()) for name, number in names.items()}


def test_abaqus_keeps_names_cells_and_facets(mesh, tmp_path):
    export(mesh, tmp_path / "stack.inp")
    back, _ = ExternalMesh(tmp_path / "stack.inp", 1.0).build()
    assert sizes(back, back.regions, back.region) == sizes(mesh, mesh.regions, mesh.region)
    groups = sizes(back, back.facet_groups, back.facet_tag)
    assert groups == sizes(mesh, mesh.facet_groups, mesh.facet_tag)
    assert "a|b" in groups
    assert back.volumes().sum() == pytest.approx(mesh.volumes().sum(), rel=1e-12)


@pytest.mark.parametrize("suffix", ["vtu", "xdmf"])
def test_vtu_and_xdmf_keep_numbers(mesh, tmp_path, suffix):
    if suffix == "xdmf" and find_spec("h5py") is None:
        with pytest.raises(ValueError, match="needs h5py"):
            export(mesh, tmp_path / "stack.xdmf")
        return
    file = tmp_path / f"stack.{suffix}"
    export(mesh, file)
    back, _ = ExternalMesh(file, 1.0).build()
    named = numbers(mesh)
    assert sizes(back, back.regions, back.region) == {
        str(named[name]): count for name, count in sizes(mesh, mesh.regions, mesh.region).items()
    }
    assert np.array_equal(meshio.read(file).points[:, :2], mesh.points)
    assert len(list(Path(tmp_path).iterdir())) == 1


def test_other_formats_are_refused(mesh, tmp_path):
    with pytest.raises(ValueError, match=r"\.inp, \.vtu, \.xdmf, got mesh\.stl"):
        export(mesh, tmp_path / "mesh.stl")
