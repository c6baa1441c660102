"""``lisic run``: a case into a run folder, on any number of ranks, from the start or resumed."""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import lisic.solvers  # noqa: F401  (makes DOLFINx importable, before MPI)
from lisic.mesh.regions import RegionMesh
from lisic.scripts import build, folders, geometries, mesh_cache
from lisic.scripts.case import Case
from lisic.scripts.collective import on_root
from lisic.scripts.columns import derived
from lisic.scripts.hooks import CheckpointHook, FieldsHook, HistoryHook, ProgressHook
from lisic.scripts.launch import refuse_lone_ranks
from lisic.scripts.manifest import manifest, write_json
from lisic.scripts.mesh_cache import Built
from lisic.scripts.mesh_command import export
from lisic.scripts.ranges import Outside, outside, told_elsewhere
from lisic.scripts.refusal import Exit, Refusal, blamed_on
from lisic.solvers import checkpoint
from lisic.solvers.fields import FieldWriter
from lisic.solvers.linear import choose
from lisic.solvers.loop import Clock, Hook, Loop
from lisic.solvers.problem import Problem
from lisic.solvers.stepping import SteppingOptions
from mpi4py import MPI

# Columns shown in the progress lines, where a case has them.
_SHOWN = (
    ("thickness_um", "h {:.4f} um"),
    ("stack_pressure_mpa", "p {:.3g} MPa"),
    ("fill", "fill {:.1%}"),
    ("pressure_mean_mpa_pore", "p_Li {:.3g} MPa"),
    ("pressure_closed_end_mpa", "p_end {:.4g} MPa"),
    ("mises_max_mpa_lisi", "LiSi max {:.0f} MPa"),
)


@told_elsewhere()
def run(
    case: Case,
    folder: Path,
    *,
    resume: bool = False,
    overwrite: bool = False,
    use_cache: bool = True,
) -> int:
    """Compute ``case`` into ``folder``; the exit code. Collective over all ranks of the job.

    ``use_cache`` says whether the mesh may come from a run before.

    Raises:
        Refusal: an input that turns out impossible; nothing has been written then.
        Unfit: ranks that do not see each other.
    """
    comm = MPI.COMM_WORLD
    refuse_lone_ranks(comm.size)
    started = time.monotonic()
    state = folder / "checkpoint" / "state.npz"
    going_on = resume and comm.bcast(state.exists() if comm.rank == 0 else None)

    if comm.rank == 0:
        print(f"{case.name}: {'reading' if going_on else 'building'} the mesh", flush=True)
    built = comm.bcast(on_root(comm, lambda: _mesh(case, folder, going_on, use_cache)))
    serial = built.mesh
    model = build.model(case, serial)
    doubts = outside(case, model.materials, serial)
    anew = overwrite or not going_on
    on_root(comm, lambda: _open(case, folder, built, model, doubts, anew))

    log = (folder / "run.log").open("a", encoding="utf-8") if comm.rank == 0 else None
    streams = [sys.stdout, log] if log is not None else []
    try:
        for line in (built.said, *doubts):
            for stream in streams:
                print(line, file=stream, flush=True)
        return _compute(comm, case, folder, serial, model, going_on, started, streams)
    finally:
        if log is not None:
            log.close()


def _mesh(case: Case, folder: Path, going_on: bool, use_cache: bool) -> Built:
    """The mesh: built, from the cache, or the very one that the run began with."""
    if going_on:
        try:
            report = json.loads((folder / "mesh" / "report.json").read_text(encoding="utf-8"))
            mesh = RegionMesh.load(folder / "mesh" / "mesh.npz")
            return Built(mesh, report, "run folder", "mesh from the run folder")
        except (OSError, ValueError) as error:
            text = f"expected the mesh this run began with, to resume it ({error})"
            raise Refusal(text, key=("--resume",)) from None
    with blamed_on("geometry"):
        return mesh_cache.build(geometries.geometry(case), use_cache=use_cache)


def _open(
    case: Case,
    folder: Path,
    built: Built,
    model: build.Model,
    doubts: tuple[Outside, ...],
    anew: bool,
) -> None:
    """Make the run folder and write what is known before the first increment (rank 0)."""
    mesh = built.mesh
    if anew:
        folders.create(folder, overwrite=folders.is_run(folder))
        (folder / "mesh").mkdir(exist_ok=True)
        mesh.save(folder / "mesh" / "mesh.npz")
        export(mesh, folder / "mesh" / "mesh.vtu")
        write_json(folder / "mesh" / "report.json", built.report)
        (folder / "case.toml").write_text(case.to_toml(), encoding="utf-8")
    known = manifest(
        case,
        model.materials,
        doubts,
        mesh.checksum(),
        mesh.regions,
        model.kinematics,
        choose(case.stepping.linear_solver, built.report["dofs_quadratic_displacement"], mesh.dim),
    )
    known["mesh_from"] = built.origin
    write_json(folder / "manifest.json", known)


