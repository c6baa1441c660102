"""Assumptions that a manifest names are those of the geometry and dimension at hand."""

from pathlib import Path

import pytest
from lisic import scripts
from lisic.scripts.assumptions import assumptions
from lisic.scripts.case import load_case

CASES = Path(next(iter(scripts.__path__))) / "cases"


@pytest.mark.parametrize(
    ("case", "flat", "bundles"),
    [
        ("demo", True, True),
        ("porous-3d", False, False),
        ("nanotubes-3d", False, True),
        ("particles", True, False),
        ("channel", False, False),
        ("shell", False, False),
        ("cells/sus-lisi-c-sse-li", True, True),
        ("cells/sus-sse-li", True, False),
    ],
)
def test_plane_strain_and_bundles_are_named_where_they_are(case, flat, bundles):
    said = assumptions(load_case(CASES / f"{case}.toml").geometry)
    assert any("plane strain" in one for one in said) == flat
    assert any("sheets" in one for one in said) == (flat and bundles)
    assert any("bundles bonded" in one for one in said) == bundles
