"""Pictures of meshes: what is drawn where, in which colours, and what is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest
from lisic.mesh.stack import Layer, LayerPores, Stack
from lisic.mesh.volume import VolumeMesh
from lisic.scripts import apart
from lisic.scripts.camera import View
from lisic.scripts.cli import main
from lisic.scripts.mesh_draw import FIBRE
from lisic.scripts.mesh_pictures import OWN, PALETTE, show
from lisic.scripts.mesh_shapes import shapes
from lisic.scripts.structure_plots import pore_chords
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from small_runs import CHANNEL


@pytest.fixture
def case(tmp_path):
    file = tmp_path / "case.toml"
    file.write_text(CHANNEL, encoding="utf-8")
    return file


def pixels(path):
    return np.round(255 * imread(path)[..., :3]).astype(int)


def rgb(colour):
    return np.round(255 * np.array(to_rgb(colour)))


def saved(built, folder):
    mesh, report = built
    folder.mkdir()
    mesh.save(folder / "mesh.npz")
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def layers():
    """Two layers, 1 x 1.5 um in all: the lower one has pores, and a fibre lies in the upper one."""
    layer = Layer("a", 1.0, pores=LayerPores(porosity=0.2, median_diameter=0.2, sigma=0.2))
    mesh, report = Stack((layer, Layer("b", 0.5)), 1.0).build()
    cell = mesh.cells[np.flatnonzero(mesh.region == mesh.regions["b"])[:1]]
    return replace(mesh, fibres=cell[:, :2], fibre=np.array([1], dtype=np.int32)), report


@pytest.fixture(scope="module")
def block(tmp_path_factory):
    """A block of 1.2 x 1.2 x 0.8 um, its upper half pore, on 0.4 um of solid."""
    voxels = np.full((8, 12, 12), 9, dtype=np.uint8)
    voxels[4:] = 0
    file = tmp_path_factory.mktemp("volume") / "stack.npy"
    np.save(file, voxels)
    return VolumeMesh(file, 0.1, ("pore", "lisi"), thresholds=(5.0,)).build()


def test_a_plane_is_drawn_in_the_colours_of_its_regions(layers, tmp_path):
    mesh, _ = layers
    picture, structure = show(saved(layers, tmp_path / "mesh"), "layers", tmp_path / "m.png")
    assert (picture.name, structure.name) == ("m.png", "m-structure.png")
    image = pixels(picture)
    # 1 x 1.5 um fill the height of the shape's box, 1165 pixels of a picture 1425 high, and stand
    # in the middle of what the legend leaves.
    assert image.shape == (1425, 1600, 3)
    per_um = 1165 / 1.5
    left, bottom = (1600 - 45 - 330 - round(per_um)) // 2, 1425 - 110

    def at(point):
        x, y = np.floor(point * per_um).astype(int)
        return image[bottom - 1 - y, left + x]

    centre = mesh.points[mesh.cells].mean(axis=1)
    for name, colour in (("pore", OWN["pore"]), ("a", PALETTE[0]), ("b", PALETTE[1])):
        cells = np.flatnonzero(mesh.region == mesh.regions[name])
        largest = cells[np.argmax(mesh.volumes()[cells])]
        assert at(centre[largest]) == pytest.approx(rgb(colour), abs=1), name
    middle = mesh.points[mesh.fibres[0]].mean(axis=0)
    assert at(middle) == pytest.approx(rgb(FIBRE), abs=40)
    again = show(tmp_path / "mesh", "layers", tmp_path / "again" / "m.png")
    assert again[0].read_bytes() == picture.read_bytes()
    assert again[1].read_bytes() == structure.read_bytes()


def test_a_solid_is_drawn_without_its_corner(block, tmp_path):
    picture, _ = show(saved(block, tmp_path / "mesh"), "block", tmp_path / "m.png")
    image = pixels(picture).reshape(-1, 3)
    # Brightnesses of faces that look up, to the left and to the right; the solid lies below the
    # corner, which ends in the pore: none of it looks up.
    flat, count = np.unique(image, axis=0, return_counts=True)
    shades = flat[count > 4000].astype(float)
    for colour, faces in ((OWN["pore"], 3), (PALETTE[0], 2)):
        share = shades / rgb(colour)
        same = share[np.ptp(share, axis=1) < 0.02].mean(axis=1)
        assert len(same) == faces
        assert (same > 0.7).all()
        assert (same <= 1).all()


def test_a_corner_cut_out_leaves_as_much_surface_and_no_seam(block):
    mesh, _ = block
    view = View.of(mesh.points, 3)
    # From the front, the right and above: x and z grow towards the viewer, y away from him.
    assert np.sign(np.cross(view.right, view.up)).tolist() == [1, -1, 1]
    assert view.up[2] > 0.5
    surfaces, outlines = shapes(mesh, view)
    area = sum(surface.area for surface in surfaces)
    assert area == pytest.approx(2 * (1.2 * 1.2 + 2 * 1.2 * 0.8), rel=1e-6)
    corner = np.array([1.2, 1.2, 0.8]) * (0.5137, 1 - 0.5137, 0.5137)
    beyond = np.array([1, -1, 1])
    for shape in (*surfaces, *outlines):
        assert not ((shape.points - corner) * beyond > 1e-6).all(axis=1).any()
    for outline in outlines:
        ends = outline.points[outline.lines.reshape(-1, 3)[:, 1:]]
        for axis in range(3):
            on = (np.abs(ends[..., axis] - corner[axis]) < 1e-6).all(axis=1)
            others = [k for k in range(3) if k != axis]
            middle = (ends[on].mean(axis=1) - corner)[:, others] * beyond[others]
            assert (middle > -1e-6).all()  # on a plane of the cut only where it bounds the corner


def test_the_chords_drawn_are_those_of_the_report(layers, block):
    for mesh, report in (layers, block):
        lengths, pitch = pore_chords(mesh, report["structure"])
        told = report["structure"]["chord_length_um"]
        assert lengths.mean() == pytest.approx(told["mean"], rel=1e-12)
        assert np.median(lengths) == pytest.approx(told["median"], rel=1e-12)
        assert pitch == pytest.approx(np.mean(report["structure"]["voxel_um"]), rel=0.2)


def test_the_command_draws_beside_the_mesh_or_where_it_is_told(case, tmp_path, capsys):
    assert main(["mesh", str(case), "-o", str(tmp_path / "out"), "--show"]) == 0
    beside = [tmp_path / "out" / "mesh" / name for name in ("mesh.png", "mesh-structure.png")]
    assert capsys.readouterr().out.split()[-2:] == [str(one) for one in beside]
    assert [pixels(one).shape[1] for one in beside] == [1600, 1600]
    other = tmp_path / "new" / "a.png"
    assert main(["mesh", str(case), "-o", str(tmp_path / "out"), "--show", str(other)]) == 0
    assert other.read_bytes() == beside[0].read_bytes()
    assert (tmp_path / "new" / "a-structure.png").is_file()


@pytest.mark.parametrize("picture", ["a.pdf", "folder.png", "case.toml/a.png"])
def test_files_that_cannot_be_pictures_are_refused(case, tmp_path, capsys, picture):
    (tmp_path / "folder.png").mkdir()
    path = tmp_path / picture
    assert main(["mesh", str(case), "-o", str(tmp_path / "out"), "--show", str(path)]) == 2
    said = capsys.readouterr().err
    assert "--show: got" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_where_vtk_dies_the_mesh_is_kept_and_the_mend_said(case, tmp_path, capsys, monkeypatch):
    dying = tmp_path / "dying"
    dying.write_text("#!/bin/sh\nkill -SEGV $$\n")
    dying.chmod(0o755)
    monkeypatch.setattr(apart.sys, "executable", str(dying))
    assert main(["mesh", str(case), "-o", str(tmp_path / "out"), "--show"]) == 4
    assert "apt install libegl1" in capsys.readouterr().err
    assert (tmp_path / "out" / "mesh" / "mesh.npz").is_file()
