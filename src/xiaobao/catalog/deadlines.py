"""Time limits: rule sets by date in force, in working days or calendar days. `catalog/deadlines.toml`."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xiaobao.catalog.calendars import Calendar
from xiaobao.lib.words import Words


class TimeUnit(StrEnum):
    """In which days a limit is counted."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """How long one step may take."""

    id: str
    name: Words
    path: str | None
    """The counting path whose entries it binds; None where it binds none of the ledger's."""
    begins: str | None
    """The ledger column with the day it is counted from."""
    ends: tuple[str, ...]
    """The ledger columns with the day the step was done, of which the first stated one counts."""
    count: int
    longest: int | None
    """The same with all extensions; None where there are none."""
    unit: TimeUnit
    article: str | None
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSet:
    """A set of limits, binding steps that begin in `[from_on, to_on)`."""

    id: str
    domain_id: str
    name: Words
    source: str
    from_on: date
    to_on: date | None
    limits: tuple[TimeLimit, ...]


class DueDays:
    """The last days of limits by one calendar."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._working: Sequence[date] = sorted(calendar.working_days)

    def last_day(self, begun_on: date, count: int, unit: TimeUnit) -> date | None:
        """The last day of a limit counted from the day after `begun_on`; None beyond the calendar's years.

        One in calendar days that would end on a day not worked ends on the next working day.
        """
        if unit is TimeUnit.CALENDAR_DAY:
            ending = begun_on + timedelta(days=count)
            found = self._working_day(ending - timedelta(days=1), 1)
        else:
            ending = begun_on
            found = self._working_day(begun_on, count)
        # A year the calendar does not know in between would leave its working days out.
        years = () if found is None else range(ending.year, found.year + 1)
        known = found is not None and all(self._calendar.knows(date(year, 1, 1)) for year in years)
        return found if known else None

    def _working_day(self, after: date, count: int) -> date | None:
        place = bisect_right(self._working, after) + count - 1
        return self._working[place] if place < len(self._working) else None
