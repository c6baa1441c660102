"""Compiling kernels: numba's decorator with lisic's settings, and typed."""

from collections.abc import Callable
from typing import Any, cast

import numba


def njit[F: Callable[..., Any]](function: F) -> F:
    """Compile ``function`` at its first call and keep the machine code for other processes.

    Division by zero gives infinity or NaN, as in numpy, instead of raising.
    """
    return cast(F, numba.njit(cache=True, error_model="numpy")(function))
