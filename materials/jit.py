"""Compiling kernels: numba's decorator with lisic's settings, and typed.

numba keeps machine code by the source file of the compiled function alone. A function that calls
a kernel of another file would go on running that kernel's old version after it changed: a wrong
stress, and no word about it. Here the kept code also depends on what a module imports.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import numba

_stamps: dict[int, str] = {}  # by id of a compiled function; these live as long as the process


def njit[F: Callable[..., Any]](function: F) -> F:
    """Compile ``function`` at its first call and keep the machine code for other processes.

    Division by zero gives infinity or NaN, as in numpy, instead of raising. Kernels of other
    modules must be imported by name (``from ... import rate``), above the function.
    """
    stamp = _stamp(function)
    try:
        compiled = numba.njit(cache=True, error_model="numpy")(function)
        index = compiled._cache._cache_file
        index._source_stamp = (index._source_stamp, stamp)
    except (AttributeError, RuntimeError):
        # A numba that keeps it elsewhere, or no folder to write to: rather compile each time.
        compiled = numba.njit(error_model="numpy")(function)
    _stamps[id(compiled)] = stamp
    return cast(F, compiled)


def _stamp(function: Callable[..., Any]) -> str:
    """Digest of the function's file, of the numbers it sees, and of the kernels it may call."""
    digest = sha256(Path(function.__code__.co_filename).read_bytes())
    for name, value in sorted(function.__globals__.items()):
        if isinstance(value, int | float):
            digest.update(f"{name}={value!r};".encode())
        elif id(value) in _stamps:
            digest.update(f"{name}:{_stamps[id(value)]};".encode())
    return digest.hexdigest()
