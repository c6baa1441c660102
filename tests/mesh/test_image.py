"""The mesh of an image: areas of its pixels, borders, bodies, islands, refusals."""

import json
from dataclasses import replace

import numpy as np
import pytest
from lisic.mesh import checks
from lisic.mesh.image import MicrographMesh
from PIL import Image
from scipy.ndimage import gaussian_filter

REGIONS = ("pore", "lisi", "sse")


@pytest.fixture(scope="module")
def micrograph(tmp_path_factory):
    """Dark pores in grey solid under a bright separator, blurred and noisy: 96 x 96 pixels."""
    rng = np.random.default_rng(0)
    field = gaussian_filter(rng.standard_normal((96, 96)), 3, mode="wrap")
    grey = np.where(field / field.std() < -1.1, 50.0, 140.0)
    grey[:15] = 210.0
    grey = gaussian_filter(grey, 0.8) + rng.normal(0, 8, grey.shape)
    file = tmp_path_factory.mktemp("image") / "sem.png"
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(file)
    return file


@pytest.fixture(scope="module")
def built(micrograph):
    return MicrographMesh(micrograph, 0.01, REGIONS, (95.0, 175.0), denoise=1.0).build()


def drawn(tmp_path, pixels, name="drawn.png"):
    file = tmp_path / name
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(file)
    return file


def test_fractions_are_the_images_and_regions_tile_it(built):
    mesh, report = built
    assert mesh.volumes().sum() == pytest.approx(0.96**2, rel=1e-12)
    # Asked for are 0.05 %; islands that went are given back along the borders of their like.
    assert report["image"]["largest_difference"] < 5e-4
    assert report["image"]["islands_removed"] > 0
    assert report["quality"]["min_angle_deg"] > 10
    assert checks.problems(mesh) == []
    json.dumps(report)


def test_names_sides_and_orientation(built):
    mesh, _ = built
    assert {"bottom", "top", "left", "right", "pore|lisi", "lisi|sse"} <= set(mesh.facet_groups)
    # The first rows of an image are its upper edge: the bright separator lies on top.
    top = mesh.points[mesh.facets[mesh.facet_tag == mesh.facet_groups["top"]]]
    assert np.allclose(top[..., 1], 0.96, rtol=1e-12)
    middle = mesh.points[mesh.cells].mean(axis=1)[:, 1]
    assert middle[mesh.region == mesh.regions["sse"]].min() > 0.78


def test_pieces_of_pore_are_bodies_with_the_diameter_of_their_area(tmp_path):
    pixels = np.full((40, 40), 100)
    pixels[5:15, 5:15] = 0
    pixels[22:36, 20:34] = 0
    mesh, report = MicrographMesh(
        drawn(tmp_path, pixels), 0.1, ("pore", "lisi"), values={"pore": 0, "lisi": 100}
    ).build()
    areas = np.bincount(mesh.body, mesh.volumes())[1:]
    assert sorted(areas) == pytest.approx([1.0, 1.96], rel=1e-9)  # 10 and 14 pixels of 0.1 um
    assert np.unique(mesh.size[mesh.body > 0]) == pytest.approx(
        [np.sqrt(4 / np.pi), np.sqrt(4 * 1.96 / np.pi)]
    )
    assert report["pores"]["cells_in_smallest_piece"] >= 8


def test_islands_go_and_their_pixels_are_given_back(tmp_path):
    pixels = np.full((40, 40), 100)
    pixels[10:30, 10:30] = 0
    pixels[3, 3:6] = 0
    file = drawn(tmp_path, pixels)
    values = {"pore": 0, "lisi": 100}
    mesh, report = MicrographMesh(file, 0.1, ("pore", "lisi"), values=values).build()
    assert (report["image"]["islands_removed"], report["image"]["island_pixels"]) == (1, 3)
    assert mesh.body.max() == 1
    assert mesh.volumes()[mesh.body > 0].sum() == pytest.approx(4.03, rel=1e-9)


def test_squares_of_a_chessboard_join_on_one_diagonal(tmp_path):
    pixels = np.full((30, 30), 100)
    pixels[5:15, 5:15] = 0
    pixels[15:25, 15:25] = 0
    mesh, _ = MicrographMesh(
        drawn(tmp_path, pixels), 0.1, ("pore", "lisi"), values={"pore": 0, "lisi": 100}
    ).build()
    assert checks.problems(mesh) == []
    assert mesh.volumes()[mesh.body > 0].sum() == pytest.approx(2.0, rel=1e-9)


