"""The consistent tangent against finite differences of the stress, in every branch."""

import numpy as np
import pytest
from lisic.solvers.kinematics import NAMES, Kinematics
from one_point import SPACE, Point, flow_row

LI = (2833.0, 10_861.0)  # MPa, lithium
LISI = (16_532.0, 26_282.0)

# label -> point, size of the strains tried, dt in s. Sizes and times are such that the branch is
# taken: lithium flows a good part of its trial stress away, LiSi goes beyond 630 MPa, pressures
# pass the stall pressure.
BRANCHES = {
    "elastic": (Point(*LISI), 0.1, 1.0),
    "power law": (Point(*LI, flow_row(power=(6.7e-3, 6.6))), 1e-3, 0.1),
    "power law, flowing": (Point(*LI, flow_row(power=(6.7e-3, 6.6))), 0.1, 10.0),
    "coble": (Point(*LI, flow_row(linear=0.03)), 0.05, 0.01),
    "both": (Point(*LI, flow_row(power=(6.7e-3, 6.6), linear=0.03)), 1e-3, 0.01),
    "overstress, elastic": (Point(*LISI, flow_row(overstress=(2.3e-3, 630.0, 2.9))), 0.003, 1.0),
    "overstress, yielding": (Point(*LISI, flow_row(overstress=(2.3e-3, 630.0, 2.9))), 0.1, 10.0),
    "hardening": (Point(*LI, flow_row(hardens=(0.0107, 0.15, 0.95, 10, 2, 2, 0.05))), 0.1, 10.0),
    "softening": (
        Point(*LI, flow_row(hardens=(0.0107, 0.15, 0.95, 10, 2, 2, 0.05)), hardening=1.5),
        0.02,
        10.0,
    ),
    "prescribed growth": (Point(*LI, flow_row(linear=0.03), volume=1.01), 0.05, 0.01),
    "growth that stalls": (
        Point(*LI, flow_row(linear=0.03), filler=(0.5, 0.33), stall=27.5, volume=1.0),
        2e-3,
        0.01,
    ),
    "not full": (
        Point(*LI, flow_row(linear=0.03), filler=(0.5, 0.33), full=False, stall=27.5, volume=0.4),
        0.1,
        1.0,
    ),
}
# Where the deviator vanishes, steps must be short beside the strain 1e-5 at which lithium flows.
SHORT = 1e-7
GROWTH = {"prescribed growth": 0.02, "growth that stalls": 0.004, "not full": 0.1}


def differences(point, gradient, dt, growth, step):
    """Derivative of the stress, columns by component, to fourth order in ``step``."""
    columns = []
    for component in range(len(gradient)):
        move = np.zeros(len(gradient))
        move[component] = step

        def stress(times, move=move):
            return point.at(gradient + times * move, dt, growth).stress

        columns.append((8.0 * (stress(1) - stress(-1)) - (stress(2) - stress(-2))) / (12.0 * step))
    return np.column_stack(columns)


def error(point, gradient, dt, growth, step):
    """Largest deviation of the tangent, relative to its largest entry."""
    result = point.at(gradient, dt, growth)
    assert result.smallest > 0.0
    found = differences(point, gradient, dt, growth, step)
    return np.abs(found - result.tangent).max() / np.abs(result.tangent).max()


def unimodular(rng, size):
    """An inverse flow metric that some earlier flow has left."""
    f = np.eye(3) + size * rng.normal(size=(3, 3))
    metric = f @ f.T
    return metric / np.cbrt(np.linalg.det(metric))


@pytest.mark.parametrize("kinematics", NAMES)
@pytest.mark.parametrize("label", BRANCHES)
def test_on_random_deformations(label, kinematics):
    point, size, dt = BRANCHES[label]
    components = Kinematics(kinematics).components
    growth = GROWTH.get(label, 0.0)
    rng = np.random.default_rng(sorted(BRANCHES).index(label))
    worst, tried, flowed = 0.0, 0, 0
    while tried < 25:
        metric = unimodular(rng, 0.2 * size)
        if len(components) < 9:  # no out-of-plane shear where F has none
            metric[:2, 2] = metric[2, :2] = 0.0
            metric /= np.cbrt(np.linalg.det(metric))
        trial = Point(
            point.shear,
            point.bulk,
            point.row,
            point.filler,
            point.full,
            point.stall,
            components,
            metric,
            point.volume,
            hardening=point.hardening,
        )
        gradient = size * rng.normal(size=len(components))
        result = trial.at(gradient, dt, growth)
        if result.smallest < 0.3:
            continue
        tried += 1
        flowed += result.creep > 0.0
        worst = max(worst, error(trial, gradient, dt, growth, 1e-3 * size))
    assert worst < 1e-6
    # All of the points flow, or none: the branch is the one that the label says.
    assert flowed == (0 if label in ("elastic", "overstress, elastic", "not full") else 25)


