"""Material laws (numpy and numba, no mesh) and the sourced database. Knows no other room."""

from lisic.materials.interface import Interface, interfaces, load_interface
from lisic.materials.lithiation import LithiatedSilicon, lithiated_silicon
from lisic.materials.material import Material, available, define, load
from lisic.materials.properties import PropertyError
from lisic.materials.records import Record
from lisic.materials.sourced import OutOfRange

__all__ = [
    "Interface",
    "LithiatedSilicon",
    "Material",
    "OutOfRange",
    "PropertyError",
    "Record",
    "available",
    "define",
    "interfaces",
    "lithiated_silicon",
    "load",
    "load_interface",
]
