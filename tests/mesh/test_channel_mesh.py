"""The axisymmetric channel: sizes, grading, names."""

import numpy as np
import pytest
from lisic.mesh.channel import Channel


@pytest.mark.parametrize("radius", [0.025, 0.05, 0.1, 0.25, 0.5])
def test_fills_its_rectangle(radius):
    mesh, report = Channel(radius, 3.25).build()
    assert mesh.volumes().min() > 0
    assert mesh.volumes().sum() == pytest.approx(radius * 3.25, rel=1e-12)
    assert report["checks"] == "passed"
    assert report["cells"] < 6000
    assert mesh.regions == {"lithium": 1}
    assert set(mesh.body) == {1}
    assert set(mesh.size) == {2 * radius}


def test_facet_groups_lie_where_their_names_say():
    mesh, _ = Channel(0.1, 3.25).build()
    where = {"axis": (0, 0.0), "wall": (0, 0.1), "closed_end": (1, 0.0), "open_end": (1, 3.25)}
    for name, (axis, position) in where.items():
        ends = mesh.points[mesh.facets[mesh.facet_tag == mesh.facet_groups[name]]]
        assert set(ends[..., axis].ravel()) == {position}
        lengths = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
        assert lengths.sum() == pytest.approx(3.25 if axis == 0 else 0.1)


def test_elements_shrink_towards_wall_and_ends():
    mesh, _ = Channel(0.1, 3.25).build()
    across = np.diff(np.unique(mesh.points[:, 0]))
    along = np.diff(np.unique(mesh.points[:, 1]))
    assert len(across) == 8
    # Graded from axis to wall in the ratio of 5.
    assert across[0] / across[-1] == pytest.approx(5)
    # From 0.06 R at the ends to R/2 in the middle, scaled a little to fill the length.
    assert along[0] == pytest.approx(0.006, rel=0.02)
    assert along.max() == pytest.approx(0.05, rel=0.02)
    assert along == pytest.approx(along[::-1])


def test_no_triangle_has_two_edges_on_the_boundary():
    """Such a triangle has every node of its quadratic displacement fixed at a clamped corner."""
    mesh, _ = Channel(0.1, 3.25).build()
    boundary = {tuple(sorted(facet)) for facet in mesh.facets.tolist()}
    for a, b, c in mesh.cells.tolist():
        edges = [tuple(sorted(e)) for e in ((a, b), (b, c), (c, a))]
        assert sum(edge in boundary for edge in edges) <= 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, 3.25), "radius must be a positive length, got 0.0"),
        ((0.1, float("inf")), "length must be a positive length, got inf"),
        ((0.1, 3.25, 7), "even number >= 2, got 7"),
    ],
)
def test_refusals(arguments, message):
    with pytest.raises(ValueError, match=message):
        Channel(*arguments)
