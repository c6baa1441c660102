"""What ``lisic check`` says of a case besides the case: its size, memory and assumptions."""

from typing import Any

import numpy as np
from lisic.mesh.porous_layer import PorousLayer
from lisic.scripts.build import materials, model
from lisic.scripts.case import Case
from lisic.scripts.geometries import geometry
from lisic.scripts.geometry_section import PorousLayerTable
from lisic.scripts.ranges import outside, told_elsewhere
from lisic.scripts.refusal import blamed_on

# Measured on this project's meshes, for estimates: layers of 12 to 1100 pores, MUMPS in 2D.
_CELLS_PER_PORE = 114  # of 16 nodes
_CELLS_PER_FIBRE_SEGMENT = 3
_DOFS_PER_CELL_2D = 4.1
_KB_PER_DOF = 8.0


@told_elsewhere()
def describe(case: Case) -> str:
    """Estimate of size and memory, without building anything that takes time."""
    table = case.geometry
    with blamed_on("geometry"):
        spec = geometry(case)
    if isinstance(table, PorousLayerTable):
        made = materials(case, {"lisi": 1, "pore": 2})
        sizes = table.pore_diameter
        mean_area = np.pi / 4 * sizes.median**2 * np.exp(2 * sizes.sigma**2)
        pores = max(1.0, table.porosity * table.width * table.thickness / mean_area)
        cells = pores * _CELLS_PER_PORE * table.nodes_per_pore / 16
        if isinstance(spec, PorousLayer) and spec.nanotubes is not None:
            tubes = spec.nanotubes
            total = tubes.area_fraction * table.width * table.thickness / tubes.diameter
            cells += _CELLS_PER_FIBRE_SEGMENT * total / (3.0 * tubes.diameter)
        dofs = cells * _DOFS_PER_CELL_2D
        lines = [f"about {pores:.0f} pores"]
    else:
        with blamed_on("geometry"):
            mesh, _ = spec.build()
        made = model(case, mesh).materials
        cells = len(mesh.cells)
        edges = 6 if mesh.dim == 3 else 3
        nodes = len(mesh.points) + len(_unique_edges(mesh.cells, edges))
        dofs = nodes * mesh.dim
        lines = []
    lines += [
        f"about {_round(cells)} elements, {_round(dofs)} degrees of freedom (P2 displacement)",
        f"about {max(0.4, 0.35 + dofs * _KB_PER_DOF * 1e-6):.1f} GB of memory in all",
    ]
    for part, material in sorted(made.items()):
        for record in material.assumptions():
            lines.append(f"assumed: {part} ({material.name}) {record.key} = {record.value}")
    lines += [str(one) for one in outside(case, made)]
    return "\n".join(lines)


def _unique_edges(cells: Any, per_cell: int) -> Any:
    pairs = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)][:per_cell]
    edges = np.sort(np.concatenate([cells[:, list(pair)] for pair in pairs]), axis=1)
    return np.unique(edges, axis=0)


def _round(number: float) -> str:
    """Two significant digits, for an estimate."""
    return f"{float(f'{number:.2g}'):,.0f}"
