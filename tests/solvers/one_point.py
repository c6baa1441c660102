"""One material point driven by hand: the kernel of the stress update with arrays of one row."""

from dataclasses import dataclass, field

import numpy as np
from lisic.materials.slots import N_COLUMNS, Slot
from lisic.solvers.kinematics import Kinematics
from lisic.solvers.return_map import update

SPACE = Kinematics("3d").components


def flow_row(*, power=(0.0, 1.0), linear=0.0, overstress=(0.0, 1.0, 1.0), hardens=(0.0,) * 7):
    """A row of the flow table, from the parameters of each law in the order of its columns."""
    row = np.zeros(N_COLUMNS)
    row[Slot.POWER_LAW.first :][:2] = power
    row[Slot.LINEAR.first] = linear
    row[Slot.OVERSTRESS.first :][:3] = overstress
    row[Slot.ANAND_NARAYAN.first :][:7] = hardens
    return row


@dataclass
class Result:
    """What the kernel wrote."""

    smallest: float
    stress: np.ndarray
    tangent: np.ndarray
    cauchy: np.ndarray
    jacobian: float
    cp_inv: np.ndarray
    volume: float
    creep: float
    hardening: float

    @property
    def cauchy_matrix(self):
        """Cauchy stress (3, 3) from xx, yy, zz, xy, yz, xz."""
        xx, yy, zz, xy, yz, xz = self.cauchy
        return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])

    @property
    def mises(self):
        """Von Mises stress."""
        dev = self.cauchy_matrix - np.trace(self.cauchy_matrix) / 3 * np.eye(3)
        return np.sqrt(1.5 * (dev**2).sum())


@dataclass
class Point:
    """A point with its state; nothing changes but by ``advance``."""

    shear: float
    bulk: float
    row: np.ndarray = field(default_factory=flow_row)
    filler: tuple[float, float] = (0.0, 0.0)
    full: bool = True
    stall: float = np.inf
    components: np.ndarray = field(default_factory=lambda: SPACE)
    cp_inv: np.ndarray = field(default_factory=lambda: np.eye(3))
    volume: float = 1.0
    creep: float = 0.0
    hardening: float = 0.0

    def at(self, gradient, dt, growth=0.0):
        """Try a displacement gradient, by active component."""
        n = len(self.components)
        out = Result(
            0.0,
            np.zeros((1, n)),
            np.zeros((1, n, n)),
            np.zeros((1, 6)),
            np.zeros(1),
            np.zeros((1, 3, 3)),
            np.zeros(1),
            np.zeros(1),
            np.zeros(1),
        )
        smallest = update(
            self.components,
            np.asarray(gradient, float).reshape(1, n),
            1,
            np.array([[self.shear, self.bulk, *self.filler]]),
            self.row[None, :],
            np.array([growth]),
            np.array([self.stall]),
            np.array([self.full]),
            dt,
            self.cp_inv[None],
            np.array([self.volume]),
            np.array([self.creep]),
            np.array([self.hardening]),
            out.cp_inv,
            out.volume,
            out.creep,
            out.hardening,
            out.stress,
            out.tangent,
            out.cauchy,
            out.jacobian,
        )
        return Result(
            smallest,
            out.stress[0],
            out.tangent[0],
            out.cauchy[0],
            float(out.jacobian[0]),
            out.cp_inv[0],
            float(out.volume[0]),
            float(out.creep[0]),
            float(out.hardening[0]),
        )

    def stretched(self, logarithms, dt, growth=0.0):
        """Try principal logarithmic strains along x, y, z; components of space only."""
        gradient = np.diag(np.expm1(np.asarray(logarithms, float)))
        return self.at(gradient[tuple(self.components.T)], dt, growth)

    def advance(self, result):
        """Take the state that a trial reached."""
        self.cp_inv, self.volume, self.creep = result.cp_inv, result.volume, result.creep
        self.hardening = result.hardening
