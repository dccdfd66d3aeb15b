"""What is known of a step before it comes: kind of day, rebound after a break, festival, time of the year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from xiaobao.analysis.surges.series import SeriesTable
from xiaobao.analysis.surges.types import Booleans, Dates, Floats, Whole
from xiaobao.catalog.calendars import Calendar

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6
HOLIDAY, MAKE_UP = 7, 8
DAY_KINDS = 9
REBOUNDS = 4
"""None, and the first three working days after a break."""
FESTIVAL_WEEKS = 6
"""None, and five weeks: two before the Spring Festival, its own and two after it."""
_BREAK_DAYS = 3
_WEEK = 7
_YEAR_DAYS = 365.25
_YEAR_WEEKS = 52.0
_SEEN_AROUND = 21
"""Days around a table whose kind is looked up as well: a break that its edge cuts off is still a break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Arrays over the steps of a table."""

    number: Whole
    """Counts the steps from a fixed origin, so that a prefix and the whole agree on what is when."""
    day_kind: Whole
    rebound: Whole
    festival: Whole
    season: Floats
    """Steps x 4: cosine and sine of the year and of half of it."""
    steps_a_year: float


def of_days(days: Dates, *, calendar: Calendar | None, festivals: Iterable[date] = ()) -> Features:
    """Of consecutive days; without a calendar a day has its weekday alone.

    A break is a run of three days or more that are not worked, and its days are holidays; so is a single
    weekday that is not worked. A Saturday or Sunday that is worked is a make-up day. UnknownYearError for a
    day the calendar does not know.
    """
    numbers = days.astype("datetime64[D]").astype(np.int64)
    weekday = (numbers + 3) % _WEEK
    kind, rebound = weekday, np.zeros_like(weekday)
    if calendar is not None:
        kind, rebound = _of_calendar(numbers, calendar)
    return Features(
        number=numbers,
        day_kind=kind,
        rebound=rebound,
        festival=_festival_weeks(numbers, festivals),
        season=_season(numbers / _YEAR_DAYS),
        steps_a_year=_YEAR_DAYS,
    )


def of_weeks(table: SeriesTable) -> Features:
    """Of weeks, numbered or dated: they have a time of the year alone, 52 numbered weeks making one."""
    if table.days is None:
        numbers = np.array([int(time) for time in table.times], dtype=np.int64)
        years = numbers / _YEAR_WEEKS
    else:
        of_day = table.days.astype("datetime64[D]").astype(np.int64)
        numbers, years = (of_day + 3) // _WEEK, of_day / _YEAR_DAYS
    none = np.zeros_like(numbers)
    return Features(
        number=numbers,
        day_kind=none,
        rebound=none,
        festival=none,
        season=_season(years),
        steps_a_year=_YEAR_WEEKS,
    )


def _season(years: Floats) -> Floats:
    turn = 2.0 * np.pi * years
    return np.column_stack([np.cos(turn), np.sin(turn), np.cos(2 * turn), np.sin(2 * turn)])


def _of_calendar(numbers: Whole, calendar: Calendar) -> tuple[Whole, Whole]:
    """Kind of day and rebound; days around the table that the calendar does not know are plain weekdays."""
    inside = slice(_SEEN_AROUND, _SEEN_AROUND + numbers.size)
    around = np.arange(numbers[0] - _SEEN_AROUND, numbers[-1] + _SEEN_AROUND + 1)
    weekday = (around + 3) % _WEEK
    working = weekday < SATURDAY
    for place, day in enumerate(around.astype("datetime64[D]").tolist()):
        if numbers[0] <= around[place] <= numbers[-1] or calendar.knows(day):
            working[place] = calendar.is_working_day(day)
    kind, rebound = _kinds(weekday, working)
    return kind[inside], rebound[inside]


def _kinds(weekday: Whole, working: Booleans) -> tuple[Whole, Whole]:
    """Kind of day and rebound of consecutive days."""
    kind, rebound = weekday.copy(), np.zeros_like(weekday)
    kind[~working & (weekday < SATURDAY)] = HOLIDAY
    kind[working & (weekday >= SATURDAY)] = MAKE_UP
    edges = np.flatnonzero(np.diff(working)) + 1
    since = REBOUNDS
    for run in np.split(np.arange(working.size), edges):
        if working[run[0]]:
            passed = since + 1 + np.arange(run.size)
            rebound[run] = np.where(passed < REBOUNDS, passed, 0)
            since += run.size
        elif run.size >= _BREAK_DAYS:
            kind[run] = HOLIDAY
            since = 0
    return kind, rebound


def _festival_weeks(numbers: Whole, festivals: Iterable[date]) -> Whole:
    weeks = np.zeros_like(numbers)
    for first in festivals:
        away = numbers - np.datetime64(first, "D").astype(np.int64)
        near = (away >= -14) & (away < 21)
        weeks[near] = away[near] // _WEEK + 3
    return weeks
