"""From the properties of a material to its flow mechanisms, by name."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields

from lisic.materials.anand_narayan import AnandNarayan
from lisic.materials.arrhenius import Arrhenius
from lisic.materials.diffusional import Coble, NabarroHerring
from lisic.materials.flow import Mechanism
from lisic.materials.linear import Linear, reaction_flow
from lisic.materials.overstress import Overstress
from lisic.materials.power_law import PowerLaw

Values = Mapping[str, float]


@dataclass(frozen=True)
class Recipe:
    """Which properties a mechanism needs, and how it is made of them."""

    needs: tuple[str, ...]
    make: Callable[[Values], Mechanism]


def _arrhenius(values: Values, prefactor: str) -> Arrhenius:
    table = prefactor.rpartition(".")[0]
    return Arrhenius(values[prefactor], values.get(f"{table}.activation_energy", 0.0))


RECIPES: dict[str, Recipe] = {
    "power_law": Recipe(
        ("power_law.rate", "power_law.exponent"),
        lambda v: PowerLaw(_arrhenius(v, "power_law.rate"), v["power_law.exponent"]),
    ),
    "linear": Recipe(("linear.rate",), lambda v: Linear(_arrhenius(v, "linear.rate"))),
    "coble": Recipe(
        ("boundary_diffusivity.prefactor", "atomic_volume", "smallest_size"),
        lambda v: Coble(
            _arrhenius(v, "boundary_diffusivity.prefactor"), v["atomic_volume"], v["smallest_size"]
        ),
    ),
    "nabarro_herring": Recipe(
        ("lattice_diffusivity.prefactor", "atomic_volume", "smallest_size"),
        lambda v: NabarroHerring(
            _arrhenius(v, "lattice_diffusivity.prefactor"), v["atomic_volume"], v["smallest_size"]
        ),
    ),
    "anand_narayan": Recipe(
        tuple(f"anand_narayan.{field.name}" for field in fields(AnandNarayan)),
        lambda v: AnandNarayan(
            _arrhenius(v, "anand_narayan.rate"),
            *(v[f"anand_narayan.{field.name}"] for field in fields(AnandNarayan)[1:]),
        ),
    ),
    "overstress": Recipe(
        ("overstress.rate", "overstress.flow_stress", "overstress.exponent"),
        lambda v: Overstress(
            v["overstress.rate"], v["overstress.flow_stress"], v["overstress.exponent"]
        ),
    ),
    "reaction": Recipe(
        ("reaction.coefficient", "reaction.lithiation_rate", "overstress.flow_stress"),
        lambda v: reaction_flow(
            v["reaction.coefficient"], v["reaction.lithiation_rate"], v["overstress.flow_stress"]
        ),
    ),
}


def possible(keys: Collection[str]) -> tuple[str, ...]:
    """Names of the mechanisms that the properties ``keys`` suffice for."""
    return tuple(
        name for name, recipe in RECIPES.items() if all(key in keys for key in recipe.needs)
    )


def properties_of(mechanisms: Iterable[str], keys: Iterable[str]) -> tuple[str, ...]:
    """Those among ``keys`` that ``mechanisms`` depend on, optional ones included."""
    tables = {key.partition(".")[0] for name in mechanisms for key in RECIPES[name].needs}
    return tuple(key for key in keys if key.partition(".")[0] in tables)


def without_idle(mechanisms: Collection[str], keys: Iterable[str]) -> tuple[str, ...]:
    """``keys`` without those that only mechanisms other than ``mechanisms`` depend on."""
    keys = tuple(keys)
    idle = set(properties_of(set(RECIPES) - set(mechanisms), keys))
    return tuple(key for key in keys if key not in idle - set(properties_of(mechanisms, keys)))


def begun(keys: Collection[str]) -> tuple[str, ...]:
    """Names of the mechanisms of which there is a property of their own among ``keys``."""
    return tuple(
        name
        for name, recipe in RECIPES.items()
        if any(key.startswith(f"{recipe.needs[0].partition('.')[0]}.") for key in keys)
    )
