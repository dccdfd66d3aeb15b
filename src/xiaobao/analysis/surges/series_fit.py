"""What one series has beside its group: level, trend, season and kinds of day, compiled.

The slow part is fitted to blocks of consecutive steps, the fast part in closed form (a gamma prior around the
effects of the group), in turns. Past outbreaks are weighed down block by block.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from xiaobao.analysis.surges.features import DAY_KINDS, REBOUNDS, SATURDAY
from xiaobao.analysis.surges.types import Floats, Whole

SLOW = 6
"""Level, trend, and four of the season."""
_TURNS = 3
_NEWTON_STEPS = 12
_LONGEST_STEP = 1.0
_REWEIGHT_ABOVE = 2.58


class Prior(NamedTuple):
    """How far a series may stand from its group: standard deviations on the log scale."""

    trend: float
    season: float
    kind: float
    """Of working days and rebounds; 0 where steps have no kinds."""
    rest: float
    """Of days that are not worked, or made up for."""
    dispersion: float
    """What the penalties are multiplied by, as the likelihood of a dispersed count is divided by it."""


@njit(cache=True, nogil=True)
def fit_slow(
    y: Floats, g: Floats, basis: Floats, weight: Floats, prior: Prior, beta: Floats, information: Floats
) -> None:
    """Improve `beta` (SLOW) by Newton steps: blocks with counts `y`, exposures `g`, rows of `basis`.

    What they tell of `beta` stays in `information`, as Cholesky's root of the lower triangle.
    """
    precision = np.empty(SLOW)
    precision[0] = 1e-4
    precision[1] = prior.dispersion / prior.trend**2
    precision[2:] = prior.dispersion / prior.season**2
    gradient = np.empty(SLOW)
    for _ in range(_NEWTON_STEPS):
        information[:] = 0.0
        for a in range(SLOW):
            information[a, a] = precision[a]
            gradient[a] = -precision[a] * beta[a] if a else 0.0
        for i in range(y.size):
            if weight[i] <= 0.0:
                continue
            eta = 0.0
            for a in range(SLOW):
                eta += basis[i, a] * beta[a]
            mu = weight[i] * g[i] * math.exp(min(max(eta, -30.0), 30.0))
            residual = weight[i] * y[i] - mu
            for a in range(SLOW):
                gradient[a] += residual * basis[i, a]
                for b in range(a + 1):
                    information[a, b] += mu * basis[i, a] * basis[i, b]
        largest = _solve(information, gradient)
        for a in range(SLOW):
            beta[a] += min(max(gradient[a], -_LONGEST_STEP), _LONGEST_STEP)
        if largest < 1e-5:
            break


@njit(cache=True, nogil=True)
def _solve(information: Floats, gradient: Floats) -> float:
    """Put the solution in `gradient` by Cholesky's root of the lower triangle; return its largest size."""
    for a in range(SLOW):
        for b in range(a + 1):
            total = information[a, b]
            for k in range(b):
                total -= information[a, k] * information[b, k]
            if a == b:
                information[a, a] = math.sqrt(max(total, 1e-12))
            else:
                information[a, b] = total / information[b, b]
    for a in range(SLOW):
        for k in range(a):
            gradient[a] -= information[a, k] * gradient[k]
        gradient[a] /= information[a, a]
    largest = 0.0
    for back in range(SLOW):
        a = SLOW - 1 - back
        for k in range(a + 1, SLOW):
            gradient[a] -= information[k, a] * gradient[k]
        gradient[a] /= information[a, a]
        largest = max(largest, abs(gradient[a]))
    return largest


@njit(cache=True, nogil=True)
def variance_at(information: Floats, row: Floats, solved: Floats) -> float:
    """The variance of the fit's logarithm at a `row` of the basis, for a dispersion of one.

    `information` is the root that `fit_slow` leaves: trend and season are in doubt as the level is (0158).
    `solved` is room for SLOW numbers.
    """
    total = 0.0
    for a in range(SLOW):
        value = row[a]
        for k in range(a):
            value -= information[a, k] * solved[k]
        solved[a] = value / information[a, a]
        total += solved[a] ** 2
    return total


