"""PETSc's or gmsh's signal handlers would end a program that writes to a process which has gone."""

import subprocess
import sys

import pytest

MESHING = "from lisic.mesh.planar import session\nwith session() as gm: gm.model.add('empty')"
WRITER = """
import os
reading, writing = os.pipe()
os.close(reading)
try:
    os.write(writing, b"x")
except BrokenPipeError:
    print("goes on")
"""


@pytest.mark.parametrize("before", ["import lisic.solvers.problem", MESHING])
def test_writing_to_a_closed_pipe_raises(before):
    command = [sys.executable, "-c", before + WRITER]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "goes on\n"), done.stderr
