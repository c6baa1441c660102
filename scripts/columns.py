"""Columns of ``history.csv`` that follow from the case: thickness, porosity, charges, pressures."""

import math

import numpy as np
from lisic.materials import plating
from lisic.scripts.build import Model
from lisic.scripts.case import Case
from lisic.scripts.geometry_section import ChannelTable
from lisic.scripts.image_section import ImageTable
from lisic.scripts.particle_section import ParticleLayerTable
from lisic.scripts.porous_section import PorousLayerTable
from lisic.scripts.volume_section import VolumeTable
from lisic.solvers.loads import AXES
from lisic.solvers.schedule import Step


def derived(
    case: Case, model: Model, observed: dict[str, float], time: float, step: Step
) -> dict[str, float]:
    """What a user of this geometry looks for, from what the solver observed at ``time`` (s)."""
    table = case.geometry
    row: dict[str, float] = {"temperature_k": step.temperature}
    if model.pressed is not None:
        platen, area = model.pressed.platen, model.pressed.area
        row["thickness_um"] = model.pressed.height + observed[f"displacement_um_{platen}"]
        force = f"force_{AXES[model.pressed.axis]}_un_{platen}"
        # The platen's equilibrium: what the layer bears, which round-off keeps from being zero.
        row["stack_pressure_mpa"] = round(-observed[force] / area, 12) + 0.0
        if isinstance(table, PorousLayerTable | ParticleLayerTable | ImageTable | VolumeTable):
            row["porosity"] = observed["void_um3"] / observed["volume_um3"]
        if model.source is not None:
            molar_volume = model.materials["pore"].molar_volume
            passed = model.protocol.charge(time)
            pores = plating.charge(observed["lithium_um3_pore"] / model.area, molar_volume)
            row["fill"] = observed["fill_pore"]
            row["charge_mah_per_cm2"] = passed / plating.MAH_PER_CM2
            row["pore_charge_mah_per_cm2"] = pores / plating.MAH_PER_CM2
            row["collector_charge_mah_per_cm2"] = (passed - pores) / plating.MAH_PER_CM2
            row["stall_pressure_mpa"] = (
                step.stall_pressure if math.isfinite(step.stall_pressure) else math.nan
            )
    elif isinstance(table, ChannelTable):
        row["charge_mah_per_cm2"] = model.protocol.charge(time) / plating.MAH_PER_CM2
        row["pressure_closed_end_mpa"] = observed["force_y_un_closed_end"] / (
            np.pi * table.radius**2
        )
    return row
