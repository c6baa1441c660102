"""Necks between neighbouring particles: as few and as short as make them bear load together.

Lengths are um.
"""

from dataclasses import dataclass

import numpy as np
from lisic.mesh.particle_graph import backbone
from lisic.mesh.particle_packing import Particles, Room
from lisic.mesh.regions import Floats, Ids
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

# Every particle gets at least so many necks where it has neighbours near by: as many as keep a
# joint of bars in place, by dimension.
NECKS = {2: 3, 3: 4}
# Neighbours whose gap is below this share of the sum of their radii touch: always a neck.
CONTACT = 0.04
# A particle whose gap to a face is below this share of its radius stands on it.
_FOOT = 1.0
# Neighbours are near by up to this gap: half a diameter.
_NEAR = 0.5
# Radii of the largest particle that copies beyond the sides are looked at.
_BEYOND = 10.0
_FEW = 10


@dataclass(frozen=True, eq=False)
class Necks:
    """Straight bars between centres of particles, or from a centre to a face.

    Attributes:
        ends: numbers of the particles, n for the separator, n + 1 for the collector, (m, 2).
        start: centre of the first, (m, dim).
        along: from there to the nearest image of the second or to the face, (m, dim).
        slender: radius of the smaller of the two particles, (m,).
        gap: between the surfaces over the sum of the radii, (m,).
    """

    ends: Ids
    start: Floats
    along: Floats
    slender: Floats
    gap: Floats

    def chosen(self, which: Ids | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> "Necks":
        """Some of them."""
        return Necks(
            self.ends[which],
            self.start[which],
            self.along[which],
            self.slender[which],
            self.gap[which],
        )


def bridge(particles: Particles) -> Necks:
    """The necks of a packing; none enters a void.

    They join Delaunay's neighbours: all that touch or stand by a face, the shortest that join all
    particles and both faces into one piece, the next shortest for particles with too few, and for
    particles that bear no load the shortest ones that make them.
    """
    n, fewest = len(particles.radius), NECKS[len(particles.room.extent)]
    possible = _possible(particles)
    possible = possible.chosen(_clear_of(possible, particles.room))
    possible = possible.chosen(np.argsort(possible.gap, kind="stable"))
    enough = np.where((possible.ends >= n).any(axis=1), _FOOT, CONTACT)
    taken = (possible.gap < enough) | _spanning(possible.ends, n)
    necks = np.bincount(possible.ends[taken].ravel(), minlength=n + 2)
    necks[n:] = fewest  # a face asks for none
    for number in np.flatnonzero(~taken).tolist():
        wanted = fewest if possible.gap[number] < _NEAR else 2
        a, b = possible.ends[number]
        if min(necks[a], necks[b]) < wanted:
            taken[number] = True
            necks[[a, b]] += 1
    bears = backbone(possible.ends[taken], n)
    while not bears.all():
        bearing = np.append(bears, [True, True])[possible.ends].sum(axis=1)
        for number in np.flatnonzero(~taken & (bearing == 1)).tolist():
            taken[number] = True
            more = backbone(possible.ends[taken], n)
            if more.sum() > bears.sum():
                bears = more
                break
            taken[number] = False
        else:
            break
    return possible.chosen(taken)


def _spanning(ends: Ids, n: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of the pairs, sorted by rising gap, join what those before them do not, (m,)."""
    # Of several necks between the same two (across the period) the first is the shortest.
    pairs, first = np.unique(ends, axis=0, return_index=True)
    weight = first + 1.0
    graph = coo_array((weight, (pairs[:, 0], pairs[:, 1])), shape=(n + 2, n + 2))
    tree = minimum_spanning_tree(graph.tocsr())
    joins = np.zeros(len(ends), dtype=bool)
    joins[np.rint(tree.data).astype(np.int64) - 1] = True
    return joins


def _possible(particles: Particles) -> Necks:
    """All pairs of neighbours, each once, and particles that see a face."""
    room, radius = particles.room, particles.radius
    extent, centres = room.extent, particles.centres.copy()
    centres[:, :-1] %= extent[:-1]
    n, dim = centres.shape
    shifts = np.stack(np.meshgrid(*[[0, -1, 1]] * (dim - 1), indexing="ij"), -1)
    copies = np.concatenate(
        [centres + np.append(s * extent[:-1], 0.0) for s in shifts.reshape(-1, dim - 1)]
    )
    # A particle sees a face if it neighbours its own mirror image.
    low, high = copies.copy(), copies.copy()
    low[:, -1] *= -1
    high[:, -1] = 2 * extent[-1] - high[:, -1]
    points = np.concatenate([copies, low, high])
    # Copies far beyond the sides have no part in it; of few particles all are needed.
    margin = _BEYOND * float(radius.max()) + 2 * room.void_radius * (len(room.voids) > 0)
    if n < _FEW:
        margin = max(margin, 1.01 * float(extent.max()))
    kept = np.flatnonzero(((points > -margin) & (points < extent + margin)).all(axis=1))
    corners = kept[Delaunay(points[kept]).simplices]
    corners = corners[(corners < n).any(axis=1)]
    pairs = np.concatenate([corners[:, [i, j]] for i in range(dim + 1) for j in range(i)])
    pairs = pairs[(pairs < n).any(axis=1)].astype(np.int64)
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    a, b = np.concatenate([pairs, pairs[:, ::-1]]).T
    a, b = a[a < n], b[a < n]
    mirrored, other = b // len(copies), b % n
    between = (mirrored == 0) & (other > a)
    to_face = (mirrored > 0) & (b % len(copies) == a)
    a, b, mirrored, other = (x[between | to_face] for x in (a, b, mirrored, other))
    along = points[b] - points[a]
    face = mirrored > 0
    along[face] /= 2
    other = np.where(face, n - 1 + mirrored, other)
    reach = radius[a] + np.append(radius, [0.0, 0.0])[other]
    gap = np.linalg.norm(along, axis=1) / reach - 1
    slender = np.minimum(radius[a], np.append(radius, [np.inf, np.inf])[other])
    order = np.lexsort((*along.T, other, a))
    return Necks(np.stack([a, other], axis=1), centres[a], along, slender, gap).chosen(order)


def _clear_of(necks: Necks, room: Room) -> Ids:
    """Numbers of the necks that stay out of all voids."""
    free = np.ones(len(necks.gap), dtype=bool)
    squared = (necks.along**2).sum(axis=1)
    for centre in room.voids:
        middle = necks.start + necks.along / 2
        offset = room.offsets(centre - middle)
        t = np.clip((offset * necks.along).sum(axis=1) / squared, -0.5, 0.5)
        away = np.linalg.norm(offset - t[:, None] * necks.along, axis=1)
        free &= away >= room.void_radius + necks.slender / 2
    return np.flatnonzero(free)
