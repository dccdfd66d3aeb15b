"""Rules of time limits: what was done later than the rule set in force when it began allows."""

from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.deadlines import DueDays, LimitSet, TimeLimit
from xiaobao.catalog.sources import Source
from xiaobao.intake.findings import Findings

_ORDINARY, _LONGEST = "limit_exceeded", "longest_limit_exceeded"


def check_limits(
    rows: pl.DataFrame, *, catalog: Catalog, source: Source, printed: Mapping[str, str], findings: Findings
) -> None:
    """`limit_exceeded`, or `longest_limit_exceeded` where no extension reaches that far.

    A limit binds the entries of its path that begin while its set is in force. Where the calendar does not
    know a year that is needed, nothing is said of the row.
    """
    findings.ran(_ORDINARY, _LONGEST)
    due_days = DueDays(catalog.calendar_of(source.domain_id))
    for limits, limit in _binding(catalog, source):
        begins, ends = str(limit.begins), [name for name in limit.ends if name in printed]
        if begins not in printed or not ends:
            continue
        late = _late(rows, limits, limit, ends=ends, due_days=due_days)
        for rule_id, found in late.partition_by("rule_id", "column", as_dict=True).items():
            findings.rows(
                str(rule_id[0]),
                found,
                column=printed[str(rule_id[1])],
                value=pl.col("ended_on").cast(pl.String),
                expected=pl.col("due"),
                of_dates=True,
            )


def _binding(catalog: Catalog, source: Source) -> Iterator[tuple[LimitSet, TimeLimit]]:
    for limits in catalog.deadlines.values():
        for limit in limits.limits:
            if limits.domain_id == source.domain_id and limit.path is not None and limit.path == source.path:
                yield limits, limit


def _late(
    rows: pl.DataFrame, limits: LimitSet, limit: TimeLimit, *, ends: list[str], due_days: DueDays
) -> pl.DataFrame:
    """Rows that ended late: places, ended_on, the column that says so, rule_id and due."""
    begun, ended = pl.col(str(limit.begins)), pl.coalesce(ends)
    # No limit ends before its count of days: what took no longer needs no calendar, and is most of it.
    candidates = rows.filter(
        ((ended - begun).dt.total_days() > limit.count) & begun.is_between(limits.from_on, _last_on(limits))
    ).select(
        "row_number",
        "line_number",
        begun.alias("begun_on"),
        ended.alias("ended_on"),
        pl.coalesce(pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in ends).alias("column"),
    )
    if candidates.is_empty():
        return pl.DataFrame(schema={"rule_id": pl.String, "column": pl.String})
    days = candidates["begun_on"].unique()
    due = pl.DataFrame(
        {
            "begun_on": days,
            "due_on": [due_days.last_day(day, limit.count, limit.unit) for day in days],
            "last_on": [due_days.last_day(day, limit.longest or limit.count, limit.unit) for day in days],
        },
        schema={"begun_on": pl.Date, "due_on": pl.Date, "last_on": pl.Date},
    )
    too_late = (pl.col("ended_on") > pl.col("last_on")) if limit.longest is not None else pl.lit(False)
    beyond = pl.when(too_late).then(pl.col("last_on")).otherwise(pl.col("due_on"))
    return (
        candidates.join(due, on="begun_on", maintain_order="left")
        .filter(pl.col("ended_on") > pl.col("due_on"))
        .with_columns(
            pl.when(too_late).then(pl.lit(_LONGEST)).otherwise(pl.lit(_ORDINARY)).alias("rule_id"),
            (beyond.cast(pl.String) + pl.lit(f" ({limits.id})")).alias("due"),
        )
    )


def _last_on(limits: LimitSet) -> date:
    return date.max if limits.to_on is None else date.fromordinal(limits.to_on.toordinal() - 1)
