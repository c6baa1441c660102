"""The mesh of a stack of images: shares of its voxels, axes, files it comes in, refusals."""

import json

import numpy as np
import pytest
from lisic.mesh import bulk, checks
from lisic.mesh.volume import VolumeMesh
from PIL import Image
from scipy.ndimage import gaussian_filter

TWO = ("pore", "lisi")
LABELS = {"pore": 0, "lisi": 9}
# Slices, rows (from the top), columns: 12 x 14 x 16 voxels of solid and a block of pore in it.
BLOCK = np.full((12, 14, 16), 9, dtype=np.uint8)
BLOCK[:5, :6, 8:] = 0


def saved(tmp_path, voxels, name="stack.npy"):
    file = tmp_path / name
    np.save(file, voxels)
    return file


def blob(n=20):
    """A random field below a level, in grey with noise: (n, n, n)."""
    rng = np.random.default_rng(3)
    field = gaussian_filter(rng.standard_normal((n, n, n)), 2.5, mode="nearest")
    grey = np.where(field / field.std() < -0.7, 50.0, 140.0)
    return np.clip(gaussian_filter(grey, 0.8) + rng.normal(0, 8, grey.shape), 0, 255).astype("u1")


def test_shares_are_the_voxels_and_nothing_is_left_over(tmp_path):
    volume = VolumeMesh(saved(tmp_path, blob()), 0.1, TWO, thresholds=(95.0,), denoise=0.7)
    mesh, report = volume.build()
    segmented = volume.segment()
    share = (segmented == 1).mean()
    assert 0.1 < share < 0.4
    assert mesh.volumes()[mesh.region == 1].sum() == pytest.approx(8.0 * share, abs=8.0 * 5e-4)
    assert report["image"]["largest_difference"] < 5e-4
    assert mesh.volumes().sum() == pytest.approx(8.0, rel=1e-12)
    assert report["quality"]["min_dihedral_deg"] > 5
    assert report["pores"]["cells_in_smallest_piece"] >= 8
    assert checks.problems(mesh) == []
    # A border along the faces of voxels, as smooth as elements of two voxels can show it.
    assert report["image"]["voxels_that_differ"] < 0.05
    json.dumps(report)


def test_a_ball_keeps_its_volume_and_loses_the_steps_of_its_voxels(tmp_path):
    x, y, z = np.mgrid[:24, :24, :24] + 0.5 - 12.0
    ball = np.where(x**2 + y**2 + z**2 < 64, 0, 9).astype(np.uint8)
    mesh, report = VolumeMesh(saved(tmp_path, ball), 0.01, TWO, values=LABELS).build()
    voxels = int((ball == 0).sum())
    assert mesh.volumes()[mesh.body == 1].sum() == pytest.approx(voxels * 1e-6, rel=1e-3)
    # The surface of a ball of 8 voxels is 804; that of its voxels is half as large again.
    area = bulk.areas(mesh.points, mesh.facets[mesh.facet_tag == mesh.facet_groups["pore|lisi"]])
    assert area.sum() == pytest.approx(4 * np.pi * 0.08**2, rel=0.03)
    assert np.unique(mesh.size[mesh.body == 1]) == pytest.approx([0.16], rel=0.03)
    assert report["pores"]["number"] == 1


def test_flat_slices_rise_and_have_their_upper_edge_at_the_back(tmp_path):
    mesh, _ = VolumeMesh(saved(tmp_path, BLOCK), 0.1, TWO, 0.2, values=LABELS).build()
    assert mesh.points.max(axis=0) == pytest.approx([1.6, 1.4, 2.4])
    centre = mesh.points[mesh.cells].mean(axis=1)[mesh.body > 0]
    assert (centre[:, 2].max() < 1.2) & (centre[:, 1].min() > 0.6) & (centre[:, 0].min() > 0.6)
    for name, axis, place in (
        ("bottom", 2, 0.0),
        ("top", 2, 2.4),
        ("front", 1, 0.0),
        ("back", 1, 1.4),
        ("left", 0, 0.0),
        ("right", 0, 1.6),
    ):
        on = mesh.points[mesh.facets[mesh.facet_tag == mesh.facet_groups[name]]]
        assert np.allclose(on[..., axis], place, rtol=1e-12)


def test_upright_slices_go_to_the_back(tmp_path):
    file = saved(tmp_path, BLOCK)
    mesh, _ = VolumeMesh(file, 0.1, TWO, 0.2, values=LABELS, stacked="y").build()
    assert mesh.points.max(axis=0) == pytest.approx([1.6, 2.4, 1.4])
    centre = mesh.points[mesh.cells].mean(axis=1)[mesh.body > 0]
    assert (centre[:, 1].max() < 1.2) & (centre[:, 2].min() > 0.6) & (centre[:, 0].min() > 0.6)


