"""What is known of a day before it comes."""

from datetime import date

import numpy as np
import pytest

from xiaobao.analysis.surges import features
from xiaobao.catalog import reading
from xiaobao.catalog.calendars import Calendar, UnknownYearError


@pytest.fixture(scope="module")
def cn() -> Calendar:
    return reading.load().calendars["cn"]


def days_of(first: str, steps: int) -> np.ndarray:
    return np.datetime64(first) + np.arange(steps)


def test_the_days_of_a_long_holiday_are_holidays_and_its_make_up_days_are_known(cn: Calendar) -> None:
    # National Day 2024: off 1 to 7 October, worked on Sunday 29 September and Saturday 12 October.
    found = features.of_days(days_of("2024-09-28", 15), calendar=cn)

    kinds = found.day_kind.tolist()
    assert kinds[0] == features.SATURDAY
    assert kinds[1] == features.MAKE_UP
    assert kinds[3:10] == [features.HOLIDAY] * 7
    assert kinds[14] == features.MAKE_UP


def test_three_working_days_after_a_break_are_its_rebound(cn: Calendar) -> None:
    found = features.of_days(days_of("2024-10-07", 6), calendar=cn)

    assert found.rebound.tolist() == [0, 1, 2, 3, 0, 0]


def test_a_break_that_the_first_day_cuts_off_is_a_break(cn: Calendar) -> None:
    found = features.of_days(days_of("2024-10-08", 2), calendar=cn)

    assert found.rebound.tolist() == [1, 2]


def test_without_a_calendar_a_day_has_its_weekday_alone() -> None:
    found = features.of_days(days_of("2024-10-01", 7), calendar=None)

    assert found.day_kind.tolist() == [1, 2, 3, 4, 5, 6, 0]
    assert not found.rebound.any()


def test_weeks_around_the_spring_festival_are_numbered() -> None:
    found = features.of_days(days_of("2024-01-26", 37), calendar=None, festivals=[date(2024, 2, 10)])

    assert found.festival.tolist() == [0, *[1] * 7, *[2] * 7, *[3] * 7, *[4] * 7, *[5] * 7, 0]


def test_a_year_the_calendar_does_not_know_is_refused(cn: Calendar) -> None:
    with pytest.raises(UnknownYearError):
        features.of_days(days_of("2099-01-01", 3), calendar=cn)
