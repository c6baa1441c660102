"""Stacks of images in case files: what is refused, and one that is pressed."""

import json

import numpy as np
import pytest
from lisic.mesh.regions import RegionMesh
from lisic.scripts.case import load_case
from lisic.scripts.cli import main
from lisic.scripts.refusal import Refusal

CASE = """
name = "volume"
[geometry]
kind = "volume"
file = "stack.npy"
pixel_size = "50 nm"
slice_distance = "100 nm"
regions = ["pore", "lisi"]
thresholds = [95.0]
element_size = "150 nm"
[materials]
lisi = "Li3.75Si"
[[step]]
kind = "press"
pressure = "35 MPa"
over = "10 s"
[stepping]
initial_fraction = 1.0
largest_fraction = 1.0
"""


@pytest.fixture
def case(tmp_path):
    """Write the case with some text replaced, beside a block of 12 x 12 x 6 voxels with a pore."""
    voxels = np.full((6, 12, 12), 140, dtype=np.uint8)
    voxels[2:4, 4:8, 4:8] = 40
    np.save(tmp_path / "stack.npy", voxels)

    def write(old="", new=""):
        assert old in CASE
        file = tmp_path / "case.toml"
        file.write_text(CASE.replace(old, new) if old else CASE, encoding="utf-8")
        return file

    return write


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("stack.npy", "none.tif", "expected a stack of images"),
        ("[95.0]", "[95.0, 99.0]", "1 grey values between the 2 regions"),
        ("thresholds = [95.0]", "labels = [40]", "2 labels"),
        ("thresholds = [95.0]", "labels = [40, 140]\nthresholds = [95.0]", "none beside labels"),
        ("thresholds = [95.0]", "labels = [40, 140]\ndenoise = 1.0", "none beside labels"),
        ('["pore", "lisi"]', '["pore", "lisi", "sse"]', "expected two regions"),
        ('"100 nm"', '"100 MPa"', "slice_distance"),
    ],
)
def test_volumes_that_do_not_fit_are_refused(case, old, new, words):
    with pytest.raises(Refusal, match=words):
        load_case(case(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[95.0]", "[200.0]", "no solid"),
        ("[95.0]", "[20.0]", "no pixel belongs to region pore"),
        ('"150 nm"', '"2 um"', 'element_size = "0.2 um" is possible'),
    ],
)
def test_stacks_that_do_not_fit_end_in_one_line(case, tmp_path, capsys, old, new, words):
    assert main(["mesh", str(case(old, new)), "-o", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()
    said = capsys.readouterr().err
    assert words in said
    assert "geometry" in said
    assert "stack.npy" in said
    assert said.count("\n") == 1


def test_a_resolved_case_reads_back_equal(case):
    file = case()
    resolved = load_case(file)
    file.write_text(resolved.to_toml(), encoding="utf-8")
    assert load_case(file) == resolved


def test_a_volume_is_pressed_between_mirrors(case, tmp_path):
    assert main(["run", str(case()), "-o", str(tmp_path / "run")]) == 0
    end = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    mesh = RegionMesh.load(tmp_path / "run" / "mesh" / "mesh.npz")
    assert mesh.points.max(axis=0) == pytest.approx([0.6, 0.6, 0.6])
    # 32 of 864 voxels are pore, on a mesh within 0.03 %; the pore gives way a little more.
    assert end["porosity"] == pytest.approx(32 / 864, abs=1e-3)
    assert end["stack_pressure_mpa"] == pytest.approx(35.0, rel=1e-9)
    # Between mirrors the solid's constrained modulus M = E (1 - nu) / ((1 + nu) (1 - 2 nu)) holds:
    # 41.4 GPa and 0.25 make 49.7 GPa and 35 / 49700 x 600 nm = 0.42 nm; a pore makes that more.
    shrunk = 0.6 - end["thickness_um"]
    assert 0.42e-3 < shrunk < 0.60e-3
