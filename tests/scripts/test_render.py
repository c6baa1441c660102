import json
import shutil
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from lisic.mesh.channel import Channel
from lisic.scripts import apart
from lisic.scripts.refusal import Unfit
from lisic.scripts.render import render
from lisic.scripts.run_folder import RunFolder
from lisic.scripts.sheet import WIDTH
from made_up_run import PORE_PRESSURE, TIMES, cube, make_run, square_with_pore
from matplotlib.image import imread


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("runs") / "made-up")


@pytest.fixture
def run(made_up: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(made_up, tmp_path / "run"))


def pixels(path: Path) -> np.ndarray:
    return np.round(255 * imread(path)[..., :3]).astype(int)


def shape_box(image: np.ndarray) -> tuple[int, int, int, int]:
    """Left, right, top and bottom of the coloured shape: its columns are mostly not white."""
    ink = (image < 250).any(axis=2)
    columns = np.flatnonzero(ink[:, : WIDTH - 425].mean(axis=0) > 0.6)
    rows = np.flatnonzero(ink[:, columns].mean(axis=1) > 0.9)
    return columns[0], columns[-1], rows[0], rows[-1]


def test_default_pictures(made_up, tmp_path):
    pictures = render(made_up, output=tmp_path)
    assert [picture.name for picture in pictures] == [
        "von_mises_MPa-step3-release.png",
        "pressure_MPa-step3-release.png",
        "creep_strain-step3-release.png",
        "history.png",
    ]
    for picture in pictures:
        assert picture.parent == tmp_path
        image = pixels(picture)
        assert image.shape[1] == 1600
        assert 600 < image.shape[0] < 1700
        assert (image[:5] == 255).all()  # light background
        assert len(np.unique(image.reshape(-1, 3), axis=0)) > 100


