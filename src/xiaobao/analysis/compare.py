"""Readings for comparisons: like for like, each day as known at its own close."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import QuestionError
from xiaobao.catalog.calendars import Calendar
from xiaobao.catalog.measures import Measure, MeasureKind
from xiaobao.lib.periods import (
    Period,
    day_period,
    days_before,
    months_before,
    period_months_before,
    whole_months,
)
from xiaobao.lib.words import Words


class Direction(StrEnum):
    """Which way a number went: 上升, 下降, 持平."""

    UP = "up"
    DOWN = "down"
    LEVEL = "level"


def direction(value: Decimal) -> Direction:
    """The direction of a change as printed: level exactly when the printed number is zero."""
    if value == 0:
        return Direction.LEVEL
    return Direction.UP if value > 0 else Direction.DOWN


def windows(
    measure: Measure, day: date, *, closes: Mapping[date, int], calendar: Calendar
) -> tuple[Reading, ...]:
    """The readings of a daily measure, each day at its own close; `closes` maps closed days to sequences.

    CHANGE, RANK_CHANGE: the day and the one `compared_days` or `compared_months` before, where it is closed;
    of a CHANGE with `period_days` so many days that end with each, as known at its close.
    AVERAGE: the day, then the closed working days among the `window_days` before it. LATE: see `late`.
    Others: the day.
    QuestionError when the day itself is not closed.
    """
    present = at_close(day, closes=closes)
    match measure.kind:
        case MeasureKind.CHANGE | MeasureKind.RANK_CHANGE if measure.compared_months is not None:
            earlier = [months_before(day, measure.compared_months)]
        case MeasureKind.CHANGE | MeasureKind.RANK_CHANGE:
            earlier = [day - timedelta(days=_days(measure, measure.compared_days))]
        case MeasureKind.AVERAGE:
            window = days_before(day, _days(measure, measure.window_days))
            earlier = [one for one in window if calendar.is_working_day(one)]
        case MeasureKind.LATE:
            return late(day, closes=closes, window_days=measure.window_days)
        case _:
            earlier = []
    found = (present, *(at_close(one, closes=closes) for one in earlier if one in closes))
    return tuple(_lengthened(one, measure.period_days or 1) for one in found)


def _lengthened(reading: Reading, days: int) -> Reading:
    """So many days that end with the one that is read, as known at the same sequence."""
    period = reading.period
    first = period.last_on - timedelta(days=days - 1)
    return replace(reading, period=Period(from_on=first, to_on=period.to_on))


def late(day: date, *, closes: Mapping[date, int], window_days: int | None = None) -> tuple[Reading, ...]:
    """补报: the closed days before `day` as known at its close, then the same days as known at their own.

    All closed days, or those among the `window_days` before; none when `day` is the first that was closed.
    """
    present = at_close(day, closes=closes)
    first = day - timedelta(days=window_days) if window_days else date.min
    earlier = [one for one in sorted(closes) if first <= one < day]
    now = (Reading(period=day_period(one), posted_seq=present.posted_seq) for one in earlier)
    return (*now, *(at_close(one, closes=closes) for one in earlier))


def period_on_period(
    period: Period,
    *,
    posted_seq: int,
    compared_days: int | None = None,
    compared_months: int | None = None,
) -> tuple[Reading, Reading]:
    """Weeks and longer: the period and the one so many days or months before it, both as of one sequence.

    QuestionError when the two would overlap, or when nothing lies so far back.
    """
    compared = (
        _months_earlier(period, compared_months)
        if compared_months is not None
        else _days_earlier(period, compared_days or 0)
    )
    return (Reading(period=period, posted_seq=posted_seq), Reading(period=compared, posted_seq=posted_seq))


def earlier_period(period: Period, *, a_year: bool) -> Period:
    """The same period a year before, or the period before it: months follow months, days follow days."""
    if a_year:
        return _months_earlier(period, 12)
    months = whole_months(period)
    return _months_earlier(period, months) if months else _days_earlier(period, len(period))


def _days_earlier(period: Period, days: int) -> Period:
    if not len(period) <= days < period.from_on.toordinal():
        raise QuestionError(
            Words(
                zh=f"与 {days} 天前比较的期间须为 1 至 {days} 天",
                en=f"compared with {days} days before, a period has 1 to {days} days",
            )
        )
    back = timedelta(days=days)
    return Period(from_on=period.from_on - back, to_on=period.to_on - back)


def _months_earlier(period: Period, months: int) -> Period:
    try:
        compared = period_months_before(period, months)
    except ValueError:
        compared = period
    if compared.to_on > period.from_on:
        span = "1 month" if months == 1 else f"{months} months"
        raise QuestionError(
            Words(
                zh=f"与 {months} 个月前比较的期间不得长于 {months} 个月",
                en=f"compared with the same days {span} before, a period has at most {span}",
            )
        )
    return compared


def at_close(day: date, *, closes: Mapping[date, int]) -> Reading:
    """The day as known at its own close; QuestionError when it is not closed."""
    if day not in closes:
        last = max(closes, default=None)
        raise QuestionError(
            Words(
                zh=f"{day} 尚未日结" + (f"；最近日结为 {last}" if last else "；尚无任何日结"),
                en=f"{day} is not closed"
                + (f"; the last close is of {last}" if last else "; no day is closed yet"),
            )
        )
    return Reading(period=day_period(day), posted_seq=closes[day])


def _days(measure: Measure, days: int | None) -> int:
    if not days or days < 0:
        raise QuestionError(
            Words(
                zh=f"指标 {measure.id} 没有写明天数，请补充目录文件",
                en=f"measure {measure.id} does not state its number of days; complete its catalog file",
            )
        )
    return days
