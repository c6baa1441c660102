"""A mesh is taken from the cache if, and only if, nothing that it depends on has changed."""

import json
import multiprocessing
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lisic.mesh.channel import Channel
from lisic.mesh.external import ExternalMesh
from lisic.mesh.regions import RegionMesh
from lisic.scripts import cli, mesh_cache

CHANNEL = Channel(0.1, 0.5, 4)


@dataclass(frozen=True)
class FromFile:
    """A channel as long as a file says: a geometry that depends on more than its values."""

    file: str
    radius: float = 0.1

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        return Channel(self.radius, float(Path(self.file).read_text()), 4).build()


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("LISIC_CACHE_DIR", str(tmp_path / "cache"))
    # Whoever works on the sources while tests run changes no key.
    monkeypatch.setattr(mesh_cache, "_sources", list)
    return tmp_path / "cache" / "meshes"


def test_the_second_time_comes_from_the_cache(cache):
    first, second = mesh_cache.build(CHANNEL), mesh_cache.build(CHANNEL)
    assert (first.origin, second.origin) == ("built", "cache")
    assert second.mesh.checksum() == first.mesh.checksum() == CHANNEL.build()[0].checksum()
    assert second.report == first.report == json.loads(json.dumps(CHANNEL.build()[1]))
    assert second.said == f"mesh from the cache ({mesh_cache.key(CHANNEL)[:12]})"
    assert sorted(file.suffix for file in cache.iterdir()) == [".json", ".npz"]


def test_without_cache_nothing_is_read_or_written(cache):
    assert mesh_cache.build(CHANNEL, use_cache=False).origin == "built"
    assert not cache.exists()
    mesh_cache.build(CHANNEL)
    assert mesh_cache.build(CHANNEL, use_cache=False).origin == "built"


def test_a_mesh_file_of_the_user_is_read_each_time(cache, tmp_path):
    # It may name further files, and reading it is what the cache would do as well.
    file = tmp_path / "square.vtu"
    import meshio

    points = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    meshio.write(
        file, meshio.Mesh(points, [("triangle", [[0, 1, 2]])], cell_data={"region": [[1]]})
    )
    assert [mesh_cache.build(ExternalMesh(file, 1.0)).origin for _ in range(2)] == ["built"] * 2


@pytest.mark.parametrize(
    "other",
    [Channel(0.1, 0.5, 6), Channel(0.1, 0.5 + 1e-16, 4), Channel(0.1 + 1e-15, 0.5, 4)],
)
def test_other_values_are_other_meshes(cache, other):
    mesh_cache.build(CHANNEL)
    # 0.5 + 1e-16 is 0.5 in double precision: the same mesh, under the same key.
    assert (mesh_cache.build(other).origin == "cache") == (other == CHANNEL)


def test_another_class_with_the_same_values_is_another_mesh(cache):
    @dataclass(frozen=True)
    class Tube(Channel):
        pass

    assert mesh_cache.key(Tube(0.1, 0.5, 4)) != mesh_cache.key(CHANNEL)


def test_a_file_that_changes(cache, tmp_path):
    file = tmp_path / "length.txt"
    file.write_text("0.5")
    geometry = FromFile(str(file))
    assert [mesh_cache.build(geometry).origin for _ in range(2)] == ["built", "cache"]
    file.write_text("0.7")
    changed = mesh_cache.build(geometry)
    assert (changed.origin, changed.report["length_um"]) == ("built", 0.7)
    file.write_text("0.5")
    assert mesh_cache.build(geometry).origin == "cache"


def test_a_file_that_changes_while_the_mesh_is_built(cache, tmp_path):
    file = tmp_path / "length.txt"
    file.write_text("0.5")

    @dataclass(frozen=True)
    class Slow(FromFile):
        def build(self) -> tuple[RegionMesh, dict[str, Any]]:
            file.write_text("0.7")
            return super().build()

    mesh_cache.build(Slow(str(file)))
    assert not cache.exists()


