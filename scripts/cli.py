"""The command ``lisic``.

Modules behind a command are imported when it is called, so that ``lisic --help`` answers at once
and ``lisic check`` needs no MPI. Under ``mpirun`` only rank 0 writes text.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from lisic.scripts.command_line import parser
from lisic.scripts.launch import place


def _check(arguments: argparse.Namespace, out: TextIO) -> int:
    from lisic.scripts import estimate
    from lisic.scripts.case import load_case

    case = load_case(arguments.case)
    described = estimate.describe(case)
    # The estimate as comments: the whole output is a case file again.
    print(case.to_toml(), file=out)
    print("\n".join(f"# {line}".rstrip() for line in described.splitlines()), file=out)
    return 0


def _mesh(arguments: argparse.Namespace, out: TextIO) -> int:
    from lisic.scripts import folders, geometries, mesh_pictures
    from lisic.scripts.case import load_case
    from lisic.scripts.mesh_command import build_mesh
    from lisic.scripts.refusal import blamed_on

    case = load_case(arguments.case)
    folder = arguments.output or folders.default_folder(case)
    picture = arguments.show
    if picture is not None:
        picture = folder / "mesh" / "mesh.png" if picture is True else picture
        mesh_pictures.check(picture)
    with blamed_on("geometry"):
        geometry = geometries.geometry(case)
    print(build_mesh(geometry, case, folder, arguments.export, use_cache=arguments.cache), file=out)
    if picture is not None:
        for one in mesh_pictures.show(folder / "mesh", case.name, picture):
            print(f"         {one}", file=out, flush=True)
    return 0


def _run(arguments: argparse.Namespace, out: TextIO) -> int:
    from lisic.scripts import folders
    from lisic.scripts.case import load_case

    case = load_case(arguments.case)
    folder = arguments.output or folders.default_folder(case)
    folders.check(folder, case, resume=arguments.resume, overwrite=arguments.overwrite)

    from lisic.scripts.run import run

    return run(
        case,
        folder,
        resume=arguments.resume,
        overwrite=arguments.overwrite,
        use_cache=arguments.cache,
    )


def _render(arguments: argparse.Namespace, out: TextIO) -> int:
    from lisic.scripts.refusal import blamed_on
    from lisic.scripts.render import render

    with blamed_on():  # its messages name the file themselves
        pictures = render(
            arguments.run,
            fields=arguments.field,
            step=arguments.step,
            regions=arguments.region,
            scale=arguments.scale,
            value_range=tuple(arguments.range) if arguments.range else None,
            output=arguments.output,
        )
    for picture in pictures:
        print(picture, file=out)
    return 0


def _material(arguments: argparse.Namespace, out: TextIO) -> int:
    from lisic.scripts.material_command import sheet

    print(sheet(arguments), file=out)
    return 0


def _strength(arguments: argparse.Namespace, out: TextIO) -> int:
    from lisic.scripts.strength_command import strength

    print(strength(arguments), file=out)
    return 0


def _map(arguments: argparse.Namespace, out: TextIO) -> int:
    from lisic.scripts.map_command import draw_map

    print(draw_map(arguments), file=out)
    return 0


def _doctor(arguments: argparse.Namespace, out: TextIO) -> int:
    from lisic.scripts import doctor

    return doctor.run(out)


_ACTIONS: dict[str, Callable[[argparse.Namespace, TextIO], int]] = {
    "check": _check,
    "mesh": _mesh,
    "run": _run,
    "render": _render,
    "material": _material,
    "strength": _strength,
    "map": _map,
    "doctor": _doctor,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    rank, ranks = place()
    arguments = parser().parse_args(argv)
    if ranks > 1 and arguments.name != "run":
        return _say(rank, f"{arguments.name} runs in one process; only run goes under mpirun", 2)

    from lisic.scripts.refusal import Exit, Refusal, Unfit

    try:
        code = _ACTIONS[arguments.name](arguments, sys.stdout)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # a reader such as `head` has seen enough; a run must not stop unsaid
        if arguments.name == "run":
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Refusal as refusal:
        if not refusal.file and not str(next(iter(refusal.key), "")).startswith("--"):
            refusal.file = str(getattr(arguments, "case", ""))
        return _say(rank, str(refusal), Exit.REFUSED)
    except Unfit as unfit:
        return _say(rank, str(unfit), Exit.UNFIT)
    except ImportError as error:
        if (error.name or "lisic").split(".")[0] == "lisic":
            raise  # a bug of ours, not a package that is missing
        return _say(rank, f"{error}; `lisic doctor` says how to mend it", Exit.UNFIT)


def _say(rank: int, text: str, code: int) -> int:
    if rank == 0:
        print(f"lisic: {text}", file=sys.stderr)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
