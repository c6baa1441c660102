"""Try a command in a process of its own, and say in one line why it failed."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

TIME_LIMIT = 120.0
"""Seconds; a cold start of everything from a network file system takes up to a minute."""


@dataclass(frozen=True)
class Trial:
    """How it went: ``cause`` is empty when it went well."""

    output: str
    cause: str

    @property
    def good(self) -> bool:
        """Tell whether the command ended with exit code 0."""
        return not self.cause


def python(code: str, limit: float = TIME_LIMIT) -> Trial:
    """Try a piece of Python in a new process of this interpreter."""
    return attempt([sys.executable, "-c", code], limit)


def attempt(command: Sequence[str], limit: float = TIME_LIMIT) -> Trial:
    """Try a command for at most ``limit`` seconds.

    The process does not inherit the place in a parallel run that this one may have: an MPI
    library that is started inside it would take that place for its own.
    """
    places = ("PMI", "OMPI_COMM_WORLD_")
    apart = {key: value for key, value in os.environ.items() if not key.startswith(places)}
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, errors="replace", timeout=limit,
            env=apart, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Trial("", f"no answer within {limit:g} s")
    except OSError as error:
        return Trial("", f"{command[0]}: {error.strerror}")
    return Trial(done.stdout.strip(), _cause(done.returncode, done.stderr))


def _cause(code: int, stderr: str) -> str:
    """Return the reason in one line; empty for exit code 0."""
    if code == 0:
        return ""
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    lines = [line.strip() for line in stderr.splitlines() if any(map(str.isalnum, line))]
    return lines[-1] if lines else f"exit code {code}"
