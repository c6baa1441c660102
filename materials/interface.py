"""An interface between two solids: how strong it is, how tough, and its friction."""

from collections.abc import Mapping
from types import MappingProxyType

from lisic.materials.overrides import numbers, resolve
from lisic.materials.properties import nearest
from lisic.materials.provenance import names, read
from lisic.materials.sourced import Sourced


class Interface(Sourced):
    """Values of an interface, in internal units: um, MPa, s, K; energies per area in uN/um.

    1 J/m^2 is 1 uN/um is 1 MPa um. An interface has those values for which a mechanism is known
    there: ``cohesive.strength`` and ``cohesive.energy``, ``friction``, ``work_of_adhesion``.
    """


def load_interface(name: str, overrides: Mapping[str, object] = MappingProxyType({})) -> Interface:
    """Interface ``name`` of the database, such as ``LiSi|steel``.

    Args:
        name: see :func:`interfaces`.
        overrides: as for :func:`lisic.materials.load`.

    Raises:
        ValueError: unknown name; as ``PropertyError``, a key that the entry does not have, or a
            value that is not possible.
    """
    if name not in interfaces():
        raise ValueError(f"interface {name!r}: {nearest(name, interfaces())}")
    records = resolve(read(name), overrides)
    return Interface(name, numbers(records), tuple(records.values()))


def interfaces() -> list[str]:
    """Names of the interfaces in the database."""
    return names("interface")
