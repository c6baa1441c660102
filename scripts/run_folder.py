"""Reading a run folder: manifest, history, outputs in time, and the fields of one of them.

Units are those of the folder: um, MPa, s, and what a name says.
"""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from lisic.mesh.regions import RegionMesh
from lisic.scripts.run_history import History, StepSpan

_VTK_TYPE = {"triangle": 5, "tetra": 10}


@dataclass(frozen=True)
class Output:
    """Fields written at one time, s: the files that hold them, one a rank."""

    time: float
    parts: tuple[Path, ...]


@dataclass(frozen=True, eq=False)
class RunFolder:
    """A run folder, read only.

    Attributes:
        path: the folder.
        manifest: what ``manifest.json`` says.
        outputs: what ``fields.pvd`` lists, in the order of time; at least one.
        history: ``history.csv``.
    """

    path: Path
    manifest: dict[str, Any]
    outputs: tuple[Output, ...]
    history: History

    @classmethod
    def open(cls, path: Path) -> "RunFolder":
        """The run folder at ``path``.

        Raises:
            ValueError: not a run folder, no fields in it yet, or a damaged file.
        """
        if not path.is_dir():
            raise ValueError(f"{path}: no such folder")
        if not (path / "manifest.json").is_file():
            raise ValueError(f"{path}: not a run folder: it has no manifest.json")
        try:
            manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ValueError(f"{path / 'manifest.json'}: damaged: {error}") from error
        if not isinstance(manifest, dict) or not isinstance(manifest.get("regions"), dict):
            raise ValueError(f"{path / 'manifest.json'}: damaged: it names no regions")
        outputs = _outputs(path / "fields.pvd")
        return cls(path, manifest, outputs, History.read(path / "history.csv"))

    @property
    def name(self) -> str:
        """The case's name."""
        return str(self.manifest.get("name", self.path.name))

    @property
    def regions(self) -> dict[str, int]:
        """Region name -> id."""
        return {str(name): int(number) for name, number in self.manifest["regions"].items()}

    @cached_property
    def mesh(self) -> RegionMesh | None:
        """The mesh as it was built, with facet groups and fibres; None where there is none."""
        path = self.path / "mesh" / "mesh.npz"
        if not path.is_file():
            return None
        try:
            return RegionMesh.load(path)
        except Exception as error:  # zip, npy and value errors alike
            raise ValueError(f"{path}: damaged: {error}") from error

    def step_of(self, output: Output) -> StepSpan | None:
        """The case's step that an output lies in; None for the start of the run."""
        for span in self.history.steps():
            if span.start < output.time <= span.end * (1 + 1e-9):
                return span
        return None

    def select(self, step: int | str) -> list[Output]:
        """Outputs to look at.

        Args:
            step: ``"last"``, the last output of the run; ``"all-ends"``, the last output of each
                of the case's steps; a number, the last output of the case's step of that number.

        Raises:
            ValueError: neither of these, or a step that has no output.
        """
        if step == "last":
            return [self.outputs[-1]]
        ends: dict[StepSpan, Output] = {}
        for output in self.outputs:
            if (span := self.step_of(output)) is not None:
                ends[span] = output
        known = ", ".join(map(str, ends)) or "none"
        if step == "all-ends":
            if not ends:
                raise ValueError(f"{self.path}: no step has fields yet")
            return list(ends.values())
        if not isinstance(step, int):
            raise ValueError(
                f"step {step!r}: expected last, all-ends or the number of a step: {known}"
            )
        chosen = [output for span, output in ends.items() if span.number == step]
        if not chosen:
            raise ValueError(f"{self.path}: no fields of step {step}; steps with fields: {known}")
        return chosen

    def grid(self, output: Output) -> Any:
        """The fields of ``output`` on one mesh, a ``pyvista.UnstructuredGrid``.

        Undeformed points in um; the parts of the ranks are joined where their points coincide.

        Raises:
            ValueError: a file that is missing, damaged or half-written.
        """
        import pyvista as pv

        parts = [_read_part(path) for path in output.parts]
        kind = parts[0].cells[0].type
        offsets = np.cumsum([0, *(len(part.points) for part in parts)])
        points = np.concatenate([part.points for part in parts]).astype(np.float64)
        if points.shape[1] == 2:
            points = np.column_stack([points, np.zeros(len(points))])
        cells = np.concatenate(
            [part.cells[0].data + start for part, start in zip(parts, offsets[:-1], strict=True)]
        )
        first, merged = _coincident(points)
        grid = pv.UnstructuredGrid({_VTK_TYPE[kind]: merged[cells]}, points[first])
        for name in parts[0].point_data:
            values = np.concatenate([part.point_data[name] for part in parts])
            grid.point_data[name] = values[first]
        for name in parts[0].cell_data:
            grid.cell_data[name] = np.concatenate([part.cell_data[name][0] for part in parts])
        return grid


def _outputs(path: Path) -> tuple[Output, ...]:
    """Times and parts that a ParaView collection lists."""
    if not path.is_file():
        raise ValueError(f"{path.parent}: no fields yet: it has no {path.name}")
    parts: dict[float, list[Path]] = {}
    try:
        for entry in ET.parse(path).iter("DataSet"):
            file = path.parent / entry.attrib["file"]
            parts.setdefault(float(entry.attrib["timestep"]), []).append(file)
    except (OSError, ET.ParseError, KeyError, ValueError) as error:
        raise ValueError(f"{path}: damaged or half-written: {error}") from error
    if not parts:
        raise ValueError(f"{path.parent}: no fields yet: {path.name} lists none")
    return tuple(Output(time, tuple(files)) for time, files in sorted(parts.items()))


def _read_part(path: Path) -> Any:
    """One rank's file: a meshio mesh with a single block of triangles or tetrahedra."""
    import meshio

    if not path.is_file():
        raise ValueError(f"{path}: missing, though fields.pvd lists it")
    try:
        part = meshio.vtu.read(path)
    except Exception as error:  # XML, zlib, base64 and array errors alike, by where the file ends
        raise ValueError(f"{path}: damaged or half-written: {error}") from error
    kinds = [block.type for block in part.cells]
    if len(kinds) != 1 or kinds[0] not in _VTK_TYPE:
        raise ValueError(f"{path}: expected one block of triangles or tetrahedra, got {kinds}")
    if "displacement_um" not in part.point_data or "region" not in part.cell_data:
        raise ValueError(f"{path}: damaged: it has no displacement_um or no region")
    return part


def _coincident(points: Any) -> tuple[Any, Any]:
    """Numbers of the distinct points, and for each point which of them it is."""
    extent = float(np.ptp(points, axis=0).max()) or 1.0
    keys = np.round(points / (1e-9 * extent)).astype(np.int64)
    _, first, merged = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return first, merged.reshape(-1)


def field_names(grid: Any) -> list[str]:
    """Names of what a picture can show: scalars, and vectors by their length."""
    arrays = {**grid.point_data, **grid.cell_data}
    return sorted(
        name
        for name, values in arrays.items()
        if values.ndim == 1 or values.shape[1] in (1, 3)
        if name not in ("region", "body")
    )


_UNIT = re.compile(r"(?P<name>.+)_(?P<unit>um|nm|MPa|GPa|Pa|K|s|per_s|mV)")


def split_unit(name: str) -> tuple[str, str]:
    """``("von_mises", "MPa")`` of ``von_mises_MPa``; no unit where the name ends in none."""
    match = _UNIT.fullmatch(name)
    return (match["name"], match["unit"]) if match else (name, "")
