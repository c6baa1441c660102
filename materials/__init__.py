"""Material laws (numpy and numba, no mesh) and the sourced database. Knows no other room."""

from lisic.materials.material import Material, available, define, load
from lisic.materials.properties import PropertyError
from lisic.materials.records import Record
from lisic.materials.sourced import OutOfRange

__all__ = ["Material", "OutOfRange", "PropertyError", "Record", "available", "define", "load"]
