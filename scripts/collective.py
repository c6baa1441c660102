"""Work that one rank does for all, so that an error there ends all ranks alike."""

from collections.abc import Callable
from typing import Any


def on_root[T](comm: Any, work: Callable[[], T]) -> T | None:
    """Run ``work`` on rank 0; its result there, None elsewhere. Collective.

    Raises:
        Exception: whatever ``work`` raised, on every rank.
    """
    result: T | None = None
    error: Exception | None = None
    if comm.rank == 0:
        try:
            result = work()
        except Exception as raised:  # handed to all ranks, which raise it
            error = raised
    error = comm.bcast(error)
    if error is not None:
        raise error
    return result
