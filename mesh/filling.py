"""Which pores stay empty, where only a share of them is filled."""

import numpy as np
from lisic.mesh.regions import Floats, Ids, RegionMesh, Tags

# Absolute, of the share that is filled.
_GOOD = 0.05


def left_empty(body: Ids, volume: Floats, filled: float, rng: np.random.Generator) -> Ids:
    """Pores that stay empty: in random order, each that does not take too much.

    Args:
        body: number >= 1 of the pore of each cell, 0 outside, (n,).
        volume: of each cell, (n,).
        filled: share of the pores' volume that is filled, met to 0.05: pores are full or empty
            as a whole.
        rng: of the order.

    Raises:
        ValueError: a pore is too large to be full or empty as a whole.
    """
    volumes = np.bincount(body, volume)
    volumes[0] = 0.0
    shares = volumes / volumes.sum()
    room = 1 - filled + 1e-12
    chosen = []
    for number in (1 + rng.permutation(len(shares) - 1)).tolist():
        if shares[number] <= room:
            chosen.append(number)
            room -= float(shares[number])
    reached = 1 - float(shares[chosen].sum())
    if abs(reached - filled) > _GOOD:
        raise ValueError(
            f"filled {filled:.4g} can't be met: pores are full or empty as a whole, and of "
            f"{len(shares) - 1} the largest takes {shares.max():.3g} of all; {reached:.3g} is "
            "possible, or a larger layer"
        )
    return np.array(sorted(chosen), dtype=np.int64)


def regions_of(body: Ids, empty: Ids) -> tuple[Tags, dict[str, int]]:
    """Region id of every cell, and ids by name: ``lisi``, and ``pore`` and ``void`` if any."""
    region = np.where(body > 0, 2, 1).astype(np.int32)
    region[np.isin(body, empty)] = 3
    names = {"lisi": 1, "pore": 2, "void": 3}
    return region, {name: tag for name, tag in names.items() if (region == tag).any()}


def shares(mesh: RegionMesh, porosity: float, filled: float) -> dict[str, float]:
    """Porosity and filled share of the pores, as asked for and on the mesh, for its report."""
    volumes, pores = mesh.volumes(), mesh.body > 0
    empty = volumes[mesh.region == mesh.regions["void"]].sum() if "void" in mesh.regions else 0.0
    return {
        "asked_porosity": porosity,
        "porosity": float(volumes[pores].sum() / volumes.sum()),
        "asked_filled": filled,
        "filled": float(1 - empty / volumes[pores].sum()),
    }