def test_array_pages_and_folder_give_the_same_mesh_bit_by_bit(tmp_path):
    pictures = [Image.fromarray(one) for one in BLOCK]
    pictures[0].save(tmp_path / "stack.tif", save_all=True, append_images=pictures[1:])
    (tmp_path / "slices").mkdir()
    for number, picture in enumerate(pictures, start=5):  # 10 follows 9, not 1
        picture.save(tmp_path / "slices" / f"cut{number}.png")
    sources = [saved(tmp_path, BLOCK), tmp_path / "stack.tif", tmp_path / "slices"]
    sums = {VolumeMesh(s, 0.1, TWO, values=LABELS).build()[0].checksum() for s in sources}
    assert len(sums) == 1


def test_islands_go_but_their_voxels_count(tmp_path):
    voxels = BLOCK.copy()
    voxels[9, 10, 2:4] = 0
    mesh, report = VolumeMesh(saved(tmp_path, voxels), 0.1, TWO, values=LABELS).build()
    assert (report["image"]["islands_removed"], report["image"]["island_voxels"]) == (1, 2)
    assert mesh.body.max() == 1
    # 5 x 6 x 8 voxels and the two.
    assert mesh.volumes()[mesh.body == 1].sum() == pytest.approx(0.242, abs=5e-4 * 2.688)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"regions": ("a", "b", "c")}, "meshed in two regions, got 3"),
        ({"thresholds": ()}, "need 1 thresholds"),
        ({"pixel_size": 0.0}, "pixel_size must be a positive length"),
        ({"slice_distance": -1.0}, "slice_distance must be a positive length"),
        ({"stacked": "x"}, 'stacked must be "y" or "z"'),
        ({"values": LABELS}, "don't go with values"),
        ({"smallest_island": -1}, "must not be negative"),
    ],
)
def test_what_no_stack_can_satisfy_is_refused(keys, words):
    sound = {"file": "any.tif", "pixel_size": 0.1, "regions": TWO, "thresholds": (95.0,)}
    with pytest.raises(ValueError, match=words):
        VolumeMesh(**sound | keys)


@pytest.mark.parametrize(
    ("voxels", "keys", "words"),
    [
        (BLOCK * 0, {}, r"no solid.*grey values go from 0 to 0: two regions take two greys"),
        (BLOCK * 0 + 9, {}, r"no pixel belongs to region pore"),
        (BLOCK[:1], {}, "is one slice; expected several"),
        (BLOCK[0], {}, r"shape \(14, 16\); expected numbers"),
        (BLOCK.astype(complex), {}, "complex128.*expected numbers"),
        (np.where(BLOCK, np.nan, 0.0), {}, "values that are no numbers"),
        (BLOCK, {"element_size": 3.0}, r'element_size = "0.4 um" is possible'),
        (BLOCK, {"element_size": 1e-4}, "stack.npy: .* tetrahedra, and 20,000,000 are possible"),
        (BLOCK, {"smallest_island": 241}, "region pore; smallest_island = 240 is possible"),
    ],
)
def test_stacks_that_do_not_fit_are_refused(tmp_path, voxels, keys, words):
    file = saved(tmp_path, voxels)
    with pytest.raises(ValueError, match=words) as refusal:
        VolumeMesh(file, 0.1, TWO, thresholds=(5.0,), **keys).build()
    assert "stack.npy" in str(refusal.value)


def test_pores_that_elements_cannot_show_are_refused(tmp_path):
    voxels = BLOCK * 0 + 9
    voxels[::4, ::4, ::4] = 0
    volume = VolumeMesh(
        saved(tmp_path, voxels), 0.1, TWO, values=LABELS, smallest_island=0, element_size=0.4
    )
    with pytest.raises(ValueError, match="smaller element_size"):
        volume.build()


def test_files_that_are_no_stack_are_refused(tmp_path):
    def refused(name, words):
        with pytest.raises(ValueError, match=words) as refusal:
            VolumeMesh(tmp_path / name, 0.1, TWO, values=LABELS).build()
        assert name in str(refusal.value)

    refused("none.tif", "does not exist")
    (tmp_path / "empty").mkdir()
    refused("empty", "folder without slices")
    (tmp_path / "text.npy").write_text("no array")
    refused("text.npy", "unreadable")
    np.savez(tmp_path / "two.npz", a=BLOCK)
    (tmp_path / "two.npz").rename(tmp_path / "archive.npy")
    refused("archive.npy", "unreadable")
    pictures = [Image.fromarray(one) for one in BLOCK]
    pictures[0].save(tmp_path / "cut.tif", save_all=True, append_images=pictures[1:])
    (tmp_path / "cut.tif").write_bytes((tmp_path / "cut.tif").read_bytes()[:700])
    refused("cut.tif", "unreadable")
    (tmp_path / "uneven").mkdir()
    pictures[0].save(tmp_path / "uneven" / "1.png")
    pictures[0].crop((0, 0, 9, 9)).save(tmp_path / "uneven" / "2.png")
    refused("uneven", "2.png has 9 x 9 pixels, the first slice 16 x 14")
    (tmp_path / "red").mkdir()
    Image.new("RGB", (9, 9), (9, 0, 0)).save(tmp_path / "red" / "1.png")
    refused("red", "has colours")
