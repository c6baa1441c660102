"""Where "smaller is stronger" turns into "smaller is much weaker": the table of 150 numbers.

How the table is made, found by matching every printed digit:
- d_c: power law and diffusional creep (Coble and Nabarro-Herring) carry half of the rate each.
- d*, peak: largest stress of the strengthened power law plus both diffusional mechanisms, on a
  grid of 60 sizes a decade. The maximum is so flat that the size at the grid's point differs from
  the true one by up to 2 %, the strength by less than 0.1 %.
- Diffusivities: low and high are 1e3 and 1e6 times the lattice's times 0.5 nm; xu-bound is taken at
  298 K from Coble creep alone and scales as gust does.
"""

import numpy as np
import pytest
from lisic.materials import load
from lisic.materials.crossover import SIZES, crossover_size, strengths, strongest_size

C20, C60 = 293.15, 333.15
VARIANTS = ["xu-bound", "low", "gust", "gjostein", "high"]
# By temperature and rate: d_c of each variant in um, then d* in um and the peak in MPa.
TABLE = {
    (C20, 1e-5): ("3.67 4.01 6.01 7.11 26.4", "13.1 13.6 16.5 18.5 52", "6.6 6.5 5.8 5.4 3.0"),
    (C20, 1e-4): ("1.51 1.76 2.96 3.56 13.8", "6.3 6.6 8.9 10.0 30", "14.7 14.3 12.1 11.2 5.8"),
    (C20, 1e-3): ("0.67 0.82 1.49 1.82 7.16", "3.2 3.4 5.0 5.6 17", "32.8 31.2 25.0 22.9 11.5"),
    (C20, 1e-2): ("0.31 0.40 0.76 0.94 3.73", "1.6 1.8 2.8 3.3 10", "72 67 51 46 22.8"),
    (C20, 1e-1): ("0.15 0.20 0.39 0.48 1.94", "0.83 1.0 1.6 1.9 5.8", "157 141 104 94 45"),
    (C60, 1e-5): ("10.9 11.5 13.0 12.8 57", "22 22 24 24 79", "1.5 1.5 1.5 1.5 0.7"),
    (C60, 1e-4): ("4.19 4.69 5.77 5.66 29.8", "10.8 11.2 12.6 12.6 45", "3.7 3.6 3.3 3.3 1.4"),
    (C60, 1e-3): ("1.65 2.03 2.72 2.65 15.5", "5.4 5.8 6.8 6.6 25", "9.0 8.5 7.6 7.7 2.9"),
    (C60, 1e-2): ("0.68 0.94 1.34 1.30 8.05", "2.7 3.0 3.8 3.7 15", "22 20 17 17.6 6.0"),
    (C60, 1e-1): ("0.30 0.46 0.68 0.66 4.19", "1.4 1.7 2.2 2.2 8.9", "55 47 39 40 12.7"),
}
CASES = [
    (variant, temperature, rate, *(column.split()[number] for column in columns))
    for number, variant in enumerate(VARIANTS)
    for (temperature, rate), columns in TABLE.items()
]


def rounded(value, like):
    """``value`` with as many decimals as ``like`` has."""
    return f"{value:.{len(like.partition('.')[2])}f}"


@pytest.mark.parametrize(("variant", "temperature", "rate", "crossover", "size", "peak"), CASES)
def test_every_printed_digit_of_the_table(variant, temperature, rate, crossover, size, peak):
    plain = load("lithium", {"boundary_diffusivity": variant})
    d_c = crossover_size(plain, rate, temperature)
    assert rounded(d_c, crossover) == crossover
    strengthened = load("lithium", {"boundary_diffusivity": variant, "strengthening": "pillars"})
    every = strengths(strengthened, rate, temperature, SIZES)
    assert rounded(SIZES[every.argmax()], size) == size
    assert rounded(every.max(), peak) == peak


@pytest.mark.parametrize("temperature", [C20, C60])
def test_the_true_maximum_lies_within_a_grid_step_of_the_grids(temperature):
    lithium = load("lithium", {"strengthening": "pillars"})
    for rate in (1e-5, 1e-3, 1e-1):
        best = strongest_size(lithium, rate, temperature)
        every = strengths(lithium, rate, temperature, SIZES)
        assert abs(np.log(best.size / SIZES[every.argmax()])) < np.log(10) / 60
        assert every.max() <= best.strength <= every.max() * 1.001
        # A maximum: a thousandth to either side is no stronger.
        beside = strengths(lithium, rate, temperature, best.size * np.array([0.99, 1.01]))
        assert (beside < best.strength).all()


def test_half_of_the_rate_is_diffusional_at_the_crossover():
    lithium = load("lithium")
    size = crossover_size(lithium, 1e-3, C20)
    stress = lithium.flow_stress(1e-3, C20, size)
    bulk = load("lithium", {"mechanisms": ["power_law"]})
    assert bulk.creep_rate(stress, C20) == pytest.approx(0.5e-3, rel=1e-9)


def test_without_strengthening_no_size_is_strongest():
    assert strongest_size(load("lithium"), 1e-3, C20) is None


def test_without_diffusion_the_smallest_is_strongest_and_nothing_crosses():
    lithium = load("lithium", {"strengthening": "pillars", "mechanisms": ["power_law"]})
    assert strongest_size(lithium, 1e-3, C20) is None
    assert crossover_size(lithium, 1e-3, C20) is None


def test_elastic_materials_have_neither():
    assert crossover_size(load("steel"), 1e-3, C20) is None
    assert strongest_size(load("steel"), 1e-3, C20) is None


def test_diffusion_alone_never_hands_over():
    lithium = load("lithium", {"mechanisms": ["coble", "nabarro_herring"]})
    assert crossover_size(lithium, 1e-3, C20) is None


def test_both_sizes_shrink_as_the_rate_grows():
    lithium = load("lithium", {"strengthening": "pillars"})
    rates = np.geomspace(1e-6, 1, 13)
    assert (np.diff([crossover_size(lithium, rate, C20) for rate in rates]) < 0).all()
    assert (np.diff([strongest_size(lithium, rate, C20).size for rate in rates]) < 0).all()
    assert (np.diff([strongest_size(lithium, rate, C20).strength for rate in rates]) > 0).all()
