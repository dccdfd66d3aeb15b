"""The steps around one renewal of the fit, and what the series of a group share in them."""

import numpy as np

from xiaobao.analysis.surges import group_fit, sums
from xiaobao.analysis.surges.features import Features
from xiaobao.analysis.surges.model_kernel import Window
from xiaobao.analysis.surges.series_fit import SLOW
from xiaobao.analysis.surges.settings import ModelSettings
from xiaobao.analysis.surges.types import Counts, Floats, Shares, Whole

_FAR = 20.0
"""Logarithm of a factor beyond which nothing is computed."""


def window_of(features: Features, settings: ModelSettings, renewed: int, end: int) -> Window:
    """The window of a renewal at step `renewed` that judges the steps before `end`."""
    fit_to = renewed - settings.guard
    fit_from = max(0, fit_to - settings.fit_steps)
    history_from = max(0, renewed - settings.history)
    first = min(fit_from, history_from)
    age = np.arange(fit_to - 1 - fit_from, -1, -1)
    blocks = int(age[0]) // settings.block + 1
    block = blocks - 1 - age // settings.block
    years = (np.arange(first, end) - renewed) / features.steps_a_year
    basis = np.column_stack([np.ones(years.size), years, features.season[first:end]])
    place = np.arange(fit_from - first, fit_to - first)
    in_block = np.bincount(block, minlength=blocks)
    of_block = [np.bincount(block, basis[place, k], blocks) / in_block for k in range(SLOW)]
    block_age = np.bincount(block, age, blocks) / in_block
    return Window(
        first=first,
        fit_from=fit_from - first,
        fit_to=fit_to - first,
        history_from=history_from - first,
        renewed=renewed - first,
        kind=features.day_kind[first:end],
        rebound=features.rebound[first:end],
        block=block,
        block_basis=np.column_stack(of_block),
        block_weight=0.5 ** (block_age / settings.half_life),
        basis=np.ascontiguousarray(basis[history_from - first :]),
    )


def shared_factor(
    counts: Counts,
    there: Shares,
    begins: Whole,
    group: Whole,
    features: Features,
    settings: ModelSettings,
    window: Window,
    renewed: int,
) -> tuple[Floats, Floats]:
    """Groups x places of the window: calendar, season and trend that series of a group share, their variance.

    The variance is that of the logarithm, of the places from the history on (0158). All ones, and no doubt,
    where steps have no kinds: weeks share nothing, and each has enough of a past of its own.
    """
    groups = int(group.max()) + 1
    if settings.kind_deviation <= 0.0:
        sure = np.zeros((groups, window.kind.size - window.history_from))
        return np.ones((groups, window.kind.size)), sure
    fit = slice(window.fit_from, window.fit_to)
    x = group_fit.columns(features, renewed)[window.first : window.first + window.kind.size]
    counted, exposure = sums.by_group(
        counts, there, begins, group, groups, window.first + window.fit_from, window.first + window.fit_to
    )
    age_weight = 0.5 ** (np.arange(counted.shape[1] - 1, -1, -1) / settings.half_life)
    effects, covariance = group_fit.shared_effects(counted, exposure, x[fit], age_weight)
    factor = np.zeros((groups, len(x)))
    # Term by term: a product of matrices may round a step by how many steps come after it.
    for effect in range(1, x.shape[1]):
        factor += effects[:, effect, np.newaxis] * x[:, effect]
    told = x[window.history_from :]
    variance = np.zeros((groups, len(told)))
    for one in range(x.shape[1]):
        for other in range(one + 1):
            twice = 1.0 if other == one else 2.0
            variance += twice * covariance[:, one, other, np.newaxis] * (told[:, one] * told[:, other])
    return np.exp(np.clip(factor, -_FAR, _FAR)), variance