@pytest.mark.parametrize("label", BRANCHES)
@pytest.mark.parametrize(
    "stretches",
    [(1, 1, 1), (1, 1, -1), (-1, 1, -1), (1, 1 + 1e-9, 1), (1, 1 + 3e-5, -1), (1, 1.001, -1)],
    ids=lambda values: "/".join(f"{value:.9g}" for value in values),
)
def test_where_principal_stretches_meet(label, stretches):
    point, size, dt = BRANCHES[label]
    growth = GROWTH.get(label, 0.0)
    gradient = 0.5 * size * np.diag(stretches).ravel()
    assert error(point, gradient, dt, growth, SHORT) < 1e-6


@pytest.mark.parametrize("size", [3e-3, 1e-4, 1e-5, 1e-6, 2e-7])
def test_lithium_at_low_stress(size):
    # Lithium at 0.001 MPa strains by 1e-7, and its stress depends on strain on that very scale:
    # principal stretches that differ by no more are not equal. Backward Euler at dt such that
    # half of the trial stress flows away, q = q_trial / 2: 3 mu dt A (q_trial/2)^6.6 = q_trial/2.
    rng = np.random.default_rng(8)
    for _ in range(20):
        gradient = size * rng.normal(size=9)
        elastic = Point(*LI).at(gradient, 1.0).mises / 2
        rate = elastic / (3 * LI[0] * elastic**6.6)
        point = Point(*LI, flow_row(power=(rate, 6.6)))
        assert point.at(gradient, 1.0).mises == pytest.approx(elastic, rel=0.05)
        # Strains carry round-off of 1e-16, which the difference divides by 0.01 of their size.
        assert error(point, gradient, 1.0, 0.0, 1e-2 * size) < 1e-6 + 1e-14 / size


@pytest.mark.parametrize("label", BRANCHES)
def test_at_rest(label):
    # With linear creep the deviatoric stiffness at zero strain is 2 mu / (1 + 3 mu dt B), not 2 mu.
    point, _, dt = BRANCHES[label]
    growth = GROWTH.get(label, 0.0)
    assert error(point, np.zeros(9), dt, growth, SHORT) < 1e-6
    if label == "coble":
        softer = 1.0 / (1.0 + 3.0 * LI[0] * dt * 0.03)
        shear = point.at(np.zeros(9), dt).tangent[1, 1]  # dP_xy / dF_xy
        assert softer < 0.3
        assert shear == pytest.approx(LI[0] * softer, rel=1e-12)


@pytest.mark.parametrize("label", BRANCHES)
def test_symmetry_of_the_tangent(label):
    # Each of these steps has an incremental potential, growth included.
    point, size, dt = BRANCHES[label]
    rng = np.random.default_rng(3)
    tangent = point.at(size * rng.normal(size=9), dt, GROWTH.get(label, 0.0)).tangent
    assert tangent == pytest.approx(tangent.T, abs=1e-9 * np.abs(tangent).max())


def test_components_are_those_of_space():
    # A plane or axisymmetric point is a point in space whose other components are zero.
    rng = np.random.default_rng(5)
    point, size, dt = BRANCHES["both"]
    for name in NAMES[:2]:
        components = Kinematics(name).components
        active = [SPACE.tolist().index(pair) for pair in components.tolist()]
        gradient = size * rng.normal(size=len(components))
        whole = np.zeros(9)
        whole[active] = gradient
        flat = Point(point.shear, point.bulk, point.row, components=components)
        few, all_ = flat.at(gradient, dt), point.at(whole, dt)
        assert few.stress == pytest.approx(all_.stress[active], rel=1e-14)
        assert few.tangent == pytest.approx(all_.tangent[np.ix_(active, active)], rel=1e-14)
        assert few.cauchy == pytest.approx(all_.cauchy, rel=1e-14)
