"""A micrograph as a mesh: regions by grey value, borders smooth, areas those of the pixels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite, pi
from pathlib import Path
from typing import Any

import numpy as np
from lisic.mesh import pixel_outline, quality, segmentation
from lisic.mesh.pixel_outline import Chain
from lisic.mesh.planar import Polygon, triangulate
from lisic.mesh.regions import Floats, Ids, RegionMesh
from lisic.mesh.segmentation import Segmentation
from lisic.mesh.spacing import Spacing
from scipy.spatial import cKDTree

_GRADING = 0.5
_COARSEST = 1 / 20
# Lines that come closer than this many pixels are drawn less smooth.
_CLOSEST = 0.3


@dataclass(frozen=True)
class MicrographMesh:
    """The mesh of an image in plane strain; lengths in um.

    Attributes:
        file: PNG, TIFF or what else pillow reads, grey or labels.
        pixel_size: width and height of a pixel.
        regions: names of the regions, from dark to light; with ``values``, in any order.
        thresholds: grey values between them, one fewer than regions; none with ``values``.
        values: the grey value of each region of a segmented image, or none.
        denoise: standard deviation in pixels of a Gaussian filter before thresholds.
        smallest_island: islands of fewer pixels go to what surrounds them.
        edge: length of edges along borders in pixels.
        element_size: largest element; left out, a twentieth of the image's shorter side.

    The image's upper edge is the ``top``. Facet groups ``bottom``, ``top``, ``left``, ``right``
    and ``one|other`` for the border of two regions, in the order of ``regions``. Each piece of a
    region ``pore`` is a body with the diameter of the circle of its area.

    Raises:
        ValueError: a value out of its range; from :meth:`build`, an image that is missing,
            unreadable, without solid or without one of the regions.
    """

    file: str | Path
    pixel_size: float
    regions: tuple[str, ...]
    thresholds: tuple[float, ...] = ()
    values: Mapping[str, int] = field(default_factory=dict)
    denoise: float = 0.0
    smallest_island: int = 12
    edge: float = 2.0
    element_size: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no image can satisfy."""
        for name in ("pixel_size", "edge", "element_size"):
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and value > 0):
                raise ValueError(f"{name} must be a positive length, got {value}")
        _ = self._segmentation  # refuses regions, thresholds and values that don't fit

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        """Mesh and its report."""
        segmented = self.segment()
        labels, islands, moved = self._segmentation.without_islands(segmented, f"image {self.file}")
        chains, pieces = pixel_outline.trace(labels)
        of_piece = np.zeros(int(pieces.max()) + 1, dtype=np.int64)
        of_piece[pieces.ravel()] = labels.ravel()
        lines = _apart(chains, _shares(chains, of_piece, moved), self.edge)
        mesh = self._mesh(chains, lines, of_piece, np.bincount(pieces.ravel()), labels.shape)
        contents = {"kind": "image"} | quality.report(mesh)
        shares = {
            name: float((segmented == number).mean())
            for number, name in enumerate(self.regions, start=1)
        }
        contents["image"] = {
            "file": Path(self.file).name,
            "pixels": list(labels.shape[::-1]),
            "pixel_size_um": self.pixel_size,
            "islands_removed": islands,
            "island_pixels": int(moved.sum()),
            "fractions_in_image": shares,
            "largest_difference": max(
                abs(share - contents["regions"][name]["fraction"]) for name, share in shares.items()
            ),
        }
        return mesh, contents

    def segment(self) -> Ids:
        """Label of every pixel, (rows, columns) from the bottom up: 1 for the first region."""
        grey = segmentation.read(Path(self.file))
        return self._segmentation.labels(grey, f"image {self.file}")

    @property
    def _segmentation(self) -> Segmentation:
        return Segmentation(
            self.regions, self.thresholds, self.values, self.denoise, self.smallest_island
        )

    def _mesh(
        self,
        chains: list[Chain],
        lines: list[Floats],
        of_piece: Ids,
        pixels: Ids,
        shape: tuple[int, ...],
    ) -> RegionMesh:
        points, vertices = _numbered(chains, lines)
        loops = _loops(chains, vertices, points)
        edges = [
            np.stack([ids[:-1], ids[1:]], axis=1)
            for ids in (
                np.append(v, v[0]) if c.closed else v for c, v in zip(chains, vertices, strict=True)
            )
        ]
        ends = np.concatenate(edges)
        lengths = np.linalg.norm(points[ends[:, 1]] - points[ends[:, 0]], axis=1)
        largest = min(shape) * _COARSEST
        if self.element_size is not None:
            largest = self.element_size / self.pixel_size
        spacing = Spacing(points[ends].mean(axis=1), lengths, max(largest, self.edge), _GRADING)
        none: Ids = np.empty((0, 2), dtype=np.int64)
        order = sorted(loops)
        meshed, cells, owner = triangulate(
            points, [Polygon(loops[piece], none) for piece in order], spacing
        )
        piece = np.array(order)[owner]
        region = of_piece[piece].astype(np.int32)
        pores = (
            np.flatnonzero(of_piece == 1 + self.regions.index("pore"))
            if ("pore" in self.regions)
            else np.empty(0, dtype=np.int64)
        )
        number = np.zeros(len(of_piece), dtype=np.int32)
        number[pores] = np.arange(1, len(pores) + 1)
        diameter = np.where(number > 0, 2 * np.sqrt(pixels / pi), 0.0) * self.pixel_size
        groups = _groups(chains, self.regions, of_piece, shape)
        names = ["bottom", "top", "left", "right"]
        names += sorted(set(groups) - set(names))
        return RegionMesh(
            points=meshed * self.pixel_size,
            cells=cells,
            region=region,
            regions={name: i for i, name in enumerate(self.regions, start=1)},
            facets=ends,
            facet_tag=np.repeat(
                np.array([names.index(group) + 1 for group in groups], dtype=np.int32),
                [len(e) for e in edges],
            ),
            facet_groups={name: i for i, name in enumerate(names, start=1)},
            body=number[piece],
            size=diameter[piece],
            fibres=np.empty((0, 2), dtype=np.int64),
            fibre=np.empty(0, dtype=np.int32),
            period=np.zeros(2),
        )


