"""The series of briefs: which days each is of, and with which it is compared, each as known at a close."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from xiaobao.analysis.compare import at_close
from xiaobao.analysis.figures import Reading
from xiaobao.lib.periods import Period, days_before

DAILY, WEEKLY = "daily", "weekly"
SERIES = (DAILY, WEEKLY)
WEEK_DAYS = 7
WEEK_CHANGE = "complaints_week_change"
"""The measure that compares two weeks; the daily brief takes the one that compares with a day before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What a brief counts, and what it compares that with."""

    present: Reading
    compared: Reading | None
    """None where there is nothing to compare with."""

    @property
    def is_week(self) -> bool:
        """True where whole weeks are counted."""
        return len(self.present.period) > 1

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Both, the present first."""
        return (self.present, self.compared) if self.compared else (self.present,)

    @property
    def days(self) -> frozenset[date]:
        """The days of both: a brief may name them, closed or not."""
        return frozenset(day for reading in self.readings for day in reading.period)


def span_of(series: str, day: date, closes: Mapping[date, int]) -> Span:
    """The span of a brief of a closed day. A week is the seven days that end with its day.

    Weeks are compared like for like: each as known at the close of its own last day. There is nothing to
    compare with where that day is not closed, or the week before reaches back beyond the first close.
    """
    if series == DAILY:
        before = max((one for one in closes if one < day), default=None)
        return Span(
            present=at_close(day, closes=closes),
            compared=at_close(before, closes=closes) if before else None,
        )
    present = Reading(period=week_of(day), posted_seq=at_close(day, closes=closes).posted_seq)
    since, period = week_before(day, closes), week_of(_week_earlier(day))
    if since is None or period.from_on < min(closes):
        return Span(present=present, compared=None)
    return Span(present=present, compared=Reading(period=period, posted_seq=since))


def week_of(day: date) -> Period:
    """The seven days that end with a day."""
    return days_before(day + timedelta(days=1), WEEK_DAYS)


def week_before(day: date, closes: Mapping[date, int]) -> int | None:
    """The posting sequence at which the week before a week's last day closed; None where it is not closed."""
    return closes.get(_week_earlier(day))


def _week_earlier(day: date) -> date:
    return day - timedelta(days=WEEK_DAYS)


def series_words(series: str) -> str:
    """What a command line adds to a number to name its series; nothing for the daily brief."""
    return "" if series == DAILY else f" --series {series}"
