"""From a micrograph's grey values to a label at every pixel, without specks."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import Ids
from PIL import Image, UnidentifiedImageError
from scipy import ndimage

type Grey = npt.NDArray[np.float64]


def read(path: Path) -> Grey:
    """Grey values of an image, (rows, columns), the first row at the bottom.

    Raises:
        ValueError: no such file, no image, several images in one file, or colours.
    """
    if not path.is_file():
        raise ValueError(f"image {path} does not exist")
    try:
        with Image.open(path) as image:
            if getattr(image, "n_frames", 1) > 1:
                raise ValueError(
                    f"image {path} holds {getattr(image, 'n_frames', 1)} pictures; expected one"
                )
            pixels = np.asarray(image)
            if pixels.ndim == 3:
                pixels = np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError) as error:
        raise ValueError(f"image {path} is unreadable: {error}") from error
    if pixels.ndim == 3:
        if (pixels != pixels[..., :1]).any():
            raise ValueError(f"image {path} has colours; expected grey values or labels")
        pixels = pixels[..., 0]
    return np.ascontiguousarray(pixels[::-1], dtype=np.float64)


def by_thresholds(grey: Grey, thresholds: Sequence[float], denoise: float) -> Ids:
    """Labels 1, 2, ... from dark to light: a pixel at a threshold belongs to the lighter side.

    ``denoise`` is the standard deviation, in pixels, of a Gaussian filter before; 0 for none.
    """
    if denoise:
        grey = ndimage.gaussian_filter(grey, denoise, mode="nearest")
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
    island is connected through pixel edges; the smallest go first, to the label that most of
    their outline touches.
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
            rows, columns = boxes[number]
            window = (
                slice(max(0, rows.start - 1), rows.stop + 1),
                slice(max(0, columns.start - 1), columns.stop + 1),
            )
            inside = numbers[window] == number
            around = [
                labels[window][np.roll(inside, step, axis) & ~inside]
                for axis in (0, 1)
                for step in (1, -1)
            ]
            touched = np.bincount(np.concatenate(around))
            own = labels[window][inside][0]
            touched[own : own + 1] = 0
            if not touched.any():
                continue
            labels[window][inside] = int(touched.argmax())
            islands += 1
            moved[own, int(touched.argmax())] += int(inside.sum())
    return labels, islands, moved


def components(labels: Ids) -> Ids:
    """Number >= 0 of the piece of each pixel: pixels of one label, connected through edges."""
    numbers = np.zeros(labels.shape, dtype=np.int64)
    count = 0
    for label in np.unique(labels).tolist():
        found, n = ndimage.label(labels == label)
        numbers += np.where(found > 0, found + count - 1, 0)
        count += n
    return numbers
