"""Far probabilities of small counts, held against a simulation with its own means of days."""

import numpy as np
import pytest

from xiaobao.analysis.surges.scores import score_steps
from xiaobao.analysis.surges.small_counts import surprise_of_small

_STEPS = 400_000
_PHI = 1.4
_WEEK = np.array([1.2, 1.1, 1.1, 1.1, 1.0, 0.8, 0.7])


@pytest.mark.parametrize("mean", [0.12, 0.8])
def test_scores_of_small_counts_are_as_rare_as_they_say(mean: float) -> None:
    means, doubt = mean * np.resize(_WEEK, _STEPS), np.zeros(_STEPS)
    drawn = np.random.default_rng(5).negative_binomial(means / (_PHI - 1.0), 1.0 / _PHI)
    counts = drawn.astype(float)
    own, late, size = np.empty(_STEPS), np.empty(_STEPS), np.empty(_STEPS)
    score_steps(counts, means, doubt, _PHI, own, late, size)
    high = np.flatnonzero(np.maximum(own, late) > 2.3)
    high = high[high > 30]

    said = np.array([surprise_of_small(counts[t], late[t], means, doubt, t, _PHI, 1.0, 0.0) for t in high])

    assert 0.6 < (said >= 3.0).sum() / (_STEPS * 1e-3) < 1.3
    assert 0.3 < (said >= 4.0).sum() / (_STEPS * 1e-4) < 1.6


def test_a_level_in_doubt_makes_the_same_counts_less_surprising() -> None:
    means, doubt = np.full(60, 0.2), np.zeros(60)

    sure, unsure = (surprise_of_small(4.0, 2.0, means, doubt, 59, _PHI, 1.0, by) for by in (0.0, 0.1))

    assert unsure < sure - 0.1
