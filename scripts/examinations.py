"""The examinations of ``lisic doctor``, from the interpreter to a picture and two ranks.

Everything compiled is tried in a process of its own: a library that is missing may end the
process (VTK without EGL does, MPI under a launcher it doesn't know does).
"""

import os
import shutil
import sys
import sysconfig
import tempfile
from importlib import metadata
from pathlib import Path

from lisic.scripts.doctor import Examination, Finding
from lisic.scripts.outer import OLDEST_DOLFINX, supported
from lisic.scripts.trial import Trial, attempt, python

SETUP = "./scripts/setup"
_SYSTEM_LIBRARIES = (
    "apt-get install libgl1 libglu1-mesa libxcursor1 libxft2 libxinerama1 libgomp1 (by Debian's "
    "names)"
)
_PURE = ("matplotlib", "meshio", "numpy", "pint", "pydantic", "scipy", "tomli-w")


def interpreter() -> Finding:
    """Python itself."""
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", "ok", f"{version} ({sys.executable})")


def libraries() -> Finding:
    """The libraries that are plain Python or that everything else needs first."""
    found, absent = [], []
    for name in _PURE:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            absent.append(name)
    if absent:
        return Finding("libraries", "missing", ", ".join(absent), SETUP)
    return Finding("libraries", "ok", ", ".join(found))


def dolfinx() -> Finding:
    """DOLFINx, and whether it is the wheel's."""
    trial = python(
        "import lisic.solvers, importlib.util as u, dolfinx\n"
        "wheel = u.find_spec('dolfinx_solver') is not None\n"
        "print(dolfinx.__version__, 'wheel' if wheel else dolfinx.__path__[0])"
    )
    if not trial.good:
        return _absent_or_broken("dolfinx", "dolfinx", trial, SETUP)
    version = trial.output.split()[0]
    if not supported(version):
        oldest = ".".join(map(str, OLDEST_DOLFINX))
        return Finding("dolfinx", "broken", f"{version} is older than {oldest}", SETUP)
    return Finding("dolfinx", "ok", trial.output)


def petsc() -> Finding:
    """PETSc with real scalars and MUMPS, the direct solver of every 2D case."""
    trial = python(
        "import lisic.solvers\nfrom petsc4py import PETSc\n"
        "has = PETSc.Sys.hasExternalPackage\n"
        "solvers = [name for name in ('mumps', 'superlu_dist', 'hypre') if has(name)]\n"
        "version = '.'.join(map(str, PETSc.Sys.getVersion()))\n"
        "print(version, PETSc.ScalarType.__name__, *solvers)"
    )
    if not trial.good:
        return _absent_or_broken("petsc", "petsc4py", trial, SETUP)
    if "float64" not in trial.output or "mumps" not in trial.output:
        cause = f"real scalars and MUMPS are needed, this is: {trial.output}"
        return Finding("petsc", "broken", cause, f"a PETSc with both, or {SETUP}")
    return Finding("petsc", "ok", trial.output)


def mpi() -> Finding:
    """The MPI library that DOLFINx and mpi4py are linked with."""
    trial = python(
        "import lisic.solvers\nfrom mpi4py import MPI\n"
        "print(MPI.Get_library_version().splitlines()[0].strip(' ,\\x00'))"
    )
    if not trial.good:
        return _absent_or_broken("mpi", "mpi4py", trial, SETUP)
    return Finding("mpi", "ok", " ".join(trial.output.split()))


def launcher() -> str | None:
    """Return the ``mpirun`` to use: the one beside this Python, else the first on PATH."""
    return shutil.which("mpirun", path=str(Path(sys.executable).parent)) or shutil.which("mpirun")


def two_ranks() -> Finding:
    """Two ranks that know each other, started by mpirun."""
    mpirun = launcher()
    if mpirun is None:
        return Finding("mpirun", "missing", "neither beside this Python nor on PATH", SETUP)
    # Rank 0 alone prints: what two ranks print at once may come mixed.
    hello = (
        "import lisic.solvers\nfrom mpi4py import MPI\nc = MPI.COMM_WORLD\nn = c.allreduce(1)\n"
        "if c.rank == 0: print(n)"
    )
    trial = attempt([mpirun, "-n", "2", sys.executable, "-c", hello])
    if not trial.good:
        mend = (
            "Open MPI refuses root without "
            "OMPI_ALLOW_RUN_AS_ROOT=1 and OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1, and hosts with an "
            "RDMA device that may not be opened need UCX_TLS=self,sm,tcp"
        )
        return Finding("mpirun", "broken", f"{mpirun}: {trial.cause}", mend)
    if trial.output.split() != ["2"]:
        cause = f"{mpirun} starts two runs of one rank: it belongs to another MPI than mpi4py"
        return Finding("mpirun", "broken", cause, "put the mpirun of that MPI first on PATH")
    return Finding("mpirun", "ok", f"{mpirun}, two ranks met")


