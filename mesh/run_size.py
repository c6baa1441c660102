"""What a run on a mesh takes: measured on this project's meshes, for estimates."""

_LEAST_GB = 0.35
_KB_PER_DOF_2D = 8.0
# The factors of a matrix in 3D (MUMPS) grow faster than the matrix.
_KB_PER_DOF_3D, _DOFS_3D, _GROWTH_3D = 20.0, 35_000, 4 / 3


def memory_gb(dofs: float, dim: int) -> float:
    """Memory in GB, roughly, that a run with ``dofs`` unknowns takes on all ranks together."""
    if dim == 3:
        growth = float(max(1.0, dofs / _DOFS_3D) ** (_GROWTH_3D - 1))
        return _LEAST_GB + dofs * _KB_PER_DOF_3D * growth * 1e-6
    return max(0.4, _LEAST_GB + dofs * _KB_PER_DOF_2D * 1e-6)
