"""The demo as a user starts it, and what its table claims."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from lisic.scripts.run_history import History


@pytest.mark.slow
def test_demo_runs_and_tells_the_truth(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, "-m", "lisic.scripts.demo", "-o", str(folder)],
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    table = done.stdout[done.stdout.index("paper or bound") :]
    # 11.0355 % asked, within 0.05 % absolute.
    porosity = re.search(r"porosity +([\d.]+)%", table)
    assert porosity is not None
    assert float(porosity[1]) == pytest.approx(11.0355, abs=0.05)
    # 11.0355 % of 3.25 um of lithium are 0.0740 mAh/cm2; pressure shrinks the pores by 0.1 %.
    charge = re.search(r"charge in the pores +([\d.]+) mAh", table)
    assert charge is not None
    assert float(charge[1]) == pytest.approx(0.0740, abs=0.0003)
    history = History.read(folder / "history.csv")
    # Platen: the reaction is the stack pressure asked for, 64 MPa, at the end of pressing.
    under = [
        p
        for p, kind in zip(history.columns["stack_pressure_mpa"], history.kinds, strict=True)
        if kind == "press"
    ]
    assert under[-1] == pytest.approx(64.0, rel=1e-8)
    # Growth falls to zero at F eta / V_m = 3.7 mV x 96485 C/mol / 12.996 cm3/mol. Pores reach it
    # at different times and press each other: single ones pass it by less than 0.2 %.
    stall = 3.7e-3 * 96485.33 / 12.996e-6 * 1e-6
    assert max(history.columns["pressure_mean_mpa_pore"]) == pytest.approx(stall, rel=5e-4)
    assert max(history.columns["pressure_max_mpa_pore"]) <= 1.002 * stall
    pictures = {path.name for path in (folder / "figures").glob("*.png")}
    assert {"history.png", "von_mises_MPa-step2-plate.png"} <= pictures