def slurm() -> Finding:
    """Inside a SLURM step: that its tasks form one communicator."""
    tasks = int(os.environ.get("SLURM_STEP_NUM_TASKS", "1"))
    if tasks == 1:
        return Finding("slurm", "ok", "not inside a parallel step")
    import lisic.solvers  # noqa: F401
    from mpi4py import MPI

    if tasks == MPI.COMM_WORLD.size:
        return Finding("slurm", "ok", f"{tasks} tasks, {tasks} ranks")
    cause = f"srun started {tasks} tasks, but the communicator has {MPI.COMM_WORLD.size}"
    return Finding("slurm", "broken", cause, f"mpirun -n {tasks}, or srun --mpi=pmi2")


def gmsh() -> Finding:
    """The mesh generator, started once."""
    trial = python("import gmsh\ngmsh.initialize()\nprint(gmsh.__version__)\ngmsh.finalize()")
    if trial.good:
        return Finding("gmsh", "ok", trial.output.split()[-1])
    return _absent_or_broken("gmsh", "gmsh", trial, _SYSTEM_LIBRARIES)


def numba() -> Finding:
    """numba, by a function compiled for this machine."""
    trial = python(
        "import numba\nassert numba.njit(lambda x: x + 1)(1) == 2\nprint(numba.__version__)"
    )
    if trial.good:
        return Finding("numba", "ok", trial.output)
    return _absent_or_broken("numba", "numba", trial, SETUP)


def compiler() -> Finding:
    """The C compiler and Python's headers, with which FFCx compiles the forms at run time."""
    command = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    cc = command.split()[0]
    if shutil.which(cc) is None:
        return Finding(
            "compiler", "missing", f"{cc} is not on PATH", "apt-get install gcc libc6-dev"
        )
    headers = sysconfig.get_paths()["include"]
    if not (Path(headers) / "Python.h").exists():
        mend = (
            f"apt-get install python3.{sys.version_info.minor}-dev, or {SETUP} with another Python"
        )
        return Finding("compiler", "missing", f"no Python.h in {headers}", mend)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "form.c"
        source.write_text(
            "#include <Python.h>\n#include <math.h>\ndouble f(double x) { return sin(x); }\n"
        )
        trial = attempt([cc, "-c", "-I", headers, str(source), "-o", f"{folder}/form.o"])
    if trial.good:
        return Finding("compiler", "ok", f"{shutil.which(cc)}, headers in {headers}")
    return Finding("compiler", "broken", trial.cause, "apt-get install gcc libc6-dev")


def caches() -> Finding:
    """The folders where compiled forms and compiled material laws are kept between runs."""
    import lisic.materials

    user = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    forms = user / "fenics"
    if not _writable(forms):
        mend = "export XDG_CACHE_HOME=/a/folder/of/yours"
        return Finding("caches", "broken", f"{forms} cannot be written", mend)
    own = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(own)] if own else [Path(lisic.materials.__path__[0]), user / "numba"]
    laws = next(filter(_writable, places), None)
    if laws is None:
        cause = f"none of {', '.join(map(str, places))} can be written"
        return Finding("caches", "broken", cause, "export NUMBA_CACHE_DIR=/a/folder/of/yours")
    return Finding("caches", "ok", f"forms in {forms}, material laws in {laws}")


def rendering() -> Finding:
    """A picture drawn without a screen."""
    trial = python(
        "import pyvista as pv, vtk\n"
        "p = pv.Plotter(off_screen=True, window_size=(64, 64))\n"
        "p.add_mesh(pv.Sphere(), color='red')\n"
        "assert p.screenshot(return_img=True).std() > 1, 'the picture is empty'\n"
        "print('pyvista', pv.__version__, 'vtk', vtk.VTK_VERSION, type(p.render_window).__name__)"
    )
    if trial.good:
        return Finding("rendering", "ok", trial.output.splitlines()[-1])
    return _absent_or_broken("rendering", "pyvista", trial, "apt-get install libegl1 libgl1")


EXAMINATIONS: tuple[Examination, ...] = (
    interpreter,
    libraries,
    dolfinx,
    petsc,
    mpi,
    two_ranks,
    slurm,
    compiler,
    caches,
    numba,
    gmsh,
    rendering,
)


def _absent_or_broken(name: str, module: str, trial: Trial, mend: str) -> Finding:
    """Tell what is not installed from what is there and fails."""
    if f"No module named '{module}'" in trial.cause:
        return Finding(name, "missing", trial.cause, SETUP)
    return Finding(name, "broken", trial.cause, mend)


def _writable(folder: Path) -> bool:
    """Tell whether a file can be made in the folder, or in the first one above that is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            return True
    except OSError:
        return False
