"""Fibres of a user's mesh: along edges, across cells, and lines that are refused."""

from itertools import pairwise

import gmsh
import meshio
import numpy as np
import pytest
from lisic.mesh.external import ExternalMesh
from lisic.mesh.external_fibres import FibreGroup
from lisic.mesh.planar import session

TUBES = FibreGroup("tubes", 10.0)
# A bent fibre of 0.5 + 0.3 in units of the file, and a straight one of 0.4 beside it.
CHAINS = {
    2: [[(0.2, 0.3), (0.7, 0.3), (0.7, 0.6)], [(0.2, 0.8), (0.6, 0.8)]],
    3: [
        [(0.2, 0.3, 0.4), (0.7, 0.3, 0.4), (0.7, 0.6, 0.4)],
        [(0.2, 0.8, 0.7), (0.6, 0.8, 0.7)],
    ],
}


def write(path, dim, *, embedded=True, shift=0.0):
    """A unit square or cube with two chains of lines as group tubes, ``shift`` along x."""
    with session():
        geo, mesh = gmsh.model.occ, gmsh.model.mesh
        body = geo.addRectangle(0, 0, 0, 1, 1) if dim == 2 else geo.addBox(0, 0, 0, 1, 1, 1)
        lines = []
        for chain in CHAINS[dim]:
            ends = [geo.addPoint(x + shift, *rest, *([0] * (3 - dim))) for x, *rest in chain]
            lines += [geo.addLine(a, b) for a, b in pairwise(ends)]
        geo.synchronize()
        if embedded:
            mesh.embed(1, lines, dim, body)
        gmsh.model.addPhysicalGroup(dim, [body], 1, "body")
        gmsh.model.addPhysicalGroup(1, lines, 2, "tubes")
        gmsh.option.setNumber("Mesh.MeshSizeMax", 0.15)
        mesh.generate(dim)
        gmsh.write(str(path))


@pytest.mark.parametrize("dim", [2, 3])
def test_embedded_lines_are_edges(tmp_path, dim):
    write(tmp_path / "tubes.msh", dim)
    mesh, report = ExternalMesh(tmp_path / "tubes.msh", 1000.0, TUBES).build()
    fibres = report["fibres"]
    assert fibres["segments_along_edges"] == len(mesh.fibres) == fibres["segments"] > 8
    assert fibres["segments_across_cells"] == 0
    assert fibres["number"] == 2
    # 0.5 + 0.3 + 0.4 in mm.
    assert fibres["total_length_um"] == pytest.approx(1200, rel=1e-9)
    # 0.9 of 1.2 lie along x, the rest along y.
    tensor = np.zeros((dim, dim))
    tensor[0, 0], tensor[1, 1] = 0.75, 0.25
    assert np.array(fibres["orientation_tensor"]) == pytest.approx(tensor, abs=1e-9)
    assert mesh.facet_groups == {}


def test_lines_that_the_mesh_does_not_follow_are_embedded_in_space(tmp_path):
    write(tmp_path / "tubes.msh", 3, embedded=False)
    mesh, report = ExternalMesh(tmp_path / "tubes.msh", 1000.0, TUBES).build()
    fibres = report["fibres"]
    assert (fibres["segments_along_edges"], len(mesh.fibres)) == (0, 0)
    assert fibres["segments_across_cells"] == len(mesh.curves) > 8
    assert fibres["number"] == 2
    assert fibres["total_length_um"] == pytest.approx(1200, rel=1e-9)
    # Vertices of lines only are none of the solid's.
    assert np.unique(mesh.cells).tolist() == list(range(len(mesh.points)))


def test_lines_that_the_mesh_does_not_follow_are_refused_in_a_plane(tmp_path):
    write(tmp_path / "tubes.msh", 2, embedded=False)
    with pytest.raises(ValueError, match=r"of group 'tubes' are not edges of the triangles"):
        ExternalMesh(tmp_path / "tubes.msh", 1.0, TUBES).build()


def with_one_broken(path, dim):
    """The file with one line element that joins the two ends of a chain: no edge."""
    write(path, dim)
    mesh = meshio.read(path)
    lines = [block.data for block in mesh.cells if block.type == "line"]
    lines[0][0] = lines[0][0, 0], lines[-1][-1, 1]
    meshio.write(path, mesh, file_format="gmsh22", binary=False)
    return sum(len(block) for block in lines)


def test_one_broken_line_in_a_plane_is_told(tmp_path):
    count = with_one_broken(tmp_path / "tubes.msh", 2)
    message = rf"1 of {count} line elements .* from \(0.2, 0.3\) to \(0.6, 0.8\) um; embed"
    with pytest.raises(ValueError, match=message):
        ExternalMesh(tmp_path / "tubes.msh", 1.0, TUBES).build()


def test_one_broken_line_in_space_is_embedded_among_edges(tmp_path):
    count = with_one_broken(tmp_path / "tubes.msh", 3)
    mesh, report = ExternalMesh(tmp_path / "tubes.msh", 1.0, TUBES).build()
    assert len(mesh.fibres) == count - 1
    (segment,) = mesh.curve_points[mesh.curves]
    assert sorted(segment.tolist()) == pytest.approx(
        [pytest.approx([0.2, 0.3, 0.4]), pytest.approx([0.6, 0.8, 0.7])]
    )
    assert report["fibres"]["segments_across_cells"] == 1


def test_lines_that_leave_the_tetrahedra_are_refused(tmp_path):
    write(tmp_path / "tubes.msh", 3, embedded=False, shift=0.35)
    # The bend of the first chain lies at x = 1.05.
    message = r"line elements of group 'tubes' leave the tetrahedra, the first from"
    with pytest.raises(ValueError, match=message):
        ExternalMesh(tmp_path / "tubes.msh", 1.0, TUBES).build()


def test_a_group_that_is_not_there_is_refused(tmp_path):
    write(tmp_path / "tubes.msh", 3)
    message = r"no group 'tube' of line elements .*; its groups of lines are: tubes"
    with pytest.raises(ValueError, match=message):
        ExternalMesh(tmp_path / "tubes.msh", 1.0, FibreGroup("tube", 0.01)).build()


def test_a_diameter_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"diameter must be a positive length, got 0.0 um"):
        FibreGroup("tubes", 0.0)
