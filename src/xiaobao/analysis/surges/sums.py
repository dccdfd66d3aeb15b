"""Sums of series by group, how much of each group was known when, and what no past may say; compiled."""

import numpy as np
from numba import njit

from xiaobao.analysis.surges.series import MISSING
from xiaobao.analysis.surges.types import Counts, Floats, Shares, Whole

_MUST_BE_BEYOND = 10.0
_OUTLIERS, _OUTLIERS_IN = 2, 50
"""How many counts are looked past: two, and one in so many."""


@njit(cache=True, nogil=True)
def most_believed(counts: Counts, begin: int, last: int) -> float:
    """A count of the steps `begin` to before `last` beyond this is a mistake, or once in a life: it is cut.

    Ten times what all but a few of the counts reach and ten more. One count of 10^7 among threes would else
    be what the fit is drawn to, and every day after it would be a surge above nothing.
    """
    known, highest = 0, 0
    for t in range(max(begin, 0), last):
        known += counts[t] != MISSING
        highest = max(highest, counts[t])
    least = _MUST_BE_BEYOND * _MUST_BE_BEYOND
    place = known - 1 - _OUTLIERS - known // _OUTLIERS_IN
    if highest <= least or place < 0:
        return max(float(highest), least)
    every, at = np.empty(known, dtype=np.int32), 0
    for t in range(max(begin, 0), last):
        if counts[t] != MISSING:
            every[at] = counts[t]
            at += 1
    return _MUST_BE_BEYOND * (float(np.partition(every, place)[place]) + _MUST_BE_BEYOND)


@njit(cache=True, nogil=True)
def by_group(
    counts: Counts, there: Shares, begins: Whole, group: Whole, groups: int, first: int, last: int
) -> tuple[Floats, Floats]:
    """Sums and exposure, each groups x steps from `first` to before `last`.

    Counts enter up to what is believed of their series. The exposure of a step is the sum of the mean counts
    of the series that are known then, each by the share of its count that has come in.
    """
    sums, exposure = np.zeros((groups, last - first)), np.zeros((groups, last - first))
    for s in range(counts.shape[0]):
        total, known = 0.0, 0.0
        start = max(first, begins[s])
        most = most_believed(counts[s], start, last)
        for t in range(start, last):
            if counts[s, t] != MISSING:
                total += min(float(counts[s, t]), most)
                known += there[s, t]
        if total <= 0.0 or known <= 0.0:
            continue
        mean = total / known
        for t in range(start, last):
            if counts[s, t] != MISSING:
                sums[group[s], t - first] += min(float(counts[s, t]), most)
                exposure[group[s], t - first] += mean * there[s, t]
    return sums, exposure
