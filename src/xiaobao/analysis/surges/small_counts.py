"""How surprising the larger score of a step is where counts are small, worked out for the step; compiled.

A score of small counts takes few values, and which ones depends on the mean of each day. Read from a table of
sizes it falls between their steps, which promised ten times too little far out. So the chain of the latest
days is followed with their own means, and the level may lie above or below what is thought.
"""

import math

import numpy as np
from numba import njit

from xiaobao.analysis.surges.scores import (
    HIGHEST,
    LATEST,
    LOWEST,
    OWN_HANDICAP,
    SPREAD,
    normal_score,
)
from xiaobao.analysis.surges.tails import at_least, none_and_rise
from xiaobao.analysis.surges.types import Floats

_DAYS = 20
"""What lies further back weighs less than 0.001 in the mean of late."""
_CELLS = 350
_LEAST = 1e-11
"""Counts less probable than this are left out of the chain."""
_MOST_COUNTS = 200
_OF_THE_SAME = 0.5
"""What is left out of the probability of a day's own count."""
_BEYOND = 40.0
"""The score of a count beyond those told."""


@njit(cache=True, nogil=True)
def chances_of(mean: float, phi: float, chance: Floats) -> int:
    """Fill the probability of 0, 1, 2 ... and return how many counts are told."""
    mode = math.floor(max(mean, 0.0))
    chance[0], first, rise = none_and_rise(max(mean, 0.0), phi)
    for count in range(1, _MOST_COUNTS):
        chance[count] = chance[count - 1] * (first + (count - 1) * rise) / count
        if count > mode and chance[count] < _LEAST:
            return count
    return _MOST_COUNTS


@njit(cache=True, nogil=True)
def scores_of(chance: Floats, counts: int, score: Floats) -> None:
    """Fill the normal score of each count by its mid-probability."""
    above = 1e-300
    for count in range(counts - 1, -1, -1):
        score[count] = normal_score(min(max(above + 0.5 * chance[count], 1e-295), 1.0 - 1e-12))
        above += chance[count]


@njit(cache=True, nogil=True)
def surprise_of_small(
    count: float,
    late: float,
    means: Floats,
    doubts: Floats,
    now: int,
    phi: float,
    found: float,
    unsure: float,
) -> float:
    """-log10 P(larger score as high as that of step `now`), half of the same day's count left out.

    `means` and `doubts` stand for each step, `late` for step `now`; `found` is the variance of scores over
    what is expected of it, `unsure` the relative variance of the level.
    """
    score, chance = np.empty(_MOST_COUNTS), np.empty(_MOST_COUNTS)
    told = chances_of(means[now], max(1.0, phi + means[now] * doubts[now]), chance)
    scores_of(chance, told, score)
    own = score[int(count)] if count < told else _BEYOND
    value = max(late, own - OWN_HANDICAP)
    deviation = math.sqrt(math.log1p(unsure))
    total = 0.0
    for side in range(3):
        level = math.exp((side - 1) * math.sqrt(3.0) * deviation)
        weight = 2.0 / 3.0 if side == 1 else 1.0 / 6.0
        total += weight * _at_level(value, count, means, doubts, now, phi, found, level, score, told)
    return -math.log10(min(max(total, 1e-300), 1.0))


@njit(cache=True, nogil=True)
def _at_level(
    value: float,
    count: float,
    means: Floats,
    doubts: Floats,
    now: int,
    phi: float,
    found: float,
    level: float,
    score: Floats,
    told: int,
) -> float:
    above = _chain(means, doubts, now, phi, found, level)
    chance = np.empty(_MOST_COUNTS)
    known = chances_of(means[now] * level, max(1.0, phi * found), chance)
    step = (HIGHEST - LOWEST) / (_CELLS - 1)
    total = 0.0
    for at in range(known):
        own = score[at] if at < told else _BEYOND
        if own - OWN_HANDICAP > value + 1e-9:
            total += chance[at]
            continue
        needed = (value * SPREAD - LATEST * min(max(own, LOWEST), HIGHEST)) / (1.0 - LATEST)
        place = (needed - LOWEST) / step
        share = 1.0 if place <= 0.0 else 0.0
        if 0.0 < place < _CELLS - 1:
            cell = int(place)
            share = above[cell] + (place - cell) * (above[cell + 1] - above[cell])
        if own - OWN_HANDICAP >= value - 1e-9:
            share = max(share, 1.0 - _OF_THE_SAME)
        total += chance[at] * share
    return total + at_least(max(float(known), count), means[now] * level, max(1.0, phi * found))


@njit(cache=True, nogil=True)
def _chain(means: Floats, doubts: Floats, now: int, phi: float, found: float, level: float) -> Floats:
    """P(mean of late of the step before `now`, as a sum of scores, >= the cells of a grid)."""
    step = (HIGHEST - LOWEST) / (_CELLS - 1)
    here, then = np.zeros(_CELLS), np.zeros(_CELLS)
    chance, score = np.empty(_MOST_COUNTS), np.empty(_MOST_COUNTS)
    here[int(-LOWEST / step)] = 1.0
    first, last = int(-LOWEST / step), int(-LOWEST / step)
    for t in range(max(now - _DAYS, 0), now):
        if means[t] <= 0.0:
            continue
        counts = chances_of(means[t], max(1.0, phi + means[t] * doubts[t]), chance)
        scores_of(chance, counts, score)
        told = counts
        counts = min(told, chances_of(means[t] * level, max(1.0, phi * found), chance))
        then[:] = 0.0
        low, high = _CELLS, 0
        for at in range(counts):
            value = LATEST * min(max(score[at], LOWEST), HIGHEST)
            for cell in range(first, last + 1):
                if here[cell] < _LEAST:
                    continue
                place = (value + (1.0 - LATEST) * (LOWEST + cell * step) - LOWEST) / step
                left = min(int(place), _CELLS - 2)
                then[left] += here[cell] * chance[at] * (left + 1.0 - place)
                then[left + 1] += here[cell] * chance[at] * (place - left)
                low, high = min(low, left), max(high, left + 1)
        here, then = then, here
        first, last = low, high
    above = np.zeros(_CELLS)
    running = 0.0
    for cell in range(_CELLS - 1, -1, -1):
        running += here[cell]
        above[cell] = running
    return above
