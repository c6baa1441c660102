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


def refuse_lone_ranks(size: int, environment: Mapping[str, str] = os.environ) -> None:
    """Refuse to be one of several ranks that do not see each other (``srun --mpi=none``).

    Each would compute the whole case and overwrite the others' results.

    Raises:
        Unfit: SLURM started more tasks in this step than the communicator holds.
    """
    from lisic.scripts.refusal import Unfit

    tasks = int(environment.get("SLURM_STEP_NUM_TASKS", "1"))
    if "PMI_SIZE" not in environment and tasks > size:
        raise Unfit(
            f"SLURM started {tasks} tasks that do not see each other; start them with "
            "`mpirun -n N lisic run ...` inside the job, or with `srun --mpi=pmi2`"
        )
