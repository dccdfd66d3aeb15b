"""One door to detection: a table of series in, an alarm and a score of every step that can be judged out."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from xiaobao.analysis.surges import farrington
from xiaobao.analysis.surges.series import MISSING, Frequency, Judgements, SeriesTable
from xiaobao.analysis.surges.types import Counts, Whole

_WEEK = 7


class Method(StrEnum):
    """Which detector judges."""

    AUTO = "auto"
    FARRINGTON = "farrington"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """When a score is an alarm."""

    alarm_probability: float
    fewest_cases: int
    recent_steps: int


def by_reference(table: SeriesTable, threshold: Threshold, *, first_step: int = 0) -> Judgements:
    """The improved Farrington algorithm; daily series by their sums of seven days, a week being 7 steps.

    Steps before `first_step` are not judged, which changes nothing for the others.
    """
    daily = table.frequency is Frequency.DAILY
    options = farrington.Options(
        alpha=threshold.alarm_probability,
        fewest_cases=threshold.fewest_cases,
        recent_steps=threshold.recent_steps,
    )
    if daily:
        options = farrington.Options(
            steps_a_year=364,
            years_back=4,
            half_window=21,
            excluded=28,
            alpha=threshold.alarm_probability,
            fewest_cases=threshold.fewest_cases,
            recent_steps=threshold.recent_steps,
        )
    counts = sums_of_a_week(table.counts) if daily else table.counts
    steps: Whole = np.arange(max(first_step, options.reach), len(table.times), dtype=np.int64)
    found = farrington.bounds(counts, steps, options)
    judged = np.isfinite(found.score)
    return Judgements(
        steps=tuple(steps.tolist()), judged=judged, alarm=found.alarm & judged, score=found.score
    )


def sums_of_a_week(counts: Counts) -> Counts:
    """Each step's sum over it and the six before; `MISSING` where one of them is."""
    known = counts != MISSING
    totals = np.cumsum(np.where(known, counts, 0), axis=1, dtype=np.int64)
    seen = np.cumsum(known, axis=1)
    sums = np.full(counts.shape, MISSING, dtype=np.int32)
    if counts.shape[1] < _WEEK:
        return sums
    whole = seen[:, _WEEK - 1 :] - np.pad(seen, ((0, 0), (1, 0)))[:, :-_WEEK] == _WEEK
    week = totals[:, _WEEK - 1 :] - np.pad(totals, ((0, 0), (1, 0)))[:, :-_WEEK]
    sums[:, _WEEK - 1 :] = np.where(whole, np.minimum(week, np.iinfo(np.int32).max), MISSING)
    return sums
