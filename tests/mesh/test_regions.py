"""The mesh value object: contents, checksum, file."""

from dataclasses import replace

import numpy as np
import pytest
from lisic.mesh.regions import RegionMesh


@pytest.fixture
def square() -> RegionMesh:
    """The unit square in two triangles, a pore of diameter 0.5 in the second."""
    return RegionMesh(
        points=np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]),
        cells=np.array([[0, 1, 2], [0, 2, 3]]),
        region=np.array([1, 2], dtype=np.int32),
        regions={"lisi": 1, "pore": 2},
        facets=np.array([[0, 1], [2, 3]]),
        facet_tag=np.array([1, 2], dtype=np.int32),
        facet_groups={"separator": 1, "collector": 2},
        body=np.array([0, 1], dtype=np.int32),
        size=np.array([0.0, 0.5]),
        fibres=np.array([[0, 2]]),
        fibre=np.array([1], dtype=np.int32),
        period=np.array([1.0, 0.0]),
    )


def test_areas_of_two_half_squares(square):
    assert square.volumes() == pytest.approx([0.5, 0.5])
    assert square.dim == 2


def test_volume_of_the_unit_tetrahedron_is_a_sixth():
    tetrahedron = RegionMesh(
        points=np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        cells=np.array([[0, 1, 2, 3]]),
        region=np.array([1], dtype=np.int32),
        regions={"solid": 1},
        facets=np.empty((0, 3), dtype=np.int64),
        facet_tag=np.empty(0, dtype=np.int32),
        facet_groups={},
        body=np.zeros(1, dtype=np.int32),
        size=np.zeros(1),
        fibres=np.empty((0, 2), dtype=np.int64),
        fibre=np.empty(0, dtype=np.int32),
        period=np.zeros(3),
    )
    assert tetrahedron.volumes() == pytest.approx([1 / 6])


def test_file_keeps_everything_and_leaves_no_other_file(square, tmp_path):
    square.save(tmp_path / "mesh.npz")
    back = RegionMesh.load(tmp_path / "mesh.npz")
    assert back.checksum() == square.checksum()
    assert (back.regions, back.facet_groups) == (square.regions, square.facet_groups)
    assert [p.name for p in tmp_path.iterdir()] == ["mesh.npz"]


@pytest.mark.parametrize(
    "change",
    [
        {"points": np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0 + 1e-15]])},
        {"regions": {"lisi": 2, "pore": 1}},
        {"size": np.array([0.0, 0.6])},
        {"period": np.zeros(2)},
    ],
)
def test_checksum_sees_every_change(square, change):
    assert replace(square, **change).checksum() != square.checksum()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"region": np.array([1, 3], dtype=np.int32)}, r"region uses ids \[1, 3\]"),
        ({"region": np.array([1, 2])}, "region must be int32 of shape"),
        ({"cells": np.array([[0, 1, 2], [0, 2, 4]])}, r"cells name vertices 0\.\.4, there are 4"),
        ({"cells": np.array([[0, 1, 2], [0, 2, -1]])}, "cells name vertices -1"),
        ({"body": np.zeros(3, dtype=np.int32)}, "body must be int32 of shape"),
        ({"points": np.full((4, 2), np.nan)}, "finite"),
    ],
)
def test_broken_arrays_are_refused(square, change, message):
    with pytest.raises(ValueError, match=message):
        replace(square, **change)


def test_other_files_are_refused(tmp_path):
    (tmp_path / "text.npz").write_text("not a mesh")
    np.savez(tmp_path / "other.npz", a=np.zeros(1))
    for name in ("text.npz", "other.npz"):
        with pytest.raises(ValueError, match="not a lisic mesh"):
            RegionMesh.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        RegionMesh.load(tmp_path / "missing.npz")
