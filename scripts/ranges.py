"""Values that a case uses outside the range their sources give."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy.typing as npt
from lisic.materials import Material, OutOfRange, Record
from lisic.mesh.regions import RegionMesh
from lisic.scripts.case import Case


@dataclass(frozen=True)
class Outside:
    """A value outside its range.

    Attributes:
        part: region, or part such as cnt.
        material: its name.
        record: the value and where it holds.
    """

    part: str
    material: str
    record: Record

    def __str__(self) -> str:
        """As one reads it."""
        return (
            f"outside its range: {self.part} ({self.material}) {self.record.key}, "
            f"known for {self.record.range}"
        )


def outside(
    case: Case, made: Mapping[str, Material], mesh: RegionMesh | None = None
) -> tuple[Outside, ...]:
    """Values of the materials of ``case``, by part, that its temperatures or sizes leave behind."""
    temperatures, current = [], case.temperature
    for step in case.step:
        current = current if step.temperature is None else step.temperature
        temperatures.append(current)
    found = []
    for part, material in sorted(made.items()):
        conditions: dict[str, npt.ArrayLike] = {"temperature": temperatures or [current]}
        if mesh is not None and part in mesh.regions and material.size is None:
            sizes = mesh.size[mesh.region == mesh.regions[part]]
            conditions["size"] = sizes[sizes > 0]
        records = material.out_of_range(None, **conditions)
        found += [Outside(part, material.name, record) for record in records]
    return tuple(found)


@contextmanager
def told_elsewhere() -> Iterator[None]:
    """Without warnings of values outside their range, where :func:`outside` tells them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OutOfRange)
        yield