def test_the_same_image_gives_the_same_mesh(built, micrograph):
    again = MicrographMesh(micrograph, 0.01, REGIONS, (95.0, 175.0), denoise=1.0).build()[0]
    assert again.checksum() == built[0].checksum()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"regions": ("pore",)}, "only region is pore"),
        ({"regions": ("pore", "lisi")}, "need 1 thresholds"),
        ({"regions": ("pore", "lisi", "sse"), "thresholds": (9.0, 3.0)}, "must rise"),
        ({"regions": ("a", "b"), "values": {"a": 1}}, "the same names"),
        ({"regions": ("a", "a")}, "names of their own"),
    ],
)
def test_what_no_image_can_satisfy_is_refused(keys, words):
    with pytest.raises(ValueError, match=words):
        MicrographMesh("any.png", 0.1, **keys)


def test_images_that_do_not_fit_are_refused(tmp_path):
    dark = drawn(tmp_path, np.zeros((20, 20)))
    two = ("pore", "lisi")
    with pytest.raises(ValueError, match=r"no solid.*from 0 to 0: one region, that is not pore"):
        MicrographMesh(dark, 0.1, two, (95.0,)).build()
    # One even region: the image's area in elements, no border.
    mesh, _ = MicrographMesh(dark, 0.1, ("lisi",)).build()
    assert mesh.volumes().sum() == pytest.approx(4.0)
    bright = drawn(tmp_path, np.full((20, 20), 200), "bright.png")
    with pytest.raises(ValueError, match="no pixel belongs to region pore"):
        MicrographMesh(bright, 0.1, two, (95.0,)).build()
    with pytest.raises(ValueError, match="values that no region bears: 200"):
        MicrographMesh(bright, 0.1, two, values={"pore": 0, "lisi": 1}).build()
    with pytest.raises(ValueError, match="does not exist"):
        MicrographMesh(tmp_path / "none.png", 0.1, two, (95.0,)).build()
    colour = drawn(tmp_path, np.stack([np.zeros((9, 9)), *2 * [np.ones((9, 9))]], -1), "rgb.png")
    with pytest.raises(ValueError, match="has colours"):
        MicrographMesh(colour, 0.1, two, (95.0,)).build()
    (tmp_path / "text.png").write_text("no image")
    with pytest.raises(ValueError, match="unreadable"):
        MicrographMesh(tmp_path / "text.png", 0.1, two, (95.0,)).build()


def test_thresholds_as_the_refusal_says_are_possible(tmp_path):
    pixels = np.full((30, 30), 140)
    pixels[10:20, 12:22] = 40
    file = drawn(tmp_path, pixels)

    def image(threshold, **keys):
        return MicrographMesh(file, 0.1, ("pore", "lisi"), (threshold,), **keys)

    words = r"no solid.* go from 40 to 140: thresholds above the first and up to the last are"
    with pytest.raises(ValueError, match=words):
        image(140.5).build()
    for threshold in (40.5, 140.0):
        assert image(threshold).build()[1]["image"]["largest_difference"] < 5e-4
    # A filter of 3 pixels leaves of a square of 10 pixels' darkness, in its middle,
    # erf(5/(sqrt(2) 3))^2 = 0.904^2 = 0.82: from grey 58 up.
    with pytest.raises(
        ValueError, match=r"region pore; .* go from 5\d\.\d+ to .* denoising: thres"
    ):
        image(50.0, denoise=3.0).build()
    image(95.0, denoise=3.0).build()


def test_islands_as_small_as_the_refusal_says_are_possible(tmp_path):
    pixels = np.full((30, 30), 140)
    pixels[10:20, 12:22] = 40
    image = MicrographMesh(drawn(tmp_path, pixels), 0.1, ("pore", "lisi"), (95.0,))
    with pytest.raises(ValueError, match="region pore; smallest_island = 100 is possible"):
        replace(image, smallest_island=101).build()
    assert replace(image, smallest_island=100).build()[0].body.max() == 1
