"""The level of a series as it was known some steps before: past counts over past expectations, compiled.

Several memories run side by side, from short to none at all, each drawn to the next longer one (0167); each
is weighed by how well it foretold the counts that came. The latest steps are no part of it (the guard), and
what stands out enters with a limit, so that a surge under way is not learnt while growth and lasting shifts
are.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from xiaobao.analysis.surges.dispersion import highest_usual
from xiaobao.analysis.surges.types import Floats

_LEAST_MEAN = 1e-6


class Following(NamedTuple):
    """How a level is followed."""

    guard: int
    prior_counts: float
    """How many expected counts the level by the next longer memory weighs against what a memory has seen."""
    forget: float
    """What a step keeps of how well a memory foretold."""
    limit: float
    """Standard deviations above its expectation at which a count enters."""
    counts_alone: bool
    """Whether a memory is in doubt by its counts alone, and not by what the fit is off by (weeks, 0158)."""


@njit(cache=True, nogil=True)
def follow_level(
    y: Floats,
    fitted: Floats,
    following: Following,
    keeps: Floats,
    phi: float,
    fit_doubt: Floats,
    mean: Floats,
    doubt: Floats,
) -> None:
    """Fill `mean` (expected count of each step) and `doubt` (relative variance of that mean).

    `fitted` is the fit's expectation, 0 where nothing is known of the step. `keeps` are what memories keep a
    step; 1 stands for no memory, the fitted level itself. `fit_doubt` is the relative variance of `fitted`.
    """
    memories = keeps.size
    counted, hoped, merit = np.zeros(memories), np.zeros(memories), np.zeros(memories)
    ahead = np.empty((y.size, memories))
    for t in range(y.size):
        past = t - following.guard
        if past >= 0 and fitted[past] > 0.0:
            count = min(y[past], highest_usual(mean[past], phi, following.limit))
            for k in range(memories):
                told = max(ahead[past, k], _LEAST_MEAN)
                merit[k] = following.forget * merit[k] + (count * math.log(told) - told) / phi
                counted[k] = keeps[k] * counted[k] + count
                hoped[k] = keeps[k] * hoped[k] + fitted[past]
        best = merit.max()
        total = 0.0
        longer, doubted = 1.0, fit_doubt[t]
        level, variance = 0.0, 0.0
        for k in range(memories - 1, -1, -1):
            if keeps[k] < 1.0:
                longer = (counted[k] + following.prior_counts * longer) / (hoped[k] + following.prior_counts)
                doubted = _doubt_of(keeps[k], hoped[k], phi, doubted, following)
            ahead[t, k] = fitted[t] * longer
            share = math.exp(merit[k] - best)
            total += share
            level += share * longer
            variance += share * doubted
        level, variance = level / total, variance / total
        mean[t] = fitted[t] * level
        doubt[t] = variance


@njit(cache=True, nogil=True)
def _doubt_of(keep: float, hoped: float, phi: float, longer: float, following: Following) -> float:
    """The relative variance of the level by one memory; the sum of its weights squared is 1 / (1 + keep) of
    their sum. What the `longer` memory is off by, it has seen as far as it believes its own counts."""
    counts = (1.0 + keep) * hoped
    if following.counts_alone:
        return phi / (counts + following.prior_counts + 1.0)
    if counts <= 0.0:
        return longer
    own = hoped / (hoped + following.prior_counts)
    return own * own * phi / counts + (1.0 - own) ** 2 * longer
