"""Numbers of one row of ``history.csv``: integrals and extremes over regions, sides and pores.

Every value is a reduction over all ranks; a rank that owns none of a region contributes nothing.
Formulas are documented in docs/run-folder.md. Volumes are per um of depth in plane strain.
"""

import numpy as np
import numpy.typing as npt
from lisic.solvers.loads import AXES
from lisic.solvers.problem import Problem
from mpi4py import MPI

Array = npt.NDArray[np.float64]


def von_mises(cauchy: Array) -> Array:
    """Von Mises stress (n,) of Cauchy stresses (n, 6) ordered xx, yy, zz, xy, yz, xz."""
    pressure = pressure_of(cauchy)
    dev = cauchy[:, :3] + pressure[:, None]
    shear = cauchy[:, 3:]
    values: Array = np.sqrt(1.5 * (dev**2).sum(axis=1) + 3.0 * (shear**2).sum(axis=1))
    return values


def pressure_of(cauchy: Array) -> Array:
    """Pressure (n,), positive in compression, of Cauchy stresses (n, 6)."""
    values: Array = -cauchy[:, :3].mean(axis=1)
    return values


def observe(problem: Problem) -> dict[str, float]:
    """The state of the problem as it stands, in the units that the names carry."""
    points = problem.points
    comm = problem.comm
    row: dict[str, float] = {}

    def total(values: Array) -> float:
        return float(comm.allreduce(float(values.sum())))

    def largest(values: Array) -> float:
        return float(comm.allreduce(float(values.max(initial=-np.inf)), op=MPI.MAX))

    mises = von_mises(points.cauchy)
    pressure = pressure_of(points.cauchy)
    present = points.point_volume * points.jacobian
    row["volume_um3"] = total(present)
    void = 0.0
    for region, law in sorted(points.laws.items()):
        at = points.points_of(region)
        volume = total(present[at])
        row[f"mises_max_mpa_{region}"] = largest(mises[at])
        row[f"pressure_mean_mpa_{region}"] = total((present * pressure)[at]) / volume
        row[f"pressure_max_mpa_{region}"] = largest(pressure[at])
        row[f"creep_max_{region}"] = largest(points.state["creep"][at])
        if law.unilateral:
            relaxed = points.state["volume"][at]
            jacobian = points.jacobian[at]
            filled = total(points.point_volume[at] * np.minimum(relaxed, jacobian))
            row[f"fill_{region}"] = filled / volume
            row[f"lithium_um3_{region}"] = total(points.point_volume[at] * relaxed)
            void += volume - filled
        elif law.empty:
            void += volume
    row["void_um3"] = void
    if problem.balance.fibres is not None:
        stress, length = problem.balance.fibres.stress(problem.balance.u.x.array)
        row["fibre_stress_mean_mpa"] = total(length * stress) / total(length)
        row["fibre_stress_min_mpa"] = -largest(-stress)
        row["fibre_stress_max_mpa"] = largest(stress)
    for name, (weights, area) in problem.facet_means.items():
        if area <= 0.0:
            continue
        mean = total(weights * problem.displacement())
        row[f"displacement_um_{name}"] = mean
        for axis in sorted(problem.boundary.held.get(name, {})):
            row[f"force_{AXES[axis]}_un_{name}"] = problem.reaction(name, axis)
    return row
