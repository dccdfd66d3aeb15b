"""The model of surges: a baseline for each series, renewed at fixed steps, and the surprise of every step.

At a renewal the effects of calendar and season are fitted to the sums of each group, then what a series has
beside its group, all of steps that lie behind the guard. Between renewals the level is followed. A step is
judged by the renewal before it, so that nothing after it can matter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from threadpoolctl import threadpool_limits

from xiaobao.analysis.surges import model_kernel
from xiaobao.analysis.surges.dispersion import kept_shares
from xiaobao.analysis.surges.features import Features
from xiaobao.analysis.surges.mid_start import begun
from xiaobao.analysis.surges.null_distribution import null_tables
from xiaobao.analysis.surges.series import MISSING, SeriesTable
from xiaobao.analysis.surges.series_fit import SLOW
from xiaobao.analysis.surges.settings import USUAL_DISPERSION, ModelSettings
from xiaobao.analysis.surges.short_start import start_short
from xiaobao.analysis.surges.types import Counts, Floats, Shares, Whole
from xiaobao.analysis.surges.window import shared_factor, window_of
from xiaobao.lib.parallel import WORKERS, in_order

_TRUSTED_USUAL = 200.0
"""Steps that the usual dispersion weighs against that of all series, and theirs against a group's."""
_WILD = 2.0
"""A series tells of the dispersion of others up to so many times their median."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprises:
    """Arrays of series x steps from `first_step` on; NaN where a step is not judged."""

    first_step: int
    score: Floats
    """-log10 of the probability of one this high where nothing has changed."""
    expected: Floats
    dispersion: Floats
    """Variance over mean of a count."""
    swing: Floats
    """Logarithm of the highest over the lowest week that the fit expects in a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """All that is known of the series of a table."""

    counts: Counts
    there: Shares
    begins: Whole
    group: Whole
    features: Features
    settings: ModelSettings
    at_most: Floats | None
    copies: Whole
    """Of the last series, which ones they are copies of: what all share is not learnt from copies."""


def surprises(
    table: SeriesTable,
    features: Features,
    group: Whole,
    settings: ModelSettings,
    *,
    first_step: int = 0,
    begins: Whole | None = None,
    there: Shares | None = None,
    copy_of: Whole | None = None,
    at_most: Floats | None = None,
) -> Surprises:
    """Judge every step from `first_step` on.

    `group` numbers the group of each series from 0 on. `begins` is the first step of each series that counts,
    such as the day of a level shift that somebody has acknowledged; by default its first known one.
    `there` is the share of each count that has come in by now (series x steps), by default all of it.
    `copy_of` says which series the last ones are copies of, with other counts in their latest steps: nothing
    that series share is learnt from them. `at_most` (series x steps from `first_step` on, infinite where
    nothing is known) is the highest dispersion a week is believed to have (0179).
    """
    counts = table.counts
    starts = first_known(counts) if begins is None else np.maximum(begins, first_known(counts))
    if there is None:
        there = np.broadcast_to(np.ones(1, dtype=np.float32), counts.shape)
    known = _Series(
        counts=counts,
        there=there,
        begins=starts,
        group=group,
        features=features,
        settings=settings,
        at_most=at_most,
        copies=np.empty(0, dtype=np.int64) if copy_of is None else copy_of,
    )
    steps = counts.shape[1]
    out = np.full((len(counts), max(0, steps - first_step), 4), np.nan)
    renewals = np.flatnonzero(features.number % settings.refit_every == 0).tolist() if len(counts) else []
    for renewed, end in pairwise([*renewals, steps]):
        if end > first_step and renewed - settings.guard >= settings.fewest_known:
            begin = max(renewed, first_step)
            # Effects of a group are products of small matrices: a second thread costs more than it helps, and
            # the last digit would depend on how many there are.
            with threadpool_limits(limits=1, user_api="blas"):
                judged = _at_renewal(known, renewed, end, first_step)
            out[:, begin - first_step : end - first_step] = judged[:, begin - renewed :]
    start_short(known.counts, there, starts, features.day_kind, settings.short(), first_step, out)
    return Surprises(
        first_step=first_step,
        score=out[:, :, 0],
        expected=out[:, :, 1],
        dispersion=out[:, :, 2],
        swing=out[:, :, 3],
    )


