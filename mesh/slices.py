"""A stack of grey pictures as one array: a TIFF of many pages, a folder of slices, or NumPy's."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from lisic.mesh import segmentation
from lisic.mesh.segmentation import Grey

_SLICES = (".png", ".tif", ".tiff")


def read(path: Path) -> Grey:
    """Grey values (slices, rows, columns), rows from a picture's lower edge upwards.

    ``path`` is a TIFF with a page for each slice, a folder with a PNG or TIFF for each, in the
    order of the numbers in their names, or a .npy file with an array (slices, rows, columns).

    Raises:
        ValueError: nothing there, unreadable, colours, slices of different size, or one slice
            only.
    """
    name = f"volume {path}"
    if path.is_dir():
        grey = _folder(path, name)
    elif not path.is_file():
        raise ValueError(f"{name} does not exist")
    elif path.suffix.lower() == ".npy":
        grey = _array(path, name)
    else:
        pictures = segmentation.pages(path, name)
        grey = _stacked(pictures, [f"page {n}" for n in range(1, len(pictures) + 1)], name)
    if len(grey) < 2:
        raise ValueError(f"{name} is one slice; expected several (kind image takes one)")
    return grey


def _folder(path: Path, name: str) -> Grey:
    files = [f for f in path.iterdir() if f.suffix.lower() in _SLICES and f.name[0] != "."]
    if not files:
        raise ValueError(f"{name} is a folder without slices ({', '.join(_SLICES)})")
    files.sort(key=lambda file: ([int(n) for n in re.findall(r"\d+", file.stem)], file.name))
    return _stacked([segmentation.read(f) for f in files], [f.name for f in files], name)


def _stacked(slices: Sequence[Grey], labels: Sequence[str], name: str) -> Grey:
    sizes = [f"{s.shape[1]} x {s.shape[0]}" for s in slices]
    for label, size in zip(labels, sizes, strict=True):
        if size != sizes[0]:
            raise ValueError(
                f"{name}: {label} has {size} pixels, the first slice {sizes[0]}; expected slices "
                "of one size"
            )
    return np.stack(slices)


def _array(path: Path, name: str) -> Grey:
    try:
        with path.open("rb") as stream:
            contents = np.lib.format.read_array(stream, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ValueError(f"{name} is unreadable: {error}") from error
    if contents.ndim != 3 or contents.dtype.kind not in "biuf" or 0 in contents.shape:
        raise ValueError(
            f"{name} holds {contents.dtype} of shape {contents.shape}; expected numbers (slices, "
            "rows, columns)"
        )
    return segmentation.as_floats(contents[:, ::-1], name)
