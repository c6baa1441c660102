"""A few meshes of the matrix of tests/benchmarks/mesh_matrix.py, against the same limits."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

_PATH = Path(__file__).parents[1] / "benchmarks" / "mesh_matrix.py"
_SPEC = importlib.util.spec_from_file_location("mesh_matrix", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
matrix = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(matrix)


@pytest.mark.parametrize(
    ("structure", "change"),
    [
        ("circles 2D", {"width": 1.0, "thickness": 1.0, "porosity": 0.3}),
        ("field 2D", {"width": 1.0, "thickness": 1.0, "porosity": 0.58546, "element_size": 0.02}),
        (
            "spheres 3D",
            {"width": 0.3, "thickness": 0.3, "porosity": 0.110355, "element_size": 0.02},
        ),
        ("field 3D", {"width": 0.3, "thickness": 0.3, "porosity": 0.3, "element_size": 0.015}),
    ],
)
def test_a_mesh_of_the_matrix_keeps_its_limits(structure, change):
    layer, size = matrix.STRUCTURES[structure]
    assert matrix.measured(replace(layer, seed=11, **change), size).missed == ()
