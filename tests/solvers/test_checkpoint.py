"""Checkpoints: exact, on any number of ranks, and refused when they are not what they should be."""

import numpy as np
import pytest
from lisic.materials import load
from lisic.solvers import checkpoint
from lisic.solvers.distribute import distribute
from lisic.solvers.kinematics import Kinematics
from lisic.solvers.loads import Displacement, Platen
from lisic.solvers.loop import Clock
from lisic.solvers.points import RegionLaw
from lisic.solvers.problem import Problem
from lisic.solvers.schedule import Schedule, Step
from lisic.solvers.stepping import Stepper, SteppingOptions
from mpi4py import MPI
from small_meshes import box

LISI, LITHIUM, VOID = load("Li3.75Si"), load("lithium"), load("void")
STEP = Step("plate", 0.0, 10.0, 333.15, growth_rate=0.05, stall_pressure=27.5)
OPTIONS = SteppingOptions()


def problem_on(comm, counts=(6, 4)):
    zero = Schedule.constant(0.0)
    pores = [((0.3, 0.2), (0.7, 0.6), 0.1)]
    mesh = distribute(comm, box(counts, (1.0, 1.0), period=(1.0, 0.0), pores=pores))
    return Problem(
        mesh,
        Kinematics("plane_strain"),
        {"solid": RegionLaw(LISI), "pore": RegionLaw(LITHIUM, filler=VOID, fill=0.8)},
        (
            Displacement("bottom", {0: zero, 1: zero}),
            Platen("top", axis=1, outward=1, pressure=Schedule((0.0, 5.0), (0.0, 300.0))),
        ),
        grows=mesh.region == mesh.regions["pore"],
    )


def advance(problem, first, last):
    outcomes = []
    for number in range(first, last):
        outcomes.append(problem.attempt(number + 1.0, 1.0, STEP))
        assert outcomes[-1].converged, outcomes[-1]
        problem.accept()
    return outcomes


@pytest.mark.parallel([1, 2, 3])
def test_a_state_is_the_same_on_other_ranks(shared_tmp):
    path = shared_tmp / "checkpoint" / "state.npz"
    problem = problem_on(MPI.COMM_WORLD)
    advance(problem, 0, 6)
    clock = Clock(step=0, time=6.0, stepper=Stepper(OPTIONS, 10.0, 0.7, 1), accepted=6, cut=2)
    checkpoint.save(path, problem, clock, {"rows": 6, "nothing": float("nan")})
    MPI.COMM_WORLD.barrier()
    assert [file.name for file in path.parent.iterdir()] == ["state.npz"]

    # Written by all ranks together, read by each alone; by original cell nothing may differ.
    alone = problem_on(MPI.COMM_SELF)
    restored, extra = checkpoint.load(path, alone, OPTIONS)
    assert restored == clock
    assert extra["rows"] == 6
    assert np.isnan(extra["nothing"])
    assert alone.points.full.tolist() == problem.points.full.tolist() == [True, True]
    where = np.argsort(alone.mesh.original_cell)[problem.mesh.original_cell]
    for name, values in problem.points.remembered().items():
        cellwise = values.reshape(problem.mesh.n_own, -1)
        same = alone.points.remembered()[name].reshape(alone.mesh.n_own, -1)[where]
        # Points of a cell are numbered by its reference element: the same on any rank.
        assert np.array_equal(cellwise, same), name
    assert problem.points.state["creep"].max(initial=0.0) >= 0.0

    # And both go on alike, the predictor included: the same iterations, the same forces.
    for mine, theirs in zip(advance(problem, 6, 10), advance(alone, 6, 10), strict=True):
        assert mine.iterations == theirs.iterations
    for side, axis in (("top", 1), ("bottom", 1)):
        expected = alone.reaction(side, axis)
        assert problem.reaction(side, axis) == pytest.approx(expected, rel=1e-10)
    largest = problem.largest(problem.displacement())
    assert largest == pytest.approx(alone.largest(alone.displacement()), rel=1e-10)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda file: file.write_bytes(file.read_bytes()[:1000]), "not a readable checkpoint"),
        (lambda file: file.write_bytes(b""), "not a readable checkpoint"),
        (lambda file: file.write_text("no zip file"), "not a readable checkpoint"),
        (lambda file: file.unlink(), "not a readable checkpoint"),
        (lambda file: np.savez(file, meta=np.array('{"format": 99}')), "format 99, expected 1"),
    ],
    ids=["cut", "empty", "text", "missing", "other format"],
)
def test_what_is_no_checkpoint_is_refused(tmp_path, damage, words):
    path = tmp_path / "state.npz"
    problem = problem_on(MPI.COMM_SELF)
    checkpoint.save(path, problem, Clock(), {})
    damage(path)
    with pytest.raises(ValueError, match=words):
        checkpoint.load(path, problem, OPTIONS)


def test_a_checkpoint_of_another_mesh_is_refused(tmp_path):
    path = tmp_path / "state.npz"
    checkpoint.save(path, problem_on(MPI.COMM_SELF), Clock(), {})
    with pytest.raises(ValueError, match="a checkpoint of 48 cells, the mesh has 60"):
        checkpoint.load(path, problem_on(MPI.COMM_SELF, counts=(6, 5)), OPTIONS)
