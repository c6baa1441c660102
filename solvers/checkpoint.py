"""Restart on any number of ranks: arrays by original cell, one file, written atomically.

Displacements of P2 elements and states at quadrature points are stored cell by cell in the order
of the serial mesh, so that no rank's numbering enters the file.
"""

import json
import os
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from lisic.solvers.loop import Clock
from lisic.solvers.problem import Problem
from lisic.solvers.schedule import Step
from lisic.solvers.stepping import Stepper, SteppingOptions

FORMAT = 1


def save(path: Path, problem: Problem, clock: Clock, extra: dict[str, Any]) -> None:
    """Write the complete state. Collective; a reader sees the old file or the new one.

    Args:
        path: the file.
        problem: its accepted displacement, predictor and material state.
        clock: where the run is.
        extra: what the caller wants back, JSON-able.
    """
    increment, previous_dt, previous_step = problem.predictor_state()
    local: dict[str, npt.NDArray[Any]] = {
        "displacement": _by_cell(problem, problem.displacement()),
        "increment": _by_cell(problem, increment),
    }
    n_own = problem.mesh.n_own
    for name, values in problem.points.remembered().items():
        local[name] = values.reshape(n_own, -1)
    full = problem.points.full
    gathered = problem.comm.gather((problem.mesh.original_cell, local))
    if gathered is None:
        return
    order = np.argsort(np.concatenate([cells for cells, _ in gathered]))
    arrays: dict[str, Any] = {
        name: np.concatenate([parts[name] for _, parts in gathered])[order] for name in local
    }
    meta = {
        "format": FORMAT,
        "clock": asdict(clock),
        "previous_dt": previous_dt,
        "previous_step": None if previous_step is None else asdict(previous_step),
        "extra": extra,
    }
    arrays |= {"meta": np.array(json.dumps(meta)), "full": full}
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as stream:
        np.savez(stream, **arrays)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)


def load(path: Path, problem: Problem, stepping: SteppingOptions) -> tuple[Clock, dict[str, Any]]:
    """Restore a state written by :func:`save`, on any number of ranks. Collective.

    Raises:
        ValueError: the file is not a checkpoint of this problem.
    """
    meta, arrays = problem.comm.bcast(_read(path) if problem.comm.rank == 0 else None)
    if isinstance(meta, str):
        raise ValueError(meta)
    cells = problem.mesh.original_cell
    n_cells = problem.comm.allreduce(len(cells))
    if len(arrays["displacement"]) != n_cells:
        raise ValueError(
            f"{path}: a checkpoint of {len(arrays['displacement'])} cells, the mesh has {n_cells}"
        )
    for name, values in problem.points.remembered().items():
        values[:] = arrays[name][cells].reshape(values.shape)
    problem.points.full[:] = arrays["full"]
    problem.resume(
        _from_cells(problem, arrays["displacement"][cells]),
        _from_cells(problem, arrays["increment"][cells]),
        meta["previous_dt"],
        None if meta["previous_step"] is None else Step(**meta["previous_step"]),
    )
    clock = Clock(**meta["clock"])
    if meta["clock"]["stepper"] is not None:
        saved = meta["clock"]["stepper"]
        clock.stepper = Stepper(stepping, saved["duration"], saved["dt"], saved["cooling"])
    return clock, meta["extra"]


def _read(path: Path) -> tuple[Any, dict[str, npt.NDArray[Any]]]:
    """Meta data and arrays; a text instead of meta data says what is wrong."""
    try:
        # A damaged file: numpy would leave it open.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
            meta = json.loads(str(data["meta"]))
            arrays = {name: data[name] for name in data.files if name != "meta"}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        return f"{path}: not a readable checkpoint ({error})", {}
    if meta.get("format") != FORMAT:
        return f"{path}: checkpoint format {meta.get('format')}, expected {FORMAT}", {}
    return meta, arrays


def _by_cell(problem: Problem, own: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(n_own_cells, nodes * dim) values of own and ghost nodes around each own cell."""
    function = problem.balance.scratch
    function.x.array[: len(own)] = own
    function.x.scatter_forward()
    nodes = problem.balance.space.dofmap.list[: problem.mesh.n_own]
    values: npt.NDArray[np.float64] = function.x.array.reshape(-1, problem.kinematics.dim)[nodes]
    return values.reshape(problem.mesh.n_own, -1)


def _from_cells(problem: Problem, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Own dofs from values by own cell; own nodes always touch a cell of this rank or a ghost."""
    function = problem.balance.scratch
    dim = problem.kinematics.dim
    nodes = problem.balance.space.dofmap.list[: problem.mesh.n_own]
    function.x.array[:] = np.nan
    function.x.array.reshape(-1, dim)[nodes] = values.reshape(*nodes.shape, dim)
    own: npt.NDArray[np.float64] = function.x.array[: problem.n_own_dofs].copy()
    if np.isnan(own).any():
        raise ValueError("a node owned by this rank touches none of its cells")
    return own
