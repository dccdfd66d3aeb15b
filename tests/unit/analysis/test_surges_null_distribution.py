"""The distribution of the larger score where nothing has changed, held against a simulation."""

import numpy as np
import pytest

from xiaobao.analysis.surges.null_distribution import null_tables, square_of_late, surprise_of_larger
from xiaobao.analysis.surges.scores import OWN_HANDICAP, normal_score, normal_tail, score_steps


@pytest.mark.parametrize("tail", [0.999, 0.5, 0.02, 1e-9, 1e-200])
def test_the_normal_score_of_a_tail_gives_the_tail_back(tail: float) -> None:
    assert normal_tail(normal_score(tail)) == pytest.approx(tail, rel=1e-6)


@pytest.mark.parametrize(("mean", "phi"), [(0.2, 1.3), (1.7, 1.7), (30.0, 2.5)])
def test_a_simulated_past_agrees_with_the_table(mean: float, phi: float) -> None:
    steps = 200_000
    counts = np.random.default_rng(4).negative_binomial(mean / (phi - 1.0), 1.0 / phi, steps).astype(float)
    own, late, size = np.empty(steps), np.empty(steps), np.empty(steps)
    score_steps(counts, np.full(steps, mean), np.zeros(steps), phi, own, late, size)
    tail, square = null_tables()

    larger = np.maximum(late, own - OWN_HANDICAP)[100:]
    said = np.array([surprise_of_larger(value, mean, phi, tail) for value in larger])

    assert (said >= -np.log10(0.005)).mean() <= 0.005 * 1.25
    assert (said >= -np.log10(0.05)).mean() == pytest.approx(0.05, rel=0.25)
    assert square_of_late(mean, phi, square) == pytest.approx((late[100:] ** 2).mean(), rel=0.1)
