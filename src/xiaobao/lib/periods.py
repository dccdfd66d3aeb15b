"""Half-open spans of days."""

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
