"""``lisic mesh``: the geometry of a case and its quality report, without a computation."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import meshio
import numpy as np
from lisic.mesh import export as foreign
from lisic.mesh.regions import RegionMesh
from lisic.scripts import folders, mesh_cache
from lisic.scripts.case import Case
from lisic.scripts.mesh_cache import Geometry
from lisic.scripts.refusal import blamed_on, misfit


def build_mesh(
    geometry: Geometry,
    case: Case,
    folder: Path,
    other: Path | None = None,
    *,
    use_cache: bool = True,
) -> str:
    """Build the mesh of ``case`` into ``folder``/mesh; the report as a table.

    ``other`` is a file for another program to write it into, too; ``use_cache`` says whether the
    mesh may come from a run before.

    Raises:
        Refusal: a geometry that can't be meshed, or a folder that may not be written.
    """
    if folders.is_run(folder):
        text = "a folder without a run: its mesh belongs to the run's results"
        raise misfit(str(folder), text, key=("--output",))
    folders.check(folder, case)
    with blamed_on("geometry"):
        built = mesh_cache.build(geometry, use_cache=use_cache)
    mesh, report = built.mesh, built.report
    if other is not None:
        with blamed_on("--export"):
            foreign.export(mesh, other)
    target = folder / "mesh"
    folders.create(target)
    mesh.save(target / "mesh.npz")
    (target / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    export(mesh, target / "mesh.vtu")
    return f"{table(report)}\n\n{built.said}\nwritten: {target}/mesh.npz, report.json, mesh.vtu" + (
        f"\n         {other}" if other is not None else ""
    )


def export(mesh: RegionMesh, path: Path) -> None:
    """Write the mesh for ParaView: cells with region, pore and size; fibres and curves as lines."""
    points = np.zeros((len(mesh.points) + len(mesh.curve_points), 3))
    points[: len(mesh.points), : mesh.dim] = mesh.points
    points[len(mesh.points) :] = mesh.curve_points
    blocks = [("triangle" if mesh.dim == 2 else "tetra", mesh.cells)]
    data: dict[str, list[Any]] = {
        "region": [mesh.region],
        "body": [mesh.body],
        "size_um": [mesh.size],
        "fibre": [np.zeros(len(mesh.cells), dtype=np.int32)],
    }
    for segments, fibre in (
        (mesh.fibres, mesh.fibre),
        (mesh.curves + len(mesh.points), mesh.curve),
    ):
        if len(segments):
            blocks.append(("line", segments))
            none = np.zeros(len(segments), dtype=np.int32)
            for name, values in (("region", none), ("body", none), ("size_um", none * 0.0)):
                data[name].append(values)
            data["fibre"].append(fibre)
    meshio.write(path, meshio.Mesh(points, blocks, cell_data=data))


def table(report: Mapping[str, Any], indent: str = "") -> str:
    """A nested report as aligned lines."""
    lines = []
    width = max((len(name) for name in report), default=0)
    for name, value in report.items():
        if isinstance(value, Mapping):
            lines.append(f"{indent}{name}")
            lines.append(table(value, indent + "  "))
        else:
            shown = f"{value:.6g}" if isinstance(value, float) else value
            lines.append(f"{indent}{name:{width}}  {shown}")
    return "\n".join(lines)
