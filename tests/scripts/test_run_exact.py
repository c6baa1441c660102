"""What a user's own mesh and material give, against exact solutions.

The thick cylinder is B2 of the physics sheet; for a cylinder of radii a and b under internal
pressure p, creeping as A s^n, once stresses are steady:

    s_e = sqrt(3)/n p (b/r)^(2/n) / K,  K = (b/a)^(2/n) - 1
    u'  = sqrt(3)/2 A b^2 (sqrt(3)/n p / K)^n / r
"""

import json

import meshio
import numpy as np
import pytest
from lisic.scripts import cli
from mesh_files import write_box, write_quarter_ring
from scipy.optimize import brentq
from small_runs import history, outputs

RING = """
name = "ring"
[geometry]
kind = "mesh"
file = "ring.msh"
unit = "um"
kinematics = "plane_strain"
[materials]
shell = "norton"
[materials.define.norton]
youngs_modulus = "7820 GPa"
poisson_ratio = 0.38
power_law = {{ rate = "6.68e-3 MPa^-{n}/s", exponent = {n} }}
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
duration = "{duration} s"
[stepping]
initial_fraction = 1e-4
largest_fraction = 0.1
[output]
fields_every = 1000
"""


def ran(folder, text, capsys, code=0):
    """Run a case of this folder; its history and manifest."""
    (folder / "case.toml").write_text(text)
    assert cli.main(["run", str(folder / "case.toml"), "-o", str(folder / "run")]) == code
    capsys.readouterr()
    manifest = json.loads((folder / "run" / "manifest.json").read_text())
    return history(folder / "run"), manifest


@pytest.mark.slow
@pytest.mark.parametrize(("n", "duration"), [(6.6, 1.0), (3.0, 0.2)])
def test_thick_cylinder(tmp_path, capsys, n, duration):
    # The modulus is a thousand times lithium's, so that the elastic strains that the stresses
    # need to become steady, 1e-7, and the creep strain, 1e-4, leave the geometry alone.
    a, b, pressure, rate = 1.0, 2.0, 0.4, 6.68e-3
    write_quarter_ring(tmp_path / "ring.msh")
    columns, manifest = ran(tmp_path, RING.format(n=n, duration=duration), capsys)
    assert manifest["kinematics"] == "plane_strain"
    k = (b / a) ** (2 / n) - 1.0
    at_b = np.sqrt(3.0) / n * pressure / k  # s_e at r = b
    steady = np.sqrt(3.0) / 2.0 * rate * b**2 * at_b**n

    # Mean normal displacement of the bore, outwards from the metal: -u_r.
    times, bore = columns["time_s"], -columns["displacement_um_inner"]
    rates = np.diff(bore) / np.diff(times)
    # Found: -0.04 %. The aim is 1 %; what is asked here would notice a change of the element.
    assert rates[-1] == pytest.approx(steady / a, rel=0.002)
    assert rates[-1] == pytest.approx(rates[-2], rel=1e-3)  # it is steady
    assert bore[-1] < 5e-4
    rim = columns["displacement_um_outer"]
    assert np.diff(rim)[-1] / np.diff(times)[-1] == pytest.approx(steady / b, rel=0.002)

    # Equivalent stress: means over the innermost row of elements, each against the exact one at
    # its centre of gravity.
    last = list(outputs(tmp_path / "run"))[-1]
    assert last == duration
    parts = sorted((tmp_path / "run" / "fields").glob("*.vtu"))
    grid = meshio.read(parts[-1])
    cells = grid.cells_dict["triangle"]
    radius = np.linalg.norm(grid.points[cells].mean(axis=1)[:, :2], axis=1)
    exact = at_b * (b / radius) ** (2 / n)
    ratio = grid.cell_data["von_mises_MPa"][0] / exact
    row = radius < np.sort(radius)[2 * 16 - 1] + 1e-9
    assert 16 <= row.sum() <= 48
    assert ratio[row].mean() == pytest.approx(1.0, abs=0.002)
    assert np.abs(ratio - 1.0).max() < 0.005


