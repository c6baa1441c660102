"""Meshes kept from one run to the next, under the checksum of all they depend on.

The folder is ``$LISIC_CACHE_DIR/meshes``, or ``lisic/meshes`` in ``$XDG_CACHE_HOME`` or
``~/.cache``. Every file in it may be deleted at any time.
"""

import dataclasses
import hashlib
import importlib.metadata
import json
import os
import platform
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import lisic.mesh
import numpy as np
from lisic.mesh.external import ExternalMesh
from lisic.mesh.regions import RegionMesh

LIMIT = 2_000_000_000  # bytes that the folder may hold; what was used longest ago goes first
# What else decides the bits of a mesh; a lisic of another version has other sources, too.
_PACKAGES = ("lisic", "gmsh", "meshio", "numpy", "pillow", "scipy")


class Geometry(Protocol):
    """What the mesh room's geometries have in common: a frozen dataclass that can be built."""

    def build(self) -> tuple[RegionMesh, dict[str, Any]]:
        """Mesh and report."""


@dataclasses.dataclass(frozen=True, eq=False)
class Built:
    """A mesh and where it comes from.

    Attributes:
        mesh, report: what the geometry builds.
        origin: "built", "cache" or "run folder".
        said: the same as a sentence for the log.
    """

    mesh: RegionMesh
    report: dict[str, Any]
    origin: str
    said: str


def build(geometry: Geometry, *, use_cache: bool = True) -> Built:
    """The mesh of ``geometry`` from the cache, or built and then kept there.

    A kept mesh that is damaged is built anew. A cache that can't be read or written costs time
    only. Several processes may use it at once, also from several machines.

    Raises:
        ValueError: a geometry that can't be built.
    """
    started = time.monotonic()
    folder = _folder() if use_cache and not isinstance(geometry, ExternalMesh) else None
    name = _key(geometry) if folder is not None else None
    if folder is None or name is None:
        mesh, report = geometry.build()
        return Built(mesh, report, "built", f"mesh built in {time.monotonic() - started:.1f} s")
    damage = ""
    if (folder / f"{name}.json").exists():
        try:
            mesh, report = _read(folder, name)
            return Built(mesh, report, "cache", f"mesh from the cache ({name[:12]})")
        except (OSError, ValueError):
            damage = "; the one in the cache was damaged"
    mesh, report = geometry.build()
    said = f"mesh built in {time.monotonic() - started:.1f} s{damage}"
    try:
        # A file that changed while it was read must not stand for what it was before.
        if _key(geometry) == name:
            _write(folder, name, mesh, report)
            _keep_below(folder, LIMIT)
    except OSError as error:
        said += f"; not cached ({error.strerror})"
    return Built(mesh, json.loads(json.dumps(report)), "built", said)


def key(geometry: Geometry) -> str:
    """SHA-256 over all that the mesh of ``geometry`` depends on.

    These are its values, the contents of the files it names, the source of :mod:`lisic.mesh` and
    the versions of the packages that this room uses.

    Raises:
        OSError: a file that can't be read.
    """
    digest = hashlib.sha256()
    values = {
        "geometry": _plain(geometry),
        "packages": {one: importlib.metadata.version(one) for one in _PACKAGES},
        "machine": platform.machine(),
    }
    digest.update(json.dumps(values, sort_keys=True).encode())
    for file in _sources():
        digest.update(f"{file.name}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _key(geometry: Geometry) -> str | None:
    """The key, or None where a file can't be read: building says why."""
    try:
        return key(geometry)
    except OSError:
        return None


def _sources() -> list[Path]:
    return sorted(file for place in lisic.mesh.__path__ for file in Path(place).glob("*.py"))


def _plain(value: Any, name: str = "") -> Any:
    """A value of a geometry as JSON; of files, by the name ``file`` or as paths, the contents."""
    match value:
        case Path() | str() if isinstance(value, Path) or name == "file":
            return [str(value), _contents(Path(value))]
        case None | bool() | int() | float() | str():
            return value
        case np.generic():
            return value.item()
        case Mapping():
            return {str(one): _plain(inner) for one, inner in value.items()}
        case tuple() | list():
            return [_plain(inner) for inner in value]
    if not dataclasses.is_dataclass(value):
        raise TypeError(f"{name or 'a geometry'} holds {value!r}, of which no checksum is known")
    fields = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    return [type(value).__name__, {one: _plain(inner, one) for one, inner in fields.items()}]


def _contents(path: Path) -> Any:
    """Checksum of a file, or of every file in a folder by its name."""
    if path.is_dir():
        return {one.name: _contents(one) for one in sorted(path.iterdir()) if one.is_file()}
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _folder() -> Path | None:
    own, shared = os.environ.get("LISIC_CACHE_DIR"), os.environ.get("XDG_CACHE_HOME")
    try:
        place = Path(own) if own else Path(shared or "~/.cache").expanduser() / "lisic"
    except RuntimeError:  # nobody's home is known
        return None
    return place / "meshes"


def _read(folder: Path, name: str) -> tuple[RegionMesh, dict[str, Any]]:
    """Mesh and report under ``name``, which count as used now.

    Raises:
        ValueError, OSError: one is damaged or gone.
    """
    kept = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    if not isinstance(kept, dict) or set(kept) != {"npz_sha256", "report_sha256", "report"}:
        raise ValueError(f"{name}.json in {folder} is damaged")
    text = str(kept["report"])
    if kept["report_sha256"] != hashlib.sha256(text.encode()).hexdigest():
        raise ValueError(f"{name}.json in {folder} is damaged")
    # Bytes that are not the ones written are not even parsed.
    if kept["npz_sha256"] != _contents(folder / f"{name}.npz"):
        raise ValueError(f"{name}.npz in {folder} is damaged")
    mesh = RegionMesh.load(folder / f"{name}.npz")
    for ending in ("json", "npz"):
        try:
            os.utime(folder / f"{name}.{ending}")
        except OSError:  # another user's file: it will go as if it had not been used
            break
    return mesh, json.loads(text)


def _write(folder: Path, name: str, mesh: RegionMesh, report: dict[str, Any]) -> None:
    """Keep mesh, then report: who sees the report finds the mesh, too.

    Processes that write the same name at once write the same bits, each by one rename.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mesh.save(folder / f"{name}.npz")
    text = json.dumps(report)
    kept = {
        "npz_sha256": _contents(folder / f"{name}.npz"),
        "report_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "report": text,
    }
    handle, unfinished = tempfile.mkstemp(dir=folder, prefix=name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(kept, stream)
        Path(unfinished).chmod(0o644)
        os.replace(unfinished, folder / f"{name}.json")
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _keep_below(folder: Path, limit: int) -> None:
    """Delete what was used longest ago, until the folder holds at most ``limit`` bytes."""
    found = []
    for file in folder.iterdir():
        try:
            status = file.stat()
        except FileNotFoundError:  # another process tidies up, too
            continue
        found.append((status.st_mtime_ns, status.st_size, file))
    total = sum(size for _, size, _ in found)
    for _, size, file in sorted(found):
        if total <= limit:
            return
        file.unlink(missing_ok=True)
        total -= size
