"""Angles, edges and roundness of the cells of a mesh."""

from collections.abc import Callable

import numpy as np
from lisic.mesh.regions import Floats, Ids, RegionMesh

EDGES = {2: [(0, 1), (1, 2), (2, 0)], 3: [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]}
# Cells looked at together, so that a million of them need no gigabyte.
_CHUNK = 100_000


def gamma(mesh: RegionMesh) -> Floats:
    """Inscribed over circumscribed radius of each cell times the dimension, 1 at best."""
    return _chunked(_gamma_2d if mesh.dim == 2 else _gamma_3d, mesh)


def smallest_angles(mesh: RegionMesh) -> Floats:
    """Smallest angle (2D) or dihedral angle (3D) of each cell in degrees, 0 in flat cells."""
    return _chunked(_angles_2d if mesh.dim == 2 else _angles_3d, mesh)


def smallest_dihedrals(points: Floats, cells: Ids) -> Floats:
    """Smallest dihedral angle of each of a few tetrahedra in degrees, 0 if flat, (n_cells,)."""
    return _angles_3d(np.ascontiguousarray(points[cells].transpose(1, 2, 0)))


def longest_edges(mesh: RegionMesh) -> Floats:
    """Length of the longest edge of each cell in um, (n_cells,)."""
    return _chunked(lambda corners: np.max(_lengths(corners), axis=0), mesh)


def shortest_edges(mesh: RegionMesh) -> Floats:
    """Length of the shortest edge of each cell in um, (n_cells,)."""
    return _chunked(lambda corners: np.min(_lengths(corners), axis=0), mesh)


def all_edges(cells: Ids) -> Ids:
    """Edges of every cell with sorted vertices, (n_cells * edges per cell, 2)."""
    ends = cells[:, EDGES[cells.shape[1] - 1]].reshape(-1, 2)
    return np.stack([np.minimum(*ends.T), np.maximum(*ends.T)], axis=1)


# Below, corners are (corner, axis, cell), so that whole rows of numbers are worked on at once.


def _chunked(measure: Callable[[Floats], Floats], mesh: RegionMesh) -> Floats:
    parts = []
    for start in range(0, len(mesh.cells), _CHUNK):
        corners = mesh.points[mesh.cells[start : start + _CHUNK]]
        parts.append(measure(np.ascontiguousarray(corners.transpose(1, 2, 0))))
    return np.concatenate(parts)


def _lengths(corners: Floats) -> list[Floats]:
    return [_norm(corners[j] - corners[i]) for i, j in EDGES[corners.shape[1]]]


def _norm(vector: Floats) -> Floats:
    length: Floats = np.sqrt(_dot(vector, vector))
    return length


def _dot(a: Floats, b: Floats) -> Floats:
    product: Floats = np.einsum("kn,kn->n", a, b)
    return product


def _cross(a: Floats, b: Floats) -> Floats:
    return np.stack(
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    )


def _gamma_2d(corners: Floats) -> Floats:
    # r = A/s, R = abc/(4A)
    u, v = corners[1] - corners[0], corners[2] - corners[0]
    area = np.abs(u[0] * v[1] - u[1] * v[0]) / 2
    a, b, c = _lengths(corners)
    ratio: Floats = 16 * area**2 / ((a + b + c) * a * b * c)
    return ratio


def _gamma_3d(corners: Floats) -> Floats:
    a, b, c = (corners[k] - corners[0] for k in (1, 2, 3))
    faces = [_cross(a, b), _cross(b, c), _cross(c, a), _cross(b - a, c - a)]
    six_volumes = np.abs(_dot(a, faces[1]))
    surface = sum(_norm(face) for face in faces) / 2
    # The circumcentre, seen from the first corner, lies at m / (12 V).
    m = _dot(a, a) * faces[1] + _dot(b, b) * faces[2] + _dot(c, c) * faces[0]
    ratio: Floats = 3 * (six_volumes / 2 / surface) * (2 * six_volumes) / _norm(m)
    return ratio


def _angles_2d(corners: Floats) -> Floats:
    smallest = np.full(corners.shape[2], 180.0)
    for k in range(3):
        u, v = corners[(k + 1) % 3] - corners[k], corners[(k + 2) % 3] - corners[k]
        sine = np.abs(u[0] * v[1] - u[1] * v[0])
        np.minimum(smallest, np.degrees(np.arctan2(sine, _dot(u, v))), out=smallest)
    return smallest


def _angles_3d(corners: Floats) -> Floats:
    smallest = np.full(corners.shape[2], 180.0)
    for i, j in EDGES[3]:
        k, m = (n for n in range(4) if n not in (i, j))
        axis = corners[j] - corners[i]
        first = _cross(axis, corners[k] - corners[i])
        second = _cross(axis, corners[m] - corners[i])
        sine = _norm(_cross(first, second))
        np.minimum(smallest, np.degrees(np.arctan2(sine, _dot(first, second))), out=smallest)
    return smallest
