"""What the report of a particle layer says of its silicon and its carbon. Lengths are um."""

from typing import Any

import numpy as np
from lisic.mesh import facets, nanotube_report, statistics
from lisic.mesh.nanotube_report import Placed
from lisic.mesh.particle_carbon import Carbon
from lisic.mesh.particle_graph import backbone, coordination
from lisic.mesh.particle_network import Network
from lisic.mesh.regions import RegionMesh


def particles(
    mesh: RegionMesh, made: Network, fraction: float, median: float, sigma: float, neck: float
) -> dict[str, Any]:
    """Asked and achieved silicon; how the network, and the silicon of the mesh, hang together."""
    diameter = 2 * made.particles.radius
    n = len(diameter)
    contacts = coordination(made.necks.ends, n)
    linked = facets.links(mesh.points, mesh.cells, mesh.period)
    volume = mesh.volumes()
    solid = mesh.region == mesh.regions["si"]
    void = mesh.region == mesh.regions["void"]
    return {
        "asked_silicon_fraction": fraction,
        "silicon_fraction": float(volume[solid].sum() / volume.sum()),
        "void_fraction": float(volume[void].sum() / volume.sum()),
        "number": n,
        "asked_median_diameter_um": median,
        "median_diameter_um": float(np.exp(np.median(np.log(diameter)))),
        "asked_sigma": sigma,
        "sigma": float(np.log(diameter).std()),
        "necks": len(made.necks.gap),
        "neck_width_share": neck,
        "mean_gap_share": made.slack,
        "longest_gap_share": made.longest,
        "coordination_mean": float(contacts.mean()),
        "coordination_least": int(contacts.min()),
        "coordination": np.bincount(contacts).tolist(),
        "backbone_share": float(backbone(made.necks.ends, n).mean()),
        "solid": statistics.connectivity(mesh, linked, solid),
        "void": statistics.connectivity(mesh, linked, void),
    }


def carbon(mesh: RegionMesh, asked: Carbon, strip: float | None) -> dict[str, Any]:
    """Asked and achieved carbon: area of the strips in a cut, volume of the curves in 3D.

    ``strip`` is the width of the strips in a cut, um.
    """
    volume = mesh.volumes()
    total = float(volume.sum())
    if strip is not None:
        own = mesh.region == mesh.regions["carbon"]
        linked = facets.links(mesh.points, mesh.cells, mesh.period)
        return {
            "asked_carbon_fraction": asked.fraction,
            "carbon_fraction": float(volume[own].sum()) / total,
            "asked_bundle_diameter_um": asked.diameter,
            "bundle_diameter_um": strip,
            **statistics.connectivity(mesh, linked, own),
        }
    placed = Placed(
        points=mesh.curve_points,
        segments=mesh.curves,
        number=mesh.curve,
        period=mesh.period,
        faces=(0.0, float(mesh.points[:, -1].max())),
    )
    bundles = nanotube_report.report(placed, asked.diameter)
    return {
        "asked_carbon_fraction": asked.fraction,
        "carbon_fraction": bundles["total_length_um"] * np.pi / 4 * asked.diameter**2 / total,
        "asked_length_um": asked.length,
        "persistence_length_um": asked.persistence_length,
        **bundles,
    }
