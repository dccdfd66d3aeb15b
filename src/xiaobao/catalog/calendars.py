"""Working days: a country's calendar with the bureau's dated overrides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words


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
    overrides: Mapping[date, bool]
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
