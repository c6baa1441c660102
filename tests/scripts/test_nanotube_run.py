"""A porous layer with nanotube bundles in three dimensions, pressed: balance, stress, ranks."""

import numpy as np
import pytest
from balance import pressed, vertical_work
from lisic.materials import load
from lisic.materials.fibre_composite import ShearLag
from lisic.scripts.case import load_case
from lisic.scripts.geometries import geometry
from lisic.solvers.observe import observe
from mpi4py import MPI

WIDTH, THICKNESS, PRESSURE = 0.24, 0.25, 64.0
CASE = """
name = "nanotubes"
[geometry]
kind = "porous_layer"
dimension = 3
thickness = "250 nm"
width = "240 nm"
porosity = 0.1
pore_diameter = { median = "80 nm", sigma = 0.0 }
element_size = "50 nm"
seed = 1
[geometry.cnt]
weight_fraction = 0.10
bundle_diameter = "10 nm"
length = "200 nm"
[[step]]
kind = "press"
pressure = "64 MPa"
over = "10 s"
"""


@pytest.mark.parallel(2)
def test_the_pressed_layer_with_bundles(shared_tmp):
    comm = MPI.COMM_WORLD
    if comm.rank == 0:
        (shared_tmp / "case.toml").write_text(CASE)
    comm.barrier()
    case = load_case(shared_tmp / "case.toml")
    mesh, report = geometry(case).build()
    problem = pressed(comm, case, mesh)
    row = observe(problem)

    # The mean vertical stress of solid and bundles together is the stack pressure.
    solid, fibres = vertical_work(problem)
    height = THICKNESS + row["displacement_um_collector"]
    volume = WIDTH**2 * height
    assert (solid + fibres) / volume == pytest.approx(-PRESSURE, rel=1e-8)
    # Bundles bear more of it than their share of the volume, being stiff.
    assert fibres / (solid + fibres) > report["fibres"]["volume_fraction"]

    # By hand. A dilute spherical pore has (3 K + 4 G)/(4 G) of the layer's volumetric strain and
    # 5 (3 K + 4 G)/(9 K + 8 G) of the deviatoric one (J. D. Eshelby, Proc. R. Soc. A 241 (1957)
    # 376, doi:10.1098/rspa.1957.0133): with K = 26.28 and G = 16.53 GPa 2.192 and 1.966. Of a
    # vertical strain e the pore has 2.192/3 + 2 x 1.966/3 = 2.042 vertically and 0.075 sideways,
    # so 10 % of pores leave (1 - 0.2042)/0.9 = 0.884 and -0.0084 to the solid on average.
    tensor = np.array(report["fibres"]["orientation_tensor"])
    strain = height / THICKNESS - 1
    along = strain * (0.884 * tensor[2, 2] - 0.0084 * (tensor[0, 0] + tensor[1, 1]))
    modulus = load("cnt-bundle").youngs_modulus(293.15)
    # Bundles that followed it would have E times that; free ends in a fine mesh leave the part of
    # Cox's shear lag, and elements of 50 nm around bundles of 10 nm lie between the two.
    lag = ShearLag(modulus, 16.53e3, 0.01, 0.2, report["fibres"]["volume_fraction"])
    assert lag.efficiency() < row["fibre_stress_mean_mpa"] / (modulus * along) < 1

    # On one rank alone every number is the same.
    alone = observe(pressed(MPI.COMM_SELF, case, mesh))
    assert list(alone) == list(row)
    for name, value in alone.items():
        assert row[name] == pytest.approx(value, rel=1e-8, abs=1e-8), name
