"""Calls of the hotline: counts by half hour and seat place, or a row a call, as each branch delivers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from xiaobao.catalog.sources import Layout
from xiaobao.simulate.years.course import Course
from xiaobao.simulate.years.draws import Draws, Flags, Integers
from xiaobao.simulate.years.settings import AnswerRate, CallSettings, HomeSeats

_MINUTES = 30
_WAIT_SPREAD = 0.8
_TALK_SPREAD = 0.7
_SEATS = ("现场", "居家")
_DATE = "%Y-%m-%d %H:%M"
_MOMENT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Single calls of one branch and day, in order; seconds of the day in every array."""

    asked: Integers
    wait: Integers
    talk: Integers
    answered: Flags
    at_home: Flags


def calls_of(
    course: Course,
    region: int,
    place: int,
    registered: int,
    *,
    settings: CallSettings,
    closed: bool,
    draws: Draws,
) -> Calls:
    """The calls behind the entries registered from calls: some are registered nowhere, some unanswered.

    `closed`: whether the branch lies in the closed city, whose seats are at home.
    """
    generator = draws.generator(f"calls:{region}:{place}")
    day = course.days.days[place]
    answered = registered + int(generator.poisson(registered * settings.invalid))
    rate = _in_force(settings.answer_rate, day).rate
    count = answered + int(generator.poisson(answered * (1 - rate) / rate))
    halves = np.array([int(half[:2]) * 60 + int(half[3:]) for half in settings.half_hours])
    parts = np.array(list(settings.half_hours.values()))
    start = generator.choice(halves, count, p=parts / parts.sum()) * 60
    asked = np.sort(start + generator.integers(0, _MINUTES * 60, count))
    is_answered = generator.permutation(np.arange(count) < answered)
    wait = np.where(
        is_answered,
        generator.lognormal(np.log(settings.wait_seconds), _WAIT_SPREAD, count),
        generator.exponential(settings.patience_seconds, count),
    )
    talk = np.where(is_answered, generator.lognormal(np.log(settings.talk_seconds), _TALK_SPREAD, count), 0)
    home = _at_home(settings.home_seats, day, closed=closed)
    return Calls(
        asked=asked,
        wait=wait.astype(np.int64).clip(1, 1800),
        talk=talk.astype(np.int64).clip(0, 5400),
        answered=is_answered,
        at_home=generator.random(count) < home,
    )


def counts(calls: Calls, region: str, day: date, settings: CallSettings, layout: Layout) -> pl.DataFrame:
    """A row an interval and seat place, under the layout's headers."""
    frame = pl.DataFrame(
        {
            "half": calls.asked // (_MINUTES * 60),
            "home": calls.at_home,
            "answered": calls.answered,
            "wait": calls.wait,
            "talk": calls.talk,
        }
    )
    answered = pl.col("answered")
    summed = (
        frame.group_by("half", "home")
        .agg(
            offered=pl.len(),
            answered_calls=answered.sum(),
            abandoned=(~answered).sum(),
            answered_in_time=(answered & (pl.col("wait") <= settings.target_seconds)).sum(),
            answered_wait_seconds=pl.col("wait").filter(answered).sum(),
            abandoned_wait_seconds=pl.col("wait").filter(~answered).sum(),
            talk_seconds=pl.col("talk").sum(),
        )
        .sort("half", "home")
    )
    midnight = datetime.combine(day, datetime.min.time())
    starts = [(midnight + timedelta(minutes=_MINUTES * half)).strftime(_DATE) for half in summed["half"]]
    texts = {
        "branch_code": [region] * len(summed),
        "starts_at": starts,
        "minutes": [str(_MINUTES)] * len(summed),
        "seat_place": [_SEATS[home] for home in summed["home"]],
        "target_seconds": [str(settings.target_seconds)] * len(summed),
        "answered": summed["answered_calls"].cast(pl.String).to_list(),
    }
    return pl.DataFrame(
        {
            column.headers[0]: texts[column.target]
            if column.target in texts
            else summed[column.target].cast(pl.String).to_list()
            for column in layout.columns
        }
    )


def records(calls: Calls, region: str, day: date, layout: Layout) -> pl.DataFrame:
    """A row a call, under the layout's headers."""
    midnight = datetime.combine(day, datetime.min.time())
    rows = [_record(calls, number, midnight, region) for number in range(len(calls.asked))]
    return pl.DataFrame(
        {column.headers[0]: [row[column.target] for row in rows] for column in layout.columns},
        schema={column.headers[0]: pl.String for column in layout.columns},
    )


def _record(calls: Calls, number: int, midnight: datetime, region: str) -> dict[str, str]:
    asked = midnight + timedelta(seconds=int(calls.asked[number]))
    left = asked + timedelta(seconds=int(calls.wait[number]))
    ended = left + timedelta(seconds=int(calls.talk[number]))
    answered = bool(calls.answered[number])
    return {
        "call_no": f"{region[:2]}{midnight:%Y%m%d}-{number + 1:06d}",
        "branch_code": region,
        "offered_at": asked.strftime(_MOMENT),
        "queued_at": asked.strftime(_MOMENT),
        "answered_at": left.strftime(_MOMENT) if answered else "",
        "ended_at": ended.strftime(_MOMENT),
        "seat_place": _SEATS[bool(calls.at_home[number])] if answered else "",
    }


def call_days(course: Course, daily_from: date) -> Iterator[int]:
    """Places of the days on which branches answer and deliver."""
    for place, day in enumerate(course.days.days):
        if day >= daily_from and course.days.working[place]:
            yield place


def _in_force(rates: Sequence[AnswerRate], day: date) -> AnswerRate:
    return max((rate for rate in rates if rate.from_on <= day), key=lambda rate: rate.from_on)


def _at_home(seats: Sequence[HomeSeats], day: date, *, closed: bool) -> float:
    begun = [each for each in seats if each.from_on <= day]
    if not begun:
        return 0.0
    now = max(begun, key=lambda each: each.from_on)
    return now.closed_city if closed else now.share
