"""Tetrahedra that grow away from an interface, on the nodes of a body-centred-cubic lattice.

The graded background of isosurface stuffing (F. Labelle and J. R. Shewchuk, ACM Trans. Graph. 26
(2007) 57, doi:10.1145/1276377.1276448): eight cubes become one of twice the side, and so on, where
the interface is far. Every node of the coarser tetrahedra is a node of the lattice, and all
tetrahedra that the interface can cut or move are the lattice's own: what stuffing guarantees for
the lattice still holds.
"""

import numpy as np
import numpy.typing as npt
from lisic.mesh.lattice import Lattice
from lisic.mesh.regions import Floats, Ids
from scipy.ndimage import minimum_filter

type Signs = npt.NDArray[np.int8]
type Mask = npt.NDArray[np.bool_]
type Exponents = npt.NDArray[np.int8]

# Corners of a square in the order around it, as steps along the two axes it spans.
_AROUND = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])


def graded(lattice: Lattice, values: Floats, doublings: int) -> Ids:
    """Tetrahedra (m, 4) on the nodes of ``lattice``, larger where ``values`` (n,) don't vanish.

    Next to the interface they are those of the lattice; away from it their size doubles up to
    ``doublings`` times, at most once from one cube to a cube that touches it. Nodes they don't use
    are left over. Opposite periodic faces are divided alike.

    Raises:
        ValueError: a negative number of doublings.
    """
    if doublings < 0:
        raise ValueError(f"doublings must not be negative, got {doublings}")
    exponents = _exponents(lattice, _near(lattice, values), doublings)
    return _cells(lattice, exponents)


def _near(lattice: Lattice, values: Floats) -> Mask:
    """Cubes that must not grow, (i, j, k): their tetrahedra can be cut, or have nodes that move."""
    sides = np.array(lattice.cubes)
    n_corners, n_cubes = int((sides + 1).prod()), int(sides.prod())
    sign = np.sign(values).astype(np.int8)
    corner = sign[:n_corners].reshape(sides + 1)
    centre = sign[n_corners : n_corners + n_cubes].reshape(sides)
    # Nodes on the interface, or at an end of an edge that it crosses.
    at_corner, at_centre = corner == 0, centre == 0
    near = np.zeros(lattice.cubes, dtype=bool)

    def across(one: Signs, at_one: Mask, other: Signs, at_other: Mask) -> None:
        crossed = one * other <= 0
        at_one |= crossed
        at_other |= crossed

    for step in np.ndindex(2, 2, 2):
        part = tuple(slice(s, s + n) for s, n in zip(step, lattice.cubes, strict=True))
        across(corner[part], at_corner[part], centre, at_centre)
    first = n_corners + n_cubes
    for axis in range(3):
        for nodes, at in ((corner, at_corner), (centre, at_centre)):
            nodes, at = np.moveaxis(nodes, axis, 0), np.moveaxis(at, axis, 0)
            across(nodes[1:], at[1:], nodes[:-1], at[:-1])
        for end in (0, -1):
            cubes = np.moveaxis(centre, axis, 0)[end]
            middle = sign[first : first + cubes.size].reshape(cubes.shape)
            first += cubes.size
            at_middle = middle == 0
            across(middle, at_middle, cubes, np.moveaxis(at_centre, axis, 0)[end])
            for step in np.ndindex(2, 2):
                part = tuple(slice(s, s + n) for s, n in zip(step, cubes.shape, strict=True))
                on_face, at_face = (np.moveaxis(a, axis, 0)[end] for a in (corner, at_corner))
                across(middle, at_middle, on_face[part], at_face[part])
            np.moveaxis(near, axis, 0)[end] |= at_middle
    # Tetrahedra with a centre reach into the cubes beside it, those with a corner fill all around.
    near |= at_centre
    for axis in range(3):
        cubes, at = np.moveaxis(near, axis, 0), np.moveaxis(at_centre, axis, 0)
        cubes[1:] |= at[:-1]
        cubes[:-1] |= at[1:]
    for step in np.ndindex(2, 2, 2):
        near |= at_corner[tuple(slice(s, s + n) for s, n in zip(step, lattice.cubes, strict=True))]
    return near