def test_a_folder_of_slices(tmp_path):
    folder = tmp_path / "slices"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        (folder / name).write_text(name)
    keys = [mesh_cache.key(FromFile(str(folder)))]
    (folder / "b.png").write_text("other")
    keys.append(mesh_cache.key(FromFile(str(folder))))
    (folder / "b.png").rename(folder / "c.png")
    keys.append(mesh_cache.key(FromFile(str(folder))))
    assert len(set(keys)) == 3


def test_a_missing_file_is_refused_by_the_geometry_itself(cache, tmp_path):
    with pytest.raises(FileNotFoundError):
        mesh_cache.build(FromFile(str(tmp_path / "missing.txt")))


def test_another_version_of_a_package_or_of_the_source(monkeypatch, tmp_path):
    before = mesh_cache.key(CHANNEL)
    with monkeypatch.context() as patch:
        patch.setattr(mesh_cache.importlib.metadata, "version", lambda name: "0")
        assert mesh_cache.key(CHANNEL) != before
    with monkeypatch.context() as patch:
        patch.setattr(mesh_cache.platform, "machine", lambda: "abacus")
        assert mesh_cache.key(CHANNEL) != before
    sources = mesh_cache._sources()
    assert {"stuffing.py", "regions.py", "planar.py"} <= {file.name for file in sources}
    (tmp_path / sources[-1].name).write_bytes(sources[-1].read_bytes() + b"\n")
    changed = [*sources[:-1], tmp_path / sources[-1].name]
    monkeypatch.setattr(mesh_cache, "_sources", lambda: changed)
    assert mesh_cache.key(CHANNEL) != before


def test_a_geometry_that_holds_what_has_no_checksum():
    @dataclass(frozen=True)
    class Odd:
        values: Any

    with pytest.raises(TypeError, match="values holds"):
        mesh_cache.key(Odd(np.zeros(2)))


