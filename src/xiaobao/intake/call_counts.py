"""Rows of a file of calls → a batch of call counts; single calls are added up by interval and seat place."""

import polars as pl

from xiaobao.catalog.domains import Domain
from xiaobao.catalog.sources import CallRecords
from xiaobao.intake.delivery import Delivery
from xiaobao.intake.rules.calls import asked_at
from xiaobao.ledger.calls import CALL_BATCH_SCHEMA
from xiaobao.ledger.entries import MOMENT

CALL_RECORD: dict[str, pl.DataType] = {
    "call_no": pl.String(),
    "branch_code": pl.String(),
    "offered_at": MOMENT,  # when it came in
    "queued_at": MOMENT,  # when it asked for a person; where the column is there, empty: it never did
    "answered_at": MOMENT,
    "ended_at": MOMENT,
    "seat_place": pl.String(),
}
"""A row of call-detail records, as a layout may state it."""

_PLACE = ["branch_code", "starts_at", "seat_place"]


def with_values(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with every column of a batch; what the file leaves out is not known."""
    absent = [
        pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in CALL_BATCH_SCHEMA.items()
        if name not in rows.columns
    ]
    return rows.with_columns(absent)


def batch_of_counts(rows: pl.DataFrame, *, delivery: Delivery, revision: int | None) -> pl.DataFrame:
    """`CALL_BATCH_SCHEMA` of rows that are counts."""
    return _batch(rows, delivery=delivery, revision=revision)


def batch_of_records(
    rows: pl.DataFrame, records: CallRecords, *, domain: Domain, delivery: Delivery, revision: int | None
) -> pl.DataFrame:
    """`CALL_BATCH_SCHEMA` of rows that are single calls: those that asked for a person, by interval.

    A call counts whole in the interval in which it asked for a person: its wait, and how long was talked.
    """
    asked = asked_at(rows)
    local = asked.dt.convert_time_zone(domain.time_zone.key).dt.truncate(f"{records.minutes}m")
    answered = pl.col("answered_at").is_not_null()
    wait, patience = ((pl.col(until) - asked).dt.total_seconds() for until in ("answered_at", "ended_at"))
    counted = (
        rows.filter(asked.is_not_null())
        .with_columns(local.dt.convert_time_zone("UTC").alias("starts_at"))
        .group_by(_PLACE)
        .agg(
            pl.len().alias("offered"),
            answered.sum().alias("answered"),
            (~answered).sum().alias("abandoned"),
            (wait <= records.target_seconds).sum().alias("answered_in_time"),
            wait.filter(answered).sum().alias("answered_wait_seconds"),
            patience.filter(~answered).sum().alias("abandoned_wait_seconds"),
            (pl.col("ended_at") - pl.col("answered_at")).dt.total_seconds().sum().alias("talk_seconds"),
        )
        .sort(_PLACE)
        .with_row_index("row_number", offset=1)
        .with_columns(
            pl.lit(records.minutes).alias("minutes"), pl.lit(records.target_seconds).alias("target_seconds")
        )
    )
    return _batch(counted, delivery=delivery, revision=revision)


def batch_without_calls(*, delivery: Delivery, revision: int | None) -> pl.DataFrame:
    """`CALL_BATCH_SCHEMA` of a day that is stated to have no calls: one row."""
    return _batch(pl.DataFrame({"row_number": [1]}), delivery=delivery, revision=revision)


def _batch(rows: pl.DataFrame, *, delivery: Delivery, revision: int | None) -> pl.DataFrame:
    said = {"source_code": delivery.source_code, "day": delivery.day, "revision": revision}
    stated = with_values(rows).with_columns(pl.lit(value).alias(name) for name, value in said.items())
    return stated.select(pl.col(name).cast(dtype) for name, dtype in CALL_BATCH_SCHEMA.items())
