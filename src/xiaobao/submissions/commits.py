"""The rows of a commit: one way from batches to rows, for the poster and for the rebuild alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from xiaobao.ledger.entries import MOMENT, TAG_SCHEMA
from xiaobao.ledger.posting import BatchNote, post
from xiaobao.submissions.pending import TAGS, LoadedBatch, to_post

Voided = Mapping[str, frozenset[int]]
"""Source → its revisions that were declared void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedBatch:
    """A batch with the number and the moment its claim gave it."""

    batch: LoadedBatch
    posted_seq: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitRows:
    """What a commit adds to the two tables, and what became of its batches."""

    entries: pl.DataFrame
    tags: pl.DataFrame
    notes: tuple[BatchNote, ...]


def rows_of(
    numbered: Sequence[NumberedBatch], *, lookup: Callable[[pl.Series], pl.DataFrame], voided: Voided
) -> CommitRows:
    """The rows of a contiguous run of batches of one or more claims, by the rules of posting.

    `lookup` gives all earlier ledger rows of complaint keys. Raises PostingError naming a batch.
    """
    posted = post(
        [to_post(one.batch, one.posted_seq) for one in numbered],
        prior=lookup(_keys(numbered)),
        recorded_at=numbered[0].recorded_at,
        voided=voided,
    )
    # Rows do not depend on the grouping; only the moment does, and that is the claim's.
    return CommitRows(
        entries=_at_their_moment(posted.rows, numbered),
        tags=pl.concat([pl.DataFrame(schema=TAG_SCHEMA), *(_tags(one) for one in numbered)]),
        notes=tuple(_note(one, note) for one, note in zip(numbered, posted.notes, strict=True)),
    )


def _keys(numbered: Sequence[NumberedBatch]) -> pl.Series:
    keys = [one.batch.keys for one in numbered if one.batch.kind != TAGS]
    return pl.concat([pl.Series("complaint_key", [], dtype=pl.Int64), *keys]).unique()


def _at_their_moment(rows: pl.DataFrame, numbered: Sequence[NumberedBatch]) -> pl.DataFrame:
    if len({one.recorded_at for one in numbered}) == 1:
        return rows
    moments = pl.DataFrame(
        {
            "posted_seq": [one.posted_seq for one in numbered],
            "recorded_at": [one.recorded_at for one in numbered],
        },
        schema={"posted_seq": pl.Int64, "recorded_at": MOMENT},
    )
    joined = rows.drop("recorded_at").join(moments, on="posted_seq", how="left", maintain_order="left")
    return joined.select(rows.columns)


def _tags(one: NumberedBatch) -> pl.DataFrame:
    if one.batch.kind != TAGS:
        return pl.DataFrame(schema=TAG_SCHEMA)
    return one.batch.frame.with_columns(
        pl.lit(one.posted_seq, pl.Int64()).alias("posted_seq"),
        pl.lit(one.recorded_at, MOMENT).alias("recorded_at"),
        one.batch.keys.alias("complaint_key"),
    ).select(*TAG_SCHEMA)


def _note(one: NumberedBatch, note: BatchNote) -> BatchNote:
    if one.batch.kind != TAGS:
        return note
    rows = one.batch.frame.height
    return BatchNote(
        posted_seq=one.posted_seq,
        accepted=rows,
        posted=rows,
        unchanged=0,
        superseded=0,
        refused=note.refused,
        warnings=note.warnings,
    )
