"""The sum of mechanisms and the implicit stress update, over extreme ranges."""

import math
from itertools import product

import numpy as np
import pytest
from lisic.materials.arrhenius import Arrhenius
from lisic.materials.flow import equivalent_stress, flow_columns, flow_rate, flow_stress
from lisic.materials.linear import Linear
from lisic.materials.overstress import Overstress
from lisic.materials.power_law import PowerLaw
from lisic.materials.slots import N_COLUMNS, Slot
from scipy.optimize import brentq

POWER = (6.68e-3, 6.6)
LINEAR = (13.1,)  # lithium in a 100 nm pore at 60 degC
OVERSTRESS = (2.3e-3, 630.0, 2.9)
NOTHING = ((0.0, 0.0), (0.0,), (0.0, 0.0, 0.0))


def row_of(power=(0.0, 0.0), linear=(0.0,), overstress=(0.0, 0.0, 0.0)):
    """A row with the columns of three laws."""
    row = np.zeros(N_COLUMNS)
    row[:6] = [*power, *linear, *overstress]
    return row


MIXES = [
    row_of(p, b, o) for p, b, o in product(*zip((POWER, LINEAR, OVERSTRESS), NOTHING, strict=True))
]


def random_case(random):
    mu = 10 ** random.uniform(2, 5)
    q_trial = mu * 10 ** random.uniform(-14, 3)
    dt = 10 ** random.uniform(-12, 12)
    row = np.zeros(N_COLUMNS)
    mix = random.integers(8)
    if mix & 1:
        row[:2] = 10 ** random.uniform(-30, 10), random.choice([1, 2.3, 5, 6.6, 20])
    if mix & 2:
        row[2] = 10 ** random.uniform(-20, 10)
    if mix & 4:
        row[3] = 10 ** random.uniform(-10, 5)
        row[4:6] = 10 ** random.uniform(-3, 4), random.choice([1, 2.9, 4, 10])
    return q_trial, 3 * mu * dt, row


@pytest.mark.parametrize("seed", range(5))
def test_update_agrees_with_bisection_over_all_orders_of_magnitude(seed):
    random = np.random.default_rng(seed)
    for _ in range(1000):
        q_trial, c, row = random_case(random)
        q, slope = equivalent_stress(q_trial, c, row)
        exact = brentq(
            lambda q, c=c, row=row, q_trial=q_trial: q + c * flow_rate(q, row)[0] - q_trial,
            0.0,
            q_trial,
            xtol=1e-300,
            rtol=1e-15,
            maxiter=5000,
        )
        assert q == pytest.approx(exact, rel=1e-12)
        assert 0 <= slope <= 1


@pytest.mark.parametrize("row", MIXES)
@pytest.mark.parametrize("dt", [1e-9, 1e-3, 1.0, 1e3])
def test_slope_of_update_agrees_with_finite_differences(row, dt):
    c = 3 * 2830.0 * dt
    for q_trial in (1e-8, 1e-3, 0.9, 25.0, 629.0, 640.0, 5e3):
        _, slope = equivalent_stress(q_trial, c, row)
        h = 1e-5 * q_trial
        # Fourth order: the error is of the order (n h / q)^4.
        q = [equivalent_stress(q_trial + k * h, c, row)[0] for k in (-2, -1, 1, 2)]
        difference = (q[0] - 8 * q[1] + 8 * q[2] - q[3]) / (12 * h)
        # 1e-16 q_trial / h = 1e-11 is what rounding leaves.
        assert slope == pytest.approx(difference, rel=1e-7, abs=1e-10)


def test_slope_of_rate_agrees_with_finite_differences():
    for row in MIXES:
        for q in (1e-6, 0.5, 30.0, 700.0, 2e3):
            h = 1e-6 * q
            difference = (flow_rate(q + h, row)[0] - flow_rate(q - h, row)[0]) / (2 * h)
            assert flow_rate(q, row)[1] == pytest.approx(difference, rel=1e-7, abs=1e-300)


def test_rates_add_up():
    whole = row_of(POWER, LINEAR, OVERSTRESS)
    for q in (0.3, 700.0):
        parts = [
            flow_rate(q, row_of(POWER))[0],
            flow_rate(q, row_of(linear=LINEAR))[0],
            flow_rate(q, row_of(overstress=OVERSTRESS))[0],
        ]
        assert flow_rate(q, whole)[0] == pytest.approx(sum(parts), rel=1e-15)
        assert min(parts[:2]) > 0


def test_linear_creep_has_its_exact_limit_at_zero_stress():
    # 1/(1 + c B) with c = 3 mu dt = 3 * 2830 * 1e-5 = 0.0849, B = 13.1: 1/2.11219 = 0.473442.
    row = row_of(POWER, LINEAR, OVERSTRESS)
    q, slope = equivalent_stress(0.0, 3 * 2830.0 * 1e-5, row)
    assert q == 0
    assert slope == pytest.approx(0.473442, rel=1e-6)


