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
