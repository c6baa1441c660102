"""What ``lisic check`` says of a case besides the case: its size, memory and assumptions."""

import numpy as np
from lisic.mesh.field_layer import FieldLayer
from lisic.mesh.lattice import fitted
from lisic.mesh.particle_layer import ParticleLayer
from lisic.mesh.porous_layer import PorousLayer
from lisic.mesh.porous_volume import PorousVolume, SpherePores
from lisic.mesh.run_size import memory_gb
from lisic.scripts.build import materials, model
from lisic.scripts.case import Case
from lisic.scripts.geometries import geometry
from lisic.scripts.ranges import outside, told_elsewhere
from lisic.scripts.refusal import blamed_on

# Measured on this project's meshes, for estimates: layers of 12 to 1100 pores; fields and spheres
# of 2 to 58 % pores; networks of particles.
_CELLS_PER_PORE = 114  # of 16 nodes
_CELLS_PER_FIBRE_SEGMENT = 3
_CELLS_PER_SQUARE, _CELLS_PER_CUBE = 2.1, 13.2  # with those that an interface divides
_DOFS_PER_CELL = {2: 4.1, 3: 4.3}


@told_elsewhere()
def describe(case: Case) -> str:
    """Estimate of size and memory, without building anything that takes time."""
    with blamed_on("geometry"):
        spec = geometry(case)
    lines: list[str] = []
    match spec:
        case PorousLayer() | FieldLayer() | PorousVolume() | ParticleLayer():
            particles = isinstance(spec, ParticleLayer)
            made = materials(case, {"si": 1, "void": 2} if particles else {"lisi": 1, "pore": 2})
            dim = len(spec.extent) if isinstance(spec, PorousVolume | ParticleLayer) else 2
            with blamed_on("geometry"):
                pores, cells = _layer(spec)
            if pores is not None:
                lines = [f"about {pores:.0f} pores"]
            dofs = cells * _DOFS_PER_CELL[dim]
        case _:
            with blamed_on("geometry"):
                mesh, report = spec.build()
            made = model(case, mesh).materials
            cells, dim = len(mesh.cells), mesh.dim
            dofs = report["dofs_quadratic_displacement"]
    lines += [
        f"about {_round(cells)} elements, {_round(dofs)} degrees of freedom (P2 displacement)",
        f"about {memory_gb(dofs, dim):.1f} GB of memory in all",
    ]
    for part, material in sorted(made.items()):
        for record in material.assumptions():
            lines.append(f"assumed: {part} ({material.name}) {record.key} = {record.value}")
    lines += [str(one) for one in outside(case, made)]
    return "\n".join(lines)


def _layer(
    spec: PorousLayer | FieldLayer | PorousVolume | ParticleLayer,
) -> tuple[float | None, float]:
    """Pores, where they are counted by size, and elements of a layer not yet built."""
    match spec:
        case PorousLayer():
            mean = np.pi / 4 * spec.median_diameter**2 * np.exp(2 * spec.sigma**2)
            area = spec.width * spec.thickness
            pores = max(1.0, spec.porosity * area / mean)
            cells = pores * _CELLS_PER_PORE * spec.nodes_per_pore / 16
            if (tubes := spec.nanotubes) is not None:
                total = tubes.area_fraction * area / tubes.diameter
                cells += _CELLS_PER_FIBRE_SEGMENT * total / (3.0 * tubes.diameter)
            return pores, cells
        case FieldLayer():
            return None, _CELLS_PER_SQUARE * spec.width * spec.thickness / spec.pitch**2
        case ParticleLayer() if spec.dimension == 2:
            return None, _CELLS_PER_SQUARE * spec.width * spec.thickness / spec.side**2
        case ParticleLayer():
            sides = (spec.width, spec.width, spec.thickness)
            cubes = fitted(sides, spec.side, (True, True, False)).cubes
            return None, _CELLS_PER_CUBE * float(np.prod(cubes))
        case PorousVolume():
            cubes = fitted(spec.extent, spec.pitch, (True, True, False)).cubes
            cells = _CELLS_PER_CUBE * float(np.prod(cubes))
            if not isinstance(spec.pores, SpherePores):
                return None, cells
            sizes = spec.pores
            mean = np.pi / 6 * sizes.median_diameter**3 * np.exp(4.5 * sizes.sigma**2)
            return max(1.0, spec.porosity * float(np.prod(spec.extent)) / mean), cells


def _round(number: float) -> str:
    """Two significant digits, for an estimate."""
    return f"{float(f'{number:.2g}'):,.0f}"
