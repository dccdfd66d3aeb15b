"""The only place that divides and rounds: in Decimal, half away from zero, once."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

_DIGITS = 60
"""Enough that a quotient of two counts cannot be rounded before it is quantized."""


def quotient(numerator: int, denominator: int, *, decimals: int) -> Decimal:
    """`numerator / denominator` with `decimals` places, half up (−2.5 → −3); ZeroDivisionError for zero.

    A quotient of counts that is not an exact tie differs from one by at least 1 / (2 · 10^decimals ·
    denominator), far more than the last of 60 digits, so rounding the 60-digit quotient is exact.
    """
    if denominator == 0:
        raise ZeroDivisionError("a quotient needs a base")
    with localcontext() as context:
        context.prec = _DIGITS
        value = Decimal(numerator) / Decimal(denominator)
        return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + Decimal(0)


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
