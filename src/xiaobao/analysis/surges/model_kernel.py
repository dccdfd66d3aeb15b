"""The two passes over the series of a table at one renewal of the fit, compiled."""

from typing import NamedTuple

import numpy as np
from numba import njit

from xiaobao.analysis.surges.dispersion import dispersion_of, limited_dispersion_of
from xiaobao.analysis.surges.features import DAY_KINDS, REBOUNDS
from xiaobao.analysis.surges.level import Following, follow_level
from xiaobao.analysis.surges.null_distribution import square_of_late, surprise_of_larger
from xiaobao.analysis.surges.scores import OWN_HANDICAP, SPREAD, mean_square, score_steps
from xiaobao.analysis.surges.series import MISSING
from xiaobao.analysis.surges.series_fit import SLOW, Prior, fit_series, variance_at
from xiaobao.analysis.surges.small_counts import surprise_of_small
from xiaobao.analysis.surges.sums import most_believed
from xiaobao.analysis.surges.tails import at_least, probability_of
from xiaobao.analysis.surges.types import Counts, Floats, Shares, Whole

RESIDUALS, WEIGHT, FIT_COUNTS = 0, 1, 2
"""Columns of what the first pass says of a series beside its expectations."""
_OF_THE_SAME = 0.25
"""What epidemics leave out of the probability of a week's own count, most of which are none (0116)."""
_WORTH_WORKING_OUT = 1.5
"""What the table says is less surprising (-log10) raises no alarm however exactly it is known."""


class Window(NamedTuple):
    """The steps around one renewal; places count from the first step the fit or the history looks at."""

    first: int
    """The step of the table at place 0."""
    fit_from: int
    fit_to: int
    history_from: int
    renewed: int
    """The place of the renewal: steps from here on are judged."""
    kind: Whole
    rebound: Whole
    block: Whole
    """Of each place of the fit."""
    block_basis: Floats
    block_weight: Floats
    basis: Floats
    """Of each place from `history_from` on."""


class Follow(NamedTuple):
    """How levels and scores are followed."""

    level: Following
    warm_up: int
    fewest_known: int
    trusted_dispersion: float
    trusted_spread: float
    year: int
    week: int
    """How many steps these are."""
    doubt_factor: float
    epidemic_swing: float
    epidemic_doubt_factor: float
    small: float
    small_doubt_factor: float
    least_spread: float
    wander: float
    with_late: bool


@njit(cache=True, nogil=True)
def take(
    counts: Counts, there: Shares, window: Window, begin: int, g: Floats, y: Floats, exposure: Floats
) -> None:
    """Fill `y` and `exposure` at every place: both 0 before a series begins and where nothing is known.

    Counts enter up to what is believed of the series. `there` is the share of each count that has come in.
    """
    most = most_believed(counts, max(begin, window.first + window.fit_from), window.first + window.fit_to)
    for place in range(y.size):
        step = window.first + place
        known = step >= begin and counts[step] != MISSING
        y[place] = min(float(counts[step]), most) if known else 0.0
        exposure[place] = g[place] * there[step] if known else 0.0


@njit(cache=True, nogil=True)
def expect_all(
    counts: Counts,
    there: Shares,
    begins: Whole,
    group: Whole,
    g: Floats,
    window: Window,
    prior: Prior,
    follow: Follow,
    keeps: Floats,
    kept: Floats,
    fitted: Floats,
    facts: Floats,
    information: Floats,
) -> None:
    """First pass: fill the fit's expectations (series x places of the history) and `facts` of each series."""
    places = g.shape[1]
    y, exposure = np.empty(places), np.empty(places)
    beta, of_kind, of_rebound = np.empty(SLOW), np.empty(DAY_KINDS), np.empty(REBOUNDS)
    history = places - window.history_from
    row, mean, doubt = np.empty(history), np.empty(history), np.empty(history)
    fit_doubt = np.zeros(history)
    fit = slice(window.fit_from, window.fit_to)
    for s in range(counts.shape[0]):
        take(counts[s], there[s], window, begins[s], g[group[s]], y, exposure)
        facts[s] = 0.0
        fitted[s] = 0.0
        if (exposure[fit] > 0.0).sum() < follow.fewest_known:
            continue
        fit_series(
            y[fit],
            exposure[fit],
            window.kind[fit],
            window.rebound[fit],
            window.block,
            window.block_basis,
            window.block_weight,
            prior,
            beta,
            of_kind,
            of_rebound,
            information[s],
        )
        for place in range(history):
            at = window.history_from + place
            eta = min(max((window.basis[place] * beta).sum(), -30.0), 30.0)
            row[place] = (
                exposure[at] * of_kind[window.kind[at]] * of_rebound[window.rebound[at]] * np.exp(eta)
            )
        fitted[s] = row
        for place in range(window.fit_from, window.fit_to):
            facts[s, FIT_COUNTS] += y[place] * window.block_weight[window.block[place - window.fit_from]]
        follow_level(
            y[window.history_from :],
            row,
            follow.level,
            keeps,
            prior.dispersion,
            fit_doubt,
            mean,
            doubt,
        )
        told, now = y[window.history_from :], window.renewed - window.history_from
        facts[s, RESIDUALS], facts[s, WEIGHT] = (
            dispersion_of(told, mean, follow.warm_up, now, kept)
            if follow.with_late
            else limited_dispersion_of(told, mean, follow.warm_up, now)
        )


