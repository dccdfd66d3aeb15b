"""What ruling a row gives: the rows to post, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from xiaobao.ledger.entries import CONTENT, SCHEMA

Voided = Mapping[str, frozenset[int]]
"""Source → its revisions that were declared void."""

IDENTITY = ("complaint_key", "source_code", "complaint_no")
CAUSE = ("posted_seq", "row_number", *IDENTITY, "revision", "event")
SIGNED_SCHEMA: dict[str, pl.DataType] = {
    name: SCHEMA[name] for name in (*CAUSE, "entry_id", "sign", *CONTENT)
}
"""Rows to post, before `month` and `recorded_at` are filled in; and all that ruling reads of earlier rows."""

NOTE_SCHEMA: dict[str, pl.DataType] = {
    "row_number": pl.Int32(),
    "complaint_no": pl.String(),
    "reason": pl.String(),
}
"""Rows refused by state, or posted with a warning; `reason` is one of `events.Reason`."""

FATE_SCHEMA: dict[str, pl.DataType] = {
    "posted_seq": pl.Int64(),
    **NOTE_SCHEMA,
    "disposition": pl.String(),
}
"""What became of each row; `disposition` is one of `events.Disposition`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What ruling some rows gave."""

    rows: pl.DataFrame
    """`SIGNED_SCHEMA`."""
    fates: pl.DataFrame
    """`FATE_SCHEMA`, one a row that was ruled."""


def entry_ids(sign: pl.Expr) -> pl.Expr:
    """`entries.entry_id` of whole columns."""
    row_number = pl.col("row_number").cast(pl.Int64())
    return pl.col("posted_seq") * (1 << 24) + row_number * 2 + (sign > 0).cast(pl.Int64())


def is_void(voided: Voided) -> pl.Expr:
    """True where the `revision` of a row was declared void."""
    source, revision = pl.col("source_code"), pl.col("revision")
    void = ((source == code) & revision.is_in(list(revisions)) for code, revisions in voided.items())
    return pl.any_horizontal(pl.lit(False), *void).fill_null(False)


def joined(parts: Sequence[Ruled]) -> Ruled:
    """All of them, one after the other."""
    if not parts:
        return Ruled(rows=pl.DataFrame(schema=SIGNED_SCHEMA), fates=pl.DataFrame(schema=FATE_SCHEMA))
    return Ruled(
        rows=pl.concat([part.rows for part in parts]), fates=pl.concat([part.fates for part in parts])
    )
