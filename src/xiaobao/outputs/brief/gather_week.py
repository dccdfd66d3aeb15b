"""Asks for what a weekly brief alone prints: its days, and what was learnt late of them and before."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from xiaobao.analysis.figures import Reading
from xiaobao.catalog.measures import MeasureKind
from xiaobao.lib.periods import day_period, days_before
from xiaobao.outputs.brief.facts import Late, Week, WeekDay
from xiaobao.outputs.brief.gather import Asked
from xiaobao.outputs.brief.series import week_before


def week_of_facts(asked: Asked, statuses: Mapping[str, Mapping[date, str]]) -> Week | None:
    """The week of a weekly brief; None for a daily one."""
    if not asked.span.is_week:
        return None
    closed = [day for day in asked.span.present.period if day in asked.scope.closes]
    return Week(
        days=tuple(_day(asked, day) for day in closed),
        late=asked.learnt(tuple(_now(asked, day) for day in closed), tuple(map(asked.close, closed))),
        earlier=_earlier(asked),
        unclosed=tuple(day for day in asked.span.present.period if day not in asked.scope.closes),
        statuses=statuses,
        lacking_before=_lacking_before(asked),
    )


def _lacking_before(asked: Asked) -> tuple[str, ...]:
    compared = asked.span.compared
    lacking = asked.scope.silent[compared.period].some if compared else frozenset()
    return tuple(code for code in asked.scope.register.institutions if code in lacking)


def _day(asked: Asked, day: date) -> WeekDay:
    count, late = asked.scope.measure(MeasureKind.COUNT), asked.scope.measure(MeasureKind.LATE)
    now, own = _now(asked, day), asked.close(day)
    return WeekDay(
        day=day,
        printed=asked.want(count, (own,)),
        known=asked.want(count, (now,)),
        late=asked.want(late, (now, own)),
    )


def _now(asked: Asked, day: date) -> Reading:
    return replace(asked.close(day), posted_seq=asked.span.present.posted_seq)


def _earlier(asked: Asked) -> Late | None:
    """Late for the closed days before the week, as far back as the measure of late reports looks."""
    since, period = week_before(asked.day, asked.scope.closes), asked.span.present.period
    window = asked.scope.measure(MeasureKind.LATE).window_days or 0
    days = [day for day in days_before(period.from_on, window) if day in asked.scope.closes]
    if since is None or not days:
        return None
    then = tuple(Reading(period=day_period(day), posted_seq=since) for day in days)
    return asked.learnt(tuple(_now(asked, day) for day in days), then)
