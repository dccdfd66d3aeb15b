"""The dispersion of a series from its past, in which surges stand that nobody has marked; compiled.

Steps whose neighbours stand out are left out (0158). So are squared residuals of outliers, and the rest is
held against what it would sum to where nothing has happened: without that the dispersion comes out a tenth
too low, and what should come once in 10,000 days comes four times as often.
"""

import math
from functools import lru_cache

import numpy as np
from numba import njit

from xiaobao.analysis.surges.grids import between
from xiaobao.analysis.surges.tails import probability_of
from xiaobao.analysis.surges.types import Floats

_OUTLIERS, _SURE_OUTLIERS = 1.0, 2.5
"""Standard deviations from which a count is believed less, and not at all."""
_LIMIT = 2.0
"""Standard deviations at which an outlier among weeks is limited."""
_FIRST_LIMITED = 4.0
_AROUND = 4
"""A step whose neighbours, so many on each side, stand out is taken for one of a past surge."""
_STAND_OUT = 2.0
"""Standard deviations from which they do. The step itself has no part in it: nothing is to be made up for."""
_LONGER = 0.7
"""Dispersions by which the tail of a small mean is longer."""
_FIRST = 2.0
_MEDIAN_SQUARE = 0.455
"""The median of a squared standard normal residual."""
_TURNS = 12
_CLOSE = 0.003
_MEANS = np.exp(np.linspace(np.log(0.01), np.log(300.0), 40))
_DISPERSIONS = np.array([1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0])
_LEAST = 1e-12


@njit(cache=True, nogil=True)
def highest_usual(mean: float, phi: float, deviations: float) -> float:
    """The count beyond which one is taken for an outlier.

    A dispersed count of a small mean has a long tail, about as long as its dispersion: it is no outlier.
    """
    return float(mean + deviations * math.sqrt(phi * mean) + 1.5 * phi - 0.5)


@njit(cache=True, nogil=True)
def dispersion_of(y: Floats, mean: Floats, first: int, last: int, kept: Floats) -> tuple[float, float]:
    """Sum and weight of squared residuals over means in the steps `first` to `last`, outliers left out.

    Their ratio is the dispersion. A step weighs by what it tells of it: of a small mean, little. `kept` is
    the table of `kept_shares`.
    """
    first = max(first, 0)
    cell, across = np.zeros(y.size, dtype=np.int64), np.empty(y.size)
    squares, known = np.empty(y.size), 0
    around, usual_around = np.empty(y.size), np.empty(y.size)
    _fill_around(y, mean, first, last, around, usual_around)
    for t in range(first, last):
        if mean[t] > 0.0:
            cell[t], across[t] = between(_MEANS, mean[t])
            squares[known] = (y[t] - mean[t]) ** 2 / mean[t]
            known += 1
    # From above: begun too low, all that a widely dispersed series does would be outliers.
    phi = max(np.median(squares[:known]) / _MEDIAN_SQUARE, _FIRST) if known else _FIRST
    total, weight = 0.0, 1e-9
    for _ in range(_TURNS):
        total, weight = 0.0, 1e-9
        j, along = between(_DISPERSIONS, phi)
        for t in range(first, last):
            usual = max(usual_around[t], 0.0)
            if mean[t] <= 0.0 or around[t] > usual + _STAND_OUT * math.sqrt(phi * usual) + 0.5 * phi:
                continue
            tells = mean[t] / (mean[t] + 0.5)
            total += tells * _believed(y[t], mean[t], phi) * (y[t] - mean[t]) ** 2 / mean[t]
            low = kept[cell[t], j] * (1.0 - along) + kept[cell[t], j + 1] * along
            high = kept[cell[t] + 1, j] * (1.0 - along) + kept[cell[t] + 1, j + 1] * along
            weight += tells * (low * (1.0 - across[t]) + high * across[t])
        before, phi = phi, max(total / weight, 1.0)
        if abs(phi - before) < _CLOSE * phi:
            break
    return total, weight


@njit(cache=True, nogil=True)
def _fill_around(
    y: Floats, mean: Floats, first: int, last: int, around: Floats, usual_around: Floats
) -> None:
    """Sums of counts and of expectations of the known neighbours of each step, itself left out."""
    counted, hoped = np.zeros(last + 1), np.zeros(last + 1)
    for t in range(first, last):
        known = mean[t] > 0.0
        counted[t + 1] = counted[t] + (y[t] if known else 0.0)
        hoped[t + 1] = hoped[t] + (mean[t] if known else 0.0)
    for t in range(first, last):
        begin, end = max(t - _AROUND, first), min(t + _AROUND + 1, last)
        around[t] = counted[end] - counted[begin] - (y[t] if mean[t] > 0.0 else 0.0)
        usual_around[t] = hoped[end] - hoped[begin] - (mean[t] if mean[t] > 0.0 else 0.0)


@njit(cache=True, nogil=True)
def limited_dispersion_of(y: Floats, mean: Floats, first: int, last: int) -> tuple[float, float]:
    """The same of weeks: residuals of outliers are limited and not left out, nor is the whole made up for.

    Real weeks have longer tails than a negative binomial count; what leaves them out loses there (0138).
    """
    total, weight = 0.0, 1e-9
    for turn in range(3):
        phi = max(total / weight, 1.0) if turn else _FIRST_LIMITED
        total, weight = 0.0, 1e-9
        for t in range(max(first, 0), last):
            if mean[t] > 0.0:
                tells = mean[t] / (mean[t] + 0.5)
                excess = min(y[t], highest_usual(mean[t], phi, _LIMIT)) - mean[t]
                total += tells * excess * excess / mean[t]
                weight += tells
    return total, weight


@njit(cache=True, nogil=True)
def _believed(count: float, mean: float, phi: float) -> float:
    """1 up to the first limit, 0 from the second on."""
    second = highest_usual(mean, phi, _SURE_OUTLIERS) + _LONGER * phi + 1.0
    apart = (_SURE_OUTLIERS - _OUTLIERS) * math.sqrt(phi * mean) + 1.0
    return min(max((second - count) / apart, 0.0), 1.0)


@lru_cache(maxsize=1)
def kept_shares() -> Floats:
    """Of the variance of a count, what is left without outliers (means x dispersions); made once."""
    table = np.empty((_MEANS.size, _DISPERSIONS.size))
    _fill(_MEANS, _DISPERSIONS, table)
    return table


@njit(cache=True, nogil=True)
def _fill(means: Floats, dispersions: Floats, table: Floats) -> None:
    for i in range(means.size):
        for j in range(dispersions.size):
            mean, phi = means[i], dispersions[j]
            total = 0.0
            for count in range(int(mean + 40.0 + 12.0 * math.sqrt(phi * mean) + 8.0 * phi)):
                chance = probability_of(float(count), mean, phi)
                if chance > _LEAST:
                    total += chance * _believed(float(count), mean, phi) * (count - mean) ** 2
            table[i, j] = total / (mean * phi)
