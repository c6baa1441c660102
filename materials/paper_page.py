"""The page docs/paper-arithmetic.md, with every number worked out.

``python -m lisic.materials.paper_page > docs/paper-arithmetic.md`` renews it; a test asserts that
the committed file is up to date.
"""

from textwrap import fill

from lisic.materials import paper, paper_cell
from lisic.materials.plating import MAH_PER_CM2
from lisic.materials.provenance import read

_CURRENTS = (0.1, 0.13, 0.25, 0.3, 0.92, 0.98)  # mA/cm^2
_CHARGES = (3.0, 0.92 * 3.3, 2.55, 1.0, 2.8)  # mAh/cm^2
_OVERPOTENTIALS = (1.5, 3.1, 3.7, 5.0, 14.2)  # mV
_MAH_PER_C = 1 / 3.6
_POROSITY = 0.11  # rounded, for the table of rates


def page() -> str:
    """The page, as Markdown."""
    return "\n".join([_head(), _porosity(), _inconsistencies(), _charges(), _rates(), _swelling()])


def main() -> None:
    """Print it."""
    print(page(), end="")


def _head() -> str:
    return """\
# The paper's arithmetic

What follows from the numbers that Sung et al. print, worked out by `lisic.materials.paper` and
`lisic.materials.paper_cell` from `materials/database/sung-layer.toml`. This page is made by
`python -m lisic.materials.paper_page`; tests hold its numbers against values worked out by hand.

```python
from lisic.materials import paper, paper_cell

paper.dry().porosity                              # 0.5854600554
paper.lithiated().porosity                        # 0.1103553405, as Table S1
paper.lithiated(conserve_carbon=True).porosity    # 0.13630
paper_cell.rates(3.0, porosity=0.11).pores        # 1/s at 3 A/m^2 = 0.3 mA/cm^2
```
"""


def _porosity() -> str:
    dry, table = paper.dry(), paper.lithiated()
    conserved = paper.lithiated(conserve_carbon=True)
    columns = (dry, table, conserved)
    rows = [
        ("weight of carbon, g", [f"{one.carbon_mass:.6g}" for one in columns]),
        ("volume of carbon, cm3", [f"{one.carbon_volume:.5E}" for one in columns]),
        ("weight of silicon or silicide, g", [f"{one.active_mass:.6g}" for one in columns]),
        ("volume of silicon or silicide, cm3", [f"{one.active_volume:.5E}" for one in columns]),
        ("volume of the layer, cm3", [f"{one.volume:.6g}" for one in columns]),
        ("solid, %", [f"{100 * one.solid_fraction:.8f}" for one in columns]),
        ("**porosity, %**", [f"**{100 * one.porosity:.8f}**" for one in columns]),
    ]
    return f"""\
## Table S1

| | dry | lithiated, Table S1 | lithiated, carbon conserved |
|---|---|---|---|
{_table(rows)}

All digits of Table S1 come out. At the lattice's density of 1.1785 g/cm3 instead of 1.22 the
porosity with conserved carbon is {_percent(paper.lithiated(True, density=1.1785).porosity)} %.
"""


def _inconsistencies() -> str:
    layer = read("sung-layer")
    dry, table = paper.dry(), paper.lithiated()
    methods = layer.value("loading")
    uptake = [_mah(paper_cell.silicon_charge(one)) for one in (dry.loading, methods)]
    per_gram = paper_cell.silicon_capacity() * _MAH_PER_C
    today = paper.lithiated(atomic_mass=6.94).porosity
    points = [
        "**Carbon grows.** The second volume of carbon in Table S1, "
        f"{table.carbon_volume:.5E} cm3, is {table.carbon_mass * 1e5:.4f}e-5 g, "
        f"{table.carbon_mass / dry.carbon_mass:.3f} times the "
        f"{dry.carbon_mass * 1e5:g}e-5 g listed: the 90:10 ratio of weights was kept when "
        "silicon became silicide. With the carbon conserved the porosity is "
        f"{_percent(paper.lithiated(True).porosity, 3)} %, not {_percent(table.porosity, 3)} %.",
        f"**Two loadings.** Table S1 has {dry.loading:.4f} mg/cm2, which takes up "
        f"{uptake[0]:.4f} mAh/cm2 ({per_gram:.1f} mAh per g of silicon). The "
        f"{_mah(layer.value('areal_capacity')):.2f} mAh/cm2 that the paper puts down to silicon "
        f"fit the {methods:g} mg/cm2 of its Methods: {uptake[1]:.4f} mAh/cm2. At that loading the "
        f"porosity falls from {_percent(paper.dry(methods).porosity)} to "
        f"{_percent(paper.lithiated(True, methods).porosity)} %, carbon conserved.",
        "**Atomic mass.** The digits of Table S1 need "
        f"{layer.value('lithium_atomic_mass'):g} g/mol for lithium; today's 6.94 gives "
        f"{_percent(today, 4)} instead of {_percent(table.porosity, 4)} %.",
    ]
    listed = "\n".join(
        fill(f"{i}. {point}", 100, subsequent_indent="   ") for i, point in enumerate(points, 1)
    )
    return f"""\
## Three things that do not fit

{listed}

(The paper's text also calls Figure 2k "Figure 1k".)
"""


