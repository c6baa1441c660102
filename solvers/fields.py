"""Fields over time: one ``.vtu`` a rank and output, listed with their times in ``fields.pvd``.

ParaView and PyVista open the index. Each rank writes its own part with meshio; the index is
rewritten atomically after all parts are on disk, so that it never names a half-written file, and
a resumed run goes on with it. DOLFINx's own writers cannot append after a restart.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import meshio
import numpy as np
import numpy.typing as npt
from lisic.solvers.observe import pressure_of, von_mises
from lisic.solvers.problem import Problem


@dataclass
class FieldWriter:
    """Writes the fields of a problem into ``folder``/fields and the index ``folder``/fields.pvd."""

    folder: Path
    problem: Problem
    entries: list[tuple[float, int, int]]  # time, output number, parts

    def write(self, time: float) -> None:
        """Write the accepted state at ``time`` (s). Collective."""
        comm = self.problem.comm
        number = self.entries[-1][1] + 1 if self.entries else 0
        parts = self.folder / "fields"
        if comm.rank == 0:
            parts.mkdir(exist_ok=True)
        comm.barrier()
        self._part().write(parts / _part_name(number, comm.rank))
        comm.barrier()
        self.entries.append((time, number, comm.size))
        self.write_index()

    def write_index(self) -> None:
        """Write the index of the outputs so far (rank 0)."""
        if self.problem.comm.rank != 0:
            return
        root = ElementTree.Element("VTKFile", type="Collection", version="0.1")
        collection = ElementTree.SubElement(root, "Collection")
        for time, number, parts in self.entries:
            for part in range(parts):
                ElementTree.SubElement(
                    collection,
                    "DataSet",
                    timestep=repr(time),
                    part=str(part),
                    file=f"fields/{_part_name(number, part)}",
                )
        ElementTree.indent(root)
        temporary = self.folder / "fields.pvd.tmp"
        ElementTree.ElementTree(root).write(temporary, encoding="utf-8", xml_declaration=True)
        os.replace(temporary, self.folder / "fields.pvd")

    def _part(self) -> meshio.Mesh:
        problem = self.problem
        points = problem.points
        dim = problem.kinematics.dim
        n_own = problem.mesh.n_own
        mesh = problem.mesh.mesh
        geometry = mesh.geometry.dofmaps[0][:n_own]
        used, local = np.unique(geometry, return_inverse=True)
        cells = local.reshape(geometry.shape)
        displacement = np.zeros((len(used), 3))
        # The first dim + 1 nodes of a P2 cell are its vertices, in the order of the geometry.
        nodes = problem.balance.space.dofmap.list[:n_own, : dim + 1]
        values = problem.balance.u.x.array.reshape(-1, dim)
        displacement[cells.ravel(), :dim] = values[nodes.ravel()]
        mean = points.cell_means
        cell_data: dict[str, npt.NDArray[np.float64 | np.int32]] = {
            "region": problem.mesh.region,
            "body": problem.mesh.body,
            "von_mises_MPa": mean(von_mises(points.cauchy)),
            "pressure_MPa": mean(pressure_of(points.cauchy)),
            "creep_strain": mean(points.state["creep"]),
            "fill": mean(np.minimum(points.state["volume"] / points.jacobian, 1.0)),
            "stress_MPa": np.column_stack([mean(points.cauchy[:, i]) for i in range(6)]),
        }
        kind = "triangle" if dim == 2 else "tetra"
        return meshio.Mesh(
            mesh.geometry.x[used],
            [(kind, cells)],
            point_data={"displacement_um": displacement},
            cell_data={name: [data] for name, data in cell_data.items()},
        )


def _part_name(number: int, part: int) -> str:
    return f"{number:06d}-{part}.vtu"
