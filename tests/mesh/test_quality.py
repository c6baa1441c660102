"""What a report says of shapes and sizes, against triangles and tetrahedra known by heart."""

import numpy as np
import pytest
from lisic.mesh import quality
from lisic.mesh.porous_layer import Nanotubes, PorousLayer
from lisic.mesh.regions import RegionMesh


@pytest.fixture(scope="module")
def layer() -> RegionMesh:
    bundles = Nanotubes(area_fraction=0.02, diameter=0.01, length=0.3, persistence_length=1.0)
    return PorousLayer(0.6, 0.6, 0.11, 0.08, 0.3, seed=1, nanotubes=bundles).build()[0]


def one_cell(points: list[list[float]]) -> RegionMesh:
    corners = np.array(points, dtype=np.float64)
    dim = corners.shape[1]
    return RegionMesh(
        points=corners,
        cells=np.arange(dim + 1)[None],
        region=np.ones(1, dtype=np.int32),
        regions={"solid": 1},
        facets=np.empty((0, dim), dtype=np.int64),
        facet_tag=np.empty(0, dtype=np.int32),
        facet_groups={},
        body=np.zeros(1, dtype=np.int32),
        size=np.zeros(1),
        fibres=np.empty((0, 2), dtype=np.int64),
        fibre=np.empty(0, dtype=np.int32),
        period=np.zeros(dim),
    )


def test_a_good_mesh_has_no_problems(layer):
    assert quality.problems(layer) == []


def test_angles_and_gamma_of_known_triangles():
    equilateral = one_cell([[0, 0], [1, 0], [0.5, 3**0.5 / 2]])
    assert quality.smallest_angles(equilateral) == pytest.approx([60])
    assert quality.gamma(equilateral) == pytest.approx([1])
    # 3-4-5: r = 1, R = 2.5, gamma = 2 r/R = 0.8; smallest angle atan(3/4)
    right = one_cell([[0, 0], [4, 0], [0, 3]])
    assert quality.gamma(right) == pytest.approx([0.8])
    assert quality.smallest_angles(right) == pytest.approx([np.degrees(np.arctan(0.75))])


def test_angles_and_gamma_of_known_tetrahedra():
    regular = one_cell([[1, 1, 1], [-1, 1, -1], [1, -1, -1], [-1, -1, 1]])
    assert quality.smallest_angles(regular) == pytest.approx([np.degrees(np.arccos(1 / 3))])
    assert quality.gamma(regular) == pytest.approx([1])
    # Unit corner: V = 1/6, S = (3 + sqrt 3)/2, r = 3 V/S = 1/(3 + sqrt 3), R = sqrt 3 / 2
    corner = one_cell([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    assert quality.gamma(corner) == pytest.approx([3 / (3 + 3**0.5) / (3**0.5 / 2)])
    # Its slanted face meets the others at acos(1/sqrt 3).
    assert quality.smallest_angles(corner) == pytest.approx([np.degrees(np.arccos(3**-0.5))])


def test_dofs_of_quadratic_displacement():
    # 3 vertices + 3 edges, two components
    report = quality.report(one_cell([[0, 0], [1, 0], [0, 1]]))
    assert report["dofs_quadratic_displacement"] == 12
    # 4 vertices + 6 edges, three components
    report = quality.report(one_cell([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]))
    assert report["dofs_quadratic_displacement"] == 30
