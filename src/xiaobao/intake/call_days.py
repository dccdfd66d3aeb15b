"""Calls of a day by interval and kind of seat: what a branch office's recent days are made of."""

from datetime import date

import polars as pl

from xiaobao.ledger.calls import CALL_BATCH_SCHEMA

CALL_COUNT_SCHEMA: dict[str, pl.DataType] = {
    "starts_at_minute": pl.Int64(),  # minutes since 1970 began in UTC; empty of a day without calls
    "minutes": pl.Int64(),
    "seat_place": pl.String(),
    "offered": pl.Int64(),
    "answered": pl.Int64(),
}
"""Counts of one delivery: a row an interval and kind of seat; a day without calls has one row of 0."""
CALL_DAY_SCHEMA: dict[str, pl.DataType] = {
    "day": pl.Date(),  # the one the delivery was for
    "delivery": pl.Int64(),  # its place among those of the day, from 1
    **CALL_COUNT_SCHEMA,
}
"""Counts of many."""

READ = tuple(CALL_BATCH_SCHEMA)
"""The columns of a batch that are counted: all, as there are few rows."""

_MICROSECONDS_PER_MINUTE = 60_000_000


def call_counts_of(rows: pl.DataFrame) -> pl.DataFrame:
    """`CALL_COUNT_SCHEMA` of the rows of a batch of calls (`ledger.calls.CALL_BATCH_SCHEMA`)."""
    begins = pl.col("starts_at").dt.epoch("us") // _MICROSECONDS_PER_MINUTE
    counted = rows.with_columns(begins.alias("starts_at_minute"), pl.col("offered", "answered").fill_null(0))
    return counted.select(pl.col(name).cast(dtype) for name, dtype in CALL_COUNT_SCHEMA.items())


def call_days(counts: pl.DataFrame, *, day: date) -> pl.DataFrame:
    """`CALL_DAY_SCHEMA` of the one delivery of a day."""
    return counts.select(pl.lit(day).alias("day"), pl.lit(1, pl.Int64).alias("delivery"), *CALL_COUNT_SCHEMA)
