"""The detector asked by default: the model, and beside it the reference where waves come when they like.

Series whose year swings fiftyfold and more have seen rises that no season foretells. There two are asked that
err in different ways, and their probabilities are averaged: the model, whose level follows what came of late,
and the reference, which compares with all the past. Of other weekly series the reference says how dispersed
they are at most (five years, past outbreaks weighed down, know that better than the model), and weighs by the
cases it rests on (0179).
"""

from collections.abc import Sequence

import numpy as np

from xiaobao.analysis.surges.detection import (
    Threshold,
    enough_cases,
    reference_bounds,
)
from xiaobao.analysis.surges.features import Features
from xiaobao.analysis.surges.groups_file import Group
from xiaobao.analysis.surges.model import surprises
from xiaobao.analysis.surges.series import Frequency, Judgements, SeriesTable
from xiaobao.analysis.surges.settings import settings_of
from xiaobao.analysis.surges.types import Booleans, Floats, Whole

_AGREE_IN_PART = 0.06
"""What an average of two probabilities is too large by (-log10), chosen on weekly series of the benchmark."""
_HALF = 0.5
_FEW_CASES = 3000.0
"""Cases resting on which the reference weighs half of what it may among weeks: with fewer it errs by chance,
with many by other causes than the model (0179)."""


def numbered(groups: Sequence[Group]) -> Whole:
    """The number of each series' group: those of one cause share their calendar, or those of one level."""
    names = [(one.cause, "") if one.cause else ("", one.level) for one in groups]
    number = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return np.array([number[name] for name in names], dtype=np.int64)


def by_model(
    table: SeriesTable,
    features: Features,
    group: Whole,
    threshold: Threshold,
    *,
    first_step: int = 0,
    with_reference: bool = True,
) -> Judgements:
    """Judge every step from `first_step` on; `group` numbers the group of each series from 0 on."""
    settings = settings_of(table.frequency)
    if with_reference and table.frequency is Frequency.WEEKLY:
        score = _weekly_score(table, features, group, first_step)
    else:
        found = surprises(table, features, group, settings, first_step=first_step)
        score = found.score
        if with_reference:
            score = held_back(table, score, found.swing > settings.epidemic_swing, first_step)
    steps = np.arange(first_step, len(table.times), dtype=np.int64)
    judged = np.isfinite(score)
    surprising = judged & (np.nan_to_num(score) >= -np.log10(threshold.alarm_probability))
    return Judgements(
        steps=tuple(steps.tolist()),
        judged=judged,
        alarm=surprising & enough_cases(table, steps, threshold),
        score=score,
    )


def _weekly_score(table: SeriesTable, features: Features, group: Whole, first_step: int) -> Floats:
    """Of weeks the reference is asked first: for the dispersion, and for its probability."""
    settings = settings_of(Frequency.WEEKLY)
    steps, said = reference_bounds(table, first_step=first_step)
    at = slice(len(table.times) - first_step - steps.size, None)
    at_most = np.full((len(table.ids), max(0, len(table.times) - first_step)), np.inf)
    at_most[:, at] = np.where(np.isfinite(said.dispersion), said.dispersion, np.inf)
    found = surprises(table, features, group, settings, first_step=first_step, at_most=at_most)
    weight = np.where(
        found.swing[:, at] > settings.epidemic_swing, _HALF, _HALF * said.cases / (said.cases + _FEW_CASES)
    )
    score = found.score.copy()
    both = averaged(score[:, at], said.score, weight)
    score[:, at] = np.where(np.isfinite(said.score), both, score[:, at])
    return score


def held_back(table: SeriesTable, score: Floats, asked: Booleans, first_step: int) -> Floats:
    """The score with the reference's, where it is `asked` and has a past to judge by (series x steps)."""
    series = np.flatnonzero(asked.any(axis=1))
    if not series.size:
        return score
    held = score.copy()
    steps, said = reference_bounds(table.of(series), first_step=first_step)
    if steps.size:
        at = np.ix_(series, steps - first_step)
        both = asked[at] & np.isfinite(said.score)
        held[at] = np.where(both, averaged(score[at], said.score), score[at])
    return held


def averaged(one: Floats, other: Floats, weight: Floats | float = _HALF) -> Floats:
    """The score of the power mean of two probabilities, with exponent a half; `weight` is the other's.

    Averages of probabilities need not know how these depend on each other (Vovk and Wang 2020, Biometrika
    107, 791-808); of two that agree in part they are somewhat too large.
    """
    root = (1.0 - weight) * 10.0 ** (-0.5 * one) + weight * 10.0 ** (-0.5 * other)
    agree = _AGREE_IN_PART * weight / _HALF
    return np.asarray(-2.0 * np.log10(np.maximum(root, 1e-150)) + agree)
