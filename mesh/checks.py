"""Is a mesh fit to compute on? What makes it unfit is refused, what makes it poor is reported."""

import numpy as np
from lisic.mesh import facets as topology
from lisic.mesh.cell_shape import all_edges, longest_edges, smallest_angles
from lisic.mesh.facets import Incidence
from lisic.mesh.regions import Floats, Ids, RegionMesh
from scipy.spatial import cKDTree

# Volume of a cell relative to its longest edge that is rounding, not geometry.
_FLAT = 1e-10
# Distance relative to the extent of the mesh that is rounding.
_ROUNDING = 1e-9
# Poor, by the project's own measure: what each of its meshes must keep.
SMALLEST_ANGLE = 5.0  # degrees; between faces in 3D
FEWEST_CELLS = 8  # in an island: fewer hold no stress worth the name


def problems(mesh: RegionMesh, incidence: Incidence | None = None) -> list[str]:
    """What makes the mesh unfit, one sentence each; empty for a good mesh.

    Looked for: inverted or flat cells, duplicate cells, facets shared by more than two cells,
    points on top of others, vertices that hang on facets of other cells, tagged facets and fibre
    segments that are none of the mesh's, vertices that no cell uses, curves of no length or
    outside the mesh's box, periodic faces that differ. Finite elements on any of these give wrong
    results or corrupt memory. ``incidence`` is that of the cells, where the caller has it.
    """
    found = []
    n = len(mesh.points)
    known = topology.incidence(mesh.cells, n) if incidence is None else incidence
    if (bad := int((mesh.volumes() <= _FLAT * longest_edges(mesh) ** mesh.dim).sum())) > 0:
        found.append(f"{bad} cells are inverted or flat")
    if (bad := _duplicates(mesh.cells, n)) > 0:
        found.append(f"{bad} cells are there twice")
    if (bad := int((known.count > 2).sum())) > 0:
        found.append(f"{bad} facets are shared by more than two cells")
    rounding = _ROUNDING * float(np.ptp(mesh.points, axis=0).max())
    if (bad := len(cKDTree(mesh.points).query_pairs(rounding, output_type="ndarray"))) > 0:
        found.append(
            f"{bad} points lie on others, so that what looks joined there is not: merge them, or "
            f"open cracks that are wanted by more than {rounding:.2g} um"
        )
    outer, _ = known.outer()
    if (bad := _hanging(mesh.points, outer, rounding)) > 0:
        found.append(
            f"{bad} vertices hang on facets of other cells, so that what looks joined there is not"
        )
    if (bad := _missing(mesh.facets, known.different(), n)) > 0:
        found.append(f"{bad} tagged facets are not facets of the mesh")
    if len(mesh.fibres) and (bad := _missing(mesh.fibres, all_edges(mesh.cells), n)) > 0:
        found.append(f"{bad} fibre segments are not edges of the mesh")
    if (bad := int((np.bincount(mesh.cells.ravel(), minlength=n) == 0).sum())) > 0:
        found.append(f"{bad} vertices belong to no cell")
    found += _curve_problems(mesh, rounding)
    found += _periodic_problems(mesh, outer)
    return found


def require(mesh: RegionMesh, incidence: Incidence | None = None) -> None:
    """Refuse an unfit mesh.

    Raises:
        ValueError: the mesh is unfit; the message says why.
    """
    if found := problems(mesh, incidence):
        raise ValueError("the mesh is unfit: " + "; ".join(found))


def shortcomings(mesh: RegionMesh, linked: tuple[Ids, Ids], angles: Floats) -> list[str]:
    """What makes a fit mesh a poor one, one sentence each; empty for a good mesh.

    Looked for: angles (2D) or dihedral angles (3D) below 5 degrees, islands of fewer than eight
    cells, regions without cells and facet groups without facets. An island is a piece of one
    region, connected through facets and across the period.

    Args:
        mesh: a fit mesh.
        linked: its cells that share facets (:func:`lisic.mesh.facets.links`).
        angles: smallest angle of each cell in degrees, (n_cells,).
    """
    found = []
    if (bad := int((angles < SMALLEST_ANGLE).sum())) > 0:
        kind = "angle" if mesh.dim == 2 else "dihedral angle"
        found.append(
            f"{bad} cells have a {kind} below {SMALLEST_ANGLE:g} degrees, "
            f"the smallest is {angles.min():.2g}"
        )
    piece = topology.bodies(linked, mesh.region)
    first, sizes = np.unique(piece, return_index=True, return_counts=True)[1:]
    for name, tag in mesh.regions.items():
        own = mesh.region[first] == tag
        small = sizes[own & (sizes < FEWEST_CELLS)]
        if len(small):
            found.append(
                f"{len(small)} islands of region {name} have fewer than {FEWEST_CELLS} cells, "
                f"the smallest has {small.min()}"
            )
        if not own.any():
            found.append(f"region {name} has no cells")
    for name, tag in mesh.facet_groups.items():
        if not (mesh.facet_tag == tag).any():
            found.append(f"facet group {name} has no facets")
    return found


