"""The paper's Figure 1a argument, computed: which mechanism carries lithium through a pore?

Lithium enters one channel at the closed end at the rate of 0.3 mA/cm^2 (the whole current through
11 % of the area) and flows out at the other. The pressure at the closed end is computed by finite
elements for both mechanisms together, for diffusion alone and for dislocations alone, and set
beside the closed forms of ``materials.channel_flow``.

    python -m lisic.scripts.channel_study [-o DIR]

takes about three minutes and writes ``channel.csv`` and ``channel.png``.
"""

import argparse
import csv
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from lisic.materials import Material, load, plating
from lisic.materials.channel_flow import ChannelFlow
from lisic.scripts.build import ENTRY_DEPTH

LENGTH = 3.25  # um, the paper's layer
AREA_FRACTION = 0.110355
CURRENT = 3.0  # A/m^2, 0.3 mA/cm^2
RADII = (0.025, 0.05, 0.1, 0.25, 0.5)  # um
TEMPERATURES = (293.15, 333.15)  # K
MECHANISMS = {
    "both": ("power_law", "coble", "nabarro_herring"),
    "coble": ("coble",),
    "power_law": ("power_law",),
}
# The steady pressure does not depend on elasticity, but the way to it does: compressible lithium
# takes up to twice the radius of motion before power-law flow is steady, which no Lagrangian mesh
# stands. Nearly incompressible lithium gets there at once.
POISSON_RATIO = 0.4999


@dataclass(frozen=True)
class Point:
    """One channel: what was asked, computed and expected. Units in the names."""

    radius_nm: float
    temperature_degc: float
    mechanisms: str
    pressure_mpa: float
    closed_form_mpa: float
    thin_entry_mpa: float

    @property
    def deviation(self) -> float:
        """Computed pressure against the closed form for lithium entering as it does here."""
        return self.pressure_mpa / self.closed_form_mpa - 1.0


def lithium(mechanisms: str) -> Material:
    """The study's lithium, with some of its mechanisms."""
    return load("lithium", {"mechanisms": list(MECHANISMS[mechanisms])})


def entry_velocity() -> float:
    """Mean velocity in the channel, um/s."""
    return plating.velocity(CURRENT, load("lithium").molar_volume) / AREA_FRACTION


def expected(radius: float, temperature: float, mechanisms: str, depth: float) -> float:
    """Closed form of the pressure at the closed end, MPa."""
    flow = ChannelFlow.of(lithium(mechanisms).mechanisms, radius, temperature)
    return flow.closed_end_pressure(entry_velocity(), LENGTH, depth)


def case_text(radius: float, temperature: float, mechanisms: str, poisson_ratio: float) -> str:
    """Case file of one point; it runs until the flow is steady."""
    pressure = expected(radius, temperature, mechanisms, 0.0)
    modulus = load("lithium").youngs_modulus(temperature)
    bulk = modulus / (3.0 * (1.0 - 2.0 * poisson_ratio))
    shear = modulus / (2.0 * (1.0 + poisson_ratio))
    # Mean motion that stores the steady state elastically: compression along the channel, and
    # shear across it (elastic Poiseuille profile). Six times that is steady to exp(-6).
    motion = 0.5 * pressure / bulk * LENGTH + pressure * radius**2 / (8.0 * shear * LENGTH)
    duration = 6.0 * motion / entry_velocity()
    return f"""\
name = "channel-{radius * 1e3:.0f}nm-{temperature - 273.15:.0f}C-{mechanisms}"
temperature = "{temperature!r} K"
[geometry]
kind = "channel"
radius = "{radius!r} um"
length = "{LENGTH} um"
flow_area_fraction = {AREA_FRACTION}
[materials]
lithium.mechanisms = {json.dumps(list(MECHANISMS[mechanisms]))}
lithium.poisson_ratio = {poisson_ratio}
[[step]]
kind = "plate"
current = "{CURRENT} A/m^2"
charge = "{CURRENT * duration!r} C/m^2"
[stepping]
initial_fraction = 0.02
largest_fraction = 0.1
"""