def test_pressurised_elastic_tube(tmp_path, capsys):
    # Lame, plane strain: u(a) = p a (1 + nu) ((1 - 2 nu) a^2 + b^2) / (E (b^2 - a^2)); for b >> a
    # it is B8, p a / 2G. Axisymmetric, ends held along the axis.
    a, b, pressure, young, poisson = 0.5, 2.0, 10.0, 41_000.0, 0.24
    write_box(tmp_path / "tube.msh", (b - a, 0.4), (24, 3), origin=a)
    columns, manifest = ran(
        tmp_path,
        """
name = "tube"
[geometry]
kind = "mesh"
file = "tube.msh"
unit = "um"
kinematics = "axisymmetric"
[materials]
body = "glass"
[materials.define.glass]
youngs_modulus = "41 GPa"
poisson_ratio = 0.24
[[boundary]]
on = "x0"
kind = "pressure"
value = "10 MPa"
[[boundary]]
on = "y0"
kind = "symmetry"
[[boundary]]
on = "y1"
kind = "symmetry"
[[step]]
kind = "hold"
duration = "1 s"
[stepping]
initial_fraction = 1
largest_fraction = 1
""",
        capsys,
    )
    assert manifest["kinematics"] == "axisymmetric"
    bore = pressure * a * (1 + poisson) * ((1 - 2 * poisson) * a**2 + b**2) / (b**2 - a**2) / young
    # The pressure follows the wall and strains are 3e-4: linear theory holds to that.
    assert -columns["displacement_um_x0"][-1] == pytest.approx(bore, rel=2e-3)
    rim = 2 * pressure * a**2 * b * (1 - poisson**2) / (b**2 - a**2) / young
    assert columns["displacement_um_x1"][-1] == pytest.approx(rim, rel=2e-3)
    # Equal axial forces on the ends: nu (s_r + s_t) = 2 nu p a^2/(b^2 - a^2) over the area.
    axial = 2 * poisson * pressure * a**2 * np.pi
    assert columns["force_y_un_y1"][-1] == pytest.approx(axial, rel=2e-3)
    assert columns["force_y_un_y0"][-1] == pytest.approx(-axial, rel=2e-3)


BLOCK = """
name = "block"
[geometry]
kind = "mesh"
file = "block.msh"
unit = "nm"
[materials]
body = "silicide"
[materials.define.silicide]
youngs_modulus = "41 GPa"
poisson_ratio = 0.24
[[boundary]]
on = "x0"
kind = "symmetry"
[[boundary]]
on = "y0"
kind = "symmetry"
[[boundary]]
on = "z0"
kind = "symmetry"
[[boundary]]
on = "z1"
{boundary}
[[step]]
kind = "hold"
duration = "1 s"
[stepping]
initial_fraction = 0.5
largest_fraction = 0.5
"""
HEIGHT, AREA = 0.8, 1.2 * 1.0  # um, um2


