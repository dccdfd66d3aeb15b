"""The improved Farrington algorithm over many steps: fit, decide on the trend, bound, compare; compiled."""

import math

import numpy as np
from numba import njit

from xiaobao.analysis.surges.farrington_kernel import Settings, expect
from xiaobao.analysis.surges.series import MISSING
from xiaobao.analysis.surges.sums import most_believed
from xiaobao.analysis.surges.tails import at_least, quantile
from xiaobao.analysis.surges.types import Booleans, Counts, Floats, Whole

_ALWAYS, _SIGNIFICANT, _NEVER = 0, 1, 2
_PLUG_IN, _ESTIMATED = 0, 1
_LEAST_MEAN = 1e-9
"""Where no count of the season is above zero the fit has no lower limit; the score takes this one."""
_SMALLEST = 1e-300
"""A probability below it counts as this one, so that a score stays finite."""


@njit(cache=True, nogil=True)
def judge(counts: Counts, steps: Whole, back: Whole, levels: Whole, settings: Settings) -> Floats:
    """Series x steps x (expected, dispersion, upper bound, alarm, score, cases); NaN where not judged."""
    out = np.full((counts.shape[0], steps.size, 6), np.nan)
    points = back.size
    room = (np.zeros((levels.max() + 1, 5)), np.zeros(points), np.zeros(points))
    y, known, years = np.zeros(points), np.zeros(points, np.bool_), -back / settings.year
    for s in range(counts.shape[0]):
        for j in range(steps.size):
            now = steps[j]
            if now < back[0] or counts[s, now] == MISSING:
                continue
            if _take_baseline(counts[s], now, back, y, known):
                _judge_one(counts[s], now, y, known, years, levels, room, settings, out[s, j])
    return out


@njit(cache=True, nogil=True)
def _take_baseline(counts: Counts, now: int, back: Whole, y: Floats, known: Booleans) -> bool:
    """Fill `y` and `known`; False where the series had not begun when its baseline would.

    An absurd count enters up to what is believed: weighed down as an outbreak it still makes a dispersion at
    which every count is above the bound (0).
    """
    most = most_believed(counts, now - back[0], now - back[-1] + 1)
    for i in range(back.size):
        count = counts[now - back[i]]
        known[i] = count != MISSING
        y[i] = min(float(count), most) if known[i] else 0.0
    return bool(known[0] or (counts[: now - back[0] + 1] != MISSING).any())


@njit(cache=True, nogil=True)
def _judge_one(counts, now, y, known, years, levels, room, settings, out):  # type: ignore[no-untyped-def]
    with_trend = settings.trend != _NEVER
    mean, phi, beta, information, variance = expect(
        y, known, years, levels, with_trend, settings.reweight_above, room[0], room[1], room[2]
    )
    if with_trend and not _keeps_trend(mean, phi, beta, information, y, known, levels, settings):
        mean, phi, beta, information, variance = expect(
            y, known, years, levels, False, settings.reweight_above, room[0], room[1], room[2]
        )
    count = float(counts[now])
    out[0], out[1], out[2] = mean, phi, _upper(mean, phi, variance, settings)
    recent = counts[max(0, now - settings.recent_steps + 1) : now + 1]
    cases = 0
    for k in range(recent.size):
        cases += max(recent[k], 0)
    enough = cases >= settings.fewest_cases
    out[3] = 1.0 if enough and count > out[2] else 0.0
    out[5] = room[0][0, 0]
    out[4] = -math.log10(max(at_least(count, max(mean, _LEAST_MEAN), phi), _SMALLEST))


@njit(cache=True, nogil=True)
def _keeps_trend(mean, phi, beta, information, y, known, levels, settings):  # type: ignore[no-untyped-def]
    """Farrington 1996: not beyond every baseline count; where asked, significant over three years."""
    if mean > y.max():
        return False
    if settings.trend == _ALWAYS:
        return True
    free = known.sum() - levels.max() - 2
    # Student's quantile by its first Cornish-Fisher term: free is in the hundreds.
    t = settings.trend_z + (settings.trend_z**3 + settings.trend_z) / (4.0 * max(free, 1))
    significant = information > 0.0 and abs(beta) > t * math.sqrt(phi / information)
    return settings.long_enough and significant


@njit(cache=True, nogil=True)
def _upper(mean: float, phi: float, variance: float, settings: Settings) -> float:
    if settings.bound == _PLUG_IN:
        return quantile(1.0 - settings.alpha, mean, phi)
    if settings.bound == _ESTIMATED:
        return quantile(
            1.0 - settings.alpha, mean * math.exp(settings.one_sided_z * math.sqrt(variance)), phi
        )
    if mean <= 0.0:
        return 0.0
    # Var(y - mu) = phi mu + mu^2 var(log mu); on the 2/3 scale its root is divided by 1.5 mu.
    spread = math.sqrt(phi * mean + mean * mean * variance)
    root = 1.0 + 2.0 / 3.0 * settings.two_sided_z * spread / mean
    return float(mean * root**1.5)
