"""Which rank of how many this process is, as its launcher says, without importing MPI.

The command line needs it before MPI is up: one rank alone writes text, and most commands have
nothing to do on the others.
"""

import os
from collections.abc import Mapping

# MPICH's Hydra and srun --mpi=pmi2; Open MPI; srun's own step (in a batch script's first process
# SLURM_NTASKS is set too, SLURM_STEP_NUM_TASKS is what tells a parallel step).
_LAUNCHERS = (
    ("PMI_RANK", "PMI_SIZE"),
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"),
)


def place(environment: Mapping[str, str] = os.environ) -> tuple[int, int]:
    """Rank and number of ranks; ``(0, 1)`` where no launcher says otherwise."""
    for rank, size in _LAUNCHERS:
        if rank in environment and size in environment:
            return int(environment[rank]), int(environment[size])
    return 0, 1
