"""Rules of time: dates that can be, in an order that can be."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from xiaobao.catalog.calendars import Calendar
from xiaobao.catalog.sources import DeliveryKind, Events, Source
from xiaobao.intake.delivery import Delivery
from xiaobao.intake.findings import Findings
from xiaobao.intake.rules.predicates import RowTest, apply

DATES = ("received_on", "accepted_on", "declined_on", "forwarded_on", "responded_on", "closed_on")
_ORDER = (
    ("received_on", "accepted_on"),
    ("received_on", "declined_on"),
    ("received_on", "forwarded_on"),
    ("received_on", "responded_on"),
    ("received_on", "closed_on"),
    ("accepted_on", "closed_on"),
    ("forwarded_on", "responded_on"),
    ("forwarded_on", "closed_on"),
)


def check_dates(
    rows: pl.DataFrame,
    *,
    delivery: Delivery,
    source: Source,
    earliest_on: date,
    printed: Mapping[str, str],
    findings: Findings,
) -> None:
    """The rules of dates over the typed rows of a delivery; those before `earliest_on` are implausible."""
    present = [name for name in DATES if name in rows.columns]
    findings.ran("date_out_of_range", "received_after_day", "date_order", "accepted_and_declined")
    tests = [*_tests(present, delivery.day, earliest_on), *_both(present)]
    # What is delivered belatedly, or is the present state of a whole list, may know of later days.
    if source.events is Events.EVENTS and delivery.kind is not DeliveryKind.SUPPLEMENTARY:
        findings.ran("dated_after_day")
        tests += _later(present, delivery.day)
    apply(rows, tests, printed=printed, findings=findings)


def _tests(present: Sequence[str], day: date, earliest_on: date) -> Iterator[RowTest]:
    latest = _latest(day)
    span = pl.lit(f"{earliest_on} … {latest}")
    for name in present:
        strange = ~pl.col(name).is_between(earliest_on, latest)
        yield RowTest(rule_id="date_out_of_range", column=name, wrong=strange, expected=span)
    if "received_on" in present:
        after = pl.col("received_on").is_between(day, latest, closed="right")
        yield RowTest(
            rule_id="received_after_day", column="received_on", wrong=after, expected=pl.lit(str(day))
        )
    for earlier, later in _ORDER:
        if earlier in present and later in present:
            plausible = pl.col(earlier).is_between(earliest_on, latest) & (pl.col(later) >= earliest_on)
            yield RowTest(
                rule_id="date_order",
                column=later,
                wrong=plausible & (pl.col(later) < pl.col(earlier)),
                expected=pl.col(earlier).cast(pl.String),
            )


def _later(present: Sequence[str], day: date) -> Iterator[RowTest]:
    for name in present:
        if name != "received_on":
            after = pl.col(name).is_between(day, _latest(day), closed="right")
            yield RowTest(rule_id="dated_after_day", column=name, wrong=after, expected=pl.lit(str(day)))


def _both(present: Sequence[str]) -> Iterator[RowTest]:
    if "accepted_on" in present and "declined_on" in present:
        yield RowTest(
            rule_id="accepted_and_declined",
            column="declined_on",
            wrong=pl.col("accepted_on").is_not_null() & pl.col("declined_on").is_not_null(),
            expected=pl.col("accepted_on").cast(pl.String),
        )


def _latest(day: date) -> date:
    return date(min(day.year + 1, date.max.year), 12, 31)


def check_calendar(received_on: pl.Series, *, calendar: Calendar, findings: Findings) -> None:
    """`calendar_unknown_year`: once for each year that the working-day calendar does not know."""
    findings.ran("calendar_unknown_year")
    for year in received_on.dt.year().drop_nulls().unique().sort().to_list():
        if not calendar.knows(date(year, 1, 1)):
            findings.file("calendar_unknown_year", value=str(year))
