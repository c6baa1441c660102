"""Broken inputs through the whole program: what is said, and that nothing is written.

Nothing stands in for the rooms here: what pydantic, pint, the materials, gmsh, the solver's set-up
or the disk refuse, the command line has to turn into one or two lines and exit code 2.
"""

import os
import subprocess

import pytest
from lisic.scripts import cli
from mesh_files import write_box, write_quarter_ring
from small_runs import LAYER, apart, command

RING = """
name = "ring"
[geometry]
kind = "mesh"
file = "ring.msh"
unit = "um"
[materials]
shell = "norton"
[materials.define.norton]
youngs_modulus = "7.82 GPa"
poisson_ratio = 0.38
power_law = { rate = "6.68e-3 MPa^-6.6/s", exponent = 6.6 }
[[boundary]]
on = "inner"
kind = "pressure"
value = "0.4 MPa"
[[boundary]]
on = "bottom"
kind = "symmetry"
[[boundary]]
on = "left"
kind = "symmetry"
[[step]]
kind = "hold"
duration = "1 s"
"""


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    """The current folder: two sound cases and the meshes they may ask for."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "layer.toml").write_text(LAYER)
    (tmp_path / "ring.toml").write_text(RING)
    write_quarter_ring(tmp_path / "ring.msh", across=2, around=4)
    write_box(tmp_path / "nameless.msh", (1.0, 1.0), (2, 2), groups=False)
    (tmp_path / "noise.msh").write_bytes(bytes(range(256)))
    return tmp_path


def listing(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(capsys, workplace, argv):
    """What a command says that must refuse and leave no trace."""
    before = listing(workplace)
    assert cli.main(argv) == 2
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert 1 <= len(lines) <= 2, err
    assert lines[0].startswith("lisic: ")
    assert "Traceback" not in err
    assert "error for" not in err  # pydantic's own wording
    assert listing(workplace) == before
    assert not (workplace / "results").exists()
    return err, out


# label -> case, what is replaced, by what, and what must be said: the key, the value that was
# given as the file has it, and what is possible.
BROKEN = {
    "unknown key": (
        "layer",
        "porosity = 0.11",
        "porosty = 0.11",
        ["geometry.porosty", "did you mean 'porosity'?"],
    ),
    "missing unit": (
        "layer",
        'pressure = "64 MPa"',
        "pressure = 64",
        ["step[1].pressure", "got 64", "with its unit"],
    ),
    "wrong dimension": (
        "layer",
        'current = "0.3 mA/cm^2"',
        'current = "0.3 mA"',
        ["step[2].current", 'got "0.3 mA"', "wrong kind", "A/m^2"],
    ),
    "porosity above one": (
        "layer",
        "porosity = 0.11",
        "porosity = 1.2",
        ["geometry.porosity", "got 1.2", "below 1"],
    ),
    "pores that can't fit": (
        "layer",
        "porosity = 0.11",
        "porosity = 0.9",
        ["geometry", "porosity", "0.9"],
    ),
    "missing mesh file": (
        "ring",
        'file = "ring.msh"',
        'file = "rings.msh"',
        ["geometry.file", 'got "rings.msh"', "a mesh file"],
    ),
    "mesh file that is none": (
        "ring",
        'file = "ring.msh"',
        'file = "noise.msh"',
        ["geometry", "noise.msh"],
    ),
    "broken TOML": (
        "layer",
        "[output]",
        "[output",
        ["broken TOML", "line"],
    ),
    "mesh without regions": (
        "ring",
        'file = "ring.msh"',
        'file = "nameless.msh"',
        ["geometry", "nameless.msh has no named regions", "physical groups"],
    ),
    "step that can't be reached: nothing to release": (
        "layer",
        'kind = "press"\npressure = "64 MPa"\nover = "10 s"',
        'kind = "release"',
        ["step[1].kind", 'got "release"', "a press step before it"],
    ),
    "step that can't be reached: no platen": (
        "ring",
        'kind = "hold"\nduration = "1 s"',
        'kind = "press"\npressure = "1 MPa"\nover = "1 s"',
        ["step[1].kind", 'got "press"', "no platen"],
    ),
    "step that can't be reached: it would take longer than anyone has": (
        "layer",
        'charge = "0.03 mAh/cm^2"',
        'charge = "1e9 mAh/cm^2"',
        ["step[2].charge", "at most 1e+09 s"],
    ),
    "facet group that the mesh does not have": (
        "ring",
        'on = "inner"',
        'on = "iner"',
        ["boundary[1].on", 'got "iner"', "did you mean 'inner'?"],
    ),
    "curved platen": (
        "ring",
        'on = "left"\nkind = "symmetry"',
        'on = "outer"\nkind = "symmetry"',
        ["boundary[3].on", 'got "outer"', "a flat facet group"],
    ),
    "body that could drift": (
        "ring",
        '[[boundary]]\non = "left"\nkind = "symmetry"\n',
        "",
        ["boundary", "a support along x"],
    ),
    "node that would move in two ways": (
        "ring",
        "[[step]]",
        '[[boundary]]\non = "inner"\nkind = "displacement"\nvalue = { y = "1 nm" }\n[[step]]',
        ["boundary[4]: bottom and inner prescribe different", "along y", "as at (1, 0) um"],
    ),
    "material that does not exist": (
        "ring",
        'shell = "norton"',
        'shell = "lithum"',
        ["materials.shell", "'lithum'", "did you mean", "lithium"],
    ),
    "material without a value it needs": (
        "ring",
        "poisson_ratio = 0.38\n",
        "",
        ["materials.define.norton", "poisson_ratio"],
    ),
    "material with an impossible value": (
        "ring",
        "poisson_ratio = 0.38",
        "poisson_ratio = 0.5",
        ["materials.define.norton", "poisson_ratio", "0.5"],
    ),
    "lithium without a size to creep by": (
        "ring",
        'shell = "norton"\n',
        'shell = "lithium"\n',
        ["materials", "size"],
    ),
    "region that the mesh does not have": (
        "ring",
        'shell = "norton"',
        'shell = "norton"\nshel = "lithium"',
        ["materials.shel", "a region of the mesh", "'shell'"],
    ),
}


@pytest.mark.parametrize("label", BROKEN)
def test_a_broken_input_is_refused_in_a_line_or_two(capsys, workplace, label):
    case, old, new, words = BROKEN[label]
    file = workplace / f"{case}.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    said, out = refused(capsys, workplace, ["run", file.name])
    assert said.startswith(f"lisic: {file.name}: ")
    for word in words:
        assert word in said, said
    assert "\n" not in out.strip()  # at most the line that says what is under way


def test_a_missing_case_file(capsys, workplace):
    said, _ = refused(capsys, workplace, ["run", "none.toml"])
    assert said.startswith("lisic: none.toml: got No such file or directory; expected a case file")


@pytest.mark.parametrize("folder", ["layer.toml/run", "/proc/lisic", "/dev/null"])
def test_an_unwritable_folder(capsys, workplace, folder):
    said, _ = refused(capsys, workplace, ["run", "layer.toml", "-o", folder])
    assert said.startswith(f'lisic: --output: got "{folder}"; expected a folder that can be')


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(capsys, workplace):
    (workplace / "locked").mkdir(mode=0o500)
    said, _ = refused(capsys, workplace, ["run", "layer.toml", "-o", "locked/run"])
    assert "Permission denied" in said


@pytest.mark.parametrize("ranks", [2])
def test_several_ranks_refuse_with_one_voice(workplace, ranks):
    # The mesh room refuses on one rank, after MPI is up: all must leave, and one alone speak.
    text = (workplace / "layer.toml").read_text().replace("porosity = 0.11", "porosity = 0.9")
    (workplace / "layer.toml").write_text(text)
    before = listing(workplace)
    done = subprocess.run(
        [*command(ranks), "-m", "lisic.scripts.cli", "run", "layer.toml"],
        env=apart(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if line.startswith("lisic: ")]
    assert len(said) == 1
    assert said[0].startswith("lisic: layer.toml: geometry: ")
    assert "Traceback" not in done.stderr
    assert listing(workplace) == before
