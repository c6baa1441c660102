"""Meshes broken on purpose: each check finds what it is for, and no other one speaks."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from blocks import SIDE, block
from lisic.mesh import checks, facets, quality
from lisic.mesh.regions import RegionMesh

type Random = np.random.Generator

SEEDS = [0, 1, 2]


@pytest.fixture(params=[(dim, seed) for dim in (2, 3) for seed in SEEDS], ids=str)
def sound(request) -> RegionMesh:
    return block(*request.param)


@pytest.fixture
def rng(request) -> Random:
    return np.random.default_rng(len(request.node.name))


def added(mesh: RegionMesh, cells: np.ndarray, points: np.ndarray | None = None) -> RegionMesh:
    """The mesh with more cells of its first region, and more points."""
    n = len(cells)
    points = mesh.points if points is None else np.vstack([mesh.points, points])
    corners = points[cells]
    turned = np.linalg.det(corners[:, 1:] - corners[:, :1]) < 0
    cells = np.where(turned[:, None], cells[:, [1, 0, *range(2, mesh.dim + 1)]], cells)
    return replace(
        mesh,
        points=points,
        cells=np.vstack([mesh.cells, cells]),
        region=np.append(mesh.region, np.ones(n, dtype=np.int32)),
        body=np.append(mesh.body, np.zeros(n, dtype=np.int32)),
        size=np.append(mesh.size, np.zeros(n)),
    )


def without(mesh: RegionMesh, cell: int) -> RegionMesh:
    keep = np.arange(len(mesh.cells)) != cell
    return replace(
        mesh,
        cells=mesh.cells[keep],
        region=mesh.region[keep],
        body=mesh.body[keep],
        size=mesh.size[keep],
    )


def inner_facet(mesh: RegionMesh, rng: Random) -> tuple[np.ndarray, int, int]:
    """A facet all of whose vertices are inside the block, and its two cells."""
    rows, a, b = facets.shared(mesh.cells, len(mesh.points))
    inside = ((mesh.points > 0) & (mesh.points < SIDE)).all(axis=1)
    pick = rng.choice(np.flatnonzero(inside[rows].all(axis=1)))
    return rows[pick], int(a[pick]), int(b[pick])


def on_face(mesh: RegionMesh, axis: int, rng: Random) -> int:
    """A vertex in the middle of the high face across ``axis``."""
    others = np.delete(mesh.points, axis, axis=1)
    middle = ((others > 0) & (others < SIDE)).all(axis=1)
    return int(rng.choice(np.flatnonzero((mesh.points[:, axis] == SIDE) & middle)))


def inverted(mesh: RegionMesh, rng: Random) -> RegionMesh:
    cells = mesh.cells.copy()
    cell = rng.integers(len(cells))
    cells[cell, :2] = cells[cell, 1::-1]
    return replace(mesh, cells=cells)


def flat(mesh: RegionMesh, rng: Random) -> RegionMesh:
    top = mesh.facets[mesh.facet_tag == 2]
    facet = top[rng.integers(len(top))]
    centre = mesh.points[facet].mean(axis=0)
    cell = np.append(facet, len(mesh.points))[None]
    return replace(added(mesh, cell, centre[None]), period=np.zeros(mesh.dim))


def duplicate(mesh: RegionMesh, rng: Random) -> RegionMesh:
    _, cell, _ = inner_facet(mesh, rng)
    shuffled = rng.permutation(mesh.cells[cell])
    return added(mesh, shuffled[None])


def third_cell(mesh: RegionMesh, rng: Random) -> RegionMesh:
    facet, a, _ = inner_facet(mesh, rng)
    inside = mesh.points[mesh.cells[a]].mean(axis=0)
    return added(mesh, np.append(facet, len(mesh.points))[None], inside[None])


def doubled_point(mesh: RegionMesh, rng: Random) -> RegionMesh:
    facet, a, _ = inner_facet(mesh, rng)
    cells = mesh.cells.copy()
    cells[a] = np.where(cells[a] == facet[0], len(mesh.points), cells[a])
    return replace(mesh, cells=cells, points=np.vstack([mesh.points, mesh.points[facet[:1]]]))


def unmerged(mesh: RegionMesh, rng: Random) -> RegionMesh:
    """The pore with vertices of its own: the crack all around it is invisible in a picture."""
    of_pore = np.unique(mesh.cells[mesh.region == 2])
    image = np.arange(len(mesh.points))
    image[of_pore] = len(mesh.points) + np.arange(len(of_pore))
    cells = np.where((mesh.region == 2)[:, None], image[mesh.cells], mesh.cells)
    mesh = replace(mesh, points=np.vstack([mesh.points, mesh.points[of_pore]]), cells=cells)
    used, cells = np.unique(mesh.cells, return_inverse=True)
    number = np.full(len(mesh.points), -1)
    number[used] = np.arange(len(used))
    return replace(
        mesh,
        points=mesh.points[used],
        cells=cells.reshape(mesh.cells.shape),
        facets=number[mesh.facets],
        fibres=mesh.fibres[:0],
        fibre=mesh.fibre[:0],
    )


def hanging(mesh: RegionMesh, rng: Random) -> RegionMesh:
    """One cell is split at a point in a facet, its neighbour is not."""
    facet, a, _ = inner_facet(mesh, rng)
    (far,) = set(mesh.cells[a].tolist()) - set(facet.tolist())
    new = len(mesh.points)
    parts = [np.array([new if v == one else v for v in facet] + [far]) for one in facet]
    share = rng.dirichlet(np.full(mesh.dim, 5.0))
    return added(without(mesh, a), np.array(parts), (share @ mesh.points[facet])[None])


def loose_facet(mesh: RegionMesh, rng: Random) -> RegionMesh:
    rows = mesh.facets.copy()
    rows[rng.integers(len(rows)), 0] = inner_facet(mesh, rng)[0][0]
    return replace(mesh, facets=rows)


def loose_fibre(mesh: RegionMesh, rng: Random) -> RegionMesh:
    fibres = mesh.fibres.copy()
    fibres[0] = 0, len(mesh.points) - 1
    return replace(mesh, fibres=fibres)


def unused_vertex(mesh: RegionMesh, rng: Random) -> RegionMesh:
    cell = mesh.cells[rng.integers(len(mesh.cells))]
    return replace(mesh, points=np.vstack([mesh.points, mesh.points[cell].mean(axis=0)]))


def moved_on_face(mesh: RegionMesh, rng: Random) -> RegionMesh:
    """By a millionth of an element, along a face that repeats."""
    points = mesh.points.copy()
    points[on_face(mesh, 0, rng), -1] += 1e-6
    return replace(mesh, points=points)


def moved_off_face(mesh: RegionMesh, rng: Random) -> RegionMesh:
    points = mesh.points.copy()
    points[on_face(mesh, 0, rng), 0] += 1e-3
    return replace(mesh, points=points)


def wrong_period(mesh: RegionMesh, rng: Random) -> RegionMesh:
    return replace(mesh, period=mesh.period * np.array([0.75] + [1.0] * (mesh.dim - 1)))


# What is broken, what the checks must say, all of it, and nothing else.
BROKEN: dict[Callable[[RegionMesh, Random], RegionMesh], list[str]] = {
    inverted: ["1 cells are inverted or flat"],
    flat: ["1 cells are inverted or flat"],
    # A cell that is there twice has its facets three times, too.
    duplicate: ["1 cells are there twice", r"[34] facets are shared by more than two cells"],
    third_cell: ["1 facets are shared by more than two cells"],
    doubled_point: ["1 points lie on others"],
    unmerged: [r"\d+ points lie on others"],
    hanging: ["1 vertices hang on facets of other cells"],
    loose_facet: ["1 tagged facets are not facets of the mesh"],
    loose_fibre: ["1 fibre segments are not edges of the mesh"],
    unused_vertex: ["1 vertices belong to no cell"],
    moved_on_face: ["periodic faces normal to x, 4 um apart, differ"],
    moved_off_face: ["periodic faces normal to x, 4 um apart, differ"],
    wrong_period: ["periodic faces normal to x, 3 um apart, differ"],
}


def test_a_sound_mesh_passes(sound):
    assert checks.problems(sound) == []
    assert checks.poor(sound) == []
    report = quality.report(sound)
    assert (report["checks"], report["shortcomings"]) == ("passed", [])


@pytest.mark.parametrize("damage", BROKEN, ids=lambda damage: damage.__name__)
def test_what_is_broken_is_found_and_refused(sound, rng, damage):
    broken = damage(sound, rng)
    found = checks.problems(broken)
    expected = BROKEN[damage]
    assert len(found) == len(expected)
    for text, pattern in zip(found, expected, strict=True):
        assert re.match(pattern, text)
    with pytest.raises(ValueError, match=r"the mesh is unfit: .*" + expected[0]):
        quality.report(broken)


@pytest.mark.parametrize("seed", SEEDS)
def test_faces_with_equal_nodes_and_other_triangles(seed):
    mesh = block(3, seed)
    # Two cubes at the high face, reflected along y: their diagonals there turn.
    image = mesh.points.copy()
    image[:, 1] = SIDE - image[:, 1]
    nodes = np.arange(len(image)).reshape((SIDE + 1,) * 3)
    turned = nodes[:, ::-1].ravel()
    assert np.array_equal(turned[turned], np.arange(len(image)))
    swapped = turned[mesh.cells][:, [1, 0, 2, 3]]
    whole = replace(mesh, cells=swapped, points=image[turned], facets=turned[mesh.facets])
    whole = replace(whole, fibres=mesh.fibres[:0], fibre=mesh.fibre[:0])
    assert checks.problems(replace(whole, points=mesh.points)) == []
    # Now the two joined along x: the low face has the diagonals of one, the high of the other.
    both = np.vstack([mesh.points, mesh.points + np.array([SIDE, 0, 0])])
    cells = np.vstack([mesh.cells, swapped + len(mesh.points)])
    joined = replace(
        mesh,
        points=both,
        cells=cells,
        region=np.ones(len(cells), dtype=np.int32),
        regions={"lisi": 1},
        body=np.zeros(len(cells), dtype=np.int32),
        size=np.zeros(len(cells)),
        facets=mesh.facets[:0],
        facet_tag=mesh.facet_tag[:0],
        facet_groups={},
        fibres=mesh.fibres[:0],
        fibre=mesh.fibre[:0],
        period=np.array([2.0 * SIDE, 0.0, 0.0]),
    )
    assert "periodic faces normal to x, 8 um apart, differ (32 and 32 facets)" in checks.problems(
        joined
    )


def test_curves_without_length_and_outside():
    mesh = block(3)
    points = mesh.curve_points.copy()
    points[1] = points[0]
    found = checks.problems(replace(mesh, curve_points=points))
    assert found == ["1 curve segments have no length"]
    points = mesh.curve_points.copy()
    points[2, 1] = -0.01
    found = checks.problems(replace(mesh, curve_points=points))
    assert found == ["1 curve segments leave the box of the mesh"]


def test_curves_in_a_plane():
    curves = {name: getattr(block(3), name) for name in ("curve_points", "curves", "curve")}
    (found,) = checks.problems(replace(block(2), **curves))
    assert found.startswith("curves that follow no edges belong into meshes in three dimensions")


def with_island(mesh: RegionMesh, cells: int, across: bool) -> RegionMesh:
    """A third region in connected ``cells``, in the middle or across the period."""
    linked = facets.links(mesh.points, mesh.cells, mesh.period)
    middle = mesh.points[mesh.cells].mean(axis=1)
    island = [int(np.linalg.norm(middle - SIDE / 2, axis=1).argmin())]
    if across:
        far = np.abs(middle[linked[0], 0] - middle[linked[1], 0]) > SIDE / 2
        island = [int(side[far][0]) for side in linked]
    for cell in island:
        next_to = np.concatenate([linked[1][linked[0] == cell], linked[0][linked[1] == cell]])
        island += [int(c) for c in next_to if c not in island]
        if len(island) >= cells:
            break
    region = np.ones_like(mesh.region)
    region[island[:cells]] = 2
    return replace(mesh, region=region, regions={"lisi": 1, "grain": 2})


@pytest.mark.parametrize("across", [False, True])
def test_islands_below_eight_cells(sound, across):
    for cells in (1, 7):
        (found,) = checks.poor(with_island(sound, cells, across))
        assert found == (
            f"1 islands of region grain have fewer than 8 cells, the smallest has {cells}"
        )
    assert checks.poor(with_island(sound, 8, across)) == []
    assert checks.problems(with_island(sound, 1, across)) == []


@pytest.mark.parametrize("dim", [2, 3])
def test_angles_below_five_degrees(dim):
    # Squares pressed to height h have a smallest angle of atan(h); so have cubes in six
    # tetrahedra, whose flattest dihedral angle lies between a face and a plane of slope h.
    mesh = block(dim)
    regular = np.rint(mesh.points)
    for height, poor in ((np.tan(np.radians(4.9)), True), (np.tan(np.radians(5.1)), False)):
        pressed = np.array([1.0] * (dim - 1) + [height])
        curves = mesh.curve_points * np.array([1.0, 1.0, height])
        flatter = replace(mesh, points=regular * pressed, curve_points=curves)
        found = checks.poor(flatter)
        assert bool(found) == poor
        assert checks.problems(flatter) == []
        if poor:
            assert re.fullmatch(
                r"\d+ cells have a (dihedral )?angle below 5 degrees, the smallest is [34]\.\d",
                found[0],
            )


def test_names_without_cells_or_facets(sound):
    named = replace(sound, regions=sound.regions | {"void": 7})
    assert checks.poor(named) == ["region void has no cells"]
    named = replace(sound, facet_groups=sound.facet_groups | {"left": 7})
    assert checks.poor(named) == ["facet group left has no facets"]