@pytest.mark.parametrize("ending", ["npz", "json"])
def test_a_damaged_mesh_or_report_is_built_anew(cache, ending):
    good = mesh_cache.build(CHANNEL).mesh.checksum()
    (file,) = cache.glob(f"*.{ending}")
    whole = file.read_bytes()
    flipped = []
    for position in np.random.default_rng(1).integers(len(whole), size=20).tolist():
        flipped.append(bytearray(whole))
        flipped[-1][position] ^= 1
    for broken in [*flipped, whole[:-1], whole[: len(whole) // 2], b"", b"\xff\xff"]:
        file.write_bytes(bytes(broken))
        again = mesh_cache.build(CHANNEL)
        assert (again.origin, again.mesh.checksum()) == ("built", good)
        assert again.said.endswith("; the one in the cache was damaged")
    assert mesh_cache.build(CHANNEL).origin == "cache"


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"npz_sha256": "0"}'])
def test_reports_of_another_form_are_built_anew(cache, text):
    mesh_cache.build(CHANNEL)
    (file,) = cache.glob("*.json")
    file.write_text(text)
    assert mesh_cache.build(CHANNEL).origin == "built"
    assert mesh_cache.build(CHANNEL).origin == "cache"


def test_a_mesh_without_its_report_and_a_report_without_its_mesh(cache):
    for suffix in ("npz", "json"):
        mesh_cache.build(CHANNEL)
        next(cache.glob(f"*.{suffix}")).unlink()
        assert mesh_cache.build(CHANNEL).origin == "built"


def _build_some(folder: str, barrier: Any) -> list[str]:
    os.environ["LISIC_CACHE_DIR"] = folder
    mesh_cache._sources = list
    barrier.wait()
    return [
        mesh_cache.build(Channel(0.1, 0.5 + 0.1 * (i % 2), 4)).mesh.checksum() for i in range(20)
    ]


def test_several_processes_at_once(cache):
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, context.Pool(2) as pool:
        barrier = manager.Barrier(2)
        folder = str(cache.parent)
        found = pool.starmap(_build_some, [(folder, barrier)] * 2)
    expected = [Channel(0.1, 0.5 + 0.1 * i, 4).build()[0].checksum() for i in (0, 1)]
    assert found == [expected * 10] * 2
    # Meshes with their reports, nothing unfinished.
    meshes, reports = ({file.stem for file in cache.glob(f"*.{end}")} for end in ("npz", "json"))
    assert meshes == reports >= {mesh_cache.key(Channel(0.1, length, 4)) for length in (0.5, 0.6)}
    assert {file.suffix for file in cache.iterdir()} == {".npz", ".json"}


def test_what_was_used_longest_ago_goes_first(cache, monkeypatch):
    lengths = [Channel(0.1, length, 4) for length in (0.5, 0.6, 0.7)]
    for i, geometry in enumerate(lengths[:2]):
        mesh_cache.build(geometry)
        for file in cache.glob(mesh_cache.key(geometry) + "*"):
            os.utime(file, (i, i))
    (cache / "left-over.part").write_bytes(b"0" * 1000)
    os.utime(cache / "left-over.part", (0, 0))
    mesh_cache.build(lengths[0])  # now the other one is the oldest
    size = sum(file.stat().st_size for file in cache.glob(mesh_cache.key(lengths[0]) + "*"))
    monkeypatch.setattr(mesh_cache, "LIMIT", int(2.5 * size))
    mesh_cache.build(lengths[2])
    kept = {file.stem for file in cache.iterdir()}
    assert kept == {mesh_cache.key(lengths[i]) for i in (0, 2)}


def test_a_cache_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LISIC_CACHE_DIR", str(tmp_path / "file"))
    built = mesh_cache.build(CHANNEL)
    assert built.origin == "built"
    assert built.said.endswith("; not cached (Not a directory)")


def test_where_the_cache_is(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.delenv("LISIC_CACHE_DIR")
    assert mesh_cache._folder() == tmp_path / ".cache" / "lisic" / "meshes"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert mesh_cache._folder() == tmp_path / "xdg" / "lisic" / "meshes"
    monkeypatch.setenv("LISIC_CACHE_DIR", str(tmp_path / "own"))
    assert mesh_cache._folder() == tmp_path / "own" / "meshes"
    # The same values, the same key, wherever the cache lies.
    assert mesh_cache.key(replace(CHANNEL)) == mesh_cache.key(CHANNEL)


CASE = """
name = "channel"
[geometry]
kind = "channel"
radius = "50 nm"
length = "1 um"
elements_across = 2
[[step]]
kind = "rest"
duration = "1 s"
[stepping]
initial_fraction = 1.0
largest_fraction = 1.0
"""


def test_commands_say_where_the_mesh_came_from(cache, tmp_path, capsys):
    (tmp_path / "case.toml").write_text(CASE)

    def lisic(name: str, folder: str, *more: str) -> tuple[Path, str]:
        assert (
            cli.main([name, str(tmp_path / "case.toml"), "-o", str(tmp_path / folder), *more]) == 0
        )
        return tmp_path / folder, capsys.readouterr().out

    assert "mesh built in" in lisic("mesh", "look", "--no-cache")[1]
    assert not cache.exists()
    runs = [lisic("run", "first"), lisic("run", "second"), lisic("run", "third", "--no-cache")]
    manifests = [json.loads((folder / "manifest.json").read_text()) for folder, _ in runs]
    assert [one["mesh_from"] for one in manifests] == ["built", "cache", "built"]
    assert len({one["mesh_sha256"] for one in manifests}) == 1
    assert "mesh from the cache (" in (tmp_path / "second" / "run.log").read_text()
    reports = [(folder / "mesh" / "report.json").read_text() for folder, _ in runs]
    assert reports[0] == reports[1] == reports[2]
    assert "mesh from the cache (" in lisic("mesh", "look")[1]
    folder, _ = lisic("run", "second", "--resume")
    assert json.loads((folder / "manifest.json").read_text())["mesh_from"] == "run folder"
