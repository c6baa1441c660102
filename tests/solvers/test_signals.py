"""PETSc's signal handlers would end a program that writes to a process which has gone."""

import subprocess
import sys

WRITER = """
import os, signal
import lisic.solvers.problem
assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN
reading, writing = os.pipe()
os.close(reading)
try:
    os.write(writing, b"x")
except BrokenPipeError:
    print("goes on")
"""


def test_writing_to_a_closed_pipe_raises():
    command = [sys.executable, "-c", WRITER]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "goes on\n"), done.stderr
