"""Run folders: which may be written, and never another run's results unless told to."""

import shutil
import tempfile
from pathlib import Path

from lisic.scripts.case import Case, load_case
from lisic.scripts.refusal import Refusal, misfit

# What a run puts into its folder. Only these are ever removed.
_OWN = (
    "case.toml",
    "manifest.json",
    "mesh",
    "history.csv",
    "checkpoint",
    "summary.json",
    "figures",
    "run.log",
)
_OWN_PREFIX = "fields"  # fields.pvd, fields/, fields.*
_KEY = ("--output",)
_PROBE = ".lisic-"  # a folder made and removed at once, to see whether one can be


def default_folder(case: Case) -> Path:
    """``results/NAME`` under the current folder."""
    return Path("results") / case.name


def is_run(folder: Path) -> bool:
    """Whether a run wrote here."""
    return (folder / "case.toml").exists() or (folder / "manifest.json").exists()


def check(folder: Path, case: Case, *, resume: bool = False, overwrite: bool = False) -> None:
    """Refuse a folder that a run of ``case`` may not or can not write; writes nothing itself.

    Raises:
        Refusal: not writable, holds other files, another run's results, or, to be resumed, the
            run of a different case.
    """
    _check_writable(folder)
    if not folder.exists():
        return
    # Other ranks probe the same folder at the same time.
    names = [entry.name for entry in folder.iterdir() if not entry.name.startswith(_PROBE)]
    foreign = sorted(name for name in names if not _own(name))
    if foreign and not is_run(folder):
        raise misfit(str(folder), f"a new folder or a run's; it holds {foreign[0]!r}", key=_KEY)
    if not is_run(folder) or overwrite:
        return
    if not resume:
        text = "a new folder; this one holds a run: --resume goes on, --overwrite starts anew"
        raise misfit(str(folder), text, key=_KEY)
    if (folder / "case.toml").exists():
        _check_same(case, folder / "case.toml")


def create(folder: Path, *, overwrite: bool = False) -> None:
    """Make the folder; with ``overwrite``, remove what a run before left in it.

    Call on one rank, after :func:`check` and once everything else is known to be sound.

    Raises:
        Refusal: the system won't let it be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if overwrite:
            for entry in folder.iterdir():
                if _own(entry.name):
                    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    except OSError as error:
        text = f"a folder that can be written ({error.strerror})"
        raise misfit(str(folder), text, key=_KEY) from None


def _own(name: str) -> bool:
    return name in _OWN or name.startswith(_OWN_PREFIX)


def _check_writable(folder: Path) -> None:
    present = folder.absolute()
    while not present.exists() and present != present.parent:
        present = present.parent
    if not present.is_dir():
        text = f"a folder that can be written ({present} is a file)"
        raise misfit(str(folder), text, key=_KEY)
    try:  # permissions alone don't say it: read-only disks, full disks, quotas, root
        Path(tempfile.mkdtemp(prefix=_PROBE, dir=present)).rmdir()
    except OSError as error:
        text = f"a folder that can be written (in {present}: {error.strerror})"
        raise misfit(str(folder), text, key=_KEY) from None


def _check_same(case: Case, file: Path) -> None:
    before, now = load_case(file).model_dump(), case.model_dump()
    changed = [key for key in now if now[key] != before[key]]
    if changed:
        also = f" (and {', '.join(changed[1:])})" if changed[1:] else ""
        text = (
            f"got other values than this run was started with{also}; expected those of {file} "
            "to resume it: choose another --output, or --overwrite"
        )
        raise Refusal(text, key=(changed[0],))
