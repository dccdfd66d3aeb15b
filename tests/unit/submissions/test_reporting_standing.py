"""Where a source stands after the events of a day, and when a delivery is late."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

import pytest

from xiaobao.catalog import reading
from xiaobao.catalog.sources import Source
from xiaobao.submissions.models import ReportingEvent
from xiaobao.submissions.reporting import course, deadline_at, standing

CATALOG = reading.load()
PBC = CATALOG.domain("pbc")
CALENDAR = CATALOG.calendar_of("pbc")
NATIONAL_DAY = date(2020, 10, 1)  # with Mid-Autumn: 1 to 8 October 2020 were holidays, Friday 9 a working day


def events(*told: tuple[str, int | None] | tuple[str, int | None, bool]) -> Sequence[ReportingEvent]:
    """Events in order: status, receipt, and whether the event takes an earlier one back."""
    return [
        ReportingEvent(status=one[0], receipt_sequence=one[1], reversed=len(one) == 3 and bool(one[2]))
        for one in told
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], "pending"),
        ([("arrived", 1)], "arrived"),
        ([("late", 1)], "late"),
        ([("nil", 1)], "nil"),
        ([("nil", 1), ("nil", 1, True), ("arrived", 2)], "arrived"),
        ([("nil", 1), ("nil", 1, True), ("late", 2)], "late"),
        ([("arrived", 1), ("supplementary", 2)], "arrived"),
        ([("missing", None), ("supplementary", 2)], "supplementary"),
        ([("missing", None)], "missing"),
        ([("missing", None), ("late", 2)], "late"),
        ([("arrived", 1), ("superseded", 1)], "superseded"),
        ([("arrived", 1), ("arrived", 2), ("superseded", 2)], "arrived"),
        ([("arrived", 1), ("superseded", 1), ("late", 2)], "late"),
        ([("late", 1), ("arrived", 2)], "arrived"),
    ],
)
def test_the_standing_follows_from_the_events(
    told: Sequence[tuple[str, int | None] | tuple[str, int | None, bool]], expected: str
) -> None:
    assert standing(events(*told)) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([("missing", None), ("late", 2)], ("missing", "late")),
        ([("late", 2), ("missing", None)], ("missing", "late")),  # the close was run after it came
        (
            [("nil", 1), ("nil", 1, True), ("late", 2), ("missing", None)],
            ("nil", "nil-reversed", "missing", "late"),
        ),
        ([("superseded", 1), ("missing", None)], ("superseded", "missing")),
    ],
)
def test_what_was_missing_at_the_cutoff_comes_before_what_came_late(
    told: Sequence[tuple[str, int | None] | tuple[str, int | None, bool]], expected: tuple[str, ...]
) -> None:
    assert course(events(*told)) == expected


def source_due(due: str) -> Source:
    """A bank's source, due as said."""
    found = CATALOG.source("bank-gy01")
    values = {name: getattr(found, name) for name in Source.__dataclass_fields__}
    return Source(**{**values, "due": due, "deadline": time(17, 30)})


@pytest.mark.parametrize(
    ("due", "day", "expected"),
    [
        ("daily", NATIONAL_DAY, datetime(2020, 10, 1, 9, 30, tzinfo=UTC)),
        ("working_day", NATIONAL_DAY, datetime(2020, 10, 9, 9, 30, tzinfo=UTC)),
        ("working_day", date(2020, 10, 9), datetime(2020, 10, 9, 9, 30, tzinfo=UTC)),
        ("working_day", date(2020, 10, 10), datetime(2020, 10, 10, 9, 30, tzinfo=UTC)),  # a make-up Saturday
        ("working_day", date(1999, 10, 1), datetime(1999, 10, 1, 9, 30, tzinfo=UTC)),  # a year nobody knows
        ("on_demand", NATIONAL_DAY, None),
    ],
)
def test_the_deadline_is_local_and_waits_for_a_working_day(
    due: str, day: date, expected: datetime | None
) -> None:
    assert deadline_at(source_due(due), domain=PBC, calendar=CALENDAR, day=day) == expected