def first_known(counts: Counts) -> Whole:
    """The first step of each series with a known count; behind the last one where there is none."""
    known = counts != MISSING
    firsts: Whole = np.where(known.any(axis=1), known.argmax(axis=1), counts.shape[1]).astype(np.int64)
    return firsts


def _at_renewal(known: _Series, renewed: int, end: int, first_step: int) -> Floats:
    """Series x steps from `renewed` to before `end` x what is said of them, from `first_step` on."""
    counts, begins, group, settings = known.counts, known.begins, known.group, known.settings
    if settings.with_late:
        begins = begun(counts, begins, renewed - settings.guard)
    window = window_of(known.features, settings, renewed, end)
    own = slice(0, len(counts) - len(known.copies))
    g, group_doubt = shared_factor(
        counts[own],
        known.there[own],
        begins[own],
        group[own],
        known.features,
        settings,
        window,
        renewed,
    )
    follow = settings.follow(year=round(known.features.steps_a_year))
    prior, keeps, kept = settings.prior(), np.array(settings.keeps), kept_shares()
    fitted = np.empty((len(counts), g.shape[1] - window.history_from), dtype=np.float32)
    facts = np.empty((len(counts), 3))
    information = np.zeros((len(counts), SLOW, SLOW))
    _on_parts(
        len(counts),
        lambda part: model_kernel.expect_all(
            counts[part],
            known.there[part],
            begins[part],
            group[part],
            g,
            window,
            prior,
            follow,
            keeps,
            kept,
            fitted[part],
            facts[part],
            information[part],
        ),
    )
    usual = usual_dispersion(facts[own], group[own])
    usual = np.concatenate([usual, usual[known.copies]])
    out = np.empty((len(counts), end - renewed, 4))
    tables, ahead = null_tables(), max(0, first_step - renewed)
    at_most = np.full((len(counts), end - renewed), np.inf)
    if known.at_most is not None:
        at_most[:, ahead:] = known.at_most[:, renewed + ahead - first_step : end - first_step]
    _on_parts(
        len(counts),
        lambda part: model_kernel.judge_all(
            counts[part],
            begins[part],
            group[part],
            group_doubt,
            window,
            follow,
            keeps,
            *tables,
            usual[part],
            fitted[part],
            facts[part],
            information[part],
            at_most[part],
            ahead,
            out[part],
        ),
    )
    return out


def _on_parts(series: int, work: Callable[[slice], None]) -> None:
    for _ in in_order(work, _parts(series)):
        pass


def _parts(series: int) -> Sequence[slice]:
    size = max(1, -(-series // (4 * WORKERS)))
    return [slice(first, min(first + size, series)) for first in range(0, series, size)]


def usual_dispersion(facts: Floats, group: Whole) -> Floats:
    """Of each series' group, drawn to that of all series, and this to what is usual.

    A few wild series say little about the others: each is limited by the median of all.
    """
    weight = facts[:, model_kernel.WEIGHT]
    own = facts[:, model_kernel.RESIDUALS] / np.maximum(weight, 1e-9)
    told = weight > 1.0
    middle = max(1.0, float(np.median(own[told]))) if told.any() else USUAL_DISPERSION
    residuals = weight * np.minimum(own, _WILD * middle)
    every = (residuals.sum() + _TRUSTED_USUAL * USUAL_DISPERSION) / (weight.sum() + _TRUSTED_USUAL)
    groups = int(group.max()) + 1
    of_group = (np.bincount(group, residuals, groups) + _TRUSTED_USUAL * every) / (
        np.bincount(group, weight, groups) + _TRUSTED_USUAL
    )
    return np.asarray(np.maximum(of_group, 1.0)[group])
