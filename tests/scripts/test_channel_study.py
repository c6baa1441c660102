"""The channel by finite elements against its closed form: the paper's Figure 1a argument."""

import csv
from pathlib import Path

import pytest
from lisic.scripts.channel_study import (
    MECHANISMS,
    RADII,
    TEMPERATURES,
    compute,
    expected,
    write,
)


@pytest.mark.parametrize("mechanisms", MECHANISMS)
@pytest.mark.parametrize(
    ("radius", "temperature"), [(0.025, 293.15), (0.1, 333.15), (0.25, 293.15), (0.5, 293.15)]
)
def test_pressure_at_the_closed_end(
    tmp_path: Path, radius: float, temperature: float, mechanisms: str
) -> None:
    # Six relaxation times leave exp(-6) = 0.25 %; the ends of the widest channel 0.6 % more.
    point = compute(tmp_path, radius, temperature, mechanisms)
    assert point.deviation == pytest.approx(0.0, abs=0.01)
    # Against the formula for lithium entering in a thin layer: within 5 % down to L/R = 6.5.
    assert point.pressure_mpa == pytest.approx(point.thin_entry_mpa, rel=0.05)


def test_elasticity_does_not_matter_where_it_can_be_kept(tmp_path: Path) -> None:
    stiff = compute(tmp_path / "stiff", 0.05, 293.15, "both")
    real = compute(tmp_path / "real", 0.05, 293.15, "both", poisson_ratio=0.38)
    assert real.pressure_mpa == pytest.approx(stiff.pressure_mpa, rel=0.005)


def test_smaller_is_weaker_only_below_the_crossover() -> None:
    at_20 = [expected(radius, TEMPERATURES[0], "both", 0.0) for radius in RADII]
    assert at_20[0] < at_20[1] < at_20[2] < at_20[3]  # Coble: rises with the radius ...
    assert at_20[4] < at_20[3]  # ... until dislocations carry the flow


def test_table_has_every_point(tmp_path: Path) -> None:
    point = compute(tmp_path / "run", 0.1, 293.15, "coble")
    write([point], tmp_path / "out")
    with (tmp_path / "out" / "channel.csv").open(encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert row["mechanisms"] == "coble"
    assert float(row["pressure_mpa"]) == pytest.approx(point.pressure_mpa, rel=1e-5)
    assert (tmp_path / "out" / "channel.png").stat().st_size > 10_000
