"""Half-open spans of days."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days of `[from_on, to_on)`; an empty or reversed span is refused with ValueError."""

    from_on: date
    to_on: date

    def __post_init__(self) -> None:
        if self.to_on <= self.from_on:
            raise ValueError(f"a period ends after it starts: {self.from_on} .. {self.to_on}")

    def __contains__(self, day: date) -> bool:
        return self.from_on <= day < self.to_on

    def __iter__(self) -> Iterator[date]:
        day = self.from_on
        while day < self.to_on:
            yield day
            day += ONE_DAY

    def __len__(self) -> int:
        return (self.to_on - self.from_on).days

    @property
    def last_on(self) -> date:
        """The last day inside the period."""
        return self.to_on - ONE_DAY


def day_period(day: date) -> Period:
    """The single day."""
    return Period(from_on=day, to_on=day + ONE_DAY)


def days_before(day: date, count: int) -> Period:
    """The `count` days that end the day before `day`."""
    return Period(from_on=day - timedelta(days=count), to_on=day)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month where it is shorter.

    ValueError before the year 1.
    """
    place = day.year * 12 + day.month - 1 - months
    return date(place // 12, place % 12 + 1, min(day.day, monthrange(place // 12, place % 12 + 1)[1]))


def period_months_before(period: Period, months: int) -> Period:
    """The same days so many months earlier; whole months become whole months. ValueError before year 1.

    29 February has no day in other years: a period that ends with it ends with 28 February there.
    """
    ends = months_before(period.to_on, months)
    if ends.day != period.to_on.day:
        ends = months_before(period.last_on, months) + ONE_DAY
    return Period(from_on=months_before(period.from_on, months), to_on=ends)


def whole_months(period: Period) -> int | None:
    """How many calendar months the period is made of; None when it is not made of whole ones."""
    if period.from_on.day != 1 or period.to_on.day != 1:
        return None
    months = (period.to_on.year - period.from_on.year) * 12 + period.to_on.month - period.from_on.month
    return months or None


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a calendar year, such as 2020Q2."""

    year: int
    number: int
    """1 to 4."""

    @classmethod
    def parse(cls, written: str) -> "Quarter":
        """The quarter written as `2020Q2`; ValueError for anything else."""
        year, mark, number = written.partition("Q")
        if not (mark and year.isascii() and year.isdigit() and len(year) == 4 and number in tuple("1234")):
            raise ValueError(f"{written!r} is no quarter such as 2020Q2")
        return cls(int(year), int(number))

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    def before(self, quarters: int) -> "Quarter":
        """The quarter so many quarters earlier."""
        place = self.year * 4 + self.number - 1 - quarters
        return Quarter(place // 4, place % 4 + 1)
