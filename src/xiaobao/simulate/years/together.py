"""Entries that belong together: one matter told on both paths, calls again, and the persons who tell them."""

import numpy as np
import polars as pl

from xiaobao.simulate.years.draws import Draws

NONE = -1
"""The entry, bank, region or injection of what has none."""
_REPEAT_DAYS = 30


def paired(both: pl.DataFrame) -> pl.DataFrame:
    """The hotline's twins know theirs as well."""
    of_banks = both.filter(~pl.col("on_hotline") & (pl.col("twin") != NONE)).select(
        entry=pl.col("twin"), told_bank=pl.col("entry")
    )
    return (
        both.join(of_banks, on="entry", how="left", maintain_order="left")
        .with_columns(twin=pl.coalesce("told_bank", "twin"))
        .drop("told_bank")
    )


def with_repeats(entries: pl.DataFrame, share: float, draws: Draws) -> pl.DataFrame:
    """Some call again: an earlier complaint about the same bank at the same branch, told once more."""
    again = draws.happens("repeat", entries["entry"].to_numpy(), share)
    place = ["region", "bank"]
    able = (
        pl.col("on_hotline")
        & (pl.col("kind") == 0)
        & (pl.col("injection") == NONE)
        & (pl.col("bank") >= 0)
        & (pl.col("twin") == NONE)
    )
    candidates = entries.filter(able).with_columns(
        before=pl.col("entry").shift(1).over(place), day_before=pl.col("day").shift(1).over(place)
    )
    repeats = candidates.filter(
        pl.Series(again[candidates["entry"].to_numpy()])
        & (pl.col("day") - pl.col("day_before") <= _REPEAT_DAYS)
    ).select("entry", "before")
    root = np.arange(len(entries))
    root[repeats["entry"].to_numpy()] = repeats["before"].to_numpy()
    while (root[root] != root).any():
        root = root[root]
    is_again = root != np.arange(len(entries))
    return entries.with_columns(
        repeats=pl.Series(np.where(is_again, root, NONE)),
        topic=pl.Series(entries["topic"].to_numpy()[root]),
        cause=pl.Series(entries["cause"].to_numpy()[root]),
    )


def with_persons(entries: pl.DataFrame) -> pl.DataFrame:
    """A number of the person who tells: the hotline's entry where one person tells on both paths."""
    return entries.with_columns(
        person=pl.when(~pl.col("on_hotline") & (pl.col("twin") != NONE))
        .then("twin")
        .when(pl.col("repeats") != NONE)
        .then("repeats")
        .otherwise("entry")
    )
