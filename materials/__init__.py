"""Material laws (numpy and numba, no mesh) and the sourced database. Knows no other room."""

from lisic.materials.material import Material, available, define, load
from lisic.materials.properties import PropertyError
from lisic.materials.records import Record

__all__ = ["Material", "PropertyError", "Record", "available", "define", "load"]
