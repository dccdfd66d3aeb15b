"""When a play delivers and closes: every day from the first arrival to the last declared day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from xiaobao.catalog import reading
from xiaobao.simulate.manifest import PlannedDelivery
from xiaobao.workflows.timeline import Arrival, Closing, timeline

PBC = reading.load().domain("pbc")
ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2020, 3, 2)


def delivered(day: date, *, hours: float = 16) -> PlannedDelivery:
    return PlannedDelivery(
        at=datetime.combine(day, datetime.min.time(), tzinfo=ZONE) + timedelta(hours=hours),
        mark="simulated",
        source_code="bank-gy01",
        day=day,
        kind="nil",
        revision=1,
        stated_total=0,
        file=None,
    )


def after(days: int) -> date:
    return MONDAY + timedelta(days=days)


def test_every_day_is_closed_after_its_cut_off_and_before_the_next_arrival() -> None:
    steps = timeline([delivered(MONDAY), delivered(after(1))], domain=PBC, until=None)
    assert [type(step) for step in steps] == [Arrival, Closing, Arrival, Closing]
    first_close = steps[1]
    assert isinstance(first_close, Closing)
    assert first_close.day == MONDAY
    assert first_close.at > PBC.cutoff_at(MONDAY)


def test_what_comes_after_the_cut_off_comes_after_the_close() -> None:
    steps = timeline([delivered(MONDAY), delivered(MONDAY, hours=18)], domain=PBC, until=None)
    assert [type(step) for step in steps] == [Arrival, Closing, Arrival]


def test_until_stops_with_the_close_of_that_day() -> None:
    deliveries = [delivered(MONDAY), delivered(MONDAY, hours=18), delivered(after(1)), delivered(after(2))]
    steps = timeline(deliveries, domain=PBC, until=after(1))
    assert [step.day for step in steps if isinstance(step, Closing)] == [MONDAY, after(1)]
    assert len([step for step in steps if isinstance(step, Arrival)]) == 3


def test_a_short_run_of_empty_days_is_closed_and_a_long_one_is_skipped_by_the_next_close() -> None:
    deliveries = [delivered(MONDAY), delivered(after(8)), delivered(after(17)), delivered(after(18))]
    steps = timeline(deliveries, domain=PBC, until=None)
    closings = [step for step in steps if isinstance(step, Closing)]
    assert [step.day for step in closings] == [after(days) for days in (*range(9), 17, 18)]
    assert [(step.day, step.skip_from) for step in closings if step.skipped] == [(after(17), after(9))]
    assert sum(step.skipped for step in closings) == 8


def test_no_deliveries_have_no_timeline() -> None:
    assert timeline([], domain=PBC, until=None) == ()
