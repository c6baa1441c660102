"""From arrays on rank 0 to a DOLFINx mesh on all ranks, with regions, facets, bodies and fibres."""

from dataclasses import dataclass
from typing import Any

import basix.ufl
import dolfinx
import numpy as np
import numpy.typing as npt
from lisic.mesh.regions import RegionMesh
from lisic.solvers.curves import CurvePieces, cut
from mpi4py import MPI


@dataclass(frozen=True, eq=False)
class DistributedMesh:
    """A mesh in parts. Arrays over cells hold the rank's own cells, ghosts left out.

    Attributes:
        mesh: the DOLFINx mesh.
        original_cell: (n_own,) index of each own cell in the :class:`RegionMesh`.
        region: (n_own,) region id; ``regions`` names the ids.
        body: (n_own,) number of the pore a cell lies in, 0 outside; ``n_bodies`` in all.
        size: (n_own,) characteristic size of that pore, um.
        facets: facet tags by group name, each with the value 1 on the group's facets.
        fibres: the fibres, cut into pieces that each lie in one own cell, or None.
        period: (dim,) lateral period, um; 0 where not periodic.
    """

    mesh: Any
    original_cell: npt.NDArray[np.int64]
    region: npt.NDArray[np.int32]
    regions: dict[str, int]
    body: npt.NDArray[np.int32]
    n_bodies: int
    size: npt.NDArray[np.float64]
    facets: dict[str, Any]
    fibres: CurvePieces | None
    period: npt.NDArray[np.float64]

    @property
    def n_own(self) -> int:
        """Number of the rank's own cells."""
        return len(self.original_cell)

    def cells_of(self, region: str) -> npt.NDArray[np.int64]:
        """Own cells of a region."""
        return np.flatnonzero(self.region == self.regions[region])

    def midpoints(self) -> npt.NDArray[np.float64]:
        """(n_own, 3) midpoints of the own cells, um."""
        own = np.arange(self.n_own, dtype=np.int32)
        midpoints: npt.NDArray[np.float64] = dolfinx.mesh.compute_midpoints(
            self.mesh, self.mesh.topology.dim, own
        )
        return midpoints


def distribute(comm: MPI.Intracomm, serial: RegionMesh | None) -> DistributedMesh:
    """Cut ``serial`` (needed on rank 0 only) into one part a rank. Collective."""
    root = comm.rank == 0
    if root and serial is None:
        raise ValueError("rank 0 must hold the mesh")
    dim = comm.bcast(serial.points.shape[1] if root and serial else None)
    names = comm.bcast(
        (serial.regions, serial.facet_groups, serial.period) if root and serial else None
    )
    regions, groups, period = names
    cell_data = comm.bcast((serial.region, serial.body, serial.size) if root and serial else None)
    region, body, size = cell_data

    cell = "triangle" if dim == 2 else "tetrahedron"
    coordinates = basix.ufl.element("Lagrange", cell, 1, shape=(dim,))
    points = serial.points if root and serial else np.empty((0, dim))
    cells = serial.cells if root and serial else np.empty((0, dim + 1), dtype=np.int64)
    mesh = dolfinx.mesh.create_mesh(comm, cells, coordinates, points)
    n_own = mesh.topology.index_map(dim).size_local
    original = np.asarray(mesh.topology.original_cell_index[:n_own], dtype=np.int64)

    facets = {
        name: _facet_tags(mesh, serial.facets[serial.facet_tag == tag] if root and serial else None)
        for name, tag in groups.items()
    }
    segments = comm.bcast(_segments(serial) if root and serial else None)
    return DistributedMesh(
        mesh=mesh,
        original_cell=original,
        region=region[original],
        regions=regions,
        body=body[original],
        n_bodies=int(body.max(initial=0)),
        size=size[original],
        facets=facets,
        fibres=cut(mesh, original, segments) if len(segments) else None,
        period=np.asarray(period, dtype=np.float64),
    )


def _segments(serial: RegionMesh) -> npt.NDArray[np.float64]:
    """(s, 2, dim) ends of all fibre segments, um, whether they follow edges of cells or not."""
    ends = serial.points[serial.fibres]
    if serial.dim == 3:
        ends = np.concatenate([ends, serial.curve_points[serial.curves]])
    return ends


def _facet_tags(mesh: Any, vertices: npt.NDArray[np.int64] | None) -> Any:
    """Mesh tags with value 1 on the facets given by vertices (on rank 0, elsewhere None)."""
    fdim = mesh.topology.dim - 1
    if vertices is None:
        vertices = np.empty((0, fdim + 1), dtype=np.int64)
    values = np.ones(len(vertices), dtype=np.int32)
    entities, values = dolfinx.io.distribute_entity_data(mesh, fdim, vertices, values)
    mesh.topology.create_connectivity(fdim, 0)
    mesh.topology.create_connectivity(fdim, mesh.topology.dim)
    return dolfinx.mesh.meshtags_from_entities(
        mesh, fdim, dolfinx.graph.adjacencylist(entities), values
    )
