"""Meshes from files: gmsh 2 and 4, meshio's formats, and what is refused."""

from pathlib import Path

import meshio
import numpy as np
import pytest
from lisic.mesh.external import ExternalMesh
from lisic.mesh.planar import session


def write_ring(path: Path, *, version=4.1, groups=True, order=1, recombine=False, binary=0) -> None:
    """A disc of radius 1 in a square of side 4, units of the file."""
    with session() as gm:
        occ = gm.model.occ
        square, disc = occ.addRectangle(-2, -2, 0, 4, 4), occ.addDisk(0, 0, 0, 1, 1)
        parts, _ = occ.fragment([(2, square)], [(2, disc)])
        occ.synchronize()
        if groups:
            mass = {tag: occ.getMass(2, tag) for _, tag in parts}
            inner, outer = min(mass, key=mass.get), max(mass, key=mass.get)
            gm.model.addPhysicalGroup(2, [outer], 7, "shell")
            gm.model.addPhysicalGroup(2, [inner], 3)
            rim = [tag for _, tag in gm.model.getBoundary([(2, inner)], oriented=False)]
            gm.model.addPhysicalGroup(1, rim, 5, "rim")
        gm.option.setNumber("Mesh.MeshSizeMax", 0.4)
        gm.option.setNumber("Mesh.RecombineAll", int(recombine))
        gm.model.mesh.generate(2)
        gm.model.mesh.setOrder(order)
        gm.option.setNumber("Mesh.MshFileVersion", version)
        gm.option.setNumber("Mesh.Binary", binary)
        gm.write(str(path))


def write_ball(path: Path) -> None:
    """A ball of radius 1 with its surface as a group."""
    with session() as gm:
        ball = gm.model.occ.addSphere(0, 0, 0, 1)
        gm.model.occ.synchronize()
        gm.model.addPhysicalGroup(3, [ball], 1, "ball")
        gm.model.addPhysicalGroup(2, [t for _, t in gm.model.getEntities(2)], 2, "skin")
        gm.option.setNumber("Mesh.MeshSizeMax", 0.4)
        gm.model.mesh.generate(3)
        gm.write(str(path))


@pytest.mark.parametrize(("version", "binary"), [(2.2, 0), (4.1, 0), (4.1, 1)])
def test_gmsh_plane(tmp_path, version, binary):
    write_ring(tmp_path / "ring.msh", version=version, binary=binary)
    mesh, report = ExternalMesh(tmp_path / "ring.msh", unit_um=0.001).build()
    # A square of 4 nm is 1.6e-5 um^2; a physical group without a name goes by its number.
    assert mesh.volumes().sum() == pytest.approx(1.6e-5, rel=1e-9)
    assert mesh.volumes().min() > 0
    assert set(mesh.regions) == {"shell", "3"}
    inner = mesh.volumes()[mesh.region == mesh.regions["3"]].sum()
    assert inner == pytest.approx(np.pi * 1e-6, rel=0.05)
    assert set(mesh.facet_groups) == {"rim"}
    radius = np.linalg.norm(mesh.points[mesh.facets], axis=2)
    assert radius == pytest.approx(np.full_like(radius, 1e-3))
    assert (report["checks"], report["order_in_file"], report["connected_pieces"]) == (
        "passed",
        1,
        1,
    )


def test_gmsh_in_space(tmp_path):
    write_ball(tmp_path / "ball.msh")
    mesh, report = ExternalMesh(tmp_path / "ball.msh", unit_um=1.0).build()
    assert mesh.dim == 3
    assert mesh.volumes().sum() == pytest.approx(4 / 3 * np.pi, rel=0.08)
    assert set(mesh.facet_groups) == {"skin"}
    assert report["quality"]["min_dihedral_deg"] > 5


def test_corners_of_higher_order_elements(tmp_path):
    write_ring(tmp_path / "linear.msh")
    write_ring(tmp_path / "quadratic.msh", order=2)
    linear, _ = ExternalMesh(tmp_path / "linear.msh", 1.0).build()
    quadratic, report = ExternalMesh(tmp_path / "quadratic.msh", 1.0).build()
    assert report["order_in_file"] == 2
    assert len(quadratic.points) == len(linear.points)
    assert quadratic.volumes().sum() == pytest.approx(linear.volumes().sum())


TRIANGLES = np.array([[0, 1, 2], [0, 3, 2]])  # the second one turns the wrong way
SQUARE = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])


