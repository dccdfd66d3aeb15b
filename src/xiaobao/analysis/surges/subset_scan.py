"""A prospective scan over subsets of banks with one cause: several of them each a little above expectation.

The expectation-based Poisson statistic of Neill (2012), C log(C / B) - (C - B) for counts C above what is
expected, B, each bank's divided by its dispersion so that a wild bank weighs less. It has the property of
linear-time subset scanning: of all subsets the highest is one of those that take the banks in the order of
C / B, so that n subsets are looked at and not 2 to the n. The latest 1 to 14 days are scanned. How high it
gets where nothing has changed, each scan's own past says: a Gumbel distribution through the quartiles of the
days before.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from xiaobao.analysis.surges.types import Booleans, Floats

LONGEST_DAYS = 14
FEWEST_BANKS = 2
"""A single bank is a cell's business."""
PAST_DAYS = 365
GUARD_DAYS = 14
"""The latest days, of which the calibration learns nothing: a surge under way must not hide itself."""
_FEWEST_PAST_DAYS = 60
_LOWER, _UPPER = 0.25, 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A scan of one cause; arrays of days."""

    statistic: Floats
    """0 where no subset is above its expectation, NaN where nothing is known."""
    days: Floats
    """How many days the highest subset has been above."""
    banks: Booleans
    """Banks x days: who is in it."""
    score: Floats
    """-log10 of the probability of one so high where nothing has changed; NaN where the past is too short."""


def scan(count: Floats, expected: Floats, dispersion: Floats) -> Scanned:
    """Scan banks x days by what lies before each day; `expected` is NaN where a day of a bank is unknown.

    `dispersion` is that of each bank and day. A day's answer depends on no later one.
    """
    banks, days = count.shape
    statistic, length = np.full(days, np.nan), np.zeros(days)
    chosen = np.zeros((banks, days), dtype=np.bool_)
    _scan(count, expected, dispersion, statistic, length, chosen)
    return Scanned(statistic=statistic, days=length, banks=chosen, score=_scores(statistic))


@njit(cache=True, nogil=True)
def _scan(count, expected, dispersion, statistic, length, chosen):  # type: ignore[no-untyped-def]
    banks, days = count.shape
    c, b, ratio = np.zeros(banks), np.zeros(banks), np.zeros(banks)
    for t in range(days):
        c[:], b[:] = 0.0, 0.0
        for back in range(min(LONGEST_DAYS, t + 1)):
            for i in range(banks):
                mean = expected[i, t - back]
                if mean > 0.0:
                    c[i] += max(count[i, t - back], 0.0) / dispersion[i, t - back]
                    b[i] += mean / dispersion[i, t - back]
            if back == 0 and not (b > 0.0).any():
                break
            if math.isnan(statistic[t]):
                statistic[t] = 0.0
            for i in range(banks):
                ratio[i] = c[i] / b[i] if b[i] > 0.0 else -1.0
            order = np.argsort(-ratio)
            counted, hoped = 0.0, 0.0
            for taken in range(banks):
                i = order[taken]
                if ratio[i] < 1.0:
                    break
                counted += c[i]
                hoped += b[i]
                if taken + 1 < FEWEST_BANKS:
                    continue
                value = counted * math.log(counted / hoped) - (counted - hoped)
                if value > statistic[t]:
                    statistic[t], length[t] = value, back + 1
                    chosen[:, t] = False
                    for place in range(taken + 1):
                        chosen[order[place], t] = True


def _scores(statistic: Floats) -> Floats:
    score = np.full(statistic.size, np.nan)
    for t in range(statistic.size):
        past = statistic[max(0, t - GUARD_DAYS - PAST_DAYS) : max(0, t - GUARD_DAYS)]
        past = past[np.isfinite(past)]
        if past.size >= _FEWEST_PAST_DAYS and np.isfinite(statistic[t]):
            score[t] = _gumbel_score(float(statistic[t]), past)
    return score


def _gumbel_score(value: float, past: Floats) -> float:
    low, high = np.quantile(past, [_LOWER, _UPPER])
    scale = max(float(high - low), 1e-6) / (math.log(-math.log(_LOWER)) - math.log(-math.log(_UPPER)))
    place = float(low) + scale * math.log(-math.log(_LOWER))
    return -math.log10(max(-math.expm1(-math.exp(-(value - place) / scale)), 1e-300))
