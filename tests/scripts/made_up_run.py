"""Run folders with made-up analytic fields, laid out as a run writes them."""

import csv
import itertools
import json
from pathlib import Path

import meshio
import numpy as np
from lisic.mesh.regions import RegionMesh

PORE_PRESSURE = 7.0  # MPa at the end of plating
TIMES = (0.0, 5.0, 10.0, 610.0, 1210.0, 1220.0)


def square_with_pore(n: int = 24, size: float = 2.4, radius: float = 0.55) -> RegionMesh:
    """A square of 2 n^2 triangles with one pore of staircase outline and one straight fibre."""
    x, y = np.meshgrid(np.linspace(0, size, n + 1), np.linspace(0, size, n + 1))
    points = np.column_stack([x.ravel(), y.ravel()])
    corner = (np.arange(n)[:, None] * (n + 1) + np.arange(n)).ravel()
    lower = np.column_stack([corner, corner + 1, corner + n + 2])
    upper = np.column_stack([corner, corner + n + 2, corner + n + 1])
    cells = np.concatenate([lower, upper])
    pore = np.linalg.norm(points[cells].mean(axis=1) - size / 2, axis=1) < radius
    bottom = np.arange(n)
    facets = np.concatenate([bottom, bottom + n * (n + 1)])
    row = (n + 1) * (n // 8)  # an eighth of the way up, clear of the pore
    fibre = row + np.arange(n // 6, n - n // 6)
    return RegionMesh(
        points=points,
        cells=cells,
        region=np.where(pore, 2, 1).astype(np.int32),
        regions={"lisi": 1, "pore": 2},
        facets=np.column_stack([facets, facets + 1]),
        facet_tag=np.repeat(np.array([1, 2], np.int32), n),
        facet_groups={"separator": 1, "collector": 2},
        body=pore.astype(np.int32),
        size=np.where(pore, 2 * radius, 0.0),
        fibres=np.column_stack([fibre, fibre + 1]),
        fibre=np.ones(len(fibre), np.int32),
        period=np.array([size, 0.0]),
    )


def cube(n: int) -> RegionMesh:
    """A cube of 1 um in 6 n^3 tetrahedra (Kuhn's), its lower half of another region."""
    axis = np.linspace(0, 1, n + 1)
    points = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    stride = np.array([(n + 1) ** 2, n + 1, 1])
    corner = np.stack(np.meshgrid(*[np.arange(n)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    origin = corner @ stride
    cells = []
    for order in itertools.permutations(range(3)):
        path = np.cumsum([0, *stride[list(order)]])
        even = np.linalg.det(np.eye(3)[list(order)]) > 0
        cells.append(origin[:, None] + (path if even else path[[1, 0, 2, 3]]))
    cells = np.concatenate(cells)
    lower = points[cells].mean(axis=1)[:, 1] < 0.5
    return RegionMesh(
        points=points,
        cells=cells,
        region=np.where(lower, 2, 1).astype(np.int32),
        regions={"lisi": 1, "pore": 2},
        facets=np.empty((0, 3), np.int64),
        facet_tag=np.empty(0, np.int32),
        facet_groups={},
        body=lower.astype(np.int32),
        size=np.where(lower, 1.0, 0.0),
        fibres=np.empty((0, 2), np.int64),
        fibre=np.empty(0, np.int32),
        period=np.zeros(3),
    )


def make_run(folder: Path, mesh: RegionMesh | None = None, parts: int = 2) -> Path:
    """A finished run of press, plate and release with fields at six times; returns ``folder``."""
    mesh = mesh or square_with_pore()
    (folder / "fields").mkdir(parents=True)
    (folder / "mesh").mkdir()
    mesh.save(folder / "mesh" / "mesh.npz")
    manifest = {"name": "made-up", "regions": mesh.regions, "status": "done"}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    entries = []
    owner = (mesh.points[mesh.cells].mean(axis=1)[:, 0] * parts / np.ptp(mesh.points[:, 0])).astype(
        int
    )
    for number, time in enumerate(TIMES):
        point_data, cell_data = _fields(mesh, time)
        for part in range(parts):
            mine = np.minimum(owner, parts - 1) == part
            used, local = np.unique(mesh.cells[mine], return_inverse=True)
            file = f"fields/{number:06d}-{part}.vtu"
            meshio.Mesh(
                np.pad(mesh.points[used], ((0, 0), (0, 3 - mesh.dim))),
                [("triangle" if mesh.dim == 2 else "tetra", local.reshape(-1, mesh.dim + 1))],
                point_data={name: values[used] for name, values in point_data.items()},
                cell_data={name: [values[mine]] for name, values in cell_data.items()},
            ).write(folder / file)
            entries.append(f'<DataSet timestep="{time!r}" part="{part}" file="{file}"/>')
    (folder / "fields.pvd").write_text(
        f'<VTKFile type="Collection" version="0.1"><Collection>{"".join(entries)}</Collection>'
        "</VTKFile>"
    )
    _history(folder / "history.csv", float(np.ptp(mesh.points[:, 1])))
    return folder


def _load(time: float) -> tuple[float, float]:
    """Stack pressure in MPa and share of the charge plated, at ``time`` in s."""
    pressure = np.interp(time, (0, 10, 1210, 1220), (0, 64, 64, 0))
    return float(pressure), float(np.interp(time, (10, 1210), (0, 1)))


def _fields(mesh: RegionMesh, time: float) -> tuple[dict, dict]:
    pressure, plated = _load(time)
    centre = mesh.points[mesh.cells].mean(axis=1)
    pore = mesh.body > 0
    mises = np.full(len(mesh.cells), 1.1 * pressure + 2.0)
    mean = np.full(len(mesh.cells), 0.5 * pressure)
    creep = np.zeros(len(mesh.cells))
    volumes = mesh.volumes()
    for body in np.unique(mesh.body[pore]):
        cells = mesh.body == body
        middle = np.average(centre[cells], axis=0, weights=volumes[cells])
        radius = np.sqrt(volumes[cells].sum() / np.pi)
        arm = centre - middle
        arm[:, 0] -= mesh.period[0] * np.round(arm[:, 0] / (mesh.period[0] or np.inf))
        near = radius**2 / np.maximum((arm**2).sum(axis=1), radius**2)
        twice = np.cos(2 * np.arctan2(arm[:, 1], arm[:, 0]))
        mises += near * pressure * (2.0 + 1.2 * twice)
        mean += near * pressure * 1.5 * twice
        creep += 3e-4 * near**4 * plated
    stick = pressure and PORE_PRESSURE * plated
    mises[pore] = 0.01 * stick
    mean[pore] = stick
    creep[pore] = plated * (0.01 + 0.2 * centre[pore, 1] / np.ptp(mesh.points[:, 1]))
    y = mesh.points[:, 1]
    zero = np.zeros(len(y))
    displacement = np.column_stack([zero, -6e-4 * pressure * y + 0.004 * plated * y, zero])
    cells = {
        "region": mesh.region,
        "body": mesh.body,
        "von_mises_MPa": mises,
        "pressure_MPa": mean,
        "creep_strain": creep,
        "fill": np.where(pore, plated, 1.0),
        "stress_MPa": np.zeros((len(mesh.cells), 6)),
    }
    return {"displacement_um": displacement}, cells


def _history(path: Path, thickness: float) -> None:
    times = [*np.linspace(1, 10, 10), *np.linspace(40, 1210, 40), *np.linspace(1211, 1220, 10)]
    rows = []
    before = 0.0
    for time in times:
        pressure, plated = _load(time)
        step = 1 if time <= 10 else 2 if time <= 1210 else 3
        rows.append(
            {
                "step": step,
                "kind": ("press", "plate", "release")[step - 1],
                "time_s": time,
                "dt_s": time - before,
                "newton_iterations": 4,
                "thickness_um": thickness * (1 - 6e-4 * pressure + 0.004 * plated),
                "stack_pressure_mpa": pressure,
                "charge_mah_per_cm2": 0.1 * plated,
                "pore_charge_mah_per_cm2": 0.074 * np.tanh(1.3 * plated),
                "fill": np.tanh(1.3 * plated),
                "porosity": 0.11 * (1 - np.tanh(1.3 * plated)),
                "mises_max_mpa_lisi": 5.3 * pressure + 2,
                "mises_max_mpa_pore": 0.01 * PORE_PRESSURE * plated,
                "pressure_mean_mpa_lisi": 0.5 * pressure,
                "pressure_mean_mpa_pore": pressure and PORE_PRESSURE * plated,
            }
        )
        before = time
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
