"""Frames of many columns in little memory: the same rows."""

from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
from polars.testing import assert_frame_equal

from xiaobao.lib.frames import compact, in_order

AT = datetime(2020, 3, 2, 9, 30, tzinfo=UTC)
SCHEMA = {
    "code": pl.String(),
    "empty": pl.String(),
    "stated_once": pl.String(),
    "number": pl.Int32(),
    "amount": pl.Decimal(18, 2),
    "moment": pl.Datetime("us", "UTC"),
}


def rows(count: int) -> pl.DataFrame:
    values = [("A01", None, None if number else "x", number, Decimal("1.50"), AT) for number in range(count)]
    return pl.DataFrame(values, schema=SCHEMA, orient="row")


def test_compact_rows_are_the_same_rows() -> None:
    for count in (0, 1, 2, 5):
        assert_frame_equal(compact(rows(count)), rows(count))


def test_compact_rows_are_sorted_filtered_and_joined_like_others() -> None:
    frame, held = rows(5), compact(rows(5))
    for change in (
        lambda frame: frame.sort("number", descending=True),
        lambda frame: frame.filter(pl.col("number") > 2),
        lambda frame: pl.concat([frame, frame.with_columns(pl.lit("A02").alias("code"))]),
        lambda frame: frame.join(frame.select("number", again="code"), on="number"),
    ):
        assert_frame_equal(change(held), change(frame))


def test_rows_are_put_in_order_and_left_there() -> None:
    frame = rows(5)
    assert_frame_equal(in_order(frame.reverse(), of="number"), frame)
    assert in_order(frame, of="number") is frame
