"""A simplex mesh with named regions and facets, in plain arrays.

What every geometry of :mod:`lisic.mesh` builds, what the run folder keeps and what the solver
distributes over its ranks. Lengths are um.
"""

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

type Floats = npt.NDArray[np.float64]
type Ids = npt.NDArray[np.int64]
type Tags = npt.NDArray[np.int32]

_ARRAYS: dict[str, type[np.generic]] = {
    "points": np.float64,
    "cells": np.int64,
    "region": np.int32,
    "facets": np.int64,
    "facet_tag": np.int32,
    "body": np.int32,
    "size": np.float64,
    "fibres": np.int64,
    "fibre": np.int32,
    "curve_points": np.float64,
    "curves": np.int64,
    "curve": np.int32,
    "period": np.float64,
}
_NAMES = ("regions", "facet_groups")
# What zipfile and zlib raise at bytes that are none of theirs.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, eq=False)
class RegionMesh:
    """Triangles (dim 2) or tetrahedra (dim 3) with regions, facet groups, pores and fibres.

    Attributes:
        points: vertex coordinates in um, (n_points, dim).
        cells: vertex numbers, positively oriented, (n_cells, dim + 1).
        region: id >= 1 of the region of each cell, (n_cells,).
        regions: region name -> id.
        facets: vertex numbers of the tagged facets, (n_facets, dim).
        facet_tag: id >= 1 of the group of each tagged facet, (n_facets,).
        facet_groups: facet group name -> id.
        body: number >= 1 of the pore a cell lies in, 0 outside pores, (n_cells,).
        size: diameter of that pore in um, 0 outside pores, (n_cells,).
        fibres: vertex numbers of fibre segments, each an edge of the mesh, (n_segments, 2).
        fibre: number >= 1 of the fibre of each segment, (n_segments,).
        curve_points: points in um of fibres that do not follow the mesh, (n_curve_points, 3);
            in 3D only, and within the mesh.
        curves: numbers of the two curve points of each of their segments, (n_curve_segments, 2).
        curve: number >= 1 of the fibre of each of those segments, (n_curve_segments,).
        period: lateral period in um, 0 along directions that do not repeat, (dim,).
            Opposite periodic faces carry identical nodes.

    Raises:
        ValueError: an array of the wrong shape or type, or a number that points nowhere.
    """

    points: Floats
    cells: Ids
    region: Tags
    regions: dict[str, int]
    facets: Ids
    facet_tag: Tags
    facet_groups: dict[str, int]
    body: Tags
    size: Floats
    fibres: Ids
    fibre: Tags
    period: Floats
    curve_points: Floats = field(default_factory=lambda: np.empty((0, 3)))
    curves: Ids = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    curve: Tags = field(default_factory=lambda: np.empty(0, dtype=np.int32))

    def __post_init__(self) -> None:
        """Check shapes, types and numbers, so that whoever gets a mesh can trust its arrays."""
        if self.points.ndim != 2 or self.points.shape[1] not in (2, 3):
            raise ValueError(f"points must be (n, 2) or (n, 3), got shape {self.points.shape}")
        dim, n_cells = self.points.shape[1], len(self.cells)
        n_facets, n_segments = len(self.facets), len(self.fibres)
        shapes: dict[str, tuple[int, ...]] = {
            "points": self.points.shape,
            "cells": (n_cells, dim + 1),
            "region": (n_cells,),
            "facets": (n_facets, dim),
            "facet_tag": (n_facets,),
            "body": (n_cells,),
            "size": (n_cells,),
            "fibres": (n_segments, 2),
            "fibre": (n_segments,),
            "curve_points": (len(self.curve_points), 3),
            "curves": (len(self.curves), 2),
            "curve": (len(self.curves),),
            "period": (dim,),
        }
        for name, dtype in _ARRAYS.items():
            array = getattr(self, name)
            if array.shape != shapes[name] or array.dtype != dtype:
                raise ValueError(
                    f"{name} must be {np.dtype(dtype)} of shape {shapes[name]}, "
                    f"got {array.dtype} of shape {array.shape}"
                )
        if n_cells == 0:
            raise ValueError("a mesh needs at least one cell, got none")
        for name in ("cells", "facets", "fibres", "curves"):
            array = getattr(self, name)
            known = len(self.curve_points if name == "curves" else self.points)
            if array.size and not (array.min() >= 0 and array.max() < known):
                raise ValueError(
                    f"{name} name vertices {array.min()}..{array.max()}, there are {known}"
                )
        for name, names in (("region", self.regions), ("facet_tag", self.facet_groups)):
            used, ids = set(np.unique(getattr(self, name)).tolist()), set(names.values())
            if used - ids or len(ids) != len(names) or min(ids, default=1) < 1:
                raise ValueError(
                    f"{name} uses ids {sorted(used)}, named are {names}; "
                    "ids must be distinct, >= 1 and named"
                )
        if not (np.isfinite(self.points).all() and np.isfinite(self.curve_points).all()):
            raise ValueError("points must be finite")

    @property
    def dim(self) -> int:
        """Dimension of space, 2 or 3."""
        return int(self.points.shape[1])

    def volumes(self) -> Floats:
        """Signed area in um^2 or volume in um^3 of every cell, (n_cells,)."""
        first = self.points[self.cells[:, 0]]
        a, b, *more = ((self.points[corner] - first).T for corner in self.cells.T[1:])
        if not more:
            area: Floats = (a[0] * b[1] - a[1] * b[0]) / 2
            return area
        c = more[0]
        volume: Floats = (
            a[0] * (b[1] * c[2] - b[2] * c[1])
            + a[1] * (b[2] * c[0] - b[0] * c[2])
            + a[2] * (b[0] * c[1] - b[1] * c[0])
        ) / 6
        return volume

    def checksum(self) -> str:
        """SHA-256 over the contents, the same on every machine."""
        digest = hashlib.sha256()
        for name, dtype in _ARRAYS.items():
            array = getattr(self, name)
            digest.update(f"{name}{array.shape}".encode())
            little_endian = np.dtype(dtype).newbyteorder("<")
            digest.update(np.ascontiguousarray(array, dtype=little_endian).tobytes())
        for name in _NAMES:
            digest.update(json.dumps(getattr(self, name), sort_keys=True).encode())
        return digest.hexdigest()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write one compressed ``.npz``; a reader never sees half a file."""
        path = Path(path)
        contents: dict[str, Any] = {name: getattr(self, name) for name in _ARRAYS}
        for name in _NAMES:
            contents[name] = np.array(json.dumps(getattr(self, name)))
        handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                np.savez_compressed(stream, **contents)
            # mkstemp makes the file private to its owner; a mesh is as readable as its folder.
            Path(unfinished).chmod(0o644)
            os.replace(unfinished, path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read what :meth:`save` wrote.

        Raises:
            FileNotFoundError: no such file.
            ValueError: not a mesh of lisic.
        """
        try:
            with np.load(path, allow_pickle=False) as contents:
                arrays = {name: contents[name] for name in _ARRAYS}
                names = {name: json.loads(str(contents[name])) for name in _NAMES}
        except (*_DAMAGE, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} is not a lisic mesh: {error}") from error
        return cls(**arrays, **names)


assert {one.name for one in fields(RegionMesh)} == {*_ARRAYS, *_NAMES}
