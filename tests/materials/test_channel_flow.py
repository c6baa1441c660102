"""Closed forms of lithium in a channel, against physics worked out by hand."""

import math

import pytest
from lisic.materials import load, plating
from lisic.materials.channel_flow import ChannelFlow

LENGTH = 3.25
LITHIUM = load("lithium")
# 0.3 mA/cm^2 through 11.0355 % of the area: 0.4041 nm/s / 0.110355 = 3.66 nm/s.
VELOCITY = plating.velocity(3.0, LITHIUM.molar_volume) / 0.110355


def flow(radius: float, temperature: float, *mechanisms: str) -> ChannelFlow:
    chosen = load("lithium", {"mechanisms": list(mechanisms)})
    return ChannelFlow.of(chosen.mechanisms, radius, temperature)


# Pressures (MPa) of the wall-flow formula v L R k T / (2 delta D Omega) and of bulk power-law
# Poiseuille flow, each printed to two or three digits, 20 and 60 degC.
@pytest.mark.parametrize(
    ("radius", "coble", "power_law"),
    [
        (0.025, (3.1, 0.51), (323.0, 245.0)),
        (0.05, (6.2, 1.0), (145.0, 110.0)),
        (0.1, (12.4, 2.0), (65.0, 50.0)),
        (0.25, (31.0, 5.1), (23.0, 17.0)),
        (0.5, (62.0, 10.0), (10.0, 7.8)),
    ],
)
def test_printed_table(
    radius: float, coble: tuple[float, float], power_law: tuple[float, float]
) -> None:
    for temperature, expected_coble, expected_power in zip(
        (293.15, 333.15), coble, power_law, strict=True
    ):
        # The wall formula has 1/2 where the continuum has 64 / (42 pi) = 0.485.
        continuum = flow(radius, temperature, "coble").closed_end_pressure(VELOCITY, LENGTH)
        wall = continuum * 0.5 / (64.0 / (42.0 * math.pi))
        assert wall == pytest.approx(expected_coble, rel=0.035)
        power = flow(radius, temperature, "power_law").closed_end_pressure(VELOCITY, LENGTH)
        assert power == pytest.approx(expected_power, rel=0.035)


def test_velocities_of_parallel_mechanisms_add() -> None:
    both = flow(0.25, 293.15, "power_law", "coble", "nabarro_herring")
    parts = (
        flow(0.25, 293.15, "power_law"),
        flow(0.25, 293.15, "coble"),
        flow(0.25, 293.15, "nabarro_herring"),
    )
    assert both.velocity(5.0) == pytest.approx(sum(p.velocity(5.0) for p in parts), rel=1e-12)
    assert both.velocity(both.gradient(VELOCITY)) == pytest.approx(VELOCITY, rel=1e-10)


def test_entry_depth_takes_its_share() -> None:
    # Linear: half of the depth's pressure; power law: n/(n+1), for g ~ v^(1/n).
    depth = 0.5
    linear = flow(0.1, 293.15, "coble")
    thin = linear.closed_end_pressure(VELOCITY, LENGTH)
    assert linear.closed_end_pressure(VELOCITY, LENGTH, depth) == pytest.approx(
        thin * (1.0 - 0.5 * depth / LENGTH), rel=1e-9
    )
    power = flow(0.1, 293.15, "power_law")
    thin = power.closed_end_pressure(VELOCITY, LENGTH)
    share = 1.0 - (1.0 - 6.6 / 7.6) * depth / LENGTH
    assert power.closed_end_pressure(VELOCITY, LENGTH, depth) == pytest.approx(
        thin * share, rel=1e-6
    )


def test_impossible_requests_are_refused() -> None:
    with pytest.raises(ValueError, match="no mechanism"):
        ChannelFlow(0.1, 0.0, 0.0, 1.0).gradient(1.0)
    with pytest.raises(ValueError, match="zero or positive"):
        ChannelFlow(0.1, 1.0, 0.0, 1.0).gradient(-1.0)
    with pytest.raises(ValueError, match="depth"):
        ChannelFlow(0.1, 1.0, 0.0, 1.0).closed_end_pressure(1.0, 1.0, 2.0)
