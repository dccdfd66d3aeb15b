"""Comparisons are like for like: late data never look like a fall, nor like a rise."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from xiaobao.analysis.compare import Direction, direction, late, period_on_period, windows
from xiaobao.analysis.measures import QuestionError
from xiaobao.lib.periods import Period

MONDAY = date(2020, 3, 2)
VOLUME, LATE = 100, 30


@pytest.fixture
def constant(ledger) -> dict[date, int]:
    """100 complaints a working day, 30 of them reported a day late; closes of three weeks."""
    closes = {}
    for number in range(21):
        day = MONDAY + timedelta(days=number)
        closes[day] = number + 1
        if day.weekday() < 5:
            ledger.state(VOLUME - LATE, on=day, seq=number + 1)
            ledger.state(LATE, on=day, seq=number + 2)
    return closes


def test_constant_volume_with_thirty_per_cent_lateness_reads_as_level(ledger, constant) -> None:
    calendar = ledger.catalog.calendar_of("pbc")
    day = MONDAY + timedelta(days=17)
    for measure_id in ("complaints_dod", "complaints_wow"):
        readings = windows(ledger.catalog.measure(measure_id), day, closes=constant, calendar=calendar)
        change = ledger.answer(measure_id, *readings).only().value
        assert change is not None
        assert direction(change) is Direction.LEVEL


def test_the_average_of_constant_volume_is_the_count_of_the_day(ledger, constant) -> None:
    measure = ledger.catalog.measure("complaints_avg_7")
    day = MONDAY + timedelta(days=17)
    readings = windows(measure, day, closes=constant, calendar=ledger.catalog.calendar_of("pbc"))

    average = ledger.answer("complaints_avg_7", *readings).only().value
    present = ledger.answer("complaints", readings[0]).only().value

    assert len(readings) == 1 + 5
    assert average == present == VOLUME - LATE


def test_the_late_line_says_what_came_in_after_its_day_was_printed(ledger, constant) -> None:
    day = MONDAY + timedelta(days=4)
    answer = ledger.answer("complaints_late", *late(day, closes=constant))
    assert answer.only().value == 4 * LATE


def test_the_first_closed_day_has_nothing_to_be_compared_with(ledger, constant) -> None:
    calendar = ledger.catalog.calendar_of("pbc")
    for measure_id in ("complaints_dod", "complaints_avg_7", "complaints_avg_30", "complaints_late"):
        readings = windows(ledger.catalog.measure(measure_id), MONDAY, closes=constant, calendar=calendar)
        assert ledger.answer(measure_id, *readings).only().why_none == "not_enough_days"


def test_a_day_that_was_skipped_is_in_no_window(ledger, constant) -> None:
    skipped = MONDAY + timedelta(days=15)
    closes = {day: seq for day, seq in constant.items() if day != skipped}
    readings = windows(
        ledger.catalog.measure("complaints_avg_7"),
        MONDAY + timedelta(days=17),
        closes=closes,
        calendar=ledger.catalog.calendar_of("pbc"),
    )
    assert skipped not in {reading.period.from_on for reading in readings}
    assert len(readings) == 1 + 4


def test_a_day_that_is_not_closed_is_refused_with_the_last_that_is(catalog) -> None:
    with pytest.raises(QuestionError, match="2020-03-03 is not closed; the last close is of 2020-03-02"):
        windows(
            catalog.measure("complaints"),
            date(2020, 3, 3),
            closes={MONDAY: 1},
            calendar=catalog.calendar_of("pbc"),
        )


def test_weeks_are_compared_as_of_one_sequence(ledger, constant) -> None:
    week = Period(from_on=MONDAY + timedelta(days=7), to_on=MONDAY + timedelta(days=14))
    answer = ledger.answer("complaints_wow", *period_on_period(week, compared_days=7, posted_seq=100))
    assert answer.only().value == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0.1", Direction.UP), ("-0.1", Direction.DOWN), ("0.0", Direction.LEVEL), ("-0", Direction.LEVEL)],
)
def test_a_direction_is_that_of_the_printed_number(value: str, expected: Direction) -> None:
    assert direction(Decimal(value)) is expected
