"""How surprising a count is: the tail of the negative binomial, by what came before."""

import math

import pytest

from xiaobao.analysis.topics.emergence import surprise


def by_sum(count: int, shape: float, ratio: float) -> float:
    """The same by adding up the terms below."""
    share = ratio / (1 + ratio)
    below = 0.0
    for k in range(count):
        log = math.lgamma(k + shape) - math.lgamma(shape) - math.lgamma(k + 1)
        below += math.exp(log + shape * math.log1p(-share) + k * math.log(share))
    return -math.log10(1 - below)


@pytest.mark.parametrize(
    ("count", "before", "ratio"),
    [(1, 0.0, 0.1), (3, 2.0, 0.5), (7, 40.0, 0.1), (12, 0.0, 1.0), (5, 60.0, 0.2)],
)
def test_it_is_the_tail_of_the_negative_binomial(count: int, before: float, ratio: float) -> None:
    assert surprise(count, before=before, ratio=ratio) == pytest.approx(
        by_sum(count, before + 0.5, ratio), rel=1e-6
    )


def test_more_is_more_surprising_and_what_was_known_is_less() -> None:
    counts = [surprise(count, before=3, ratio=0.2) for count in range(40)]

    assert counts == sorted(counts) and counts[0] == 0
    assert surprise(10, before=100, ratio=0.1) < 1 < surprise(10, before=0, ratio=0.1)


def test_the_surprise_of_thousands_is_finite() -> None:
    assert 100 < surprise(5_000, before=0, ratio=0.01) < 20_000
