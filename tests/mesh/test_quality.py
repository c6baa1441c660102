"""Checks pass on good meshes and name what is broken in bad ones."""

from dataclasses import replace

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


def with_extra_cell(mesh: RegionMesh, cell: list[int]) -> RegionMesh:
    return replace(
        mesh,
        cells=np.vstack([mesh.cells, [cell]]),
        region=np.append(mesh.region, np.int32(1)),
        body=np.append(mesh.body, np.int32(0)),
        size=np.append(mesh.size, 0.0),
    )


def test_a_good_mesh_has_no_problems(layer):
    assert quality.problems(layer) == []


def test_inverted_cell(layer):
    cells = layer.cells.copy()
    cells[7] = cells[7, ::-1]
    assert quality.problems(replace(layer, cells=cells)) == ["1 cells are inverted or flat"]


def test_flat_cell():
    flat = one_cell([[0, 0], [1, 0], [0.5, 1e-12]])
    assert quality.problems(flat) == ["1 cells are inverted or flat"]


def test_duplicate_cell(layer):
    found = quality.problems(with_extra_cell(layer, layer.cells[100].tolist()))
    assert "1 cells are there twice" in found


def test_third_cell_on_a_facet(layer):
    # A far vertex of the mesh spanned to an inner edge overlaps what is there.
    low, high = layer.points.min(axis=0), layer.points.max(axis=0)
    inside = ((layer.points > low) & (layer.points < high)).all(axis=1)
    a, b, _ = layer.cells[np.flatnonzero(inside[layer.cells].all(axis=1))[0]].tolist()
    far = int(np.argmax(np.linalg.norm(layer.points - layer.points[a], axis=1)))
    extra = with_extra_cell(layer, [a, b, far])
    if extra.volumes()[-1] < 0:
        extra = with_extra_cell(layer, [b, a, far])
    assert any("shared by more than two cells" in p for p in quality.problems(extra))
    with pytest.raises(ValueError, match=r"unfit: .*shared by more than two cells"):
        quality.report(extra)


def test_a_periodic_node_moved_by_a_nanometre(layer):
    points = layer.points.copy()
    left = layer.facets[layer.facet_tag == layer.facet_groups["left"]]
    inner = next(v for v in left.ravel() if 0.1 < points[v, 1] < 0.5)
    points[inner, 1] += 0.001
    assert any("periodic faces" in p for p in quality.problems(replace(layer, points=points)))
    aperiodic = replace(layer, points=points, period=np.zeros(2))
    assert quality.problems(aperiodic) == []


def test_wrong_period(layer):
    wrong = replace(layer, period=np.array([0.5, 0.0]))
    assert any("periodic faces" in p for p in quality.problems(wrong))


def test_fibre_that_is_no_edge(layer):
    fibres = layer.fibres.copy()
    fibres[0, 1] = fibres[-1, 1]
    found = quality.problems(replace(layer, fibres=fibres))
    assert found == ["1 fibre segments are not edges of the mesh"]


def test_facet_that_is_none(layer):
    facets = layer.facets.copy()
    facets[0, 1] = facets[-1, 1]
    found = quality.problems(replace(layer, facets=facets))
    assert found == ["1 tagged facets are not facets of the mesh"]


def test_vertex_without_a_cell(layer):
    points = np.vstack([layer.points, [[0.3, 0.3]]])
    found = quality.problems(replace(layer, points=points))
    assert found == ["1 vertices belong to no cell"]


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
