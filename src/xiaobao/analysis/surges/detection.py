"""One door to detection: a table of series in, an alarm and a score of every step that can be judged out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from xiaobao.analysis.surges import farrington
from xiaobao.analysis.surges.series import MISSING, Frequency, Judgements, SeriesTable
from xiaobao.analysis.surges.types import Booleans, Counts, Whole

_WEEK = 7
PUBLISHED: Mapping[Frequency, farrington.Options] = {
    Frequency.WEEKLY: farrington.Options(),
    Frequency.DAILY: farrington.Options(steps_a_year=364, years_back=4, half_window=21, excluded=28),
}
"""The published settings; those of daily series are the weekly ones in days, a year being 52 weeks."""


class Method(StrEnum):
    """Which detector judges."""

    AUTO = "auto"
    MODEL = "model"
    FARRINGTON = "farrington"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """When a score is an alarm."""

    alarm_probability: float
    fewest_cases: int
    """No alarm with fewer cases within `recent_steps`, each case counted once."""
    recent_steps: int


def by_reference(table: SeriesTable, threshold: Threshold, *, first_step: int = 0) -> Judgements:
    """The improved Farrington algorithm; daily series by their sums of seven days, a week being 7 steps.

    Steps before `first_step` are not judged, which changes nothing for the others.
    """
    steps = _reference_steps(table, first_step)
    # The published rule of fewest cases would count a case once in each of the sums it is part of.
    options = replace(PUBLISHED[table.frequency], alpha=threshold.alarm_probability, fewest_cases=0)
    found = farrington.bounds(counts_judged(table), steps, options)
    judged = np.isfinite(found.score)
    return Judgements(
        steps=tuple(steps.tolist()),
        judged=judged,
        alarm=found.alarm & judged & enough_cases(table, steps, threshold),
        score=found.score,
    )


def reference_bounds(table: SeriesTable, *, first_step: int) -> tuple[Whole, farrington.Bounds]:
    """The steps the reference can judge from `first_step` on, and what it says (series x these steps)."""
    steps = _reference_steps(table, first_step)
    return steps, farrington.bounds(counts_judged(table), steps, PUBLISHED[table.frequency])


def _reference_steps(table: SeriesTable, first_step: int) -> Whole:
    reach = PUBLISHED[table.frequency].reach
    return np.arange(max(first_step, reach), len(table.times), dtype=np.int64)


def enough_cases(table: SeriesTable, steps: Whole, threshold: Threshold) -> Booleans:
    """Series x steps: whether the latest steps hold the fewest cases of an alarm."""
    begin = max(0, int(steps[0]) - threshold.recent_steps + 1) if steps.size else 0
    late = np.maximum(table.counts[:, begin:], 0)
    cases = _of_the_latest(late, threshold.recent_steps)[:, steps - begin]
    return np.asarray(cases >= threshold.fewest_cases)


def counts_judged(table: SeriesTable) -> Counts:
    """What the reference compares: counts of weeks, of daily series the sums of seven days.

    A sum stands at its last day; it is `MISSING` where one of the seven is.
    """
    if table.frequency is Frequency.WEEKLY:
        return table.counts
    known = table.counts != MISSING
    sums = _of_the_latest(np.where(known, table.counts, 0), _WEEK)
    return np.where(_of_the_latest(known, _WEEK) == _WEEK, sums, MISSING).astype(np.int32)


def _of_the_latest(values: np.ndarray, steps: int) -> Whole:
    """At each step the sum over it and the `steps - 1` before, as far as there are any."""
    totals: Whole = np.cumsum(values, axis=1, dtype=np.int64)
    before = np.zeros_like(totals)
    before[:, steps:] = totals[:, :-steps]
    return totals - before