def compute(
    folder: Path,
    radius: float,
    temperature: float,
    mechanisms: str,
    poisson_ratio: float = POISSON_RATIO,
) -> Point:
    """Run one point in ``folder``.

    Raises:
        RuntimeError: the run stopped early.
    """
    from lisic.scripts.case import load_case
    from lisic.scripts.run import run
    from lisic.scripts.run_history import History

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "point.toml"
    file.write_text(case_text(radius, temperature, mechanisms, poisson_ratio), encoding="utf-8")
    case = load_case(file)
    if run(case, folder / case.name) != 0:
        raise RuntimeError(f"{case.name} stopped early; see {folder / case.name}")
    history = History.read(folder / case.name / "history.csv")
    return Point(
        radius_nm=radius * 1e3,
        temperature_degc=temperature - 273.15,
        mechanisms=mechanisms,
        pressure_mpa=float(history.columns["pressure_closed_end_mpa"][-1]),
        closed_form_mpa=expected(radius, temperature, mechanisms, ENTRY_DEPTH * radius),
        thin_entry_mpa=expected(radius, temperature, mechanisms, 0.0),
    )


def write(points: Sequence[Point], folder: Path) -> None:
    """Table and figure of all points."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "channel.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*asdict(points[0]), "deviation"])
        for point in points:
            row = [f"{v:.6g}" if isinstance(v, float) else v for v in asdict(point).values()]
            writer.writerow([*row, f"{point.deviation:+.4f}"])
    draw(points, folder / "channel.png")


def draw(points: Sequence[Point], path: Path) -> None:
    """Pressure against radius, computed points on closed-form lines."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.6), layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    colours = {"both": "#111111", "coble": "#0072b2", "power_law": "#d55e00"}
    names = {"both": "both", "coble": "Coble alone", "power_law": "power law alone"}
    radii = np.geomspace(0.02, 0.6, 80)
    for axis, temperature in zip(axes, TEMPERATURES, strict=True):
        for mechanisms, colour in colours.items():
            line = [expected(r, temperature, mechanisms, ENTRY_DEPTH * r) for r in radii]
            axis.loglog(radii * 1e3, line, color=colour, lw=1.5, label=names[mechanisms])
            mine = [
                p
                for p in points
                if p.mechanisms == mechanisms
                and abs(p.temperature_degc - temperature + 273.15) < 0.01
            ]
            axis.plot(
                [p.radius_nm for p in mine],
                [p.pressure_mpa for p in mine],
                "o",
                color=colour,
                ms=6,
                mfc="white",
                mew=1.6,
            )
        axis.set_title(f"{temperature - 273.15:.0f} °C")
        axis.set_xlabel("channel radius (nm)")
        axis.set_xticks([25, 50, 100, 250, 500], ["25", "50", "100", "250", "500"])
        axis.set_xticks([], minor=True)
        axis.grid(True, which="major", color="#dddddd", lw=0.8)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("lithium pressure at the closed end (MPa)")
    axes[0].legend(frameon=False, title="lines: closed form\ncircles: finite elements")
    figure.savefig(path, dpi=130)


def main(argv: Sequence[str] | None = None) -> int:
    """Compute all points and write table and figure."""
    parser = argparse.ArgumentParser(
        prog="python -m lisic.scripts.channel_study",
        description="Pressure at the closed end of a lithium channel, computed and in closed form.",
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("results/channel-study"))
    output = parser.parse_args(argv).output
    points = []
    with tempfile.TemporaryDirectory() as scratch:
        for temperature in TEMPERATURES:
            for radius in RADII:
                for mechanisms in MECHANISMS:
                    points.append(compute(Path(scratch), radius, temperature, mechanisms))
    write(points, output)
    for point in points:
        print(
            f"R {point.radius_nm:4.0f} nm  {point.temperature_degc:3.0f} degC  "
            f"{point.mechanisms:9}  computed {point.pressure_mpa:8.3f} MPa  "
            f"closed form {point.closed_form_mpa:8.3f} MPa  {point.deviation:+.2%}"
        )
    print(f"written: {output / 'channel.csv'}, {output / 'channel.png'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
