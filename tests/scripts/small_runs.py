"""A small layer, runs of it in processes of their own, and how to compare what they wrote."""

import csv
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

# One pore, meshed in no time.
CHANNEL = """
name = "pore"
[geometry]
kind = "channel"
radius = "50 nm"
length = "1 um"
elements_across = 2
[[step]]
kind = "plate"
current = "0.3 mA/cm^2"
charge = "0.01 mAh/cm^2"
"""

# 1 x 1 um, 14 pores, some of them cut by the periodic sides, with nanotubes: pressed, plated
# beyond full (the pores of 0.11 um^2/um take 0.0227 mAh/cm^2), relaxed, released.
LAYER = """
name = "small-layer"
[geometry]
kind = "porous_layer"
thickness = "1 um"
width = "1 um"
porosity = 0.11
pore_diameter = { median = "100 nm", sigma = 0.2 }
seed = 1
nodes_per_pore = 10
element_size = "200 nm"
cnt = { weight_fraction = 0.10, bundle_diameter = "10 nm" }
[[step]]
kind = "press"
pressure = "64 MPa"
over = "10 s"
[[step]]
kind = "plate"
current = "0.3 mA/cm^2"
charge = "0.03 mAh/cm^2"
temperature = "60 degC"
overpotential = "3.7 mV"
[[step]]
kind = "rest"
duration = "60 s"
[[step]]
kind = "release"
over = "10 s"
[stepping]
initial_fraction = 0.1
largest_fraction = 0.2
[output]
fields_every = 4
"""


def command(ranks):
    """How this interpreter starts on ``ranks`` ranks; one rank needs no launcher."""
    launcher = [] if ranks == 1 else ["mpiexec", "-n", str(ranks)]
    return [*launcher, sys.executable]


def apart():
    """The environment without this process' own place in a parallel run; ranks may share cores."""
    places = ("PMI", "OMPI_COMM_WORLD_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(places)}
    ours = {
        "OMP_NUM_THREADS": "1",
        "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
        "OMPI_MCA_rmaps_base_oversubscribe": "1",
    }
    return {**kept, **ours}


def lisic(*arguments, ranks=1, code=0, cwd=None, script=None):
    """Run ``lisic`` (or a script with its arguments) to its end; what it printed."""
    start = ["-m", "lisic.scripts.cli"] if script is None else [str(script)]
    done = subprocess.run(
        [*command(ranks), *start, *map(str, arguments)],
        env=apart(),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    said = f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == code if code is not None else done.returncode != 0, said
    return done.stdout


def history(folder):
    """Columns of a history by name; text for ``kind``, empty cells as NaN."""
    with (Path(folder) / "history.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert all(None not in row and None not in row.values() for row in rows)
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return {
        name: values if name == "kind" else np.array([float(v or "nan") for v in values])
        for name, values in columns.items()
    }


def assert_same_history(one, other, tolerance=1e-8):
    """Equal up to ``tolerance`` of each column's largest value; forces have one scale together."""
    a, b = history(one), history(other)
    assert list(a) == list(b)
    assert a.pop("kind") == b.pop("kind")
    largest = {name: np.nanmax(np.abs(v), initial=0.0) for name, v in a.items()}
    forces = max([size for name, size in largest.items() if name.startswith("force_")], default=0.0)
    for name, values in a.items():
        scale = forces if name.startswith("force_") else largest[name]
        assert np.isnan(values).tolist() == np.isnan(b[name]).tolist(), name
        worst = np.nanmax(np.abs(values - b[name]), initial=0.0)
        assert worst <= tolerance * scale, f"{name} differs by {worst}, its scale is {scale}"


def outputs(folder):
    """Times of fields.pvd and, for each, how many files; all of them must be there."""
    parts = {}
    for entry in ElementTree.parse(Path(folder) / "fields.pvd").iter("DataSet"):
        file = Path(folder) / entry.get("file")
        assert file.stat().st_size > 0
        parts.setdefault(float(entry.get("timestep")), []).append(int(entry.get("part")))
    assert all(sorted(numbers) == list(range(len(numbers))) for numbers in parts.values())
    return {time: len(numbers) for time, numbers in parts.items()}