def _exponents(lattice: Lattice, near: Mask, doublings: int) -> Exponents:
    """How often the cube that holds each cube of the lattice has doubled, (i, j, k)."""
    exponents = np.zeros(near.shape, dtype=np.int8)
    for exponent in range(1, doublings + 1):
        side = 2**exponent
        if min(lattice.cubes) < side:
            break
        fits = tuple(slice(0, n // side * side) for n in lattice.cubes)
        # All in the block and all around it must have come as far as one doubling less.
        ripe = (exponents >= exponent - 1) & ~near
        alike = minimum_filter(exponents, size=3, mode="nearest") >= exponent - 1
        blocks = (ripe & alike)[fits]
        for axis in range(3):
            shape = (*blocks.shape[:axis], -1, side, *blocks.shape[axis + 1 :])
            blocks = blocks.reshape(shape).all(axis=axis + 1)
        for axis in np.flatnonzero(lattice.periodic).tolist():
            # What lies at both faces doubles at both or at neither.
            ends = np.moveaxis(blocks, axis, 0)
            ends[0] &= ends[-1] & (lattice.cubes[axis] % side == 0)
            if lattice.cubes[axis] % side == 0:
                ends[-1] = ends[0]
        for axis in range(3):
            blocks = blocks.repeat(side, axis=axis)
        exponents[fits][blocks] = exponent
    return exponents


def _cells(lattice: Lattice, exponents: Exponents) -> Ids:
    """Tetrahedra around every face of every cube, whatever its size."""
    number = _Numbers(lattice)
    corners = np.zeros(number.corners, dtype=bool)
    cubes = []
    for exponent in range(int(exponents.max()) + 1):
        side = 2**exponent
        first = np.argwhere(exponents == exponent)
        first = first[(first % side == 0).all(axis=1)]
        cubes.append(first)
        for step in np.ndindex(2, 2, 2):
            corners[number.corner(first + side * np.array(step))] = True
    cells = []
    for exponent, first in enumerate(cubes):
        for axis in range(3):
            for high in (False, True):
                cells += _at_faces(number, exponents, corners, exponent, first, axis, high)
    return np.concatenate(cells)


def _at_faces(
    number: "_Numbers",
    exponents: Exponents,
    corners: Mask,
    exponent: int,
    first: Ids,
    axis: int,
    high: bool,
) -> list[Ids]:
    """Tetrahedra at one face of cubes of one size, from their ``first`` corners (n, 3)."""
    side, n = 2**exponent, exponents.shape[axis]
    across = first.copy()
    across[:, axis] += side if high else -1
    inside = (across[:, axis] >= 0) & (across[:, axis] < n)
    across[:, axis] = np.clip(across[:, axis], 0, n - 1)
    beyond = np.where(inside, exponents[tuple(across.T)], -1)
    centre = number.centre(first, exponent)
    spans = np.delete(np.arange(3), axis)
    square = np.repeat(first[:, None], 4, axis=1)
    square[..., axis] += side if high else 0
    square[..., spans] += side * _AROUND
    cells = []
    # A larger cube has a node in the middle of its face, which is a corner here.
    larger = beyond > exponent
    if larger.any():
        nodes = number.corner(square[larger])
        middle = ((square[larger] % (2 * side) != 0)[..., spans]).all(axis=2).argmax(axis=1)
        nodes = np.take_along_axis(nodes, (middle[:, None] + np.arange(4)) % 4, axis=1)
        for k in (1, 3):
            cells.append(np.column_stack([centre[larger], nodes[:, [0, 2, k]]]))
    pairs = []
    if high:
        same = beyond == exponent
        next_to = first[same].copy()
        next_to[:, axis] += side
        pairs.append((same, number.centre(next_to, exponent)))
    # At a face of the box or of smaller cubes the middle of the face stands for their centre.
    other = beyond < exponent
    pairs.append((other, number.middle(first[other], exponent, axis, high)))
    for which, apex in pairs:
        nodes = square[which]
        for k in range(4):
            a, b = nodes[:, k], nodes[:, (k + 1) % 4]
            ends = [centre[which], apex, number.corner(a), number.corner(b)]
            if not exponent:
                cells.append(np.stack(ends, axis=1))
                continue
            halfway = number.corner((a + b) // 2)
            halved = corners[halfway]
            cells.append(np.stack(ends, axis=1)[~halved])
            for end in (2, 3):
                half = [*ends]
                half[end] = halfway
                cells.append(np.stack(half, axis=1)[halved])
    return cells


class _Numbers:
    """Numbers of the lattice's nodes by place; places (..., 3) are whole numbers of cubes."""

    def __init__(self, lattice: Lattice) -> None:
        self._sides = np.array(lattice.cubes)
        self.corners = int((self._sides + 1).prod())
        self._first_middle = self.corners + int(self._sides.prod())

    def corner(self, place: Ids) -> Ids:
        """Corners of cubes."""
        x, y, z = np.moveaxis(place, -1, 0)
        found: Ids = (x * (self._sides[1] + 1) + y) * (self._sides[2] + 1) + z
        return found

    def centre(self, first: Ids, exponent: int) -> Ids:
        """Centres of cubes of side 2^exponent, from their first corners."""
        if exponent:
            return self.corner(first + 2 ** (exponent - 1))
        x, y, z = first.T
        found: Ids = self.corners + (x * self._sides[1] + y) * self._sides[2] + z
        return found

    def middle(self, first: Ids, exponent: int, axis: int, high: bool) -> Ids:
        """Middles of one face of cubes; of the smallest cubes, only on the box."""
        if exponent:
            place = first + 2 ** (exponent - 1)
            place[:, axis] = first[:, axis] + (2**exponent if high else 0)
            return self.corner(place)
        start = self._first_middle
        for before in range(axis):
            start += 2 * int(np.delete(self._sides, before).prod())
        rest = np.delete(self._sides, axis)
        a, b = np.delete(first, axis, axis=1).T
        found: Ids = start + (int(rest.prod()) if high else 0) + a * rest[1] + b
        return found
