"""The days before anything happens: working days, holidays, repayment days, phases and policies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from xiaobao.catalog.calendars import Calendar
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.simulate.years.draws import Flags, Floats
from xiaobao.simulate.years.settings import DayKinds, Years

STREAMS = ("institution", "hotline", "hotline_enquiry")
_PATH_OF = {"institution": "institution", "hotline": "hotline", "hotline_enquiry": "hotline"}
_LONG_HOLIDAY_DAYS = 3
_STEEPEST_YEAR = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseDays:
    """The days of a course, one element a day in every array."""

    days: tuple[date, ...]
    working: Flags
    shape: dict[str, Floats]
    """Path → a day against the mean of working days, without trend or epidemic."""
    expected: dict[str, Floats]
    """Stream → entries expected that day at full volume."""
    epidemic_share: Floats
    repayment: Floats
    """What scenarios of repayment are multiplied by; its mean over years is 1."""

    def place(self, day: date) -> int:
        """Where the day lies in the arrays; negative before the first."""
        return (day - self.days[0]).days


def course_days(years: Years, calendar: Calendar, period: Period) -> CourseDays:
    """The days of the period under the settings; every year of it needs its volume."""
    days = tuple(period)
    whole = _whole_years(days)
    shapes = {
        path: _shape(whole, calendar, kinds) * _consumer_days(whole, years)
        for path, kinds in years.days.items()
    }
    offset = (days[0] - whole[0]).days
    here = slice(offset, offset + len(days))
    expected = {
        stream: _volumes(whole, shapes[_PATH_OF[stream]], years.volume[stream])[here]
        * _phased(days, years, stream)
        for stream in STREAMS
    }
    expected["hotline_enquiry"] *= _after_policies(days, calendar, years)
    repaying = _repaying(whole, years)
    return CourseDays(
        days=days,
        working=np.array([calendar.is_working_day(day) for day in days]),
        shape={path: shape[here] for path, shape in shapes.items()},
        expected=expected,
        epidemic_share=_epidemic_shares(days, years),
        repayment=(repaying / repaying.mean())[here],
    )


def _whole_years(days: Sequence[date]) -> tuple[date, ...]:
    return tuple(Period(from_on=date(days[0].year, 1, 1), to_on=date(days[-1].year + 1, 1, 1)))


def _shape(days: Sequence[date], calendar: Calendar, kinds: DayKinds) -> Floats:
    """Every day by its kind: weekday, weekend, holiday, working weekend, first days after a holiday."""
    shape = np.empty(len(days))
    run, since = _run_before(days[0], calendar), len(kinds.rebound)
    for place, day in enumerate(days):
        if calendar.is_working_day(day):
            since = 0 if run >= _LONG_HOLIDAY_DAYS else since + 1
            run = 0
            shape[place] = kinds.make_up if day.weekday() > 4 else kinds.weekday[day.weekday()]
            shape[place] *= kinds.rebound[since] if since < len(kinds.rebound) else 1.0
        else:
            run += 1
            long = _run_length(day, calendar) >= _LONG_HOLIDAY_DAYS
            shape[place] = kinds.holiday if long else kinds.weekday[day.weekday()]
    return shape


def _run_before(day: date, calendar: Calendar) -> int:
    count = 0
    while calendar.knows(day - ONE_DAY) and not calendar.is_working_day(day - ONE_DAY):
        day, count = day - ONE_DAY, count + 1
    return count


def _run_length(day: date, calendar: Calendar) -> int:
    after = 0
    last = day
    while calendar.knows(last + ONE_DAY) and not calendar.is_working_day(last + ONE_DAY):
        last, after = last + ONE_DAY, after + 1
    return _run_before(day, calendar) + 1 + after


def _consumer_days(days: Sequence[date], years: Years) -> Floats:
    factors = np.ones(len(days))
    for place, day in enumerate(days):
        after = (day - date(day.year, years.consumer_day.month, years.consumer_day.day)).days
        if 0 <= after < len(years.consumer_day.factors):
            factors[place] = years.consumer_day.factors[after]
    return factors


def _volumes(days: Sequence[date], shape: Floats, volume: dict[int, float]) -> Floats:
    """The days' shape raised so that every year has its volume, leaning towards its neighbors' volumes."""
    year_of = np.array([day.year for day in days])
    expected = np.zeros(len(days))
    for year in np.unique(year_of).tolist():
        of_year = year_of == year
        count = int(of_year.sum())
        before, after = volume.get(year - 1, volume[year]), volume.get(year + 1, volume[year])
        slope = (after - before) / (2 * volume[year])
        slope = min(max(slope, -_STEEPEST_YEAR), _STEEPEST_YEAR)
        weights = shape[of_year] * (1 + slope * (np.arange(count) / count - 0.5))
        expected[of_year] = volume[year] * weights / weights.sum()
    return expected


def _phased(days: Sequence[date], years: Years, stream: str) -> Floats:
    factors = np.ones(len(days))
    for phase in years.phase:
        factors[[day >= phase.from_on for day in days]] = phase.volume[stream]
    return factors


def _epidemic_shares(days: Sequence[date], years: Years) -> Floats:
    shares = np.zeros(len(days))
    for phase in years.phase:
        shares[[day >= phase.from_on for day in days]] = phase.epidemic_share
    return shares


def _after_policies(days: Sequence[date], calendar: Calendar, years: Years) -> Floats:
    factors = np.ones(len(days))
    place = {day: number for number, day in enumerate(days)}
    for policy in years.policy:
        day = policy.published_on
        for factor in policy.enquiries:
            day = _next_working_day(day, calendar)
            if day in place:
                factors[place[day]] = max(factors[place[day]], factor)
    return factors


def _next_working_day(day: date, calendar: Calendar) -> date:
    day += ONE_DAY
    while not calendar.is_working_day(day):
        day += ONE_DAY
    return day


def _repaying(days: Sequence[date], years: Years) -> Floats:
    factors = np.ones(len(days))
    for place, day in enumerate(days):
        for after, factor in enumerate(years.repayment.after, start=1):
            if (day - timedelta(days=after)).day in years.repayment.days:
                factors[place] = max(factors[place], factor)
    return factors
