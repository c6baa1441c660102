"""Numbers in refusals."""

import pytest
from lisic.mesh.rounding import at_least, at_most


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.26667, "0.2666"),
        (0.4 / 3, "0.1333"),
        # Binary fractions just below a short decimal number are that number.
        (0.31 - 4 * 0.05, "0.11"),
        (0.15 / 3, "0.05"),
        (12345.0, "12340"),
        (0.0, "0"),
    ],
)
def test_numbers_are_rounded_down(value, text):
    assert at_most(value) == text
    assert float(text) <= value * (1 + 1e-12)


def test_digits():
    assert at_most(0.768, 2) == "0.76"
    assert at_least(0.761, 2) == "0.77"


@pytest.mark.parametrize(("value", "text"), [(0.26661, "0.2667"), (0.1 + 0.2, "0.3"), (0.0, "0")])
def test_numbers_are_rounded_up(value, text):
    assert at_least(value) == text