def _charges() -> str:
    thickness = paper.lithiated().thickness
    fills = [
        (name, porosity, _mah(paper.pore_filling_charge(porosity, thickness)))
        for name, porosity in (
            ("Table S1", paper.lithiated().porosity),
            ("carbon conserved", paper.lithiated(True).porosity),
            ("0.21 mg/cm2, carbon conserved", paper.lithiated(True, 0.21).porosity),
        )
    ]
    pores = [
        (
            name,
            [
                _percent(f),
                f"{f * thickness:.4f}",
                f"{q:.4f}",
                f"{100 * 0.05 / q:.0f}",
                f"{1e3 * paper_cell.lithium_thickness((0.1 - q) * MAH_PER_CM2):.0f}",
            ],
        )
        for name, f, q in fills
    ]
    layers = [
        (f"{q:.4g}", [f"{paper_cell.lithium_thickness(q * MAH_PER_CM2):.2f}"]) for q in _CHARGES
    ]
    uptake = read("sung-layer").value("areal_capacity")
    foil = 30.0
    cell = fill(
        f"The full cell: the cathode gives {_mah(paper_cell.cathode_charge()):.3f} mAh/cm2 "
        "(20 mg/cm2 x 0.67 x 207.8 mAh/g), 0.98 mA/cm2 over 0.35 C is "
        f"{0.98 / 0.35:.2f}; 2.4 of 2.8 mAh/cm2 are {100 * 2.4 / 2.8:.1f} %. {foil:g} um of "
        f"lithium hold {_mah(paper_cell.lithium_charge(foil)):.3f} mAh/cm2; silicon's "
        f"{_mah(uptake):.2f} mAh/cm2 consume {paper_cell.lithium_thickness(uptake):.2f} um of it.",
        100,
    )
    return f"""\
## Charge and thickness of lithium

Lithium that fills the pores of {thickness:g} um. The paper sees the pores filling at 0.05 mAh/cm2
and lithium at the collector at 0.1 mAh/cm2:

| porosity from | % | lithium, um | charge, mAh/cm2 | full at 0.05, % | excess at 0.1, nm |
|---|---|---|---|---|---|
{_table(pores)}

| charge, mAh/cm2 | lithium, um |
|---|---|
{_table(layers)}

{cell}

| overpotential, mV | pressure of lithium it can hold, MPa |
|---|---|
{_table([(f"{e:g}", [f"{paper_cell.stall_pressure(e):.1f}"]) for e in _OVERPOTENTIALS])}
"""


def _rates() -> str:
    thickness, small = paper.lithiated().thickness, 1e3 * paper_cell.SMALL_PORE
    rows = []
    for current in _CURRENTS:
        one = paper_cell.rates(10 * current, _POROSITY)
        rates = (one.layer, one.pores, one.small_pore, one.small_pores)
        rows.append(
            (
                f"{current:.2f}",
                [
                    f"{1e3 * one.velocity:.4f}",
                    f"{3600 * one.velocity:.3f}",
                    *(f"{rate:.1e}" for rate in rates),
                ],
            )
        )
    return f"""\
## Plating velocity and rates of strain

v = i V_m/F; rates in 1/s. h = {thickness:g} um, f = {_POROSITY:g}, d = {small:g} nm.

| i, mA/cm2 | v, nm/s | v, um/h | v/h | v/(f h) | v/d | v/(f d) |
|---|---|---|---|---|---|---|
{_table(rows)}
"""


def _swelling() -> str:
    dry, table = paper.dry(), paper.lithiated()
    conserved = paper.lithiated(conserve_carbon=True)
    growth = conserved.dense_thickness - dry.dense_thickness
    gain = conserved.thickness - dry.thickness
    pairs = [
        (
            "volume of solids, lithiated to dry",
            [f"{one.dense_thickness / dry.dense_thickness:.3f}" for one in (conserved, table)],
        ),
        (
            "thickness without pores, um",
            [f"{one.dense_thickness:.3f}" for one in (conserved, table)],
        ),
        ("void ratio, lithiated", [f"{one.void_ratio:.3f}" for one in (conserved, table)]),
    ]
    ratio = conserved.dense_thickness / dry.dense_thickness
    share = gain / growth
    before = fill(
        f"Thickness grows {table.thickness / dry.thickness:.3f}-fold, from {dry.thickness:g} to "
        f"{table.thickness:g} um; the void ratio was {dry.void_ratio:.3f}. Silicon itself swells "
        f"{paper.volume_ratio(3.75):.3f}-fold.",
        100,
    )
    after = fill(
        f"With conserved carbon the solids grow by {growth:.3f} um per area: {gain:.2f} um "
        f"({100 * share:.0f} %) thicken the layer, {growth - gain:.3f} um ({100 * (1 - share):.0f} "
        f"%) fill pores. At constant porosity the layer would be {dry.thickness * ratio:.2f} um "
        "thick.",
        100,
    )
    return f"""\
## Swelling

{before}

| | carbon conserved | Table S1 |
|---|---|---|
{_table(pairs)}

{after}
"""


def _table(rows: list[tuple[str, list[str]]]) -> str:
    return "\n".join(f"| {name} | {' | '.join(cells)} |" for name, cells in rows)


def _percent(fraction: float, digits: int = 2) -> str:
    return f"{100 * fraction:.{digits}f}"


def _mah(charge: float) -> float:
    """mAh/cm^2 of C/m^2."""
    return charge / MAH_PER_CM2


if __name__ == "__main__":
    main()
