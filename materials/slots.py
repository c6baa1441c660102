"""Where each kind of flow law keeps its parameters in a row of the flow table."""

from enum import Enum

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Slot(Enum):
    """A kind of flow law: its first column, how many there are, and whether rates add up there.

    Two mechanisms may share a slot only where their columns can be added.
    """

    POWER_LAW = (0, 2, False)
    LINEAR = (2, 1, True)
    OVERSTRESS = (3, 3, False)
    ANAND_NARAYAN = (6, 8, False)

    def __init__(self, first: int, width: int, additive: bool) -> None:
        """Unpack the tuple."""
        self.first = first
        self.width = width
        self.additive = additive


N_COLUMNS = max(slot.first + slot.width for slot in Slot)
