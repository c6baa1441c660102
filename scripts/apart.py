"""VTK in a serial process of its own, off screen.

With neither an X server nor EGL it ends with a segmentation fault, which no ``except`` catches, and
it must never run inside ``mpirun``.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lisic.scripts.refusal import Unfit

_MEND = (
    "VTK draws off screen with EGL; if that is missing, install it "
    "(Debian, Ubuntu: apt install libegl1; Fedora: dnf install mesa-libEGL)"
)


def draw(module: str, job: Mapping[str, Any]) -> list[Path]:
    """Run ``module`` in a process that calls :func:`answer`, and return its pictures.

    Args:
        module: name of a module that draws when it is run as a script.
        job: what it is asked for, as JSON can hold it.

    Raises:
        ValueError: the module refused the job.
        Unfit: VTK can't draw here; how to mend it.
    """
    environment = dict(os.environ)
    if sys.platform == "linux":
        # Otherwise VTK first looks for an X server, and is slow where one is far away.
        environment.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
    process = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if process.returncode < 0:
        raise Unfit(f"the drawing process died of signal {-process.returncode}; {_MEND}")
    if process.returncode != 0:
        raise RuntimeError(f"the drawing process failed:\n{process.stderr}")
    answered = json.loads(process.stdout.splitlines()[-1])
    if "refused" in answered:
        raise ValueError(answered["refused"])
    return [Path(picture) for picture in answered["pictures"]]


def answer(drawing: Callable[[Mapping[str, Any]], Sequence[Path]]) -> None:
    """In the process of its own: read the job, draw it, and say which pictures there are."""
    job = json.load(sys.stdin)
    try:
        print(json.dumps({"pictures": [str(picture) for picture in drawing(job)]}))
    except ValueError as error:
        print(json.dumps({"refused": str(error)}))
