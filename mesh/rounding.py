"""Numbers as refusals say them: rounded to the side on which what they offer is possible."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Context

_NOISE = 1e-12  # of a value that stands for a number of few digits


def at_most(value: float, digits: int = 4) -> str:
    """``value`` >= 0 to so many digits, rounded down."""
    context = Context(prec=digits, rounding=ROUND_FLOOR)
    return f"{float(context.create_decimal_from_float(value * (1 + _NOISE))):g}"


def at_least(value: float, digits: int = 4) -> str:
    """``value`` >= 0 to so many digits, rounded up."""
    context = Context(prec=digits, rounding=ROUND_CEILING)
    return f"{float(context.create_decimal_from_float(value * (1 - _NOISE))):g}"
