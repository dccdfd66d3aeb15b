"""Day counts: how many rows a delivery states by lag and code; what its source's recent days are made of."""

from datetime import date

import polars as pl

from xiaobao.catalog.codes import Facet
from xiaobao.ledger.entries import BATCH_SCHEMA, Event

OLDER = 8
"""The lag that stands for itself and every longer one."""
COUNT_SCHEMA: dict[str, pl.DataType] = {
    "lag": pl.Int64(),  # days from `received_on` to the day the delivery is for, 0 … OLDER
    "facet": pl.String(),
    "code": pl.String(),  # "" where none is stated
    "rows": pl.Int64(),
}
"""Counts of one delivery: every row once in each facet; a delivery that states none has a row of 0."""
DAY_COUNT_SCHEMA: dict[str, pl.DataType] = {
    "day": pl.Date(),  # the one the delivery was for
    "delivery": pl.Int64(),  # its place among those of the day, from 1
    **COUNT_SCHEMA,
}
"""Counts of many."""

_STATING = (Event.NEW.value, Event.SNAPSHOT.value)
READ = ("event", "received_on", *(facet.column for facet in Facet))
"""The columns of a batch that are counted."""
NOTHING_STATED = pl.DataFrame(
    {"lag": [0], "facet": [Facet.CAUSE.value], "code": [""], "rows": [0]}, schema=COUNT_SCHEMA
)
NO_ROWS = pl.DataFrame(schema={name: BATCH_SCHEMA[name] for name in READ})
"""What a nil report is counted by."""


def counts_of(rows: pl.DataFrame, *, day: date) -> pl.DataFrame:
    """`COUNT_SCHEMA` of the accepted rows of a delivery for `day`: those that state a number, none that mend.

    `rows` holds the columns `READ`.
    """
    lag = (pl.lit(day) - pl.col("received_on")).dt.total_days().clip(0, OLDER)
    # Before they are filtered, so that no other column is copied.
    read = rows.select(READ)
    stated = read.filter(pl.col("event").is_in(_STATING)).with_columns(lag.alias("lag"))
    if stated.is_empty():
        return NOTHING_STATED
    counted = [
        stated.lazy()
        .group_by("lag", pl.col(facet.column).fill_null("").alias("code"))
        .agg(pl.len().alias("rows"))
        .select(
            pl.col("lag").cast(pl.Int64),
            pl.lit(facet.value).alias("facet"),
            pl.col("code").cast(pl.String),
            pl.col("rows").cast(pl.Int64),
        )
        for facet in Facet
    ]
    return pl.concat(counted).sort("facet", "lag", "code").collect()


def dated(counts: pl.DataFrame, *, day: date, delivery: int) -> pl.DataFrame:
    """`DAY_COUNT_SCHEMA` of one delivery."""
    return counts.select(
        pl.lit(day).alias("day"), pl.lit(delivery, pl.Int64).alias("delivery"), *COUNT_SCHEMA
    )
