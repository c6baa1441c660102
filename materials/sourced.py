"""Values with their provenance, and a warning where they are used outside their range."""

import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from lisic.materials.properties import PROPERTIES, nearest
from lisic.materials.records import AXES, Record


class OutOfRange(UserWarning):
    """A value is used where its source does not say that it holds.

    By Python's default filter it shows once for a value, however often this is used.
    """


@dataclass(frozen=True)
class Sourced:
    """An entry of the database with the user's overrides. Internal units: um, MPa, s, K.

    Attributes:
        name: as in the case file.
        values: every property by its path in the database, in internal units.
        provenance: where each value comes from, in the same order.
    """

    name: str
    values: Mapping[str, float]
    provenance: tuple[Record, ...]

    def value(self, key: str) -> float:
        """Property ``key`` in its internal unit.

        Raises:
            ValueError: there is none.
        """
        if key not in self.values:
            raise ValueError(f"{self.name} has no {key}; {nearest(key, list(self.values))}")
        return self.values[key]

    def in_use(self) -> tuple[str, ...]:
        """Paths of the properties that play a part in a run."""
        return tuple(key for key in self.values if not PROPERTIES[key].sheet_only)

    def assumptions(self) -> tuple[Record, ...]:
        """The records in use that rest on no source."""
        keys = self.in_use()
        return tuple(
            record
            for record in self.provenance
            if record.confidence == "assumed" and record.key in keys
        )

    def out_of_range(
        self, keys: Collection[str] | None = None, **conditions: npt.ArrayLike | None
    ) -> tuple[Record, ...]:
        """The records whose source does not say that they hold under all of ``conditions``.

        Args:
            keys: paths of the properties in question; those in use, if left out.
            conditions: any of ``temperature`` (K), ``composition`` (Li per Si), ``size`` (um),
                ``strain_rate`` (1/s), ``porosity`` and ``pressure`` (MPa); numbers or arrays.
                NaN excludes nothing. What is left out is as among the values, if it is there.
        """
        keys = self.in_use() if keys is None else keys
        conditions = {axis: self.values.get(axis) for axis in AXES} | conditions
        extremes = []
        for pick in (np.fmin.reduce, np.fmax.reduce):
            extremes.append(
                {
                    axis: float(pick(np.ravel(np.asarray(values, dtype=float))))
                    for axis, values in conditions.items()
                    if values is not None and np.size(values)
                }
            )
        return tuple(
            record
            for record in self.provenance
            if record.key in keys and not all(record.covers(**extreme) for extreme in extremes)
        )

    def warn_out_of_range(self, keys: Collection[str], **conditions: npt.ArrayLike | None) -> None:
        """Warn of each of ``keys`` that :meth:`out_of_range` finds, in words that repeat."""
        for record in self.out_of_range(keys, **conditions):
            warnings.warn(
                f"{self.name}: {record.key} is used outside its range, {record.range}",
                OutOfRange,
                stacklevel=1,  # the same place for all callers, so that it shows once
            )
