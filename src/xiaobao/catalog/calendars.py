"""Working days: a country's calendar with the bureau's dated overrides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY
from xiaobao.lib.words import Words

_SATURDAY = 5


class UnknownYearError(UserError):
    """The calendar knows nothing of that year; nobody guesses."""

    def __init__(self, calendar_id: str, year: int) -> None:
        super().__init__(
            Words(
                zh=f"日历 {calendar_id} 不含 {year} 年；请在目录的日历文件中补充该年",
                en=f"calendar {calendar_id} does not know {year}; add the year to its catalog file",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Which days are working days."""

    id: str
    overrides: Mapping[date, bool] = field(hash=False)
    known_years: frozenset[int]
    working_days: frozenset[date]
    """All working days of the known years, overrides applied."""

    def knows(self, day: date) -> bool:
        """True when the calendar covers the day's year."""
        return day.year in self.known_years

    def is_working_day(self, day: date) -> bool:
        """True on a working day; UnknownYearError outside the known years."""
        if not self.knows(day):
            raise UnknownYearError(self.id, day.year)
        return day in self.working_days

    def is_ordinary(self, day: date) -> bool:
        """False on holidays and the days of rest joined to them, make-up days, the first day back at work.

        UnknownYearError outside the known years; a run of days of rest that leaves them is not ordinary.
        """
        is_working = self.is_working_day(day)
        if is_working != (day.weekday() < _SATURDAY):
            return False
        resting = [*self._resting(day, -ONE_DAY), *([] if is_working else self._resting(day, ONE_DAY))]
        return all(self.knows(each) and each.weekday() >= _SATURDAY for each in resting)

    def _resting(self, day: date, step: timedelta) -> Iterator[date]:
        """The days of rest that touch `day` on one side; ends with the first day nobody knows."""
        while self.knows(day):
            day += step
            if day in self.working_days:
                return
            yield day
