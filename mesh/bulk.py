"""Bodies and facet groups of a box that was meshed in two phases. Lengths are um."""

import numpy as np
import numpy.typing as npt
from lisic.mesh import facets
from lisic.mesh.regions import Floats, Ids, Tags
from lisic.mesh.stuffing import Stuffed

# Facet groups on the box: name, axis, whether on its high side.
_SIDES = (
    ("separator", 2, False),
    ("collector", 2, True),
    ("left", 0, False),
    ("right", 0, True),
    ("front", 1, False),
    ("back", 1, True),
)


def without_islands(mesh: Stuffed, period: Floats, fewest: int) -> npt.NDArray[np.bool_]:
    """Whether each cell is inside, (m,), once islands below ``fewest`` cells changed sides."""
    # All cells around a point off the interface are one piece: where there are enough of them,
    # they are no island, nor is what is linked to them. Few cells have no such point.
    n = len(mesh.points)
    inner, outer = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    inner[mesh.cells[mesh.inside]] = True
    outer[mesh.cells[~mesh.inside]] = True
    around = np.bincount(mesh.cells.ravel(), minlength=n)
    sure = _any((inner != outer) & (around >= fewest), mesh.cells)
    if sure.all():
        return mesh.inside
    # The others, what they can be linked to, and both faces of a period as wholes.
    near = np.zeros(n, dtype=bool)
    near[mesh.cells[~sure]] = True
    for axis in np.flatnonzero(period):
        along = mesh.points[:, axis]
        near |= (along == along.min()) | (along == along.max())
    part = np.flatnonzero(_any(near, mesh.cells))
    body = facets.bodies(facets.links(mesh.points, mesh.cells[part], period), mesh.inside[part])
    size = np.bincount(body)
    size[body[sure[part]]] = fewest
    inside = mesh.inside.copy()
    inside[part] ^= size[body] < fewest
    return inside


def _any(which: npt.NDArray[np.bool_], cells: Ids) -> npt.NDArray[np.bool_]:
    """Whether a cell has one of the points ``which`` (n,), (m,)."""
    found: npt.NDArray[np.bool_] = which[cells[:, 0]]
    for column in cells.T[1:]:
        found |= which[column]
    return found


def numbered(linked: tuple[Ids, Ids], inside: npt.NDArray[np.bool_]) -> Ids:
    """Number >= 1 of the body of each cell inside, in the order of their first cells; 0 outside."""
    body = facets.bodies(linked, inside)
    known, number = np.unique(body[inside], return_inverse=True)
    numbers = np.zeros(len(inside), dtype=np.int64)
    numbers[inside] = 1 + number.reshape(-1)
    assert len(known) == numbers.max(initial=0)
    return numbers


def sauter_diameters(mesh: Stuffed, body: Ids) -> Floats:
    """6 V/S of every body in um, (bodies + 1,), 0 for number 0; S is the interface only."""
    shared, a, b = facets.shared(mesh.cells, len(mesh.points))
    wall = mesh.inside[a] != mesh.inside[b]
    owner = np.maximum(body[a[wall]], body[b[wall]])
    n = int(body.max(initial=0)) + 1
    surface = np.bincount(owner, areas(mesh.points, shared[wall]), minlength=n)
    volume = np.bincount(body, mesh.volume, minlength=n)
    volume[0] = 0.0
    # A body that fills the box has no wall: its size is that of a sphere of its volume.
    sphere = np.cbrt(6 * volume / np.pi)
    diameter: Floats = np.where(surface > 0, 6 * volume / np.maximum(surface, 1e-300), sphere)
    return np.minimum(diameter, sphere)


def areas(points: Floats, triangles: Ids) -> Floats:
    """Areas of triangles in um^2, (m,)."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    area: Floats = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    return area


def facet_groups(
    mesh: Stuffed, extent: tuple[float, float, float]
) -> tuple[Ids, Tags, dict[str, int]]:
    """The six sides of the box and the interface ``pore_wall``: facets, their tags, tag by name."""
    outer, _ = facets.outer(mesh.cells, len(mesh.points))
    tagged = []
    for _, axis, high in _SIDES:
        place = extent[axis] if high else 0.0
        tagged.append(outer[(mesh.points[outer][..., axis] == place).all(axis=1)])
    shared, a, b = facets.shared(mesh.cells, len(mesh.points))
    tagged.append(shared[mesh.inside[a] != mesh.inside[b]])
    names = [*(name for name, _, _ in _SIDES), "pore_wall"]
    tags = np.repeat(np.arange(1, len(names) + 1, dtype=np.int32), [len(t) for t in tagged])
    return np.concatenate(tagged), tags, {name: tag for tag, name in enumerate(names, start=1)}
