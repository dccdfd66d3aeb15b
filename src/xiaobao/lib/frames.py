"""Frames of many columns, held in little memory."""

import polars as pl


def compact(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows, each column of one value held as that value.

    Most columns of a delivery are empty, or one code all through. Polars neither stores nor copies such a
    column until it is taken out of the frame as a series.
    """
    if frame.is_empty():
        return frame
    is_constant = frame.select(pl.all().eq_missing(pl.all().first()).all()).row(0)
    first = frame.head(1)
    return frame.with_columns(
        pl.lit(first[name]).first().alias(name)
        for name, constant in zip(frame.columns, is_constant, strict=True)
        if constant
    )


def in_order(frame: pl.DataFrame, *, of: str) -> pl.DataFrame:
    """The rows in ascending order of a column; where they are already, a sort would copy every column."""
    return frame if frame[of].is_sorted() else frame.sort(of)
