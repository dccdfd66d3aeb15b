"""What must hold of all rows of the table of call counts, whatever was delivered and in whichever order."""

from collections.abc import Iterator

import polars as pl

from xiaobao.ledger.calls import CALL_CELL, CALL_VALUES

_sign = pl.col("sign").cast(pl.Int64())
_states_calls = pl.col("starts_at").is_not_null()


def broken_call_laws(rows: pl.DataFrame) -> Iterator[tuple[str, int, str]]:
    """Each law that rows (`ledger.calls.CALL_SCHEMA`, all of them) break: its name, how many, an example.

    After every batch a cell is stated once or not at all, and what is reversed is what was stated; a moment
    belongs to the batch and never goes back.
    """
    ordered = rows.filter(pl.col("sign") != 0).sort("posted_seq", "sign")
    for law, group in (("call_stated_once", list(CALL_CELL)), ("call_reversal_repeats", _content())):
        running = _sign.cum_sum().over(group)
        yield from _breaches(law, ordered.filter(~running.is_between(0, 1)))
    yield from _breaches("call_required", rows.filter((pl.col("sign") != 0) & ~_states_calls))
    yield from _breaches("call_numbers", rows.filter(_impossible()))
    yield from _breaches("call_recorded_at", _clock_goes_back(rows))


def _content() -> list[str]:
    return [*CALL_CELL, *CALL_VALUES]


def _impossible() -> pl.Expr:
    answered, offered = pl.col("answered"), pl.col("offered")
    negative = pl.any_horizontal(pl.col(name) < 0 for name in CALL_VALUES)
    return negative | (answered + pl.col("abandoned") > offered) | (pl.col("answered_in_time") > answered)


def _clock_goes_back(rows: pl.DataFrame) -> pl.DataFrame:
    recorded = pl.col("recorded_at")
    batches = rows.group_by("posted_seq").agg(recorded.min().alias("first"), recorded.max().alias("last"))
    ordered = batches.sort("posted_seq")
    return ordered.filter((pl.col("first") != pl.col("last")) | (pl.col("first") < pl.col("last").shift(1)))


def _breaches(law: str, wrong: pl.DataFrame) -> Iterator[tuple[str, int, str]]:
    if wrong.height:
        named = [name for name in ("posted_seq", *CALL_CELL) if name in wrong.columns]
        yield law, wrong.height, " ".join(str(value) for value in wrong.select(named).row(0))
