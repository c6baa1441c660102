import numpy as np
import pytest
from lisic.scripts.scales import (
    ColourRange,
    colour_range,
    scale_bar,
    show_number,
    show_span,
    show_time,
    stretch_factor,
)


def uniform(values):
    values = np.asarray(values, float)
    return values, np.ones(len(values))


@pytest.mark.parametrize(
    ("width", "length", "label"),
    [
        (3.25, 0.5, "500 nm"),  # a tenth is 325 nm; the next of 1, 2, 5 is 500 nm
        (0.5, 0.05, "50 nm"),  # a tenth exactly
        (0.05, 0.005, "5 nm"),
        (11.0, 2.0, "2 µm"),
        (9.99, 1.0, "1 µm"),
        (30000.0, 5000.0, "5 mm"),
    ],
)
def test_scale_bar_is_round_and_a_tenth_to_a_quarter_of_the_width(width, length, label):
    bar, text = scale_bar(width)
    assert bar == pytest.approx(length)
    assert text == label
    assert 0.1 <= bar / width * (1 + 1e-9) <= 0.26


def test_range_is_set_by_the_region_that_carries_most():
    # LiSi evenly from 0 to 630 MPa: 99.5 % of it lies below 627; steps of 630/8 -> 100.
    span = colour_range(
        {"lisi": uniform(np.linspace(0, 630, 1001)), "pore": uniform(np.full(100000, 0.1))}
    )
    assert (span.low, span.high) == (0, 700)
    assert not span.clipped_below
    assert not span.clipped_above


def test_single_peaks_do_not_set_the_range_and_are_marked_as_clipped():
    values = np.linspace(0, 100, 1000)
    values[:3] = 5000.0  # 0.3 % of the volume
    span = colour_range({"lisi": uniform(values)})
    assert span.high == pytest.approx(100)
    assert span.clipped_above


def test_volume_counts_not_the_number_of_cells():
    values = np.concatenate([np.full(10, 50.0), np.full(990, 400.0)])
    volumes = np.concatenate([np.full(10, 1.0), np.full(990, 1e-6)])  # a fine mesh at a wall
    assert colour_range({"lisi": (values, volumes)}).high < 100


def test_pressure_of_both_signs_keeps_them():
    # 0.5 % and 99.5 % of -52..310: -50.2 and 308.2; a step is 358/8 -> 50.
    span = colour_range({"lisi": uniform(np.linspace(-52, 310, 1001))})
    assert (span.low, span.high) == pytest.approx((-100, 350))
    assert span.both_signs


def test_one_value_everywhere_still_gives_a_range_around_it():
    span = colour_range({"lisi": uniform([64.0, 64.0])})
    assert span.low < 64 < span.high
    span = colour_range({"lisi": uniform([0.0, 0.0])})
    assert (span.low, span.high) == (0, 1)


def test_logarithmic_range_is_whole_decades_at_most_five():
    span = colour_range({"pore": uniform([0.0, 2e-12, 0.03, 0.3])}, log=True)
    assert span.log
    assert (span.low, span.high) == pytest.approx((1e-5, 1))
    assert span.clipped_below
    # log10(1e-3) lies 2 of 5 decades up; zero lies below the bar.
    assert span.normalised(np.array([1e-3, 0.0])) == pytest.approx([0.4, -1.0])
    span = colour_range({"pore": uniform([0.002, 0.03])}, log=True)
    assert (span.low, span.high) == pytest.approx((1e-3, 0.1))


def test_nothing_positive_falls_back_to_a_linear_range():
    assert not colour_range({"lisi": uniform([0.0, 0.0])}, log=True).log


def test_a_given_range_is_kept():
    span = colour_range({"lisi": uniform([0.0, 900.0])}, given=(0.0, 630.0))
    assert (span.low, span.high, span.clipped_above) == (0, 630, True)


def test_an_empty_range_is_refused():
    with pytest.raises(ValueError, match="got 3 to 3"):
        ColourRange(3.0, 3.0)


def test_texts():
    assert show_time(0) == "0 s"
    assert show_time(10) == "10 s"
    assert show_time(1210) == "20.2 min"
    assert show_time(7200) == "2 h"
    assert show_time(2e-4) == "0.2 ms"
    assert show_number(-12.345) == "−12.3"
    assert show_number(4.37e-4) == "4.37×10⁻⁴"
    assert show_span(7.0001, 7.0002) == "7"
    assert show_span(0.0, 501.2) == "0 … 501"


def test_only_needles_are_stretched():
    assert stretch_factor(3.25, 3.25) == (1, 1)
    # A channel of R = 25 nm and L = 3.25 um: 130 to 1, at most 3 to 1 drawn: 43 -> 50.
    assert stretch_factor(0.025, 3.25) == (50, 1)
    assert stretch_factor(100.0, 1.0) == (1, 20)  # 100/8 = 12.5 -> 20
