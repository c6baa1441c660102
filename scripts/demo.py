"""``./scripts/demo``: the main job from start to end, and a short table against the paper.

Runs ``cases/demo.toml`` on two ranks (press, plate, rest, release), draws it, and prints what came
out beside what the paper says or what closed forms give.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from lisic.materials import load, paper, plating
from lisic.scripts.case import Case, load_case
from lisic.scripts.examinations import launcher
from lisic.scripts.porous_section import PorousLayerTable
from lisic.scripts.run_history import History
from lisic.scripts.steps import Plate

CASE = Path(__file__).parent / "cases" / "demo.toml"


def main(argv: Sequence[str] | None = None) -> int:
    """Run, render, and print the table; exit code of the first command that fails."""
    parser = argparse.ArgumentParser(
        prog="./scripts/demo",
        description="The paper's layer pressed, plated with lithium and released, on two ranks, "
        "with pictures and a table against the paper. About two minutes.",
    )
    parser.add_argument("-n", "--ranks", type=int, default=2, help="MPI ranks (default: 2)")
    parser.add_argument("-o", "--output", type=Path, default=Path("results/demo"))
    arguments = parser.parse_args(argv)
    lisic = [sys.executable, "-m", "lisic.scripts.cli"]
    mpirun = launcher()
    if mpirun is None:
        print("demo: no mpirun; `lisic doctor` says how to mend it", file=sys.stderr)
        return 4
    run = [mpirun, "-n", str(arguments.ranks), *lisic, "run", str(CASE)]
    run += ["-o", str(arguments.output), "--overwrite"]
    case = load_case(CASE)
    # The ends of all steps, drawn together, share a colour range.
    render = [*lisic, "render", str(arguments.output), "--step", "all-ends"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    for command in (run, render):
        done = subprocess.run(command, env=environment, check=False)
        if done.returncode != 0:
            return done.returncode
    print()
    report = json.loads((arguments.output / "mesh" / "report.json").read_text(encoding="utf-8"))
    print(table(case, History.read(arguments.output / "history.csv"), report))
    print(f"\npictures: {arguments.output / 'figures'}")
    print(f"everything else: {arguments.output}  (docs/run-folder.md says what is what)")
    return 0


def table(case: Case, history: History, report: Mapping[str, Any]) -> str:
    """Computed numbers beside the paper's, a line each; ``report`` is that of the mesh."""
    geometry = case.geometry
    if not isinstance(geometry, PorousLayerTable):
        raise ValueError(f"the table is for a porous layer, got {geometry.kind}")
    plate = next(step for step in case.step if isinstance(step, Plate))
    columns = history.columns
    kinds = np.array(history.kinds)

    def at_end(kind: str, column: str) -> float:
        return float(columns[column][np.flatnonzero(kinds == kind)[-1]])

    lithium, silicide = load("lithium"), load("Li3.75Si")
    asked = paper.pore_filling_charge(geometry.porosity, geometry.thickness) / plating.MAH_PER_CM2
    stall = plating.stall_pressure(plate.overpotential or 0.0, lithium.molar_volume)
    flow_stress = silicide.value("overstress.flow_stress")
    largest = float(np.max(columns["mises_max_mpa_lisi"]))
    creep = float(columns["creep_max_lisi"][-1])
    before = geometry.thickness
    under = at_end("press", "thickness_um")
    after = at_end("release", "thickness_um")
    start = float(report["pores"]["porosity"])
    full = at_end("plate", "pore_charge_mah_per_cm2")
    rows = [
        ("", "computed", "paper or bound"),
        ("porosity", f"{start:.4%}", f"asked {geometry.porosity:.4%}, Table S1 11.0355 %"),
        ("charge in the pores", f"{full:.4f} mAh/cm2", f"{asked:.4f} for undeformed pores"),
        (
            "rest of the charge",
            f"{at_end('plate', 'collector_charge_mah_per_cm2'):.4f} mAh/cm2",
            "lithium at the collector at 0.1 mAh/cm2: yes",
        ),
        (
            "lithium pressure, largest",
            f"{float(np.max(columns['pressure_max_mpa_pore'])):.2f} MPa",
            f"bound F eta/V_m = {stall:.2f} MPa",
        ),
        (
            "von Mises in LiSi, largest",
            f"{largest:.0f} MPa",
            f"{largest / flow_stress:.0%} of its flow stress {flow_stress:.0f} MPa "
            "(0.05 to 1 GPa in the literature)",
        ),
        (
            "flow strain left in LiSi",
            f"{creep:.2e}",
            "keeps its shape: " + ("yes" if creep < 1e-3 else "no"),
        ),
        ("thickness before", f"{before:.4f} um", "3.25 um"),
        ("  under 64 MPa", f"{under:.4f} um", f"{under / before - 1:+.3%}"),
        ("  plated", f"{at_end('plate', 'thickness_um'):.4f} um", ""),
        ("  released", f"{after:.4f} um", f"{after / before - 1:+.4%}"),
    ]
    return "\n".join(f"{name:28}{value:20}{remark}".rstrip() for name, value, remark in rows)


if __name__ == "__main__":
    sys.exit(main())