def test_a_region_has_the_colour_of_its_value(made_up, tmp_path):
    (picture, _) = render(
        made_up, fields=["pressure_MPa"], step=2, value_range=(5.0, 9.0), output=tmp_path
    )
    image = pixels(picture)
    left, right, top, bottom = shape_box(image)
    middle = image[(top + bottom) // 2, (left + right) // 2]
    # The pore in the middle has 7 MPa all over: half of the bar from 5 to 9 MPa.
    assert PORE_PRESSURE == 7.0
    assert middle == pytest.approx(255 * np.array(mpl.colormaps["cividis"](0.5)[:3]), abs=3)
    # The corner of the solid lies far above the range: the upper end of the map.
    corner = image[top + 12, left + 12]
    assert corner == pytest.approx(255 * np.array(mpl.colormaps["cividis"](1.0)[:3]), abs=3)


def test_the_shape_is_deformed_and_the_scale_bar_long_as_it_says(made_up, tmp_path):
    heights = {}
    for scale in (0.0, 5.0):
        (picture, _) = render(made_up, ["fill"], 2, scale=scale, output=tmp_path / f"{scale}")
        image = pixels(picture)
        left, right, top, bottom = shape_box(image)
        um = (right - left + 1) / 2.4  # pixels per um: the square is 2.4 um wide
        heights[scale] = (bottom - top + 1) / um
        # A tenth of 2.4 um is 240 nm: the bar is 500 nm.
        dark = (image[bottom + 12 : bottom + 40, left:right] < 60).all(axis=2)
        bar = dark[np.flatnonzero(dark[:, 2])[3]]  # the fourth of its rows, clear of its edge
        assert np.flatnonzero(~bar)[0] / um == pytest.approx(0.5, abs=0.005)
    assert heights[0.0] == pytest.approx(2.4, abs=0.01)
    # At the end of plating u_y = (-6e-4 x 64 + 0.004) y = -0.0344 y, five times that.
    assert heights[5.0] == pytest.approx(2.4 * (1 - 5 * 0.0344), abs=0.01)


def test_unselected_regions_are_grey(made_up, tmp_path):
    (picture, _) = render(made_up, ["von_mises_MPa"], 2, regions=["lisi"], output=tmp_path)
    image = pixels(picture)
    left, right, top, bottom = shape_box(image)
    assert image[(top + bottom) // 2, (left + right) // 2] == pytest.approx([0xE4] * 3, abs=1)


def test_all_ends_share_one_range(made_up, tmp_path):
    pictures = render(made_up, ["von_mises_MPa"], "all-ends", output=tmp_path)
    names = [picture.name for picture in pictures]
    assert names == [
        *(f"von_mises_MPa-step{s}.png" for s in ("1-press", "2-plate", "3-release")),
        "history.png",
    ]
    bars = [pixels(picture)[:, WIDTH - 400 : WIDTH - 320] for picture in pictures[:3]]
    heights = [len(bar) for bar in bars]
    assert max(heights) - min(heights) < 60  # the layer springs back by 4 %


def test_twice_the_same_bytes(made_up, tmp_path):
    once = render(made_up, step=2, output=tmp_path / "once")
    again = render(made_up, step=2, output=tmp_path / "again")
    assert [p.name for p in once] == [p.name for p in again]
    for first, second in zip(once, again, strict=True):
        assert first.read_bytes() == second.read_bytes()


def test_parts_are_joined(made_up, tmp_path):
    """Where the ranks' parts meet, no seam is drawn: the picture is that of one part."""
    alone = make_run(tmp_path / "alone", parts=1)
    (two, _) = render(made_up, ["pressure_MPa"], 2, output=tmp_path / "two")
    (one, _) = render(alone, ["pressure_MPa"], 2, output=tmp_path / "one")
    assert np.abs(pixels(two) - pixels(one)).max() <= 8


def test_a_narrow_channel_becomes_a_picture(tmp_path):
    mesh, _ = Channel(radius=0.025, length=3.25).build()
    run = make_run(tmp_path / "channel", mesh)
    (picture, _) = render(run, ["pressure_MPa"], 2)
    assert picture.parent == run / "figures"
    left, right, top, bottom = shape_box(pixels(picture))
    assert 2 < (bottom - top) / (right - left) < 3  # 130 / 50


def test_a_solid_is_seen_from_a_corner(tmp_path):
    run = make_run(tmp_path / "cube", cube(4))
    (picture, _) = render(run, ["von_mises_MPa"], 2)
    image = pixels(picture)
    assert image.shape[1] == 1600
    # White around the hexagon that a cube shows: more than a tenth of the box, less than half.
    left, right, top, bottom = 60, 1160, 160, image.shape[0] - 130
    assert 0.1 < (image[top:bottom, left:right] == 255).all(axis=2).mean() < 0.5


def test_reader(made_up):
    run = RunFolder.open(made_up)
    assert run.name == "made-up"
    assert run.regions == {"lisi": 1, "pore": 2}
    assert [output.time for output in run.outputs] == list(TIMES)
    assert [str(span) for span in run.history.steps()] == ["1 (press)", "2 (plate)", "3 (release)"]
    assert [(s.start, s.end) for s in run.history.steps()] == [(0, 10), (10, 1210), (1210, 1220)]
    assert [output.time for output in run.select("all-ends")] == [10, 1210, 1220]
    assert run.history.at(1210)["stack_pressure_mpa"] == 64
    grid, mesh = run.grid(run.outputs[-2]), square_with_pore()
    assert (grid.n_points, grid.n_cells) == (len(mesh.points), len(mesh.cells))
    pore = grid.cell_data["region"] == 2
    assert (grid.cell_data["pressure_MPa"][pore] == PORE_PRESSURE).all()


def test_a_last_row_being_written_is_left_out(run):
    path = run / "history.csv"
    rows = len(RunFolder.open(run).history)
    path.write_text(path.read_text()[:-20])
    assert len(RunFolder.open(run).history) == rows - 1


def cut(path: Path, share: float = 0.5) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (shutil.rmtree, "no such folder"),
        (lambda run: (run / "manifest.json").unlink(), "not a run folder: it has no manifest"),
        (lambda run: (run / "manifest.json").write_text("{"), "manifest.json: damaged"),
        (lambda run: (run / "manifest.json").write_text("{}"), "names no regions"),
        (lambda run: (run / "fields.pvd").unlink(), "no fields yet"),
        (lambda run: cut(run / "fields.pvd"), "fields.pvd: damaged or half-written"),
        (lambda run: (run / "fields.pvd").write_text("<VTKFile/>"), "no fields yet"),
        (lambda run: (run / "fields" / "000005-1.vtu").unlink(), "000005-1.vtu: missing"),
        (lambda run: cut(run / "fields" / "000005-0.vtu"), "000005-0.vtu: damaged or half"),
        (lambda run: cut(run / "mesh" / "mesh.npz"), "mesh.npz: damaged"),
        (lambda run: (run / "history.csv").write_text("a,b\n1,2\n"), "names no column time_s"),
        (lambda run: (run / "history.csv").write_text("time_s\n1 s\n"), "line 2, column time_s"),
    ],
)
def test_a_folder_that_cannot_be_drawn_says_why(run, harm, message):
    harm(run)
    with pytest.raises(ValueError, match=message) as refusal:
        render(run)
    assert str(run) in str(refusal.value)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"fields": ["mises"]}, "no field 'mises'.*creep_strain.*von_mises_MPa"),
        ({"fields": ["stress_MPa"]}, "no field 'stress_MPa'"),  # six components
        ({"regions": ["lithium"]}, "no region 'lithium'; it has lisi, pore"),
        ({"step": 4}, r"step 4; steps with fields: 1 \(press\), 2 \(plate\), 3 \(release\)"),
        ({"step": "first"}, "step 'first': expected last, all-ends or the number"),
        ({"value_range": (5.0, 5.0)}, "range 5 5: expected MIN below MAX"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(made_up, tmp_path, asked, message):
    with pytest.raises(ValueError, match=message):
        render(made_up, output=tmp_path, **asked)
    assert not list(tmp_path.iterdir())


def test_no_more_than_one_rank(made_up, monkeypatch):
    monkeypatch.setenv("PMI_RANK", "0")
    monkeypatch.setenv("PMI_SIZE", "2")
    with pytest.raises(ValueError, match="2 MPI ranks; lisic render runs on one"):
        render(made_up)


@pytest.mark.skipif(sys.platform != "linux", reason="EGL is Linux's way of drawing off screen")
def test_without_egl_the_crash_says_how_to_mend_it(made_up, tmp_path, monkeypatch):
    for name in ("libEGL.so.1", "libEGL.so", "libOSMesa.so.8"):
        (tmp_path / name).touch()  # an empty library can't be loaded, and hides the real one
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    with pytest.raises(Unfit, match="apt install libegl1"):
        render(made_up, ["fill"], output=tmp_path / "figures")


def test_a_bug_in_the_drawing_process_is_shown(made_up, tmp_path, monkeypatch):
    monkeypatch.setattr(apart.sys, "executable", shutil.which("false"))
    with pytest.raises(RuntimeError, match="the drawing process failed"):
        render(made_up, output=tmp_path)


def test_a_run_without_history_or_mesh_is_drawn_all_the_same(run, tmp_path):
    (run / "history.csv").write_text("step,kind,time_s,dt_s\n")
    (run / "mesh" / "mesh.npz").unlink()
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps({**manifest, "status": "running"}))
    assert [p.name for p in render(run, ["fill"], output=tmp_path)] == ["fill-start.png"]
