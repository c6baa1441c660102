"""Which way a flat side of a user's own mesh faces: decided by the body behind it."""

from dataclasses import replace

import lisic.solvers  # noqa: F401
import numpy as np
import pytest
from lisic.mesh.regions import RegionMesh
from lisic.scripts.mesh_loads import _flat
from lisic.scripts.refusal import Refusal

KEY = ("boundary", 0, "on")


@pytest.fixture
def ell() -> RegionMesh:
    """An L: a foot (0..2) x (0..1) and a column (0..1) x (1..4).

    Its step, y = 1 for x in 1..2, faces up though it lies below the middle height of 2.
    """
    corners = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (0, 4), (1, 4)]
    cells = [(0, 1, 4), (0, 4, 3), (1, 2, 5), (1, 5, 4), (3, 4, 7), (3, 7, 6)]
    groups = {"bottom": 1, "step": 2, "top": 3, "inner": 4, "bent": 5, "left": 6}
    sides = [(0, 1, 1), (1, 2, 1), (4, 5, 2), (6, 7, 3), (3, 4, 4), (4, 5, 5), (4, 7, 5)]
    sides += [(0, 3, 6), (3, 6, 6)]
    return RegionMesh(
        points=np.array(corners, dtype=float),
        cells=np.array(cells),
        region=np.ones(len(cells), dtype=np.int32),
        regions={"body": 1},
        facets=np.array([side[:2] for side in sides]),
        facet_tag=np.array([side[2] for side in sides], dtype=np.int32),
        facet_groups=groups,
        body=np.zeros(len(cells), dtype=np.int32),
        size=np.zeros(len(cells)),
        fibres=np.empty((0, 2), dtype=np.int64),
        fibre=np.empty(0, dtype=np.int32),
        period=np.zeros(2),
    )


@pytest.mark.parametrize(
    ("group", "expected"),
    [("bottom", (1, -1)), ("step", (1, 1)), ("top", (1, 1)), ("left", (0, -1))],
)
def test_a_side_faces_away_from_the_body_behind_it(
    ell: RegionMesh, group: str, expected: tuple[int, int]
) -> None:
    assert _flat(ell, group, KEY) == expected


@pytest.mark.parametrize("group", ["inner", "bent"])
def test_inner_and_bent_groups_are_no_side(ell: RegionMesh, group: str) -> None:
    with pytest.raises(Refusal, match="flat facet group on the surface"):
        _flat(ell, group, KEY)


def test_a_group_that_faces_both_ways_is_no_side(ell: RegionMesh) -> None:
    # The same squares with a second body above the step's plane: one facet up, one down.
    points = np.vstack([ell.points, [[3, 1], [4, 1], [4, 2]]])
    both = replace(
        ell,
        points=points,
        cells=np.vstack([ell.cells, [[8, 9, 10]]]),
        region=np.ones(7, dtype=np.int32),
        body=np.zeros(7, dtype=np.int32),
        size=np.zeros(7),
        facets=np.vstack([ell.facets, [[8, 9]]]),
        facet_tag=np.append(ell.facet_tag, np.int32(2)),
    )
    with pytest.raises(Refusal, match="flat facet group on the surface"):
        _flat(both, "step", KEY)