def test_power_law_is_stiff_at_zero_stress():
    assert equivalent_stress(0.0, 1e6, row_of(POWER)) == (0.0, 1.0)


def test_elastic_where_nothing_flows():
    assert equivalent_stress(123.0, 1e6, np.zeros(N_COLUMNS)) == (123.0, 1.0)
    below = row_of(overstress=OVERSTRESS)
    assert equivalent_stress(629.0, 1e6, below) == (629.0, 1.0)
    assert equivalent_stress(5.0, 0.0, row_of(POWER, LINEAR, OVERSTRESS)) == (5.0, 1.0)


def test_slow_overstress_flow_ends_at_the_flow_stress():
    # excess^2.9 = (q_trial - q)/(c rate0) = 370/(1e10 * 2.3e-3): excess = 2.22e-2^... in closed
    # form (370 - 630 e)/2.3e7 = e^2.9; e = (1.6e-5)^(1/2.9) = 2.2e-2, a step refined below.
    excess = 2.2e-2
    for _ in range(50):
        excess = ((370.0 - 630.0 * excess) / 2.3e7) ** (1 / 2.9)
    q, _ = equivalent_stress(1000.0, 1e10, row_of(overstress=OVERSTRESS))
    assert q == pytest.approx(630 * (1 + excess), rel=1e-12)


@pytest.mark.parametrize("q_trial", [math.nan, math.inf, -1.0])
def test_what_is_no_stress_gives_nan(q_trial):
    assert np.isnan(equivalent_stress(q_trial, 1.0, row_of(POWER))).all()


def test_rates_that_overflow_do_not_stop_the_update():
    # q^n overflows at the start: 1e6^60 = 1e360. Solution of q + c q^60 = 1e6 at c = 1: 1e6^(1/60).
    row = row_of((1.0, 60.0))
    q, slope = equivalent_stress(1e6, 1.0, row)
    assert q + q**60 == pytest.approx(1e6, rel=1e-11)
    assert 0 < slope < 1


@pytest.mark.parametrize("seed", range(3))
def test_flow_stress_inverts_the_rate(seed):
    random = np.random.default_rng(seed)
    for _ in range(500):
        _, _, row = random_case(random)
        rate = 10 ** random.uniform(-12, 6)
        stress = flow_stress(rate, row)
        if not row.any():
            assert stress == math.inf
            continue
        # The rate jumps within a rounding of a threshold, so that it can only be bracketed.
        below, above = (flow_rate(stress * (1 + side), row)[0] for side in (-1e-13, 1e-13))
        assert below <= rate <= above


def test_flow_stress_at_rest():
    assert flow_stress(0.0, row_of(POWER)) == 0
    assert flow_stress(0.0, row_of(overstress=OVERSTRESS)) == 630
    assert math.isnan(flow_stress(-1.0, row_of(POWER)))


def test_columns_of_all_mechanisms_stand_in_their_slots():
    rows = flow_columns(
        [
            Overstress(2.3e-3, 630.0, 2.9),
            Linear(Arrhenius(2.0)),
            PowerLaw(Arrhenius(6.68e-3), 6.6),
            Linear(Arrhenius(3.0)),
        ],
        300.0,
        np.full(2, np.nan),
    )
    # The two linear laws add up: 2 + 3 = 5.
    assert rows.tolist() == 2 * [[6.68e-3, 6.6, 5.0, 2.3e-3, 630.0, 2.9] + 8 * [0.0]]


def test_slots_do_not_overlap():
    taken = [slot.first + i for slot in Slot for i in range(slot.width)]
    assert sorted(taken) == list(range(N_COLUMNS))


def test_two_power_laws_are_refused():
    law = PowerLaw(Arrhenius(1.0), 5.0)
    with pytest.raises(ValueError, match="one power_law"):
        flow_columns([law, law], 300.0, np.ones(1))


@pytest.mark.parametrize(
    "make",
    [
        lambda: PowerLaw(Arrhenius(1.0), 0.5),
        lambda: PowerLaw(Arrhenius(1.0), math.nan),
        lambda: Overstress(0.0, 630.0, 2.9),
        lambda: Overstress(1.0, -1.0, 2.9),
        lambda: Overstress(1.0, 630.0, 0.9),
        lambda: Arrhenius(-1.0),
        lambda: Arrhenius(1.0, math.inf),
        lambda: Arrhenius(1.0).at(0.0),
    ],
)
def test_laws_refuse_what_is_no_material(make):
    with pytest.raises(ValueError, match="must be"):
        make()
