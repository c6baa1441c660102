"""The command line of ``lisic``: what each command takes, and the help texts that teach it."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from lisic.scripts import material_arguments
from lisic.scripts.launch import place

_EXIT_CODES = """\
exit codes
  0  done
  2  refused input: one or two lines say which file, key and value, and what is expected;
     nothing is written
  3  stopped before the end; partial results are kept and said
  4  the environment is unfit; `lisic doctor` says what is missing and how to mend it
"""

_RUN_FOLDER = """\
run folder (results/NAME, or what -o says)
  case.toml      the resolved case: every default filled in; runs again to the same results
  manifest.json  versions, seed, mesh checksum, ranks, solver options, wall time, status
  mesh/          the mesh and report.json: porosity asked and achieved, pore sizes, quality
  history.csv    a row per accepted time step; units are part of the column names
  fields.pvd     fields over time, for ParaView and `lisic render`
  checkpoint/    what --resume goes on from, on any number of ranks
  summary.json   status and end values
  figures/       pictures, once `lisic render` made them
  run.log        what the run said
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        if place()[0] == 0:
            print(f"lisic: command line: {message}; see `{self.prog} --help`", file=sys.stderr)
        sys.exit(2)


def _step(text: str) -> int | str:
    if text in ("last", "all-ends"):
        return text
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise argparse.ArgumentTypeError(f"got {text!r}; expected 1, 2, ..., last or all-ends")


def parser() -> argparse.ArgumentParser:
    """The parser; ``name`` of what it parses is the command."""
    layout = argparse.RawDescriptionHelpFormatter
    lisic = _Parser(
        prog="lisic",
        formatter_class=layout,
        description="Stress in the lithium-silicide-carbon interlayer of solid-state batteries: "
        "press a\nlayer, plate lithium into its pores, release it, and see what that does to it.",
        epilog="first steps\n"
        "  lisic check scripts/cases/demo.toml            is the case sound, how big is it\n"
        "  mpirun -n 2 lisic run scripts/cases/demo.toml  compute it, into results/lisi-c-plating\n"
        "  lisic render results/lisi-c-plating            stress maps and history plots\n\n"
        "how strong is lithium, and why\n"
        "  lisic strength lithium --size 100nm --rate 1e-3/s --temperature 20degC\n\n"
        "A case is one TOML file; docs/case-file.md describes every key. `lisic COMMAND --help`\n"
        "says more.\n\n" + _EXIT_CODES,
    )
    commands = lisic.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str,
        brief: str,
        description: str,
        epilog: str,
    ) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = commands.add_parser(
            name, help=brief, description=description, epilog=epilog, formatter_class=layout
        )
        one.set_defaults(name=name)
        return one

    def add_case(one: argparse.ArgumentParser) -> None:
        one.add_argument("case", metavar="CASE.toml", help="the case file")

    def add_output(one: argparse.ArgumentParser, what: str) -> None:
        one.add_argument("-o", "--output", metavar="DIR", type=Path, help=what)

    def add_no_cache(one: argparse.ArgumentParser) -> None:
        one.add_argument(
            "--no-cache",
            dest="cache",
            action="store_false",
            help="build the mesh, also if one of this geometry is kept from a run before, and "
            "keep none (they are kept in $LISIC_CACHE_DIR, or ~/.cache/lisic)",
        )

    add_case(
        command(
            "check",
            "validate a case and show it with all its defaults",
            "Validate a case and print it with every default filled in and in internal units, "
            "followed\nby an estimate of degrees of freedom and memory. Computes and writes "
            "nothing.",
            "examples\n  lisic check my.toml\n"
            "  lisic check my.toml > resolved.toml   the output is a case file itself\n\n"
            + _EXIT_CODES,
        )
    )

    mesh = command(
        "mesh",
        "build the geometry and its quality report",
        "Build the geometry of a case into DIR/mesh: mesh.npz (for lisic), mesh.vtu (for "
        "ParaView)\nand report.json, which is printed as a table.",
        "examples\n  lisic mesh my.toml\n  lisic mesh my.toml -o /tmp/look\n"
        "  lisic mesh my.toml --export my.inp\n"
        "  lisic mesh my.toml --show             pictures beside the mesh\n\n" + _EXIT_CODES,
    )
    add_case(mesh)
    mesh.add_argument(
        "--export",
        type=Path,
        metavar="FILE",
        help="write the mesh for another program, too: .inp (Abaqus), .msh (gmsh), .vtu, .xdmf",
    )
    mesh.add_argument(
        "--show",
        type=Path,
        nargs="?",
        const=True,
        metavar="FILE.png",
        help="draw the mesh into FILE.png (default: DIR/mesh/mesh.png), solids cut open, and its "
        "pores' chord lengths and correlation and its elements' angles into FILE-structure.png",
    )
    add_no_cache(mesh)
    add_output(mesh, "folder to write into (default: results/NAME)")

    run = command(
        "run",
        "compute a case",
        "Compute a case into a run folder, on one rank or under mpirun. A run writes only inside "
        "its\nfolder, and never over another run's results unless told to.",
        "examples\n  lisic run my.toml\n  mpirun -n 4 lisic run my.toml -o results/first\n"
        "  mpirun -n 2 lisic run my.toml -o results/first --resume   after a kill; any number "
        "of ranks\n\n" + _RUN_FOLDER + "\n" + _EXIT_CODES,
    )
    add_case(run)
    add_no_cache(run)
    add_output(run, "run folder (default: results/NAME)")
    again = run.add_mutually_exclusive_group()
    again.add_argument(
        "--resume",
        action="store_true",
        help="go on from the folder's last checkpoint; starts from the beginning if there is none",
    )
    again.add_argument(
        "--overwrite", action="store_true", help="remove the run that is in the folder first"
    )

    render = command(
        "render",
        "draw stress maps and history plots of a run",
        "Draw the fields of a run on its deformed shape, and its history, into RUN/figures.",
        "examples\n  lisic render results/lisi-c-plating\n"
        "  lisic render results/lisi-c-plating --field von_mises_MPa --region lisi --step 2\n"
        "  lisic render results/lisi-c-plating --step all-ends --range 0 600\n\n" + _EXIT_CODES,
    )
    render.add_argument("run", metavar="RUN", type=Path, help="the run folder")
    render.add_argument(
        "--field",
        action="append",
        metavar="NAME",
        help="a field to draw, such as von_mises_MPa; may be given again (default: von Mises "
        "stress, pressure, creep strain)",
    )
    render.add_argument(
        "--step",
        type=_step,
        default="last",
        metavar="N",
        help="draw the end of the N-th step, counted from 1; or last (default), or all-ends",
    )
    render.add_argument(
        "--region",
        action="append",
        metavar="NAME",
        help="a region to colour; may be given again (default: all)",
    )
    render.add_argument(
        "--scale", type=float, default=1.0, metavar="X", help="magnify displacements (default: 1)"
    )
    render.add_argument(
        "--range",
        type=float,
        nargs=2,
        metavar=("LOW", "HIGH"),
        help="ends of the colour bar, in the field's unit",
    )
    add_output(render, "folder of the pictures (default: RUN/figures)")

    material_arguments.add(command, _EXIT_CODES)

    command(
        "doctor",
        "say what is installed, what is missing and how to mend it",
        "Look at Python, MPI, DOLFINx, gmsh and the rest, and say how to mend what is missing.",
        "exit code 0 if runs and pictures will work, 4 if not",
    )
    return lisic
