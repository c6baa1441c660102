"""Stacks and images in case files: what is refused, and an image that is pressed."""

import json

import numpy as np
import pytest
from lisic.scripts.case import load_case
from lisic.scripts.cli import main
from lisic.scripts.refusal import Refusal
from PIL import Image

STEPS = """
[[step]]
kind = "press"
pressure = "35 MPa"
over = "10 s"
[stepping]
initial_fraction = 0.5
largest_fraction = 0.5
"""
STACK = """
name = "stack"
[geometry]
kind = "stack"
width = "1 um"
[[geometry.layer]]
name = "sus"
thickness = "2 um"
roughness = { rms = "20 nm", shortest = "250 nm" }
[[geometry.layer]]
name = "sse"
thickness = "2 um"
[materials]
sus = "steel"
sse = "Li6PS5Cl"
"""
IMAGE = """
name = "image"
[geometry]
kind = "image"
file = "sem.png"
pixel_size = "50 nm"
regions = ["pore", "lisi"]
thresholds = [95.0]
[materials]
lisi = "Li3.75Si"
"""


def case(tmp_path, text):
    pixels = np.full((30, 30), 140, dtype=np.uint8)
    pixels[10:20, 12:22] = 40
    Image.fromarray(pixels).save(tmp_path / "sem.png")
    file = tmp_path / "case.toml"
    file.write_text(text + STEPS, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "sse"', 'name = "sus"', "a name of its own"),
        ('name = "sse"', 'name = "pore"', "a name of its own"),
        ('thickness = "2 um"', 'thickness = "2 um"\nporosity = 0.1', "the pores' size"),
        ('name = "sse"', 'name = "sse"\nroughness = { rms = "1 nm", shortest = "1 um" }', "platen"),
        ('rms = "20 nm"', 'rms = "20 MPa"', "rms"),
    ],
)
def test_stacks_that_do_not_fit_are_refused(tmp_path, old, new, words):
    assert old in STACK
    with pytest.raises(Refusal, match=words):
        load_case(case(tmp_path, STACK.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("sem.png", "none.png", "an image"),
        ("[95.0]", "[95.0, 99.0]", "1 grey values between the 2 regions"),
        ("thresholds = [95.0]", "labels = [40]", "2 labels"),
    ],
)
def test_images_that_do_not_fit_are_refused(tmp_path, old, new, words):
    assert old in IMAGE
    with pytest.raises(Refusal, match=words):
        load_case(case(tmp_path, IMAGE.replace(old, new)))


@pytest.mark.parametrize("text", [STACK, IMAGE])
def test_a_resolved_case_reads_back_equal(tmp_path, text):
    file = case(tmp_path, text)
    resolved = load_case(file)
    file.write_text(resolved.to_toml(), encoding="utf-8")
    assert load_case(file) == resolved


def test_rough_faces_that_cross_are_refused_in_one_line(tmp_path, capsys):
    file = case(tmp_path, STACK.replace('rms = "20 nm"', 'rms = "5 um"'))
    assert main(["mesh", str(file), "-o", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()
    said = capsys.readouterr().err
    assert "times that is possible" in said
    assert "geometry" in said


def test_an_image_is_pressed(tmp_path):
    assert main(["run", str(case(tmp_path, IMAGE)), "-o", str(tmp_path / "run")]) == 0
    end = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    # 100 of 900 pixels are pore; 35 MPa shrinks 1.5 um of 41 GPa by some nanometres.
    assert end["porosity"] == pytest.approx(100 / 900, rel=0.01)
    assert 1.49 < end["thickness_um"] < 1.4995
    assert end["stack_pressure_mpa"] == pytest.approx(35.0, rel=1e-9)


def test_a_mesh_is_exported_for_another_program(tmp_path, capsys):
    file, out = case(tmp_path, STACK), tmp_path / "out"
    assert main(["mesh", str(file), "-o", str(out), "--export", str(tmp_path / "my.inp")]) == 0
    assert "*ELSET, ELSET=sus|sse" in (tmp_path / "my.inp").read_text(encoding="utf-8")
    assert main(["mesh", str(file), "-o", str(out), "--export", str(tmp_path / "no/my.inp")]) == 2
    assert "--export" in capsys.readouterr().err
