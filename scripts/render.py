"""Pictures of a run: fields on the deformed shape, and plots of the history."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lisic.scripts import apart
from lisic.scripts.field_style import DEFAULT_FIELDS, field_style
from lisic.scripts.launch import place
from lisic.scripts.plots import plot_history
from lisic.scripts.run_folder import Output, RunFolder
from lisic.scripts.scales import colour_range, show_number, show_span, show_time, stretch_factor
from lisic.scripts.sheet import Outline


@dataclass(frozen=True)
class Job:
    """What :func:`render` asks of the drawing process; see there."""

    folder: str
    fields: tuple[str, ...]
    step: int | str
    regions: tuple[str, ...]
    scale: float
    value_range: tuple[float, float] | None
    output: str


def render(
    folder: Path,
    fields: Sequence[str] | None = None,
    step: int | str = "last",
    regions: Sequence[str] | None = None,
    scale: float = 1.0,
    value_range: tuple[float, float] | None = None,
    output: Path | None = None,
) -> list[Path]:
    """Draw fields of a run on its deformed shape, and its history.

    Pictures of one call share a field's colour range, so that steps can be compared.

    Args:
        folder: the run folder.
        fields: names as in the fields' files, such as ``von_mises_MPa``; by default von Mises
            stress, pressure and creep strain.
        step: ``"last"`` output of the run, ``"all-ends"`` for the end of each of the case's steps,
            or the number of a step, whose last output is drawn.
        regions: names of the regions to colour, and to take the colour range from; by default all.
        scale: factor on the displacements.
        value_range: ends of the colour bar in the field's unit.
        output: folder of the pictures, by default ``figures`` in the run folder.

    Returns:
        the pictures: ``FIELD-stepN-KIND.png`` for each output and field, and ``history.png``.

    Raises:
        ValueError: not a run folder, no fields yet, a damaged file, an unknown field, region or
            step, an empty range, or more than one MPI rank.
        Unfit: VTK can't draw here; how to mend it.
    """
    _refuse_ranks()
    if value_range is not None and not value_range[0] < value_range[1]:
        raise ValueError(f"range {value_range[0]:g} {value_range[1]:g}: expected MIN below MAX")
    run = RunFolder.open(folder)
    for name in regions or ():
        if name not in run.regions:
            raise ValueError(f"{folder}: no region {name!r}; it has {', '.join(run.regions)}")
    run.select(step)
    target = output or folder / "figures"
    job = Job(
        folder=str(folder),
        fields=tuple(fields or DEFAULT_FIELDS),
        step=step,
        regions=tuple(regions or run.regions),
        scale=scale,
        value_range=value_range,
        output=str(target),
    )
    pictures = apart.draw("lisic.scripts.render", asdict(job))
    if len(run.history):
        pictures.append(plot_history(run.history, run.name, target / "history.png"))
    return pictures


def _refuse_ranks() -> None:
    _, ranks = place()
    if ranks > 1:
        raise ValueError(f"started on {ranks} MPI ranks; lisic render runs on one, without mpirun")


def _draw(job: Job) -> list[Path]:
    """All pictures of a job, in this process."""
    from lisic.scripts.camera import View
    from lisic.scripts.draw import draw
    from lisic.scripts.picture import Page, save_page
    from lisic.scripts.snapshot import Snapshot

    run = RunFolder.open(Path(job.folder))
    outputs = run.select(job.step)
    snapshots = [Snapshot.of(run.grid(output), run.mesh) for output in outputs]
    chosen = [run.regions[name] for name in job.regions]
    pictures = []
    for field in job.fields:
        style = field_style(field)
        by_region = [_by_region(run, job, snapshot, field) for snapshot in snapshots]
        span = colour_range(
            {f"{i}{name}": one for i, all in enumerate(by_region) for name, one in all.items()},
            log=style.log,
            given=job.value_range,
        )
        colours = style.colour_map(span)
        for output, snapshot, values in zip(outputs, snapshots, by_region, strict=True):
            shape = View.of(snapshot.deformed(job.scale), snapshot.dim)
            factors = stretch_factor(shape.width, shape.height) if snapshot.dim == 2 else (1.0, 1.0)
            stretch = (*factors, 1.0)
            outline = Outline(shape.width, shape.height, factors)
            above, below = _sides(run)
            page = Page(
                title=run.name,
                subtitle=_subtitle(run, output),
                style=style,
                span=span,
                colours=colours,
                outline=outline,
                notes=tuple(
                    f"{name}: {show_span(one.min(), one.max())}"
                    for name, (one, _) in values.items()
                ),
                caption=_caption(job.scale, outline, bool(len(snapshot.fibres))),
                above=above,
                below=below,
            )
            pixels = draw(
                snapshot,
                field,
                span,
                colours,
                view=View.of(snapshot.deformed(job.scale, stretch), snapshot.dim),
                size=outline.pixels(),
                regions=chosen,
                scale=job.scale,
                stretch=stretch,
            )
            path = Path(job.output) / f"{field}-{_file_part(run, output)}.png"
            save_page(page, pixels, path)
            pictures.append(path)
    return pictures


def _by_region(run: RunFolder, job: Job, snapshot: Any, field: str) -> dict[str, Any]:
    values, volumes = snapshot.values(field), snapshot.volumes()
    cells = {name: snapshot.region == run.regions[name] for name in job.regions}
    return {name: (values[at], volumes[at]) for name, at in cells.items() if at.any()}


def _subtitle(run: RunFolder, output: Output) -> str:
    span = run.step_of(output)
    parts = [f"step {span}" if span else "start", f"t = {show_time(output.time)}"]
    row = run.history.at(output.time)
    if "stack_pressure_mpa" in row:
        parts.append(f"stack pressure {show_number(row['stack_pressure_mpa'])} MPa")
    if row.get("charge_mah_per_cm2"):
        parts.append(f"charge {show_number(row['charge_mah_per_cm2'])} mAh/cm²")
    return "   ·   ".join(parts)


def _sides(run: RunFolder) -> tuple[str, str]:
    """What lies above and below, where the mesh has such faces."""
    groups = run.mesh.facet_groups if run.mesh else {}
    above, below = (name if name in groups else "" for name in ("collector", "separator"))
    return above, below


def _caption(scale: float, outline: Outline, fibres: bool) -> str:
    shape = "deformed shape" if scale == 1 else f"displacements × {scale:g}"
    parts = [shape if scale else "undeformed shape"]
    if fibres:
        parts.append("thick white lines: fibres")
    return "   ·   ".join(parts + outline.said())


def _file_part(run: RunFolder, output: Output) -> str:
    span = run.step_of(output)
    return f"step{span.number}-{span.kind}" if span else "start"


if __name__ == "__main__":
    apart.answer(lambda job: _draw(Job(**job)))
