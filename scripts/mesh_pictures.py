"""Pictures of a mesh for ``lisic mesh --show``: its regions and elements, and its structure."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from lisic.mesh.regions import RegionMesh
from lisic.scripts import apart
from lisic.scripts.refusal import misfit
from lisic.scripts.scales import show_number, stretch_factor

# Told apart by colour-blind readers too (ColorBrewer's Set2); pores light blue, voids white.
PALETTE = ("#a6a6b4", "#fc8d62", "#66c2a5", "#e5c494", "#e78ac3", "#a6d854", "#ffd92f", "#8da0cb")
OWN = {"pore": "#9fd3f2", "void": "#ffffff", "carbon": "#4a4a4a"}


def check(picture: Path) -> None:
    """Refuse a file that can't be a picture.

    Raises:
        Refusal: another ending than .png, or no folder where it could be.
    """
    if picture.suffix != ".png" or picture.is_dir():
        raise misfit(str(picture), "a file ending on .png", key=("--show",))
    if not next(one for one in picture.absolute().parents if one.exists()).is_dir():
        raise misfit(str(picture), "a file in a folder", key=("--show",))


def show(mesh_folder: Path, name: str, picture: Path) -> list[Path]:
    """Draw the mesh of ``mesh_folder`` into ``picture``, its structure into NAME-structure.png.

    Args:
        mesh_folder: with mesh.npz and report.json.
        name: of the case.
        picture: of the mesh, a PNG.

    Raises:
        Unfit: VTK can't draw here; how to mend it.
    """
    from lisic.scripts.structure_plots import plot_structure

    job = {"folder": str(mesh_folder), "name": name, "picture": str(picture)}
    drawn = apart.draw("lisic.scripts.mesh_pictures", job)
    mesh = RegionMesh.load(mesh_folder / "mesh.npz")
    report = json.loads((mesh_folder / "report.json").read_text(encoding="utf-8"))
    structure = picture.with_name(f"{picture.stem}-structure.png")
    return [*drawn, plot_structure(mesh, report, name, structure)]


def _draw(job: Any) -> list[Path]:
    from lisic.scripts import mesh_draw, mesh_page
    from lisic.scripts.camera import View
    from lisic.scripts.sheet import Outline
    from matplotlib.colors import to_rgb

    folder, picture = Path(job["folder"]), Path(job["picture"])
    mesh = RegionMesh.load(folder / "mesh.npz")
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    points = np.pad(mesh.points, ((0, 0), (0, 3 - mesh.dim)))
    shape = View.of(points, mesh.dim)
    stretch = stretch_factor(shape.width, shape.height) if mesh.dim == 2 else (1.0, 1.0)
    outline = Outline(shape.width, shape.height, stretch)
    view = View.of(points * (*stretch, 1.0), mesh.dim)
    others = iter(PALETTE * len(mesh.regions))
    colours = {
        number: to_rgb(OWN.get(region) or next(others)) for region, number in mesh.regions.items()
    }
    pixels, edges = mesh_draw.draw(mesh, colours, view, outline.pixels(), stretch)
    legend = [
        mesh_page.Entry(
            colours[number], region, f"{100 * report['regions'][region]['fraction']:.4g} %"
        )
        for region, number in mesh.regions.items()
    ]
    fibres = len({*mesh.fibre.tolist(), *mesh.curve.tolist()})
    if fibres:
        legend.append(mesh_page.Entry(mesh_draw.FIBRE, "fibres", f"{fibres:,}", line=True))
    caption = ["cut open"] if mesh.dim == 3 else []
    caption += [] if edges else ["elements are too small to be seen"]
    mesh_page.save(
        picture,
        pixels,
        outline,
        job["name"],
        _subtitle(mesh, report),
        "   ·   ".join(caption + outline.said()),
        legend,
    )
    return [picture]


def _subtitle(mesh: RegionMesh, report: Mapping[str, Any]) -> str:
    kind, angle, key = (
        ("triangles", "angle", "min_angle_deg")
        if mesh.dim == 2
        else ("tetrahedra", "dihedral angle", "min_dihedral_deg")
    )
    sides = " × ".join(f"{side:.4g}" for side in np.ptp(mesh.points, axis=0).tolist())
    smallest = show_number(report["quality"][key])
    return f"{sides} µm   ·   {len(mesh.cells):,} {kind}   ·   smallest {angle} {smallest}°"


if __name__ == "__main__":
    apart.answer(_draw)
