"""Curves cut by cells: nothing lost, nothing twice, the same on any ranks, refused outside."""

from dataclasses import replace

import numpy as np
import pytest
from lisic.solvers.curves import barycentric, corners, cut
from lisic.solvers.distribute import distribute
from mpi4py import MPI
from small_meshes import box


def pieces(comm, serial, ends):
    """The mesh, and the pieces of all ranks as rows of original cell, start and end, in order."""
    mesh = distribute(comm, serial if comm.rank == 0 else None)
    found = cut(mesh.mesh, mesh.original_cell, np.array(ends, float))
    inside = barycentric(corners(mesh.mesh, found.cell), np.stack([found.start, found.end], axis=1))
    assert inside.min(initial=0.0) > -3e-9
    rows = np.column_stack([mesh.original_cell[found.cell], found.start, found.end])
    rows = np.concatenate(comm.allgather(rows))
    return rows[np.lexsort(rows.T[::-1])]


def length(rows):
    dim = (rows.shape[1] - 1) // 2
    return np.linalg.norm(rows[:, 1 + dim :] - rows[:, 1 : 1 + dim], axis=1).sum()


@pytest.mark.parallel([1, 3])
def test_segments_are_cut_by_cells_the_same_on_any_ranks():
    mesh = box((4, 3, 3), (1.0, 0.8, 0.7), shake=0.5)
    rng = np.random.default_rng(5)
    ends = 0.02 + rng.random((60, 2, 3)) * (0.96, 0.76, 0.66)
    together = pieces(MPI.COMM_WORLD, mesh, ends)
    whole = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum()
    assert length(together) == pytest.approx(whole, rel=1e-12)
    assert len(together) > 3 * len(ends)
    alone = pieces(MPI.COMM_SELF, mesh, ends)
    assert len(alone) == len(together)
    assert np.array_equal(alone[:, 0], together[:, 0])
    assert np.abs(alone - together).max() < 1e-14


def test_segments_along_facets_edges_and_through_vertices_count_once():
    # Kuhn's simplices on a lattice of 0.25 um: along x (edges), along the diagonal of the cubes
    # (edges of six cells each), in the plane y = z (facets), along an edge of the block, and two
    # through the vertex (0.5, 0.5, 0.5) askew.
    ends = [
        [[0.0, 0.5, 0.5], [1.0, 0.5, 0.5]],
        [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]],
        [[0.1, 0.2, 0.2], [0.9, 0.6, 0.6]],
        [[0.0, 1.0, 0.0], [1.0, 1.0, 0.0]],
        [[0.1, 0.5, 0.2], [0.9, 0.5, 0.8]],
        [[0.2, 0.6, 0.9], [0.8, 0.4, 0.1]],
    ]
    rows = pieces(MPI.COMM_SELF, box((4, 4, 4), (1.0, 1.0, 1.0)), ends)
    whole = [1.0, np.sqrt(3.0), np.sqrt(0.96), 1.0, 1.0, np.sqrt(1.04)]
    assert length(rows) == pytest.approx(sum(whole), rel=1e-12)
    # The first two have four pieces each, none in a cell that they only touch.
    for segment in ends[:2]:
        assert len(pieces(MPI.COMM_SELF, box((4, 4, 4), (1.0, 1.0, 1.0)), [segment])) == 4


@pytest.mark.parallel(2)
def test_a_segment_that_leaves_the_mesh_is_refused():
    mesh = box((3, 3), (1.0, 1.0))
    ends = [[[0.1, 0.1], [0.9, 0.9]], [[0.5, 0.6], [0.5, 1.2]]]
    with pytest.raises(ValueError, match=r"1 of 2 .* leave the mesh, by 0\.2 um .* \(0\.5, 1\.1\)"):
        pieces(MPI.COMM_WORLD, mesh, ends)
    with pytest.raises(ValueError, match="1 of 1 fibre segments have no length"):
        pieces(MPI.COMM_WORLD, mesh, [[[0.5, 0.6], [0.5, 0.6]]])


def test_a_segment_over_a_gap_in_the_mesh_is_refused():
    # Two triangles with a slit of 0.1 um between them, in which no cell lies.
    serial = box((1, 1), (1.0, 1.0))
    corner = serial.points[serial.cells].reshape(-1, 2)
    corner[3:] += (0.1, 0.0) if corner[3:, 0].mean() > corner[:3, 0].mean() else (-0.1, 0.0)
    cells = np.arange(6).reshape(2, 3)
    none = np.empty((0, 2), dtype=np.int64)
    apart = replace(
        serial, points=corner, cells=cells, facets=none, facet_tag=np.empty(0, dtype=np.int32)
    )
    x, y = corner.mean(axis=0)
    ends = [[[x - 0.3, y], [x + 0.3, y]]]
    with pytest.raises(ValueError, match=r"leave the mesh, by 0\.1 um in all"):
        pieces(MPI.COMM_SELF, apart, ends)