def _groups(
    chains: list[Chain], regions: tuple[str, ...], of_piece: Ids, shape: tuple[int, ...]
) -> list[str]:
    """Facet group of every chain."""
    sides = {(1, 0): "bottom", (1, shape[0]): "top", (0, 0): "left", (0, shape[1]): "right"}
    groups = []
    for chain in chains:
        if chain.frame:
            axis = int(chain.corners[0, 1] == chain.corners[-1, 1])
            groups.append(sides[axis, int(chain.corners[0, axis])])
        else:
            pair = sorted({int(of_piece[chain.left]), int(of_piece[chain.right])})
            groups.append("|".join(regions[label - 1] for label in pair))
    return groups


def _shares(chains: list[Chain], of_piece: Ids, moved: Ids) -> list[float]:
    """Pixels that the left of every chain gets back for islands its label lost to the right's.

    All borders between the two labels share what was lost, by their lengths.
    """
    net = moved - moved.T
    sides = [(int(of_piece[c.left]), int(of_piece[c.right])) for c in chains]
    length = np.zeros_like(moved)
    for chain, (left, right) in zip(chains, sides, strict=True):
        if not chain.frame:
            length[left, right] += chain.length
            length[right, left] += chain.length
    return [
        0.0 if chain.frame else float(net[side] * chain.length / length[side])
        for chain, side in zip(chains, sides, strict=True)
    ]


def _apart(chains: list[Chain], extra: list[float], edge: float) -> list[Floats]:
    """Lines of which none crosses or nearly touches another: those that did are less smooth."""
    lines = [chain.smooth(edge, more) for chain, more in zip(chains, extra, strict=True)]
    rough = [chain.frame for chain in chains]
    while bad := [i for i in _close(lines, chains) if not rough[i]]:
        for i in bad:
            lines[i], rough[i] = chains[i].rough(extra[i]), True
    return lines


