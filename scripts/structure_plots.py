"""The distributions behind a mesh's report in one figure: sizes of pores, correlation, angles."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from lisic.mesh import cell_shape, voxels
from lisic.mesh.regions import Floats, RegionMesh
from lisic.mesh.statistics import PORES
from lisic.scripts.plots import LINES
from lisic.scripts.scales import show_number
from lisic.scripts.sheet import DPI, WIDTH, points
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_HEIGHT = 560
_BINS = 30


def plot_structure(mesh: RegionMesh, report: Mapping[str, Any], title: str, path: Path) -> Path:
    """Write chord lengths and two-point correlation of pores, and the angles of all elements.

    Args:
        mesh: of which ``report`` is.
        report: as in report.json; without the pores' structure only angles are shown.
        title: the case's name.
        path: of the PNG, 1600 pixels wide.

    Returns:
        ``path``.
    """
    structure = report.get("structure", {})
    panels: list[Callable[[Any], None]] = []
    if structure.get("chord_length_um"):
        panels.append(lambda axes: _chords(axes, mesh, structure))
    if structure.get("two_point_correlation"):
        panels.append(lambda axes: _correlation(axes, structure))
    panels.append(lambda axes: _angles(axes, mesh))
    figure = Figure(figsize=(WIDTH / DPI, _HEIGHT / DPI), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    figure.text(0.0375, 0.94, title, size=points(36), weight="bold", va="top")
    for axes, panel in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        panel(axes)
        axes.tick_params(labelsize=points(21))
        axes.grid(axis="y", color="#e6e6e6", linewidth=1)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        axes.legend(
            fontsize=points(21), frameon=False, loc="lower right", bbox_to_anchor=(1.0, 0.98)
        )
    figure.subplots_adjust(left=0.07, right=0.985, top=0.78, bottom=0.17, wspace=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=DPI, metadata={"Software": "lisic"})
    return path


def _label(axes: Any, x: str, y: str) -> None:
    axes.set_xlabel(x, size=points(24))
    axes.set_ylabel(y, size=points(24))


def _chords(axes: Any, mesh: RegionMesh, structure: Mapping[str, Any]) -> None:
    lengths, pitch = pore_chords(mesh, structure)
    # Chords are whole numbers of voxels: bars of other widths would hold now more, now less.
    width = pitch * max(1, round(float(lengths.max()) / pitch / _BINS))
    edges = np.arange(pitch / 2, float(lengths.max()) + width, width)
    axes.hist(
        lengths, bins=edges, weights=np.full(len(lengths), 100 / len(lengths)), color=LINES[0]
    )
    mean = structure["chord_length_um"]["mean"]
    axes.axvline(mean, color=LINES[1], linewidth=2.4, label=f"mean {show_number(mean)} µm")
    _label(axes, "chord length in pores (µm)", "share of chords (%)")


def pore_chords(mesh: RegionMesh, structure: Mapping[str, Any]) -> tuple[Floats, float]:
    """Lengths in um of the pores' chords, and a voxel's side; the report's voxels are used."""
    tags = [mesh.regions[name] for name in structure["sample_regions"]]
    corners = mesh.points[np.unique(mesh.cells[np.isin(mesh.region, tags)])]
    low, high = corners.min(axis=0), corners.max(axis=0)
    counts = np.array(structure["voxels"])
    cell = voxels.cell_of_voxel(mesh, counts, (low, high))
    pores = [tag for name, tag in mesh.regions.items() if name in PORES]
    mask = np.isin(mesh.region, pores)[cell] & (cell >= 0)
    pitch = (high - low) / counts
    periodic = mesh.period > 0
    axes = [axis for axis in range(mesh.dim) if periodic[axis] or not periodic.any()]
    lengths = [voxels.chords(mask, axis, bool(periodic[axis])) * pitch[axis] for axis in axes]
    return np.concatenate(lengths), float(pitch[axes].mean())


def _correlation(axes: Any, structure: Mapping[str, Any]) -> None:
    correlation = structure["two_point_correlation"]
    porosity = correlation["probability"][0]
    axes.plot(
        correlation["distance_um"], correlation["probability"], "o-", color=LINES[0], linewidth=2.4
    )
    axes.axhline(
        porosity**2, color=LINES[1], linewidth=2.4, linestyle="--", label="porosity squared"
    )
    _label(axes, "distance (µm)", "two-point probability")


def _angles(axes: Any, mesh: RegionMesh) -> None:
    angles = cell_shape.smallest_angles(mesh)
    axes.hist(angles, bins=_BINS, weights=np.full(len(angles), 100 / len(angles)), color=LINES[2])
    smallest = float(angles.min())
    label = f"smallest {show_number(smallest)}°"
    axes.axvline(smallest, color=LINES[1], linewidth=2.4, label=label)
    kind = "angle" if mesh.dim == 2 else "dihedral angle"
    _label(axes, f"smallest {kind} (degrees)", "share of elements (%)")
