"""Compiled code kept on disk follows the kernels it calls."""

import os
import subprocess
import sys
from pathlib import Path

CALLEE = """
from lisic.materials.jit import njit

@njit
def twice(x):
    return {factor} * x
"""
CALLER = """
from callee import twice
from lisic.materials.jit import njit

@njit
def shifted(x):
    return twice(x) + 1.0

print(shifted(10.0), sum(shifted.stats.cache_hits.values()))
"""


def run(folder: Path, factor: float) -> str:
    (folder / "callee.py").write_text(CALLEE.format(factor=factor))
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("NUMBA_CACHE_DIR", None)
    return subprocess.run(
        [sys.executable, "caller.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_a_changed_kernel_is_compiled_again_into_its_callers(tmp_path):
    (tmp_path / "caller.py").write_text(CALLER)
    assert run(tmp_path, 2.0) == "21.0 0"
    assert run(tmp_path, 2.0) == "21.0 1"  # kept for the next process
    assert run(tmp_path, 3.0) == "31.0 0"
