"""Finite-strain balance, return map, stepping, restart on DOLFINx. Knows materials and mesh.

The PyPI wheel of DOLFINx loads its shared libraries through ``dolfinx_solver``, which must be
imported before ``dolfinx``, ``petsc4py`` or ``mpi4py``. Where DOLFINx comes from conda-forge,
Spack or Debian that module does not exist, and none is needed.
"""

from contextlib import suppress

with suppress(ModuleNotFoundError):
    import dolfinx_solver  # noqa: F401
