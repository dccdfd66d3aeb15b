"""Tails of counts against sums of exact probabilities."""

import math
from fractions import Fraction

import pytest

from xiaobao.analysis.surges.tails import at_least, at_middle, probability_of, quantile


def negative_binomial(count: int, mu: float, phi: float) -> float:
    """P(Y >= count) by adding what lies below, in logarithms of gamma functions."""
    size = mu / (phi - 1.0)
    below = (
        math.exp(
            math.lgamma(k + size)
            - math.lgamma(size)
            - math.lgamma(k + 1)
            - size * math.log(phi)
            + k * math.log1p(-1.0 / phi)
        )
        for k in range(count)
    )
    return 1.0 - math.fsum(below)


def poisson(count: int, mu: Fraction) -> float:
    """P(Y >= count) with exact terms."""
    terms = sum((mu**k / math.factorial(k) for k in range(count)), Fraction(0))
    return 1.0 - float(terms) * math.exp(-float(mu))


@pytest.mark.parametrize("mu", [0.05, 0.7, 3.0, 40.0, 800.0])
@pytest.mark.parametrize("phi", [1.05, 1.5, 5.0])
def test_the_tail_of_a_dispersed_count_is_the_sum_of_its_probabilities(mu: float, phi: float) -> None:
    for above in (0.0, 1.0, 2.5):
        count = max(1, round(mu + above * math.sqrt(phi * mu)))
        assert at_least(count, mu, phi) == pytest.approx(negative_binomial(count, mu, phi), rel=1e-8)


@pytest.mark.parametrize("mu", [Fraction(1, 10), Fraction(3), Fraction(40)])
def test_a_count_that_is_not_dispersed_is_poisson(mu: Fraction) -> None:
    for count in (1, 3, 20, 45):
        assert at_least(count, float(mu), 1.0) == pytest.approx(poisson(count, mu), rel=1e-6, abs=1e-14)


def test_far_tails_keep_their_digits() -> None:
    assert at_least(100, 1.0, 1.0) == pytest.approx(probability_of(100, 1.0, 1.0) * (1 + 1 / 101), rel=1e-3)
    assert 0.0 < at_least(400, 1.0, 1.3) < 1e-50


@pytest.mark.parametrize(("mu", "phi"), [(0.3, 1.0), (0.3, 2.0), (12.0, 1.4), (5e3, 3.0), (1e7, 2.0)])
def test_the_quantile_is_the_first_count_with_that_much_below(mu: float, phi: float) -> None:
    found = quantile(0.995, mu, phi)

    assert 1.0 - at_least(found + 1, mu, phi) >= 0.995
    assert 1.0 - at_least(found, mu, phi) < 0.995


def test_nothing_is_expected_where_the_mean_is_zero() -> None:
    assert at_least(0.0, 0.0, 1.0) == 1.0
    assert at_least(1.0, 0.0, 1.0) == 0.0
    assert quantile(0.995, 0.0, 1.0) == 0.0


@pytest.mark.parametrize(("mu", "phi"), [(0.3, 1.0), (4.0, 1.7), (60.0, 3.0)])
def test_a_mid_probability_is_a_half_on_average(mu: float, phi: float) -> None:
    middle = math.fsum(
        probability_of(float(count), mu, phi) * at_middle(float(count), mu, phi) for count in range(400)
    )

    assert middle == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize(("mu", "phi"), [(5.0, 1e17), (1e13, 1e40), (1e15, 1e69), (2.0, 1e200)])
def test_a_dispersion_beyond_all_digits_has_nearly_all_at_zero(mu: float, phi: float) -> None:
    assert 0.0 <= at_least(1.0, mu, phi) < 1e-12
    assert quantile(0.995, mu, phi) == 0.0