@njit(cache=True, nogil=True)
def swing_of(fitted: Floats, now: int, year: int, week: int) -> float:
    """Logarithm of the highest over the lowest expected week of the past year; 0 where less is known."""
    low, high = np.inf, 0.0
    for last in range(max(now - year, 0) + week, now + 1):
        total = 0.0
        for place in range(last - week, last):
            if fitted[place] <= 0.0:
                total = -1.0
                break
            total += fitted[place]
        if total > 0.0:
            low, high = min(low, total), max(high, total)
    return float(np.log(high / low)) if high > 0.0 else 0.0


@njit(cache=True, nogil=True)
def judge_all(
    counts: Counts,
    begins: Whole,
    group: Whole,
    group_doubt: Floats,
    window: Window,
    follow: Follow,
    keeps: Floats,
    tail: Floats,
    square: Floats,
    usual_dispersion: Floats,
    fitted: Floats,
    facts: Floats,
    information: Floats,
    at_most: Floats,
    ahead: int,
    out: Floats,
) -> None:
    """Second pass: fill `out`, series x steps from the renewal on x (score, mean, dispersion, swing).

    NaN where a step is not judged, as the first `ahead` of them, which nobody asks for. A week's dispersion
    is believed up to `at_most` (series x steps from the renewal on), unless it is an epidemic's (0179).
    """
    history = fitted.shape[1]
    renewed = window.renewed - window.history_from
    y, mean, doubt = np.empty(history), np.empty(history), np.empty(history)
    own, late, size = np.empty(history), np.empty(history), np.empty(history)
    row, fit_doubt, solved = np.empty(history), np.empty(history), np.empty(SLOW)
    for s in range(counts.shape[0]):
        out[s] = np.nan
        if facts[s, WEIGHT] <= 0.0 and facts[s, FIT_COUNTS] <= 0.0 and not (fitted[s] > 0.0).any():
            continue
        for place in range(history):
            step = window.first + window.history_from + place
            y[place] = max(counts[s, step], 0) if step >= begins[s] else 0.0
            row[place] = fitted[s, place]
        phi = (facts[s, RESIDUALS] + follow.trusted_dispersion * usual_dispersion[s]) / (
            facts[s, WEIGHT] + follow.trusted_dispersion
        )
        phi = max(phi, 1.0)
        for place in range(history):
            if follow.level.counts_alone:
                fit_doubt[place] = phi / (facts[s, FIT_COUNTS] + 1.0)
            else:
                own_doubt = phi * variance_at(information[s], window.basis[place], solved)
                fit_doubt[place] = own_doubt + group_doubt[group[s], place]
        follow_level(y, row, follow.level, keeps, phi, fit_doubt, mean, doubt)
        score_steps(y, mean, doubt, phi, own, late, size)
        usual = square_of_late(max(size[renewed - 1], 1e-9), phi, square)
        total, known = mean_square(late, mean, follow.warm_up, renewed - 2 * follow.level.guard)
        found = (total + follow.trusted_spread * usual) / (known + follow.trusted_spread) / usual
        swing = swing_of(row, renewed, follow.year, follow.week)
        epidemic = swing > follow.epidemic_swing
        doubted = follow.epidemic_doubt_factor if epidemic else follow.doubt_factor
        for place in range(renewed + ahead, history):
            if mean[place] > 0.0:
                of_step = out[s, place - renewed]
                # The level may be off, and then it is off for all steps of late.
                unsure = (doubted * doubt[place] + follow.wander) * size[place] / (phi * SPREAD * SPREAD)
                spread = np.sqrt(max(found, follow.least_spread) + unsure)
                if follow.with_late:
                    of_step[2] = phi
                    larger = max(late[place] / spread, own[place] / spread - OWN_HANDICAP)
                    of_step[0] = surprise_of_larger(larger, size[place], phi, tail)
                    if size[place] < follow.small and of_step[0] > _WORTH_WORKING_OUT:
                        of_step[0] = surprise_of_small(
                            y[place],
                            late[place],
                            mean,
                            doubt,
                            place,
                            phi,
                            max(found, follow.least_spread),
                            follow.small_doubt_factor * doubt[place] + follow.wander,
                        )
                else:
                    of_step[2] = phi if epidemic else min(phi, at_most[s, place - renewed])
                    # A level is in doubt in proportion to the dispersion of its counts.
                    wide = max(1.0, of_step[2] * (1.0 + doubted * mean[place] * doubt[place] / phi))
                    above = at_least(y[place], mean[place], wide)
                    if epidemic:
                        above -= _OF_THE_SAME * probability_of(y[place], mean[place], wide)
                    of_step[0] = -np.log10(max(above, 1e-300))
                of_step[1], of_step[3] = mean[place], swing
