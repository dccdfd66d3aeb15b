"""Rules of time: dates that can be, in an order that can be."""

from datetime import date

import polars as pl

from xiaobao.catalog.calendars import Calendar
from xiaobao.intake.findings import Findings

EARLIEST_ON = date(1990, 1, 1)
"""No complaint in the ledger is older: the bureau and its predecessors kept none."""

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


def check_dates(rows: pl.DataFrame, *, day: date, printed: dict[str, str], findings: Findings) -> None:
    """`date_out_of_range`, `received_after_day`, `date_order` over the typed rows of a delivery for `day`."""
    findings.ran("date_out_of_range", "received_after_day", "date_order")
    latest = date(min(day.year + 1, date.max.year), 12, 31)
    present = [name for name in DATES if name in rows.columns]
    for name in present:
        strange = ~pl.col(name).is_between(EARLIEST_ON, latest)
        _report(
            rows.filter(strange), "date_out_of_range", name, printed, findings, f"{EARLIEST_ON} … {latest}"
        )
    if "received_on" in present:
        after = pl.col("received_on").is_between(day, latest, closed="right")
        _report(rows.filter(after), "received_after_day", "received_on", printed, findings, str(day))
    for earlier, later in _ORDER:
        if earlier in present and later in present:
            plausible = pl.col(earlier).is_between(EARLIEST_ON, latest) & (pl.col(later) >= EARLIEST_ON)
            wrong = rows.filter(plausible & (pl.col(later) < pl.col(earlier)))
            _report(wrong, "date_order", later, printed, findings, pl.col(earlier).cast(pl.String))


def check_calendar(received_on: pl.Series, *, calendar: Calendar, findings: Findings) -> None:
    """`calendar_unknown_year`: once for each year that the working-day calendar does not know."""
    findings.ran("calendar_unknown_year")
    for year in received_on.dt.year().drop_nulls().unique().sort().to_list():
        if not calendar.knows(date(year, 1, 1)):
            findings.file("calendar_unknown_year", value=str(year))


def _report(
    rows: pl.DataFrame,
    rule_id: str,
    column: str,
    printed: dict[str, str],
    findings: Findings,
    expected: str | pl.Expr,
) -> None:
    findings.rows(
        rule_id,
        rows,
        column=printed.get(column, column),
        value=pl.col(column).cast(pl.String),
        expected=pl.lit(expected) if isinstance(expected, str) else expected,
    )
