"""A stack of images as tetrahedra: two regions, a smooth border, the shares of the voxels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from lisic.mesh import bulk, facets, quality, slices, statistics, voxels
from lisic.mesh.lattice import Lattice, fitted
from lisic.mesh.level import Trial, met
from lisic.mesh.regions import Floats, Ids, RegionMesh
from lisic.mesh.segmentation import Segmentation
from lisic.mesh.spacing import refuse_too_many
from lisic.mesh.stuffing import Stuffed, stuff
from scipy import ndimage
from scipy.ndimage import distance_transform_edt, gaussian_filter, map_coordinates

type Mask = npt.NDArray[np.bool_]

# Voxels along the side of a cube of the lattice, where no element size is asked for ...
_VOXELS_PER_CUBE = 2.0
# ... but not more tetrahedra than this, at twelve a cube.
_MOST_BY_DEFAULT = 1_000_000
_CELLS_PER_CUBE = 12
# The border is smoothed over this share of the element size, or of a voxel if that is larger:
# less leaves steps of voxels, more rounds off what the elements could show.
_SMOOTHING = 0.4
# Of the voxels of pores, this share at least must lie in elements of pores.
_LEAST_OVERLAP = 0.5
# Fewer elements than this hold no stress worth the name: such a body joins what surrounds it.
_FEWEST_CELLS = 8
_GROUPS = {"separator": "bottom", "collector": "top"}


@dataclass(frozen=True)
class VolumeMesh:
    """The mesh of a stack of images; lengths in um.

    Attributes:
        file: a TIFF with many pages, a folder of PNG or TIFF slices, or a .npy array (slices,
            rows, columns); grey or labels (:mod:`lisic.mesh.slices`).
        pixel_size: width and height of a pixel of the slices.
        regions: names of the two regions, from dark to light; with ``values``, in any order.
        slice_distance: from one slice to the next; left out, the size of a pixel.
        thresholds: the grey value between the regions; none with ``values``.
        values: the value of each region of a segmented stack, or none.
        stacked: along which axis slices follow each other. "z": they lie flat, the first one at
            the bottom, their upper edges at the back. "y": they stand upright, the first one in
            front, their upper edges at the top.
        denoise: standard deviation in voxels of a Gaussian filter before the threshold.
        smallest_island: islands of fewer voxels go to what surrounds them.
        element_size: side of the lattice's cubes, the longest edge of elements; left out, two
            voxels, or what makes a million tetrahedra.

    Facet groups ``bottom`` (z = 0), ``top``, ``left``, ``right`` (across x), ``front``, ``back``
    (across y) and ``one|other`` for the border. Nothing repeats: the sides are mirrors. Bodies
    are pieces of a region ``pore``, with their Sauter diameter 6 V/S as size.

    Raises:
        ValueError: a value out of its range; from :meth:`build`, a stack that is missing,
            unreadable, without solid or without one of the regions, or elements too large for it.
    """

    file: str | Path
    pixel_size: float
    regions: tuple[str, ...]
    slice_distance: float | None = None
    thresholds: tuple[float, ...] = ()
    values: Mapping[str, int] = field(default_factory=dict)
    stacked: Literal["y", "z"] = "z"
    denoise: float = 0.0
    smallest_island: int = 27
    element_size: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no stack can satisfy."""
        for name in ("pixel_size", "slice_distance", "element_size"):
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive length, got {value} um")
        if len(self.regions) != 2:
            raise ValueError(
                f"a volume is meshed in two regions, got {len(self.regions)}: "
                f"{', '.join(self.regions)}; one region for several greys or labels is possible"
            )
        if self.stacked not in ("y", "z"):
            raise ValueError(f'stacked must be "y" or "z", got {self.stacked!r}')
        _ = self._segmentation  # refuses regions, thresholds and values that don't fit

    @property
    def voxel_size(self) -> tuple[float, float, float]:
        """Sides of a voxel along x, y, z in um."""
        pixel = self.pixel_size
        distance = pixel if self.slice_distance is None else self.slice_distance
        return (pixel, pixel, distance) if self.stacked == "z" else (pixel, distance, pixel)

    @property
    def inner(self) -> str:
        """The region that makes the bodies: pores, or else the first one."""
        return "pore" if "pore" in self.regions else self.regions[0]

    @property
    def _segmentation(self) -> Segmentation:
        return Segmentation(
            self.regions, self.thresholds, self.values, self.denoise, self.smallest_island
        )

    @property
    def _name(self) -> str:
        return f"volume {self.file}"

    def segment(self) -> Ids:
        """Label of every voxel, (x, y, z): 1 for the first region."""
        labels = self._segmentation.labels(slices.read(Path(self.file)), self._name)
        # Slices, rows and columns are z, y and x where slices lie flat.
        order = (2, 1, 0) if self.stacked == "z" else (2, 0, 1)
        return np.ascontiguousarray(labels.transpose(order))

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        """Mesh and its report."""
        segmented = self.segment()
        labels, islands, moved = self._segmentation.without_islands(segmented, self._name)
        number = 1 + self.regions.index(self.inner)
        x, y, z = (np.array(segmented.shape) * self.voxel_size).tolist()
        lattice = self._lattice((x, y, z))
        wanted = float((segmented == number).mean())
        trial = self._fitted(lattice, labels == number, wanted)
        mesh = self._mesh(trial.mesh, lattice.extent)
        cell = voxels.cell_of_voxel(mesh, np.array(segmented.shape))
        overlap = float((mesh.region[cell] == number)[labels == number].mean())
        if overlap < _LEAST_OVERLAP:
            raise ValueError(self._too_coarse(wanted, lattice))
        contents = {"kind": "volume"} | quality.report(mesh)
        contents["image"] = {
            "file": Path(self.file).name,
            "stacked": self.stacked,
            "voxels": list(segmented.shape),
            "voxel_size_um": list(self.voxel_size),
            "islands_removed": islands,
            "island_voxels": int(moved.sum()),
            "fractions_in_image": {
                name: float((segmented == i).mean()) for i, name in enumerate(self.regions, start=1)
            },
            "largest_difference": abs(trial.fraction - wanted),
            "pieces_in_image": int(ndimage.label(labels == number)[1]),
            # Voxels whose centre lies in a cell of the other region.
            "voxels_that_differ": float((mesh.region[cell] != segmented).mean()),
        }
        if "structure" not in contents:  # that of pores is there
            contents["structure"] = statistics.report(mesh, mesh.region == number)
        return mesh, contents

    def _lattice(self, extent: tuple[float, float, float]) -> Lattice:
        pitch = self.element_size
        if pitch is None:
            fine = _VOXELS_PER_CUBE * float(np.prod(self.voxel_size)) ** (1 / 3)
            most = (_CELLS_PER_CUBE * float(np.prod(extent)) / _MOST_BY_DEFAULT) ** (1 / 3)
            pitch = min(max(fine, most), min(extent) / 3)
        try:
            refuse_too_many(_CELLS_PER_CUBE * float(np.prod(extent)) / pitch**3, dim=3)
        except ValueError as error:
            raise ValueError(f"{self._name}: {error}") from error
        try:
            return fitted(extent, pitch, (False, False, False))
        except ValueError as error:
            raise ValueError(
                f"{self._name}: elements of {pitch:.4g} um don't fit into "
                f"{' x '.join(f'{side:.4g}' for side in extent)} um; element_size = "
                f'"{min(extent) / 3:.3g} um" is possible'
            ) from error

    def _fitted(self, lattice: Lattice, inside: Mask, wanted: float) -> Trial:
        """The mesh whose share of the inner region is that of the voxels."""
        near = float(lattice.pitch.min())
        distance = self._distance(inside, near)
        sizes = np.array(self.voxel_size)

        def at(*axes: Floats) -> Floats:
            grid = np.meshgrid(
                *(axis / side - 0.5 for axis, side in zip(axes, sizes, strict=True)), indexing="ij"
            )
            values: Floats = map_coordinates(distance, grid, order=1, mode="nearest")
            return values

        values = lattice.sample(at)
        # Share that a border one um further out would have gained.
        slope = float((np.abs(values) < near).mean()) / (2 * near)
        try:
            return met(lambda level: self._kept(stuff(lattice, values - level)), wanted, 0.0, slope)
        except ValueError as error:
            raise ValueError(self._too_coarse(wanted, lattice)) from error

    def _too_coarse(self, wanted: float, lattice: Lattice) -> str:
        return (
            f"{self._name}: elements of {lattice.pitch.max():.3g} um can't show {self.inner}, "
            f"{100 * wanted:.4g} % of the voxels: a smaller element_size, or a larger "
            "smallest_island, is possible"
        )

    def _distance(self, inside: Mask, pitch: float) -> Floats:
        """Smooth distance in um of voxels' centres from the border, negative inside."""
        outer = distance_transform_edt(~inside, sampling=self.voxel_size)
        # Either is at least one voxel beside the border: their difference vanishes half way.
        distance = outer - distance_transform_edt(inside, sampling=self.voxel_size)
        reach = _SMOOTHING * max(pitch, *self.voxel_size)
        smooth: Floats = gaussian_filter(
            distance, [reach / side for side in self.voxel_size], mode="nearest"
        )
        return smooth

    @staticmethod
    def _kept(mesh: Stuffed) -> Stuffed:
        inside = bulk.without_islands(mesh, np.zeros(3), _FEWEST_CELLS)
        return Stuffed(mesh.points, mesh.cells, inside, mesh.volume)

    def _mesh(self, stuffed: Stuffed, extent: tuple[float, float, float]) -> RegionMesh:
        linked = facets.links(stuffed.points, stuffed.cells, np.zeros(3))
        body = np.zeros(len(stuffed.cells), dtype=np.int64)
        if self.inner == "pore":
            body = bulk.numbered(linked, stuffed.inside)
        inner = 1 + self.regions.index(self.inner)
        tagged, tag, groups = bulk.facet_groups(stuffed, extent)
        names = _GROUPS | {"pore_wall": "|".join(self.regions)}
        return RegionMesh(
            points=stuffed.points,
            cells=stuffed.cells,
            region=np.where(stuffed.inside, inner, 3 - inner).astype(np.int32),
            regions={name: i for i, name in enumerate(self.regions, start=1)},
            facets=tagged,
            facet_tag=tag,
            facet_groups={names.get(name, name): i for name, i in groups.items()},
            body=body.astype(np.int32),
            size=bulk.sauter_diameters(stuffed, body)[body],
            fibres=np.empty((0, 2), dtype=np.int64),
            fibre=np.empty(0, dtype=np.int32),
            period=np.zeros(3),
        )