def _compute(
    comm: MPI.Intracomm,
    case: Case,
    folder: Path,
    serial: RegionMesh,
    model: build.Model,
    going_on: bool,
    started: float,
    streams: list[Any],
) -> int:
    for stream in streams:
        print("setting up; the first run on a machine compiles for some seconds", file=stream)
        stream.flush()
    problem = build.problem(comm, case, serial if comm.rank == 0 else None, model)
    stepping = SteppingOptions(
        initial_fraction=case.stepping.initial_fraction,
        largest_fraction=case.stepping.largest_fraction,
        smallest_fraction=case.stepping.smallest_fraction,
    )
    history = HistoryHook(
        folder / "history.csv",
        lambda observed, at, step: derived(case, model, observed, at, step),
    )
    fields = FieldWriter(folder, problem, [])
    progress = ProgressHook(
        streams, model.protocol.steps, stepping.largest_fraction, history, _SHOWN
    )
    before = 0.0
    clock = Clock()
    if going_on:
        with blamed_on("--resume"):
            clock, extra = checkpoint.load(folder / "checkpoint" / "state.npz", problem, stepping)
        on_root(comm, lambda: history.cut_back(extra["rows"]))
        history.rows = extra["rows"]
        history.last = extra["last"]
        fields.entries = [(at, int(number), int(parts)) for at, number, parts in extra["fields"]]
        fields.write_index()
        before = extra["wall_s"]
        progress.say(f"resumed at t = {clock.time:.6g} s, after {clock.accepted} increments")
        if clock.step == len(model.protocol.steps):
            progress.say("this run has reached its end before: nothing is left to compute")
    progress.say(
        f"{case.name}: {len(serial.cells):,} elements, {problem.n_dofs:,} degrees of freedom, "
        f"{comm.size} rank{'s' if comm.size > 1 else ''}; set up in "
        f"{time.monotonic() - started:.1f} s"
    )

    def wall() -> float:
        return before + time.monotonic() - started

    def extra_state() -> dict[str, Any]:
        return {
            "rows": history.rows,
            "last": history.last,
            "fields": fields.entries,
            "wall_s": wall(),
        }

    if not fields.entries:
        problem.rest_state(model.protocol.steps[0])
        fields.write(0.0)
    hooks: list[Hook] = [
        history,
        FieldsHook(fields, case.output.fields_every),
        CheckpointHook(folder / "checkpoint" / "state.npz", extra_state),
        progress,
    ]
    status = Loop(problem, model.protocol.steps, stepping, hooks, clock).run()
    if status != "done" and clock.accepted:
        if fields.entries[-1][0] != clock.time:
            fields.write(clock.time)
        checkpoint.save(folder / "checkpoint" / "state.npz", problem, clock, extra_state())
    peak = comm.allreduce(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0)
    on_root(comm, lambda: _close(folder, serial, problem, clock, history, status, wall(), peak))
    if status != "done":
        progress.say(
            f"stopped at t = {clock.time:.6g} s of {model.protocol.steps[-1].end:.6g} s: the "
            f"smallest time step failed; results up to there are kept in {folder}"
        )
        return int(Exit.STOPPED_EARLY)
    progress.say(f"done in {wall():.0f} s: {folder}")
    return int(Exit.DONE)


def _close(
    folder: Path,
    mesh: RegionMesh,
    problem: Problem,
    clock: Clock,
    history: HistoryHook,
    status: str,
    wall: float,
    peak_mb: float,
) -> None:
    """Write the summary and how the run ended (rank 0)."""
    last = history.last
    keys = ("thickness_um", "porosity", "stack_pressure_mpa", "charge_mah_per_cm2")
    summary: dict[str, Any] = {"status": status}
    summary |= {key: last[key] for key in keys if key in last}
    for name in ("mises_max_mpa", "pressure_mean_mpa"):
        summary[name] = {
            region: last[f"{name}_{region}"]
            for region in mesh.regions
            if f"{name}_{region}" in last
        }
    summary |= {
        "time_s": clock.time,
        "steps_accepted": clock.accepted,
        "steps_cut": clock.cut,
        "newton_iterations": clock.iterations,
        "dofs": problem.n_dofs,
        "ranks": problem.comm.size,
        "wall_s": wall,
    }
    write_json(folder / "summary.json", summary)
    known = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    known |= {"status": status, "wall_s": wall, "peak_memory_mb": peak_mb}
    write_json(folder / "manifest.json", known)
