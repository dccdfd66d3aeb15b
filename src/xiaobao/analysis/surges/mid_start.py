"""When a series that was nothing at first began; compiled.

A new bank, or a new code, is zero until it begins. Such zeros are no past: held to them, a level would be
learnt for half a year, and every day of it would be a rise above nothing. A rare cell begins with zeros too,
so they are dropped where they can hardly be chance by what came since, its quieter half judging: a surge that
ended says nothing.
"""

import math

from numba import njit

from xiaobao.analysis.surges.series import MISSING
from xiaobao.analysis.surges.types import Counts, Whole

_LEAST_DAYS = 28
_LEAST_DOUBT = 9.0 * math.log(10.0)
"""The zeros before are dropped where they come by chance once in 10^9 times."""
_MOST_SHARE = 0.99


@njit(cache=True, nogil=True)
def begun(counts: Counts, begins: Whole, known_to: int) -> Whole:
    """The step at which each series begins, by what is known before `known_to`: `begins` or a later one."""
    found = begins.copy()
    for s in range(counts.shape[0]):
        zeros, first = 0, begins[s]
        while first < known_to and counts[s, first] <= 0:
            zeros += counts[s, first] == 0
            first += 1
        if zeros and known_to - first >= _LEAST_DAYS:
            middle = (first + known_to) // 2
            share = min(_share(counts[s], first, middle), _share(counts[s], middle, known_to), _MOST_SHARE)
            if -zeros * math.log(1.0 - share) > _LEAST_DOUBT:
                found[s] = first
    return found


@njit(cache=True, nogil=True)
def _share(counts: Counts, first: int, last: int) -> float:
    """Of the known days, how many had a complaint; 0 where few days are known."""
    known, some = 0, 0
    for t in range(first, last):
        known += counts[t] != MISSING
        some += counts[t] > 0
    return some / known if 4 * known >= _LEAST_DAYS else 0.0
