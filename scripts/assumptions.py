"""What the models of each geometry take for granted; named in every run's manifest."""

from lisic.scripts.geometry_section import ChannelTable, Geometry, MeshTable
from lisic.scripts.image_section import ImageTable
from lisic.scripts.particle_section import ParticleLayerTable
from lisic.scripts.porous_section import PorousLayerTable
from lisic.scripts.stack_section import StackTable
from lisic.scripts.volume_section import VolumeTable

_PLANE = "plane strain: pores are cylinders"
_PLATEN = "platen rigid, flat, frictionless; no mean lateral strain"
_FILLING = (
    "lithium spreads evenly in a pore until it is full, bears no tension, and all pores take "
    "the current in proportion to their volume"
)
_KINETICS = (
    "linear kinetics: a pore's growth rate falls with pressure to zero at F eta / V_m; what "
    "the pores do not take goes to the collector, without mechanical effect"
)
_NO_CAPILLARITY = "no capillary pressure"


def assumptions(table: Geometry) -> list[str]:
    """The assumptions behind runs on this geometry, a sentence each."""
    match table:
        case PorousLayerTable():
            flat = table.dimension == 2
            return [
                *([_PLANE] if flat else []),
                f"separator side rigid and bonded; {_PLATEN}",
                _FILLING,
                _KINETICS,
                _NO_CAPILLARITY,
                *(_bundles(flat) if table.cnt is not None else []),
            ]
        case StackTable():
            return [
                _PLANE,
                f"bottom rigid and bonded; {_PLATEN}",
                "all interfaces bonded; no stress left from making the layers",
                f"{_FILLING}; it plates into pores only",
                _KINETICS,
                _NO_CAPILLARITY,
                *(_bundles(True) if any(layer.cnt is not None for layer in table.layer) else []),
            ]
        case ImageTable() | VolumeTable():
            return [
                *(["plane strain"] if isinstance(table, ImageTable) else []),
                "the sides are mirrors, the bottom is rigid and bonded; platen rigid, flat, "
                "frictionless",
                _FILLING,
                _KINETICS,
                _NO_CAPILLARITY,
            ]
        case ParticleLayerTable():
            flat = table.dimension == 2
            return [
                *(["plane strain: discs stand for spheres"] if flat else []),
                f"bottom fixed; {_PLATEN}",
                "particles welded at their necks",
                "voids hold the soft filler of their material; walls that meet do not touch",
                *(_bundles(False) if not flat and table.carbon_fraction else []),
            ]
        case ChannelTable():
            return [
                "rigid wall without slip; reservoir at zero pressure",
                "lithium enters evenly within half a radius of the closed end",
                _NO_CAPILLARITY,
            ]
        case MeshTable():
            return []


def _bundles(flat: bool) -> list[str]:
    """Of nanotube bundles as curves of axial stiffness."""
    return [
        *(["bundles are sheets of one diameter's thickness"] if flat else []),
        "nanotube bundles bonded, without stiffness across or in bending, and the solid goes on "
        "where they are",
    ]
