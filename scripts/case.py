"""A case: one TOML file, validated and with every default filled in.

Inside, every quantity is a float in internal units (um, MPa, s, K; A/m^2, C/m^2, mV). The keys,
their units and defaults are described in docs/case-file.md, which is generated from these models.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import tomli_w
from lisic.scripts.boundary import Boundary
from lisic.scripts.geometry_section import ChannelTable, Geometry, MeshTable
from lisic.scripts.image_section import ImageTable
from lisic.scripts.materials_section import Materials
from lisic.scripts.particle_section import ParticleLayerTable
from lisic.scripts.porous_section import PorousLayerTable
from lisic.scripts.quantities import Table, Temperature
from lisic.scripts.refusal import Refusal, misfit, one_line
from lisic.scripts.stack_section import StackTable
from lisic.scripts.steps import Plate, Press, Release, Step
from lisic.scripts.validation_errors import from_validation
from lisic.scripts.volume_section import VolumeTable
from pydantic import Field, Strict, ValidationError, field_validator, model_validator

LITHIUM = "lithium"
LITHIUM_MELTS = 453.65  # K
LONGEST_STEP = 1e9  # s, 32 years
PRESSED = (PorousLayerTable, ParticleLayerTable, StackTable, ImageTable, VolumeTable)
"""Geometries with a platen on top."""


class Stepping(Table):
    """Time steps and Newton's method. A time step that fails is restored, cut and tried again."""

    initial_fraction: float = Field(
        default=0.01,
        gt=0,
        le=1,
        description="First time step of each step, as a part of its duration.",
    )
    largest_fraction: float = Field(
        default=0.05, gt=0, le=1, description="Largest time step, as a part of the step's duration."
    )
    smallest_fraction: float = Field(
        default=1e-6,
        gt=0,
        le=1,
        description="Below this part of the step's duration a failed time step is not cut "
        "again: the run stops early and keeps what it has.",
    )
    newton_tolerance: float = Field(
        default=1e-9,
        gt=0,
        le=1e-3,
        description="Newton's method ends when the residual has fallen to this part of the "
        "forces in the body.",
    )
    max_iterations: int = Field(
        default=15,
        ge=3,
        le=100,
        description="Newton iterations after which a time step has failed.",
    )
    linear_solver: Literal["auto", "direct", "iterative"] = Field(
        default="auto",
        description="How each correction is computed: by a factorisation (MUMPS), by conjugate "
        "gradients with algebraic multigrid (GMRES beside a following pressure), or as suits: "
        "iterative in 3D above 100,000 degrees of freedom until iterations fail, direct otherwise.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.initial_fraction > self.largest_fraction:
            text = f"at most largest_fraction = {self.largest_fraction}"
            raise misfit(self.initial_fraction, text, key=("initial_fraction",))
        if self.smallest_fraction > self.initial_fraction:
            text = f"at most initial_fraction = {self.initial_fraction}"
            raise misfit(self.smallest_fraction, text, key=("smallest_fraction",))
        return self


class Output(Table):
    """What a run writes while it goes on; history.csv always has a row per accepted time step."""

    fields_every: int = Field(
        default=5,
        ge=1,
        description="Accepted time steps from one output of fields to the next; fields are "
        "written at the end of every step in any case.",
    )


class Case(Table):
    """One computation: a body, what it is made of, and the steps it goes through."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        max_length=80,
        description="Name of the case and of its run folder.",
        examples=["lisi-c-plating"],
    )
    temperature: Temperature = Field(
        default=293.15,
        gt=0,
        description="Temperature of the body until a step sets another.",
        examples=["20 degC"],
    )
    geometry: Geometry = Field(description="The body.", examples=[{"kind": "porous_layer"}])
    materials: Materials = Field(
        default_factory=Materials, validate_default=True, description="What fills each region."
    )
    boundary: Annotated[tuple[Boundary, ...], Strict(False)] = Field(
        default=(), description="Loads and supports; for geometries of kind mesh only."
    )
    step: Annotated[tuple[Step, ...], Strict(False)] = Field(
        min_length=1,
        description="The steps, in order.",
        examples=[[{"kind": "press", "pressure": "64 MPa", "over": "10 s"}]],
    )
    stepping: Stepping = Field(default_factory=Stepping, description="Time steps and Newton.")
    output: Output = Field(default_factory=Output, description="What a run writes.")

    @model_validator(mode="before")
    @classmethod
    def _carry_temperature(cls, raw: Any) -> Any:
        """Give every step the temperature that stands, so that a resolved case says it."""
        if not isinstance(raw, dict) or not isinstance(raw.get("step"), list):
            return raw
        standing = raw.get("temperature", "293.15 K")
        steps = []
        for step in raw["step"]:
            if isinstance(step, dict):
                standing = step.get("temperature", standing)
                step = {**step, "temperature": standing}
            steps.append(step)
        return {**raw, "step": steps}

    @field_validator("materials")
    @classmethod
    def _materials(cls, materials: Materials, info: Any) -> Materials:
        geometry = info.data.get("geometry")
        if geometry is None or isinstance(geometry, MeshTable):
            return materials  # which regions a mesh has is known once it is read
        return materials.with_defaults(geometry.materials)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not isinstance(self.geometry, MeshTable):
            self.materials.check_names(self.geometry.materials)
            if self.boundary:
                text = (
                    f'no boundary: geometry.kind = "{self.geometry.kind}" brings its own boundaries'
                )
                raise Refusal(f"got {len(self.boundary)}; expected {text}", key=("boundary",))
        self._check_boundaries()
        self._check_steps()
        return self

    def _check_boundaries(self) -> None:
        seen: set[tuple[str, str]] = set()
        for index, boundary in enumerate(self.boundary):
            if (boundary.on, boundary.kind) in seen:
                text = f"one {boundary.kind} per facet group"
                raise misfit(boundary.on, text, key=("boundary", index, "on"))
            seen.add((boundary.on, boundary.kind))

    def _check_steps(self) -> None:
        self._check_temperature(self.temperature, ("temperature",))
        pressure = 0.0
        for index, step in enumerate(self.step):
            key = ("step", index)
            self._check_temperature(step.temperature, (*key, "temperature"))
            match step:
                case Press() | Release() if not isinstance(self.geometry, PRESSED):
                    text = (
                        f'a step that geometry.kind = "{self.geometry.kind}" can take: it has '
                        "no platen to press on"
                    )
                    raise misfit(step.kind, text, key=(*key, "kind"))
                case Press():
                    pressure = step.pressure
                case Release():
                    if pressure == 0.0:
                        text = "a press step before it: there is no pressure to release"
                        raise misfit(step.kind, text, key=(*key, "kind"))
                    pressure = 0.0
                case Plate():
                    self._check_plate(step, key)
                case _:
                    pass
            if step.duration > LONGEST_STEP:
                field = "charge" if isinstance(step, Plate) else "over"
                field = field if hasattr(step, field) else "duration"
                text = f"at most {LONGEST_STEP:g} s for a step; this makes {step.duration:.3g} s"
                raise misfit(getattr(step, field), text, key=(*key, field))

    def _check_temperature(self, temperature: float | None, key: tuple[str | int, ...]) -> None:
        if temperature is not None and self.lithium_regions and temperature >= LITHIUM_MELTS:
            text = f"below {LITHIUM_MELTS} K (180.5 degC), where lithium melts"
            raise misfit(temperature, text, key=key)

    def _check_plate(self, step: Plate, key: tuple[str | int, ...]) -> None:
        if not self.lithium_regions:
            text = (
                "a region of lithium to plate into; no region has one (a metal of your own needs "
                "a molar_volume)"
            )
            raise misfit(step.kind, text, key=(*key, "kind"))
        if isinstance(self.geometry, MeshTable):
            text = (
                "a step that a mesh of your own can take (rest or hold): where its current enters "
                "is not known"
            )
            raise misfit(step.kind, text, key=(*key, "kind"))
        if step.overpotential is None and not isinstance(self.geometry, ChannelTable):
            text = 'the overpotential that drives plating, such as "3.7 mV" (7.42 MPa per mV)'
            raise misfit(None, text, key=(*key, "overpotential"))

    @property
    def lithium_regions(self) -> tuple[str, ...]:
        """Regions that lithium is plated into: those of lithium, or of a metal of the user's own.

        What can be plated has a molar volume, which turns charge into volume.
        """
        if isinstance(self.geometry, PRESSED):
            empty = isinstance(self.geometry, PorousLayerTable) and self.geometry.filled == 0
            candidates = set() if empty else {"pore"} & set(self.geometry.materials)
        elif isinstance(self.geometry, ChannelTable):
            candidates = {"lithium"}
        else:
            candidates = {*self.materials.regions, *self.materials.overrides}
        return tuple(sorted(name for name in candidates if self._is_plated(self.material_of(name))))

    def _is_plated(self, material: str) -> bool:
        own = self.materials.define.get(material)
        return material == LITHIUM if own is None else "molar_volume" in own

    def material_of(self, region: str) -> str:
        """Name of the material that fills ``region``."""
        return self.materials.of(region)

    def to_toml(self) -> str:
        """The resolved case; :func:`load_case` reads it back to an equal case."""
        tables = self.model_dump(mode="json", exclude_none=True)
        lists = {name: tables.pop(name) for name in ("boundary", "step")}
        chunks = [tomli_w.dumps(tables)]
        for name, entries in lists.items():
            for entry in entries:  # one [[name]] block each, as one writes them by hand
                block = tomli_w.dumps({name: entry})
                chunks.append(block.replace(f"[{name}]", f"[[{name}]]", 1))
        return "\n".join(chunks)


def load_case(path: str | Path) -> Case:
    """Read and validate a case file.

    Raises:
        Refusal: the file is missing, unreadable or not TOML, or a key or value does not fit.
    """
    file = Path(path)
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
        return Case.model_validate(raw, context={"folder": file.parent})
    except OSError as error:
        text = f"got {error.strerror}; expected a case file that can be read"
        raise Refusal(text, file=str(path)) from None
    except UnicodeDecodeError:
        raise Refusal(
            "got bytes that are no text; expected TOML in UTF-8", file=str(path)
        ) from None
    except tomllib.TOMLDecodeError as error:
        text = f"got broken TOML ({one_line(str(error))}); expected KEY = VALUE lines and [tables]"
        raise Refusal(text, file=str(path)) from None
    except ValidationError as error:
        refusal = from_validation(error, Case, raw)
        refusal.file = str(path)
        raise refusal from None
