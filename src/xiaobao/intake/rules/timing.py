"""Rules of time: dates that can be, in an order that can be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from xiaobao.catalog.calendars import Calendar
from xiaobao.intake.findings import Findings

DATES = ("received_on", "accepted_on", "declined_on", "forwarded_on", "responded_on", "closed_on")
_ORDER = (
    ("received_on", "accepted_on"),
    ("received_on", "declined_on"),
    ("received_on", "forwarded_on"),
    ("received_on", "responded_on"),
    ("received_on", "closed_on"),
    ("accepted_on", "closed_on"),
    ("forwarded_on", "responded_on"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    rule_id: str
    column: str
    wrong: pl.Expr
    expected: pl.Expr


def check_dates(
    rows: pl.DataFrame, *, day: date, earliest_on: date, printed: Mapping[str, str], findings: Findings
) -> None:
    """`date_out_of_range`, `received_after_day`, `date_order` over the typed rows of a delivery for `day`.

    Dates before the domain's `earliest_on` are implausible.
    """
    findings.ran("date_out_of_range", "received_after_day", "date_order")
    tests = list(_tests([name for name in DATES if name in rows.columns], day, earliest_on))
    # One look at all of them: a row is only picked where some row fails.
    failed = rows.select(test.wrong.any().alias(str(place)) for place, test in enumerate(tests)).row(0)
    for test, any_wrong in zip(tests, failed, strict=True):
        if any_wrong:
            findings.rows(
                test.rule_id,
                rows.filter(test.wrong),
                column=printed.get(test.column, test.column),
                value=pl.col(test.column).cast(pl.String),
                expected=test.expected,
            )


def _tests(present: Sequence[str], day: date, earliest_on: date) -> Iterator[_Test]:
    latest = date(min(day.year + 1, date.max.year), 12, 31)
    span = pl.lit(f"{earliest_on} … {latest}")
    for name in present:
        strange = ~pl.col(name).is_between(earliest_on, latest)
        yield _Test(rule_id="date_out_of_range", column=name, wrong=strange, expected=span)
    if "received_on" in present:
        after = pl.col("received_on").is_between(day, latest, closed="right")
        yield _Test(
            rule_id="received_after_day", column="received_on", wrong=after, expected=pl.lit(str(day))
        )
    for earlier, later in _ORDER:
        if earlier in present and later in present:
            plausible = pl.col(earlier).is_between(earliest_on, latest) & (pl.col(later) >= earliest_on)
            yield _Test(
                rule_id="date_order",
                column=later,
                wrong=plausible & (pl.col(later) < pl.col(earlier)),
                expected=pl.col(earlier).cast(pl.String),
            )


def check_calendar(received_on: pl.Series, *, calendar: Calendar, findings: Findings) -> None:
    """`calendar_unknown_year`: once for each year that the working-day calendar does not know."""
    findings.ran("calendar_unknown_year")
    for year in received_on.dt.year().drop_nulls().unique().sort().to_list():
        if not calendar.knows(date(year, 1, 1)):
            findings.file("calendar_unknown_year", value=str(year))
