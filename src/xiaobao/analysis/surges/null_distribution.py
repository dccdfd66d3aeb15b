"""How high the larger of the two scores gets where nothing has changed: its distribution by size of counts.

A score of small counts takes few values and is skewed, so that the normal tail would promise too little. The
mean of late is a Markov chain; its stationary distribution is found on a grid, then joined with the current
count's own score. Nothing is simulated.
"""

import math
from functools import lru_cache

import numpy as np
from numba import njit

from xiaobao.analysis.surges.grids import between
from xiaobao.analysis.surges.scores import (
    HIGHEST,
    LATEST,
    LOWEST,
    OWN_HANDICAP,
    SPREAD,
    USUAL_LATE,
    normal_tail,
    surprise,
)
from xiaobao.analysis.surges.tails import probability_of
from xiaobao.analysis.surges.types import Floats

MEANS = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.6, 1.0, 1.7, 3.0, 6.0, 12.0, 30.0, 100.0])
DISPERSIONS = np.array([1.0, 1.3, 1.7, 2.5, 4.0, 8.0])
THRESHOLDS = np.arange(-1.0, 7.001, 0.05)
_CELLS = 700
_TURNS = 30
_LEAST = 1e-12
"""Counts less probable than this are left out of the grid."""
_READ_TO = 1e-7
"""Beyond it the tail goes on as the normal one does."""


@njit(cache=True, nogil=True)
def _tail_of_chain(mean: float, phi: float, thresholds: Floats, out: Floats) -> float:
    """Fill `out` with -log10 P(larger score >= threshold); return the mean square of late."""
    top = int(mean + 40.0 + 12.0 * math.sqrt(phi * mean) + 8.0 * phi)
    chances, values = np.empty(top), np.empty(top)
    used = 0
    for count in range(top):
        chance = probability_of(float(count), mean, phi)
        if chance > _LEAST:
            chances[used], values[used] = chance, surprise(float(count), mean, phi)
            used += 1
    low, step = LOWEST, (HIGHEST - LOWEST) / (_CELLS - 1)
    now, then = np.zeros(_CELLS), np.zeros(_CELLS)
    now[int(-low / step)] = 1.0
    for _ in range(_TURNS):
        then[:] = 0.0
        for cell in range(_CELLS):
            if now[cell] < _LEAST:
                continue
            for k in range(used):
                value = min(max(values[k], LOWEST), HIGHEST)
                place = (LATEST * value + (1.0 - LATEST) * (low + cell * step) - low) / step
                left = min(int(place), _CELLS - 2)
                then[left] += now[cell] * chances[k] * (left + 1.0 - place)
                then[left + 1] += now[cell] * chances[k] * (place - left)
        now, then = then, now
    above = np.zeros(_CELLS + 1)
    for cell in range(_CELLS - 1, -1, -1):
        above[cell] = above[cell + 1] + now[cell]
    for j in range(thresholds.size):
        total = 0.0
        for k in range(used):
            if values[k] - OWN_HANDICAP >= thresholds[j]:
                total += chances[k]
                continue
            value = min(max(values[k], LOWEST), HIGHEST)
            needed = (thresholds[j] * SPREAD - LATEST * value) / (1.0 - LATEST)
            place = (needed - low) / step
            if place <= 0.0:
                total += chances[k]
            elif place < _CELLS - 1:
                cell = int(place) + 1
                total += chances[k] * above[cell]
        out[j] = -math.log10(max(total, 1e-300))
    square, usual = 0.0, 0.0
    for cell in range(_CELLS):
        late = (low + cell * step) / SPREAD
        if late <= USUAL_LATE:
            square += now[cell] * late**2
            usual += now[cell]
    return square / usual


@lru_cache(maxsize=1)
def null_tables() -> tuple[Floats, Floats]:
    """-log10 of the tail (means x dispersions x thresholds) and the mean square of late; made once."""
    tail = np.empty((MEANS.size, DISPERSIONS.size, THRESHOLDS.size))
    square = np.empty((MEANS.size, DISPERSIONS.size))
    for i, mean in enumerate(MEANS):
        for j, phi in enumerate(DISPERSIONS):
            square[i, j] = _tail_of_chain(mean, phi, THRESHOLDS, tail[i, j])
    return tail, square


@njit(cache=True, nogil=True)
def _at(row: Floats, value: float) -> float:
    """-log10 of the tail at `value`, between thresholds by a line, beyond them as the normal tail goes on."""
    step = THRESHOLDS[1] - THRESHOLDS[0]
    place = (value - THRESHOLDS[0]) / step
    if place <= 0.0:
        return max(0.0, float(row[0]))
    last = row.size - 1
    while last > 1 and row[last] > -math.log10(_READ_TO):
        last -= 1
    if place < last:
        left = int(place)
        return float(row[left] + (place - left) * (row[left + 1] - row[left]))
    edge = THRESHOLDS[0] + last * step
    beyond = -math.log10(max(normal_tail(value), 1e-300)) + math.log10(max(normal_tail(edge), 1e-300))
    return float(row[last] + max(0.0, beyond))


@njit(cache=True, nogil=True)
def surprise_of_larger(value: float, mean: float, phi: float, table: Floats) -> float:
    """-log10 P(larger score >= `value`), between the sizes of the table by lines."""
    i, across = between(MEANS, mean)
    j, along = between(DISPERSIONS, phi)
    near = _at(table[i, j], value) * (1.0 - across) + _at(table[i + 1, j], value) * across
    far = _at(table[i, j + 1], value) * (1.0 - across) + _at(table[i + 1, j + 1], value) * across
    return float(near * (1.0 - along) + far * along)


@njit(cache=True, nogil=True)
def square_of_late(mean: float, phi: float, square: Floats) -> float:
    """The mean square of late where nothing has changed: below 1 where counts are small."""
    i, across = between(MEANS, mean)
    j, along = between(DISPERSIONS, phi)
    near = square[i, j] * (1.0 - across) + square[i + 1, j] * across
    far = square[i, j + 1] * (1.0 - across) + square[i + 1, j + 1] * across
    return float(near * (1.0 - along) + far * along)
