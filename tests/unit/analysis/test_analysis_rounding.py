from decimal import Decimal
from fractions import Fraction

import pytest

from xiaobao.analysis.rounding import change_per_cent, per_cent, quotient


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "expected"),
    [
        (1, 8, 2, "0.13"),
        (-1, 8, 2, "-0.13"),
        (5, 2, 0, "3"),
        (-5, 2, 0, "-3"),
        (1, 3, 1, "0.3"),
        (0, 7, 1, "0.0"),
        (-1, 1000, 1, "0.0"),
    ],
)
def test_a_quotient_is_rounded_half_away_from_zero_once(
    numerator: int, denominator: int, decimals: int, expected: str
) -> None:
    assert str(quotient(numerator, denominator, decimals=decimals)) == expected


def test_every_exact_tie_of_a_small_percentage_goes_up_where_floats_do_not() -> None:
    ties = [
        (part, whole)
        for whole in range(1, 401)
        for part in range(whole + 1)
        if (Fraction(1000 * part, whole) % 1) == Fraction(1, 2)
    ]
    wrong_in_floats = 0
    for part, whole in ties:
        expected = Decimal((2000 * part // whole + 1) // 2).scaleb(-1)
        assert per_cent(part, whole, decimals=1) == expected
        wrong_in_floats += Decimal(str(round(part / whole * 100, 1))) != expected
    assert len(ties) > 500
    assert wrong_in_floats > 100


def test_a_change_is_measured_against_the_earlier_count() -> None:
    assert str(change_per_cent(70, 100, decimals=1)) == "-30.0"


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        per_cent(1, 0, decimals=1)
