"""The detector asked by default: the model, held back by the reference in series of epidemics.

A series whose year swings fiftyfold and more rises and falls by waves that come when they like. There a
harmonic season promises too much, so that a step is a surprise only as far as the published reference, which
compares with all the past, is surprised as well.
"""

from collections.abc import Sequence

import numpy as np

from xiaobao.analysis.surges.detection import Threshold, enough_cases, reference_score
from xiaobao.analysis.surges.features import Features
from xiaobao.analysis.surges.groups_file import Group
from xiaobao.analysis.surges.model import surprises
from xiaobao.analysis.surges.series import Judgements, SeriesTable
from xiaobao.analysis.surges.settings import settings_of
from xiaobao.analysis.surges.types import Booleans, Floats, Whole


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


def held_back(table: SeriesTable, score: Floats, epidemic: Booleans, first_step: int) -> Floats:
    """The smaller score in series of epidemics, where the reference has a past to judge by."""
    series = np.flatnonzero(epidemic.any(axis=1))
    if not series.size:
        return score
    held = score.copy()
    steps, reference = reference_score(table.of(series), first_step=first_step)
    if steps.size:
        at = np.ix_(series, steps - first_step)
        held[at] = np.where(epidemic[at], np.fmin(score[at], reference), score[at])
    return held
