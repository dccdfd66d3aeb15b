"""Issues as cells of the surge detector, judged day by day.

Counted are complaints that say an issue's words; of one that shares demands those of which they are demanded.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.surges.auto import by_model
from xiaobao.analysis.surges.detection import Threshold
from xiaobao.analysis.surges.features import of_days
from xiaobao.analysis.surges.series import MISSING, Frequency, SeriesTable
from xiaobao.analysis.text.tidying import tidied
from xiaobao.analysis.topics.conditions import demands_of
from xiaobao.analysis.topics.settings import Settings
from xiaobao.analysis.topics.told import ToldDay, ToldIssue
from xiaobao.lib.periods import ONE_DAY, Period

_WORDS = 3
"""Of an issue's terms, the first, which its label is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What an issue's cell is judged by."""

    scope: Scope
    days: Period
    """The window and the time before it."""
    window: Period
    settings: Settings


def watched(
    issues: Sequence[ToldIssue], complaints: pl.DataFrame, watch: Watch
) -> tuple[tuple[ToldDay, ...], ...]:
    """Of each issue the days of the window: complaints of its institution and category that say its words.

    `complaints`: `day`, `text`, `institution`, `business.1`. A day without a complaint at all is not known,
    and not judged. Counting is the same before and in the window, so that no look at the window flatters it.
    """
    if not issues:
        return ()
    days = [watch.days.from_on + number * ONE_DAY for number in range(len(watch.days))]
    told = complaints.with_columns(folded=tidied(complaints["text"]).str.to_lowercase())
    known = set(complaints["day"].unique())
    saying = [_saying(one, told, watch.settings) for one in issues]
    counts = np.array([_daily(one, days, known) for one in saying], dtype=np.int32)
    first = (watch.window.from_on - watch.days.from_on).days
    table = SeriesTable(
        frequency=Frequency.DAILY,
        ids=tuple(one.id for one in issues),
        times=tuple(day.isoformat() for day in days),
        days=np.array(days, dtype="datetime64[D]"),
        counts=counts,
    )
    assert table.days is not None
    catalog, calendar_id = watch.scope.catalog, watch.scope.domain.calendar_id
    features = of_days(
        table.days,
        calendar=catalog.calendars[calendar_id],
        festivals=catalog.detectors.spring_festivals.get(calendar_id, ()),
    )
    decided = catalog.detectors.on(watch.window.last_on, frequency="daily")
    threshold = Threshold(
        alarm_probability=decided.alarm_probability,
        fewest_cases=decided.fewest_cases,
        recent_steps=decided.recent_steps,
    )
    group = np.zeros(len(issues), dtype=np.int64)
    found = by_model(table, features, group, threshold, first_step=first)
    return tuple(
        tuple(
            ToldDay(
                day=days[first + place],
                count=None if counts[row, first + place] == MISSING else int(counts[row, first + place]),
                score=_score(float(found.score[row, place])),
                alarm=bool(found.alarm[row, place]),
            )
            for place in range(len(days) - first)
        )
        for row in range(len(issues))
    )


def _saying(one: ToldIssue, told: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The complaints of its institution and category that its days count."""
    same = told.filter(*(pl.col(name) == member for name, member in one.where))
    if one.demanded:
        words = set(one.terms)
        asks = [any(each.word in words for each in demands_of(text, settings)) for text in same["text"]]
        return same.filter(pl.Series(asks, dtype=pl.Boolean))
    says = [pl.col("folded").str.contains(term.lower(), literal=True) for term in one.terms[:_WORDS]]
    return same.filter(pl.any_horizontal(says))


def _daily(found: pl.DataFrame, days: Sequence[date], known: set[date]) -> list[int]:
    counted = dict(found.group_by("day").len().iter_rows())
    return [int(counted.get(day, 0)) if day in known else MISSING for day in days]


def _score(score: float) -> Decimal | None:
    return None if math.isnan(score) else Decimal(f"{max(score, 0.0):.1f}")