@njit(cache=True, nogil=True)
def fit_series(
    y: Floats,
    g: Floats,
    kind: Whole,
    rebound: Whole,
    block: Whole,
    basis: Floats,
    age_weight: Floats,
    prior: Prior,
    beta: Floats,
    of_kind: Floats,
    of_rebound: Floats,
    information: Floats,
) -> None:
    """Fill `beta` (SLOW) with its `information`, `of_kind` and `of_rebound` (factors beside the group's).

    `y` and the group's `g` stand for each step, both 0 where nothing is known; `block` names the block of a
    step, `basis` and `age_weight` describe blocks.
    """
    blocks = age_weight.size
    sums, exposure, weight = np.zeros(blocks), np.zeros(blocks), age_weight.copy()
    slow = np.ones(blocks)
    of_kind[:] = 1.0
    of_rebound[:] = 1.0
    beta[:] = 0.0
    total_y, total_g = 0.5, 1e-9
    for t in range(y.size):
        sums[block[t]] += y[t]
        total_y += y[t] * age_weight[block[t]]
        total_g += g[t] * age_weight[block[t]]
    beta[0] = math.log(total_y / total_g)
    for turn in range(_TURNS):
        exposure[:] = 0.0
        for t in range(y.size):
            exposure[block[t]] += g[t] * of_kind[kind[t]] * of_rebound[rebound[t]]
        fit_slow(sums, exposure, basis, weight, prior, beta, information)
        for i in range(blocks):
            eta = 0.0
            for a in range(SLOW):
                eta += basis[i, a] * beta[a]
            slow[i] = math.exp(min(max(eta, -30.0), 30.0))
        if turn == _TURNS - 1:
            break
        _reweight(sums, exposure, slow, age_weight, weight)
        if prior.kind > 0.0:
            _fit_kinds(y, g, kind, rebound, block, slow, weight, prior, of_kind, of_rebound)


@njit(cache=True, nogil=True)
def _reweight(sums: Floats, exposure: Floats, slow: Floats, age_weight: Floats, weight: Floats) -> None:
    """Weigh blocks down that stand out by their Anscombe residuals, as the reference does weeks."""
    pearson, total = 0.0, 1e-9
    for i in range(sums.size):
        mu = exposure[i] * slow[i]
        if mu > 0.0:
            pearson += weight[i] * (sums[i] - mu) ** 2 / mu
            total += weight[i]
    phi = max(1.0, pearson / total)
    for i in range(sums.size):
        weight[i] = age_weight[i]
        mu = exposure[i] * slow[i]
        if mu > 0.0:
            residual = 1.5 * (sums[i] ** (2.0 / 3.0) * mu ** (-1.0 / 6.0) - math.sqrt(mu)) / math.sqrt(phi)
            if residual > _REWEIGHT_ABOVE:
                weight[i] = age_weight[i] / residual**2


@njit(cache=True, nogil=True)
def _fit_kinds(y, g, kind, rebound, block, slow, weight, prior, of_kind, of_rebound):  # type: ignore[no-untyped-def]
    """Factors of kinds of day and of rebounds: posterior means of a gamma prior around 1."""
    strength = prior.dispersion / prior.kind**2
    counted, expected = np.full(DAY_KINDS, strength), np.full(DAY_KINDS, strength)
    counted[SATURDAY:] = prior.dispersion / prior.rest**2
    expected[SATURDAY:] = counted[SATURDAY:]
    for t in range(y.size):
        w = weight[block[t]]
        counted[kind[t]] += w * y[t]
        expected[kind[t]] += w * g[t] * slow[block[t]] * of_rebound[rebound[t]]
    of_kind[:] = counted / expected
    again, hoped = np.full(REBOUNDS, strength), np.full(REBOUNDS, strength)
    for t in range(y.size):
        if rebound[t] > 0:
            w = weight[block[t]]
            again[rebound[t]] += w * y[t]
            hoped[rebound[t]] += w * g[t] * slow[block[t]] * of_kind[kind[t]]
    of_rebound[:] = again / hoped
