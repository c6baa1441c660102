"""What every test needs before it is imported, and what tests on several ranks share.

A test marked ``@pytest.mark.parallel([1, 2])`` runs once in this process and once under
``mpiexec -n 2``, in pytests of its own that report to this one.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from itertools import count
from pathlib import Path

# Before numpy, matplotlib, pyvista or MPI are imported: one thread a rank, no window, and the
# mpiexec of the MPI in this environment, also where pytest is called by its path.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["MPLBACKEND"] = "Agg"
os.environ["PYVISTA_OFF_SCREEN"] = "true"
# No test takes a mesh from the user's cache; nowhere to keep one, but for what follows below.
os.environ["LISIC_CACHE_DIR"] = os.devnull
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

import lisic.solvers  # noqa: F401  first of all: it brings the wheel's DOLFINx up
import pytest

_ONE_OF_SEVERAL_RANKS = "_PYTEST_MPI_CHILD_PROCESS" in os.environ
if _ONE_OF_SEVERAL_RANKS:
    # A temporary root for each rank: pytest clears old folders from its root when it ends, and
    # ranks that end together would find folders gone under their hands. Tests share that of rank 0.
    _rank = os.environ.get("PMI_RANK") or os.environ.get("OMPI_COMM_WORLD_RANK") or "0"
    _root = Path(tempfile.gettempdir()) / f"lisic-tests-of-rank-{_rank}"
    _root.mkdir(exist_ok=True)
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_root)
_counter = count()  # of tests
_GRACE = 60.0  # seconds for the ranks to start, and to be heard when they hang
_PATIENCE = 10.0  # seconds that a rank which failed waits for the others to fail too


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Bound the time of tests on several ranks so that a hang is heard.

    A rank that waits in MPI runs no Python signal handler, so a second thread ends it, and
    mpiexec the others. The process that waits for mpiexec has to be more patient than they.
    """
    for item in items:
        if item.get_closest_marker("parallel"):
            own = item.get_closest_marker("timeout")
            limit = float(own.args[0] if own else config.getini("timeout"))
            bound = (
                pytest.mark.timeout(limit, method="thread")
                if _ONE_OF_SEVERAL_RANKS
                else pytest.mark.timeout(limit + _GRACE)
            )
            item.add_marker(bound, append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the failure of any rank, and don't let the others wait for one that has failed."""
    report = yield
    if not report.failed or call.excinfo is None:
        return report
    if _ONE_OF_SEVERAL_RANKS:
        from mpi4py import MPI

        # mpi-pytest has told this rank to keep tracebacks for itself.
        call.excinfo.traceback = call.excinfo.traceback.cut(path=item.path)
        story = call.excinfo.getrepr(style="short")
        text = f"\non rank {MPI.COMM_WORLD.rank}:\n{story}\n"
        if MPI.COMM_WORLD.rank > 0:  # mpi-pytest lets only rank 0 write a summary
            sys.stderr.write(text)
            sys.stderr.flush()
        end = threading.Timer(_PATIENCE, _end_this_rank, [text])
        end.daemon = True
        end.start()
    elif item.get_closest_marker("parallel"):
        error = call.excinfo.value
        if isinstance(error, subprocess.CalledProcessError) and error.cmd[0] == "mpiexec":
            report.longrepr = "failed on several ranks; what they said follows"
    return report


def _end_this_rank(failure: str) -> None:
    """End a rank that failed while others wait for it; mpiexec then ends them."""
    sys.stderr.write(f"{failure}\nthe other ranks wait for this one: ending them\n")
    sys.stderr.flush()
    os._exit(1)


@pytest.fixture(autouse=True)
def _own_mesh_cache(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give each test a mesh cache of its own, made when the first mesh goes into it."""
    place = tmp_path_factory.getbasetemp() / f"mesh-cache-{next(_counter)}"
    monkeypatch.setenv("LISIC_CACHE_DIR", str(place))


@pytest.fixture
def shared_tmp(tmp_path: Path) -> Path:
    """Return an empty folder, the same one on every rank of the test."""
    from mpi4py import MPI

    return Path(MPI.COMM_WORLD.bcast(str(tmp_path), root=0))