def poor(mesh: RegionMesh) -> list[str]:
    """:func:`shortcomings` of a fit mesh of which nothing else is known."""
    linked = topology.links(mesh.points, mesh.cells, mesh.period)
    return shortcomings(mesh, linked, smallest_angles(mesh))


def _duplicates(cells: Ids, n_points: int) -> int:
    """How many cells repeat the vertices of another."""
    # Equal cells have equal sums of their vertices' random numbers; the few that do are compared.
    numbers = np.random.default_rng(0).integers(0, 2**63, n_points, dtype=np.uint64)
    sums = numbers[cells[:, 0]]
    for column in cells.T[1:]:
        sums = sums + numbers[column]  # wraps around
    ordered = np.sort(sums)
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(repeated):
        return 0
    alike = np.sort(cells[np.isin(sums, repeated)], axis=1)
    return len(alike) - len(np.unique(alike, axis=0))


def _hanging(points: Floats, outer: Ids, rounding: float) -> int:
    """How many vertices of the outer facets (m, dim) lie in others, not at their corners.

    Inside a conforming mesh facets are shared. A facet that is not, though a vertex lies in it,
    has finer cells or another body on its other side.
    """
    vertices = np.unique(outer)
    corners = points[outer]
    centre = corners.mean(axis=1)
    radius = np.linalg.norm(corners - centre[:, None], axis=2).max(axis=1)
    near = cKDTree(points[vertices]).query_ball_point(centre, radius, return_sorted=False)
    facet = np.repeat(np.arange(len(outer)), [len(found) for found in near])
    vertex = vertices[np.concatenate([np.asarray(found, dtype=np.int64) for found in near])]
    other = (outer[facet] != vertex[:, None]).all(axis=1)
    facet, vertex = facet[other], vertex[other]
    at = points[vertex] - corners[facet, 0]
    edges = corners[facet, 1:] - corners[facet, :1]
    # Least squares by the normal equations, 1 x 1 or 2 x 2: the foot in the facet's line or plane.
    gram = np.einsum("nik,njk->nij", edges, edges)
    right = np.einsum("nik,nk->ni", edges, at)
    share = np.linalg.solve(gram, right[..., None])[..., 0]
    foot = np.einsum("ni,nik->nk", share, edges)
    in_plane = np.linalg.norm(at - foot, axis=1) <= rounding
    slack = rounding / radius[facet]
    within = (share >= -slack[:, None]).all(axis=1) & (share.sum(axis=1) <= 1 + slack)
    apart = np.linalg.norm(corners[facet] - points[vertex][:, None], axis=2).min(axis=1) > rounding
    return len(np.unique(vertex[in_plane & within & apart]))


def _curve_problems(mesh: RegionMesh, rounding: float) -> list[str]:
    if not len(mesh.curves):
        return []
    if mesh.dim == 2:
        return ["curves that follow no edges belong into meshes in three dimensions only"]
    found = []
    ends = mesh.curve_points[mesh.curves]
    if (bad := int((np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1) <= rounding).sum())) > 0:
        found.append(f"{bad} curve segments have no length")
    low, high = mesh.points.min(axis=0) - rounding, mesh.points.max(axis=0) + rounding
    if (bad := int(((ends < low) | (ends > high)).any(axis=(1, 2)).sum())) > 0:
        found.append(f"{bad} curve segments leave the box of the mesh")
    return found


def _periodic_problems(mesh: RegionMesh, boundary: Ids) -> list[str]:
    """Boundary facets on opposite periodic faces must be each other's translates, exactly."""
    found = []
    for axis in np.flatnonzero(mesh.period).tolist():
        try:
            topology.periodic_pairs(mesh.points, boundary, axis, float(mesh.period[axis]))
        except ValueError as difference:
            found.append(str(difference))
    return found


def _missing(asked: Ids, there: Ids, n_points: int) -> int:
    """How many rows of ``asked``, in any order of vertices, are not among the rows ``there``."""
    if not len(asked):
        return 0
    keys = topology.row_keys(np.concatenate([np.sort(asked, axis=1), there]), n_points)
    known = np.sort(keys[len(asked) :])
    at = np.minimum(np.searchsorted(known, keys[: len(asked)]), len(known) - 1)
    return int((known[at] != keys[: len(asked)]).sum())
