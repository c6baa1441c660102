"""The network of necked particles as a graph: what bears load between the two faces.

Nodes 0..n-1 are particles, n is the separator, n + 1 the collector; edges are necks.
"""

import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import Ids


def coordination(edges: Ids, n: int) -> Ids:
    """Number of necks of each of ``n`` particles, those to the faces included, (n,)."""
    count: Ids = np.bincount(edges.ravel(), minlength=n + 2)[:n].astype(np.int64)
    return count


def backbone(edges: Ids, n: int) -> npt.NDArray[np.bool_]:
    """Whether each of ``n`` particles bears load from face to face, (n,).

    A particle does if two paths that share no other particle lead from it to the separator and
    to the collector: it is in the same biconnected component as an edge between the faces
    (J. Hopcroft and R. Tarjan, Commun. ACM 16 (1973) 372, doi:10.1145/362248.362272). The others
    dangle from it or float. ``edges`` is (m, 2).
    """
    ends = np.concatenate([np.array([[n, n + 1]]), edges])
    near: list[list[tuple[int, int]]] = [[] for _ in range(n + 2)]
    for number, (a, b) in enumerate(ends.tolist()):
        near[a].append((b, number))
        near[b].append((a, number))
    # Depth first from the separator; the first step is the edge to the collector, whose component
    # is complete when the search comes back over it.
    found = [-1] * (n + 2)
    lowest = [0] * (n + 2)
    found[n], lowest[n] = 0, 0
    found[n + 1], lowest[n + 1] = 1, 1
    visited = 2
    path = [n + 1]
    came_by = {n + 1: 0}
    walked = [0]
    ahead = {n + 1: iter(near[n + 1])}
    while path:
        here = path[-1]
        for there, number in ahead[here]:
            if number == came_by[here]:
                continue
            if found[there] < 0:
                found[there] = lowest[there] = visited
                visited += 1
                path.append(there)
                came_by[there] = number
                ahead[there] = iter(near[there])
                walked.append(number)
                break
            if found[there] < found[here]:
                lowest[here] = min(lowest[here], found[there])
                walked.append(number)
        else:
            path.pop()
            if not path:
                break
            before = path[-1]
            lowest[before] = min(lowest[before], lowest[here])
            if lowest[here] >= found[before]:
                # A component that hangs on one particle only: off the stack with it.
                while walked.pop() != came_by[here]:
                    pass
    bears = np.zeros(n + 2, dtype=bool)
    # Alone, the edge between the faces is no network.
    if len(walked) > 1:
        bears[ends[walked].ravel()] = True
    return bears[:n]