@pytest.mark.parametrize(
    ("boundary", "stress"),
    [
        # P = tau / l with tau = E ln l, per reference area.
        ('kind = "traction"\nvalue = ["0 MPa", "0 MPa", "500 MPa"]\nover = "1 s"', 500.0),
        ('kind = "platen"\npressure = "500 MPa"\nover = "1 s"', -500.0),
    ],
    ids=["traction", "platen"],
)
def test_a_block_under_a_given_force(tmp_path, capsys, boundary, stress):
    write_box(tmp_path / "block.msh", (1200.0, 1000.0, 800.0), (2, 2, 2))
    columns, manifest = ran(tmp_path, BLOCK.format(boundary=boundary), capsys)
    assert manifest["kinematics"] == "3d"
    stretch = brentq(lambda x: 41_000.0 * np.log(x) / x - stress, 0.9, 1.1, xtol=1e-15)
    assert columns["displacement_um_z1"][-1] == pytest.approx(HEIGHT * (stretch - 1.0), rel=1e-9)
    aside = stretch**-0.24 - 1.0
    assert columns["displacement_um_x1"][-1] == pytest.approx(1.2 * aside, rel=1e-9)
    assert columns["displacement_um_y1"][-1] == pytest.approx(1.0 * aside, rel=1e-9)
    assert columns["force_z_un_z0"][-1] == pytest.approx(-stress * AREA, rel=1e-9)
    # Uniaxial Cauchy stress: P over the part of the area that is left; pressure is -1/3 of it.
    cauchy = stress / stretch ** (2 * -0.24)
    assert columns["mises_max_mpa_body"][-1] == pytest.approx(abs(cauchy), rel=1e-9)
    assert columns["pressure_mean_mpa_body"][-1] == pytest.approx(-cauchy / 3, rel=1e-9)
    # Half of the load half way: a ramp.
    half = brentq(lambda x: 41_000.0 * np.log(x) / x - stress / 2, 0.9, 1.1, xtol=1e-15)
    assert columns["displacement_um_z1"][0] == pytest.approx(HEIGHT * (half - 1.0), rel=1e-9)


@pytest.mark.parametrize(
    ("boundary", "way"),
    [
        ('kind = "displacement"\nvalue = { z = "20 nm" }\nover = "1 s"', 0.02),
        ('kind = "platen"\ndisplacement = "20 nm"\nover = "1 s"', -0.02),
    ],
    ids=["displacement", "platen"],
)
def test_a_block_whose_top_is_moved(tmp_path, capsys, boundary, way):
    write_box(tmp_path / "block.msh", (1200.0, 1000.0, 800.0), (2, 2, 2))
    columns, _ = ran(tmp_path, BLOCK.format(boundary=boundary), capsys)
    stretch = 1.0 + way / HEIGHT
    force = 41_000.0 * np.log(stretch) / stretch * AREA
    assert columns["displacement_um_z1"].tolist() == pytest.approx([way / 2, way], rel=1e-12)
    assert columns["force_z_un_z1"][-1] == pytest.approx(force, rel=1e-8)
    assert columns["force_z_un_z0"][-1] == pytest.approx(-force, rel=1e-8)


def test_a_strip_on_a_bed(tmp_path, capsys):
    # A bed of k MPa/um under a strip that is pressed by p: its end moves by p / k and no lateral
    # force acts. In plane strain, held at x0 by symmetry.
    write_box(tmp_path / "block.msh", (1.0, 0.5), (2, 2))
    columns, _ = ran(
        tmp_path,
        """
name = "bed"
[geometry]
kind = "mesh"
file = "block.msh"
unit = "um"
[materials]
body = "Li3.75Si"
[[boundary]]
on = "x1"
kind = "spring"
stiffness = "400 MPa/um"
[[boundary]]
on = "x0"
kind = "traction"
value = ["20 MPa", "0 MPa"]
[[boundary]]
on = "y0"
kind = "symmetry"
[[boundary]]
on = "y1"
kind = "symmetry"
[[step]]
kind = "hold"
duration = "1 s"
[stepping]
initial_fraction = 1
largest_fraction = 1
""",
        capsys,
    )
    assert columns["displacement_um_x1"][-1] == pytest.approx(0.05, rel=1e-9)
    # Confined along y and z: P = (K + 4/3 G) ln l / l = -20 MPa.
    shear, bulk = 41_000.0 / 2.48, 41_000.0 / 1.56
    stretch = brentq(lambda x: (bulk + 4 / 3 * shear) * np.log(x) / x + 20.0, 0.9, 1.0, xtol=1e-15)
    # Normal displacement of x0 is -u_x = -(0.05 + (1 - l) 1 um).
    assert columns["displacement_um_x0"][-1] == pytest.approx(-(0.05 + 1.0 - stretch), rel=1e-9)
