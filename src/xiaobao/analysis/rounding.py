"""The only place that divides and rounds: whole numbers, half away from zero, once."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def quotient(numerator: int, denominator: int, *, decimals: int) -> Decimal:
    """`numerator / denominator` with `decimals` places, half up (−2.5 → −3); ZeroDivisionError for zero."""
    if denominator == 0:
        raise ZeroDivisionError("a quotient needs a base")
    size = abs(denominator)
    places = (2 * abs(numerator) * 10**decimals + size) // (2 * size)
    # From its digits: arithmetic of Decimal would round them to the precision of the context.
    return Decimal(f"{places if (numerator < 0) == (denominator < 0) else -places}E-{decimals}")


def per_cent(part: int, whole: int, *, decimals: int) -> Decimal:
    """`part` as a percentage of `whole`; ZeroDivisionError when the whole is zero."""
    return quotient(100 * part, whole, decimals=decimals)


def change_per_cent(present: int, compared: int, *, decimals: int) -> Decimal:
    """How much `present` differs from `compared`, in per cent of it; ZeroDivisionError for a zero base."""
    return per_cent(present - compared, compared, decimals=decimals)


def rounded(value: Fraction, *, decimals: int) -> Decimal:
    """An exact number with `decimals` places, half up."""
    return quotient(value.numerator, value.denominator, decimals=decimals)


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle one, or half the sum of the two in the middle; ValueError without values."""
    if not values:
        raise ValueError("nothing has no median")
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
