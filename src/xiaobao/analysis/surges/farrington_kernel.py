"""The fit inside the improved Farrington algorithm: one season factor and one trend, compiled.

With a factor of `levels` and a single trend the information matrix has the shape of an arrow: for a given
trend the levels have a closed form, and what is left is one concave equation in the trend. A step costs one
pass over the baseline.
"""

import math
from typing import NamedTuple

from numba import njit

from xiaobao.analysis.surges.types import Booleans, Floats, Whole


class Settings(NamedTuple):
    """What the compiled part needs of the options."""

    year: float
    long_enough: bool
    reweight_above: float
    trend: int
    """0 always, 1 where significant, 2 never."""
    trend_z: float
    bound: int
    """0 plug-in, 1 estimated, 2 power."""
    alpha: float
    one_sided_z: float
    two_sided_z: float
    fewest_cases: int
    recent_steps: int


_STEPS = 60
_CLOSE = 1e-10
_LONGEST_STEP = 3.0
_STEEPEST = 40.0
"""Per year: beyond it the likelihood has no maximum, only a limit."""


@njit(cache=True, nogil=True)
def levels_given(
    beta: float, y: Floats, weight: Floats, years: Floats, level: Whole, sums: Floats
) -> tuple[float, float]:
    """Fill `sums`, a row a level: count, exposure, its two moments, rate; return score and information."""
    sums[:] = 0.0
    score = 0.0
    for i in range(y.size):
        e = weight[i] * math.exp(beta * years[i])
        k = level[i]
        sums[k, 0] += weight[i] * y[i]
        sums[k, 1] += e
        sums[k, 2] += e * years[i]
        sums[k, 3] += e * years[i] * years[i]
        score += weight[i] * y[i] * years[i]
    information = 0.0
    for k in range(sums.shape[0]):
        if sums[k, 1] > 0.0:
            mean = sums[k, 2] / sums[k, 1]
            sums[k, 4] = sums[k, 0] / sums[k, 1]
            score -= sums[k, 0] * mean
            information += sums[k, 0] * (sums[k, 3] / sums[k, 1] - mean * mean)
    return score, information


@njit(cache=True, nogil=True)
def fit_trend(y: Floats, weight: Floats, years: Floats, level: Whole, sums: Floats) -> tuple[float, float]:
    """The trend a year that maximizes the weighted Poisson likelihood, and its information."""
    beta = 0.0
    score, information = levels_given(beta, y, weight, years, level, sums)
    for _ in range(_STEPS):
        if information <= 1e-12:
            break
        step = min(max(score / information, -_LONGEST_STEP), _LONGEST_STEP)
        beta = min(max(beta + step, -_STEEPEST), _STEEPEST)
        score, information = levels_given(beta, y, weight, years, level, sums)
        if abs(step) < _CLOSE:
            break
    return beta, information


@njit(cache=True, nogil=True)
def fit(
    y: Floats,
    weight: Floats,
    years: Floats,
    level: Whole,
    with_trend: bool,
    sums: Floats,
    mu: Floats,
) -> tuple[float, float, float]:
    """Fill `mu`; return trend, its information and the dispersion (Farrington 1996, at least 1)."""
    beta, information = 0.0, 0.0
    if with_trend:
        beta, information = fit_trend(y, weight, years, level, sums)
    else:
        levels_given(0.0, y, weight, years, level, sums)
    pearson, known = 0.0, 0
    for i in range(y.size):
        mu[i] = sums[level[i], 4] * math.exp(beta * years[i])
        if weight[i] > 0.0:
            known += 1
            if mu[i] > 0.0:
                pearson += weight[i] * (y[i] - mu[i]) ** 2 / mu[i]
    free = known - sums.shape[0] - (1 if with_trend else 0)
    return beta, information, max(1.0, pearson / free) if free > 0 else 1.0


@njit(cache=True, nogil=True)
def reweight(
    y: Floats,
    weight: Floats,
    years: Floats,
    level: Whole,
    with_trend: bool,
    information: float,
    phi: float,
    above: float,
    sums: Floats,
    mu: Floats,
) -> None:
    """Change `weight`: past outbreaks are weighed down by Anscombe residuals (Noufaily 2013, section 3.3)."""
    total, known = 0.0, 0
    for i in range(y.size):
        if weight[i] <= 0.0:
            continue
        known += 1
        k = level[i]
        new = 1.0
        if mu[i] > 0.0 and y[i] > mu[i]:
            leverage = weight[i] * mu[i] / sums[k, 0]
            if with_trend and information > 0.0:
                away = years[i] - sums[k, 2] / sums[k, 1]
                leverage += weight[i] * mu[i] * away * away / information
            spread = math.sqrt(phi * max(1.0 - leverage, 1e-10))
            residual = 1.5 * (y[i] ** (2.0 / 3.0) * mu[i] ** (-1.0 / 6.0) - math.sqrt(mu[i])) / spread
            if residual > above:
                new = residual**-2
        weight[i] = new
        total += new
    for i in range(y.size):
        weight[i] *= known / total if total > 0.0 else 1.0


@njit(cache=True, nogil=True)
def expect(
    y: Floats,
    known: Booleans,
    years: Floats,
    level: Whole,
    with_trend: bool,
    above: float,
    sums: Floats,
    weight: Floats,
    mu: Floats,
) -> tuple[float, float, float, float, float]:
    """Of now (level 0, year 0): mean, dispersion, trend, its information, variance of the log mean."""
    for i in range(y.size):
        weight[i] = 1.0 if known[i] else 0.0
    beta, information, phi = fit(y, weight, years, level, with_trend, sums, mu)
    if above > 0.0:
        reweight(y, weight, years, level, with_trend, information, phi, above, sums, mu)
        beta, information, phi = fit(y, weight, years, level, with_trend, sums, mu)
    variance = 0.0
    if sums[0, 0] > 0.0:
        variance = 1.0 / sums[0, 0]
        if with_trend and information > 0.0:
            variance += (sums[0, 2] / sums[0, 1]) ** 2 / information
    return sums[0, 4], phi, beta, information, phi * variance