def _close(lines: list[Floats], chains: list[Chain]) -> list[int]:
    """Numbers of the lines that cross, or come closer than _CLOSEST beside their common ends."""
    starts = [line if c.closed else line[:-1] for line, c in zip(lines, chains, strict=True)]
    ends = [
        np.roll(line, -1, axis=0) if c.closed else line[1:]
        for line, c in zip(lines, chains, strict=True)
    ]
    a, b = np.concatenate(starts), np.concatenate(ends)
    owner = np.repeat(np.arange(len(lines)), [len(s) for s in starts])
    vertices = np.concatenate([a, b])
    vertex_owner = np.concatenate([owner, owner])
    middle, half = (a + b) / 2, np.linalg.norm(b - a, axis=1) / 2
    tree = cKDTree(middle)
    near = tree.query_ball_point(vertices, float(half.max()) + _CLOSEST)
    vertex = np.repeat(np.arange(len(vertices)), [len(n) for n in near])
    edge = np.concatenate([np.asarray(n, dtype=np.int64) for n in near])
    p, s, e = vertices[vertex], a[edge], b[edge]
    along = e - s
    t = ((p - s) * along).sum(axis=1) / (along**2).sum(axis=1)
    distance = np.linalg.norm(p - s - np.clip(t, 0.0, 1.0)[:, None] * along, axis=1)
    own = ((p == s).all(axis=1)) | ((p == e).all(axis=1))
    hit = (distance < _CLOSEST) & ~own
    first, second = tree.query_pairs(2 * float(half.max()), output_type="ndarray").T
    crossing = (_turn(a[first], b[first], a[second]) * _turn(a[first], b[first], b[second]) < 0) & (
        _turn(a[second], b[second], a[first]) * _turn(a[second], b[second], b[first]) < 0
    )
    found = [vertex_owner[vertex[hit]], owner[edge[hit]], owner[first[crossing]]]
    numbers: list[int] = np.unique(np.concatenate([*found, owner[second[crossing]]])).tolist()
    return numbers


def _turn(start: Floats, end: Floats, point: Floats) -> Floats:
    """On which side of lines points lie, by sign; (n, 2) each."""
    along, to = end - start, point - start
    side: Floats = along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]
    return side


def _numbered(chains: list[Chain], lines: list[Floats]) -> tuple[Floats, list[Ids]]:
    """All vertices (n, 2), junctions once, and the numbers of every chain's."""
    junctions: dict[tuple[float, float], int] = {}
    points: list[Floats] = []
    numbers = []
    count = 0
    for chain, line in zip(chains, lines, strict=True):
        ids = np.empty(len(line), dtype=np.int64)
        ends = [] if chain.closed else [0, len(line) - 1]
        inner = slice(None) if chain.closed else slice(1, -1)
        for end in ends:
            key = (float(line[end, 0]), float(line[end, 1]))
            if key not in junctions:
                junctions[key] = count
                points.append(line[end : end + 1])
                count += 1
            ids[end] = junctions[key]
        new = line[inner]
        ids[inner] = np.arange(count, count + len(new))
        points.append(new)
        count += len(new)
        numbers.append(ids)
    return np.concatenate(points), numbers


def _loops(chains: list[Chain], vertices: list[Ids], points: Floats) -> dict[int, list[Ids]]:
    """Piece -> its outer loop, then its holes, as vertex numbers."""
    loops: dict[int, list[Ids]] = {}
    starting: dict[tuple[int, int], Ids] = {}
    for chain, ids in zip(chains, vertices, strict=True):
        for piece, run in ((chain.left, ids), (chain.right, ids[::-1])):
            if piece >= 0 and chain.closed:
                loops.setdefault(piece, []).append(run)
            elif piece >= 0:
                starting[piece, int(run[0])] = run
    while starting:
        (piece, first), run = next(iter(starting.items()))
        parts = []
        while True:
            del starting[piece, int(run[0])]
            parts.append(run[:-1])
            if run[-1] == first:
                break
            run = starting[piece, int(run[-1])]
        loops.setdefault(piece, []).append(np.concatenate(parts))

    def area(loop: Ids) -> float:
        x, y = points[loop].T
        return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())

    # The outline runs anticlockwise around its piece, holes clockwise.
    return {piece: sorted(own, key=area, reverse=True) for piece, own in loops.items()}