@pytest.mark.parametrize("name", ["numbers.vtu", "numbers.vtk"])
def test_numbers_are_names_where_a_format_has_no_others(tmp_path, name):
    cells = [("triangle", TRIANGLES), ("line", np.array([[0, 1], [3, 2]]))]
    data = {"region": [np.array([4, 9]), np.array([11, 12])]}
    meshio.write(tmp_path / name, meshio.Mesh(SQUARE, cells, cell_data=data))
    mesh, _ = ExternalMesh(tmp_path / name, 1.0).build()
    assert mesh.regions == {"4": 1, "9": 2}
    assert mesh.facet_groups == {"11": 1, "12": 2}
    assert mesh.volumes() == pytest.approx([0.5, 0.5])
    assert mesh.region.tolist() == [1, 2]


def test_medit_numbers_are_names(tmp_path):
    cells = [("triangle", TRIANGLES), ("line", np.array([[0, 1]]))]
    data = {"medit:ref": [np.array([4, 9]), np.array([4])]}
    meshio.write(tmp_path / "m.mesh", meshio.Mesh(SQUARE, cells, cell_data=data))
    mesh, _ = ExternalMesh(tmp_path / "m.mesh", 1.0).build()
    assert (mesh.regions, mesh.facet_groups) == ({"4": 1, "9": 2}, {"4": 1})


def test_named_sets(tmp_path):
    sets = {"silicon": [np.array([0])], "pore": [np.array([1])]}
    data = meshio.Mesh(SQUARE, [("triangle", TRIANGLES)], cell_sets=sets)
    meshio.write(tmp_path / "sets.inp", data)
    mesh, _ = ExternalMesh(tmp_path / "sets.inp", 1.0).build()
    assert mesh.regions == {"silicon": 1, "pore": 2}


def vtu(path: Path, points, cells, **data) -> Path:
    meshio.write(path, meshio.Mesh(points, cells, cell_data=data))
    return path


def refused(path: Path, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        ExternalMesh(path, 1.0).build()
    assert path.name in str(caught.value)


def test_refused_files(tmp_path):
    refused(tmp_path / "missing.msh", "does not exist")
    (tmp_path / "script.msh").write_text("Point(1) = {0, 0, 0};")
    refused(tmp_path / "script.msh", "no gmsh mesh")
    (tmp_path / "cut.msh").write_text("$MeshFormat\n4.1 0 8\n$EndMeshFormat\n$Nodes\n1 1 1")
    refused(tmp_path / "cut.msh", r"unreadable|holds no|no named")
    (tmp_path / "cut.vtu").write_text("<VTKFile")
    refused(tmp_path / "cut.vtu", "unreadable")
    (tmp_path / "mesh.unknown").write_text("?")
    refused(tmp_path / "mesh.unknown", "unreadable")


def test_refused_contents(tmp_path):
    write_ring(tmp_path / "nameless.msh", groups=False)
    refused(tmp_path / "nameless.msh", "no named regions")
    write_ring(tmp_path / "quads.msh", recombine=True)
    refused(tmp_path / "quads.msh", "Quadrilateral 4 elements; only triangles and tetrahedra")
    plain = vtu(tmp_path / "plain.vtu", SQUARE, [("triangle", TRIANGLES)])
    refused(plain, "no named regions")
    quads = vtu(tmp_path / "quad.vtu", SQUARE, [("quad", np.array([[0, 1, 2, 3]]))])
    refused(quads, "quad elements")
    lines = vtu(tmp_path / "lines.vtu", SQUARE, [("line", TRIANGLES[:, :2])])
    refused(lines, "no triangles and no tetrahedra")
    bent = vtu(
        tmp_path / "bent.vtu",
        np.vstack([SQUARE[:3], [[0, 1, 1]]]),
        [("triangle", TRIANGLES)],
        region=[np.array([1, 1])],
    )
    refused(bent, "surface in space")
    flat = vtu(
        tmp_path / "flat.vtu",
        SQUARE * [1, 0, 1],
        [("triangle", TRIANGLES)],
        region=[np.array([1, 1])],
    )
    refused(flat, "inverted or flat")


def test_cells_without_a_region_and_in_two_are_refused(tmp_path):
    for name, chosen, message in (
        ("some", [np.array([0])], "1 cells belong to no region; named are silicon"),
        ("twice", [np.array([0, 1])], "two regions"),
    ):
        sets = {"silicon": chosen} | ({"pore": [np.array([1])]} if name == "twice" else {})
        path = tmp_path / f"{name}.inp"
        meshio.write(path, meshio.Mesh(SQUARE, [("triangle", TRIANGLES)], cell_sets=sets))
        refused(path, message)


def test_unit_must_be_positive():
    with pytest.raises(ValueError, match=r"unit_um must be a positive length, got 0\.0"):
        ExternalMesh("any.msh", 0.0)
