"""Sums of series by group, and how much of each group was known when, compiled."""

import numpy as np
from numba import njit

from xiaobao.analysis.surges.series import MISSING
from xiaobao.analysis.surges.types import Counts, Floats, Shares, Whole


@njit(cache=True, nogil=True)
def by_group(
    counts: Counts, there: Shares, begins: Whole, group: Whole, groups: int, first: int, last: int
) -> tuple[Floats, Floats]:
    """Sums and exposure, each groups x steps from `first` to before `last`.

    The exposure of a step is the sum of the mean counts of the series that are known then, each by the share
    of its count that has come in.
    """
    sums, exposure = np.zeros((groups, last - first)), np.zeros((groups, last - first))
    for s in range(counts.shape[0]):
        total, known = 0.0, 0.0
        start = max(first, begins[s])
        for t in range(start, last):
            if counts[s, t] != MISSING:
                total += counts[s, t]
                known += there[s, t]
        if total <= 0.0 or known <= 0.0:
            continue
        mean = total / known
        for t in range(start, last):
            if counts[s, t] != MISSING:
                sums[group[s], t - first] += counts[s, t]
                exposure[group[s], t - first] += mean * there[s, t]
    return sums, exposure
