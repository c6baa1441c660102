"""From the grey values of a micrograph or a volume to a label at every pixel, without specks."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import Ids
from PIL import Image, ImageSequence
from scipy import ndimage

# What pillow only warns of where the end of a TIFF is missing, and with it pages.
_CUT_OFF = ".*([Cc]orrupt EXIF data|larger than file)"

type Grey = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Segmentation:
    """How grey values tell regions apart.

    Attributes:
        regions: names of the regions, from dark to light; with ``values``, in any order.
        thresholds: grey values between them, one fewer than regions; none with ``values``.
        values: the grey value of each region of a segmented image, or none.
        denoise: standard deviation in pixels of a Gaussian filter before thresholds.
        smallest_island: islands of fewer pixels or voxels go to what surrounds them.

    Raises:
        ValueError: names, thresholds or values that don't go together.
    """

    regions: tuple[str, ...]
    thresholds: tuple[float, ...] = ()
    values: Mapping[str, int] = field(default_factory=dict)
    denoise: float = 0.0
    smallest_island: int = 0

    def __post_init__(self) -> None:
        """Refuse what no image can satisfy."""
        if not self.regions or len(set(self.regions)) < len(self.regions):
            raise ValueError(f"regions need names of their own, got {list(self.regions)}")
        if set(self.regions) == {"pore"}:
            raise ValueError("the only region is pore; expected one of solid beside it")
        if self.values:
            if set(self.values) != set(self.regions):
                raise ValueError(
                    f"values name {sorted(self.values)}, regions {sorted(self.regions)}; "
                    "expected the same names"
                )
            if self.thresholds or self.denoise:
                raise ValueError("thresholds and denoise don't go with values: a value is a region")
        elif len(self.thresholds) != len(self.regions) - 1:
            raise ValueError(
                f"{len(self.regions)} regions need {len(self.regions) - 1} thresholds between "
                f"them, got {len(self.thresholds)}"
            )
        if (np.diff(self.thresholds) <= 0).any():
            raise ValueError(f"thresholds must rise, got {list(self.thresholds)}")
        if self.denoise < 0 or self.smallest_island < 0:
            raise ValueError(
                f"denoise and smallest_island must not be negative, got {self.denoise} and "
                f"{self.smallest_island}"
            )

    def labels(self, grey: Grey, name: str) -> Ids:
        """Label of every pixel of the image ``name``: 1 for the first region, and so on.

        Raises:
            ValueError: a value that no region bears, no solid, or a region without pixels.
        """
        if self.denoise:
            grey = ndimage.gaussian_filter(grey, self.denoise, mode="nearest")
        try:
            if self.values:
                labels = by_values(grey, {n: self.values[n] for n in self.regions})
            else:
                labels = by_thresholds(grey, self.thresholds)
            self._check(labels)
        except ValueError as error:
            raise ValueError(f"{name}: {error}; {self._possible(grey)}") from error
        return labels

    def _possible(self, grey: Grey) -> str:
        """What the grey values, denoised, allow for."""
        low, high = float(grey.min()), float(grey.max())
        after = " after denoising" if self.denoise else ""
        text = f"its grey values go from {low:g} to {high:g}{after}"
        if self.values:
            return text
        if low == high:
            of_one = "one region, that is not pore, is possible"
            return f"{text}: {of_one if grey.ndim == 2 else 'two regions take two greys'}"
        return f"{text}: thresholds above the first and up to the last are possible"

    def without_islands(self, labels: Ids, name: str) -> tuple[Ids, int, Ids]:
        """What :func:`without_islands` gives for the labels of the image ``name``.

        Raises:
            ValueError: all of a region was islands.
        """
        cleaned, islands, moved = without_islands(labels, self.smallest_island)
        try:
            self._check(cleaned)
        except ValueError as error:
            pieces = components(labels)
            of_piece = np.zeros(int(pieces.max()) + 1, dtype=np.int64)
            of_piece[pieces.ravel()] = labels.ravel()
            sizes = np.bincount(pieces.ravel())
            largest = min(int(sizes[of_piece == label].max()) for label in np.unique(labels))
            raise ValueError(
                f"{name}: without islands below {self.smallest_island} pixels, {error}; "
                f"smallest_island = {largest} is possible"
            ) from error
        return cleaned, islands, moved

    def _check(self, labels: Ids) -> None:
        there = set(np.unique(labels).tolist())
        missing = [n for i, n in enumerate(self.regions, start=1) if i not in there]
        if set(self.regions) - set(missing) == {"pore"}:
            raise ValueError("there is no solid: every pixel is pore")
        if missing:
            raise ValueError(f"no pixel belongs to region {', '.join(missing)}")


def read(path: Path) -> Grey:
    """Grey values of an image, (rows, columns), the first row at the bottom.

    Raises:
        ValueError: no such file, no image, several images in one file, or colours.
    """
    name = f"image {path}"
    if not path.is_file():
        raise ValueError(f"{name} does not exist")
    found = pages(path, name)
    if len(found) > 1:
        raise ValueError(f"{name} holds {len(found)} pictures; expected one")
    return found[0]


def pages(path: Path, name: str) -> list[Grey]:
    """Grey values of every picture in a file, (rows, columns) each, the first row at the bottom.

    Raises:
        ValueError: the file ``name`` is no image, has colours, or values that are no numbers.
    """
    pictures = []
    try:
        with warnings.catch_warnings(), Image.open(path) as image:
            warnings.filterwarnings("ignore", module="PIL")
            warnings.filterwarnings("error", _CUT_OFF)
            for page in ImageSequence.Iterator(image):
                pixels = np.asarray(page)
                pictures.append(np.asarray(page.convert("RGB")) if pixels.ndim == 3 else pixels)
    except (OSError, SyntaxError, ValueError, UserWarning, Image.DecompressionBombError) as error:
        raise ValueError(f"{name} is unreadable: {error}") from error
    for number, pixels in enumerate(pictures):
        if pixels.ndim == 3:
            if (pixels != pixels[..., :1]).any():
                raise ValueError(f"{name} has colours; expected grey values or labels")
            pictures[number] = pixels[..., 0]
    return [as_floats(pixels[::-1], name) for pixels in pictures]


def as_floats(values: npt.NDArray[Any], name: str) -> Grey:
    """Numbers as floats that hold all of them exactly: 32 bits for 8 and 16 bits, 64 otherwise.

    Raises:
        ValueError: one of them is not finite.
    """
    floats: Grey = np.ascontiguousarray(values, dtype=np.result_type(values.dtype, np.float32))
    if not np.isfinite(floats).all():
        raise ValueError(f"{name} holds values that are no numbers")
    return floats


def by_thresholds(grey: Grey, thresholds: Sequence[float]) -> Ids:
    """Labels 1, 2, ... from dark to light: a pixel at a threshold belongs to the lighter side."""
    labels: Ids = np.digitize(grey, thresholds).astype(np.int64) + 1
    return labels


def by_values(grey: Grey, values: Mapping[str, int]) -> Ids:
    """Labels 1, 2, ... in the order of ``values``, the grey value of each region.

    Raises:
        ValueError: a pixel has another value.
    """
    labels = np.zeros(grey.shape, dtype=np.int64)
    for number, value in enumerate(values.values(), start=1):
        labels[grey == value] = number
    if (labels == 0).any():
        others = np.unique(grey[labels == 0])
        listed = ", ".join(f"{value:g}" for value in others[:5])
        raise ValueError(
            f"{(labels == 0).sum()} pixels have values that no region bears: {listed}"
            f"{' ...' if len(others) > 5 else ''}"
        )
    return labels


def without_islands(labels: Ids, smallest: int) -> tuple[Ids, int, Ids]:
    """Labels with every island below ``smallest`` pixels given to what surrounds it.

    Also the number of islands, and the pixels that went from one label (row) to another. An
    island is connected through edges of pixels or faces of voxels; the smallest go first, to the
    label that most of their outline touches.
    """
    labels = labels.copy()
    islands = 0
    moved = np.zeros((int(labels.max()) + 1,) * 2, dtype=np.int64)
    for _ in range(100):  # giving one away may join others; each pass leaves fewer
        numbers = components(labels)
        sizes = np.bincount(numbers.ravel())
        small = np.flatnonzero((sizes > 0) & (sizes < smallest))
        if not len(small) or sizes.max() == labels.size:
            break
        boxes = ndimage.find_objects(numbers + 1)
        for number in small[np.argsort(sizes[small], kind="stable")].tolist():
            window = tuple(slice(max(0, s.start - 1), s.stop + 1) for s in boxes[number])
            inside = numbers[window] == number
            # A margin of no label keeps what leaves at one end from coming in at the other.
            beside, within = np.pad(labels[window], 1), np.pad(inside, 1)
            around = [
                beside[np.roll(within, step, axis) & ~within]
                for axis in range(labels.ndim)
                for step in (1, -1)
            ]
            touched = np.bincount(np.concatenate(around))
            own = int(labels[window][inside][0])
            touched[:1] = touched[own : own + 1] = 0
            if not touched.any():
                continue
            labels[window][inside] = int(touched.argmax())
            islands += 1
            moved[own, int(touched.argmax())] += int(inside.sum())
    return labels, islands, moved


def components(labels: Ids) -> Ids:
    """Number >= 0 of the piece of each pixel: those of one label, connected through edges."""
    numbers = np.zeros(labels.shape, dtype=np.int64)
    count = 0
    for label in np.unique(labels).tolist():
        found, n = ndimage.label(labels == label)
        numbers += np.where(found > 0, found + count - 1, 0)
        count += n
    return numbers
