"""Finite-strain balance, return map, stepping, restart on DOLFINx. Knows materials and mesh.

The PyPI wheel of DOLFINx loads its shared libraries through ``dolfinx_solver``, which must be
imported before ``dolfinx``, ``petsc4py`` or ``mpi4py``. Where DOLFINx comes from conda-forge,
Spack or Debian that module does not exist, and none is needed.

PETSc would answer signals by ending all ranks, among them SIGPIPE, which Python ignores so that
writing to a process that has ended raises ``BrokenPipeError``. Its handlers are left out.
"""

from contextlib import suppress

with suppress(ModuleNotFoundError):
    import dolfinx_solver  # noqa: F401

with suppress(ModuleNotFoundError):  # `lisic doctor` has to be able to say that it is missing
    import petsc4py

    petsc4py.init(["lisic", "-no_signal_handler"])
