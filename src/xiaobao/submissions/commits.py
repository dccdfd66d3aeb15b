"""The rows of a commit: one way from batches to rows, for the poster and for the rebuild alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from xiaobao.ledger.batches import BatchToPost
from xiaobao.ledger.calls import CALL_SCHEMA, CallsNote, CallsToPost, post_calls
from xiaobao.ledger.entries import BATCH_SCHEMA, MOMENT, TAG_SCHEMA
from xiaobao.ledger.posting import BatchNote, post
from xiaobao.ledger.tables import Table
from xiaobao.submissions.pending import LoadedBatch

if TYPE_CHECKING:  # what answers loads half a second long, and `status` asks nothing
    from xiaobao.ledger.snapshot import Snapshot

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
    """What a commit adds to the tables, and what became of its batches."""

    tables: Mapping[Table, pl.DataFrame]
    notes: tuple[BatchNote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What must be known of the ledger before a run of batches is posted."""

    complaint_keys: pl.Series
    days: pl.DataFrame
    """Columns source_code, day: those whose calls are stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """All earlier rows of what is wanted; others do no harm."""

    entries: pl.DataFrame
    calls: pl.DataFrame


def prior_rows(snapshot: "Snapshot", wanted: Wanted) -> Prior:
    """What a snapshot holds of what is wanted."""
    return Prior(entries=snapshot.lookup(wanted.complaint_keys), calls=snapshot.calls_of(wanted.days))


def rows_of(
    numbered: Sequence[NumberedBatch], *, prior: Callable[[Wanted], Prior], voided: Voided
) -> CommitRows:
    """The rows of a contiguous run of batches of one or more claims, by the rules of posting.

    `prior` gives all earlier ledger rows of what is wanted. Raises PostingError naming a batch.
    """
    known = prior(_wanted(numbered))
    recorded_at = numbered[0].recorded_at
    posted = post(
        [_to_post(one) for one in numbered], prior=known.entries, recorded_at=recorded_at, voided=voided
    )
    calls = post_calls(
        [
            CallsToPost(posted_seq=one.posted_seq, frame=one.batch.frame, arrival=one.batch.arrival)
            for one in _of(Table.CALLS, numbered)
        ],
        prior=known.calls,
        recorded_at=recorded_at,
        voided=voided,
    )
    called = {note.posted_seq: note for note in calls.notes}
    # Rows do not depend on the grouping; only the moment does, and that is the claim's.
    return CommitRows(
        tables={
            Table.ENTRIES: _at_their_moment(posted.rows, numbered),
            Table.TAGS: pl.concat(
                [pl.DataFrame(schema=TAG_SCHEMA), *(_tags(one) for one in _of(Table.TAGS, numbered))]
            ),
            Table.CALLS: _at_their_moment(calls.rows, numbered),
        },
        notes=tuple(
            _note(one, note, called.get(one.posted_seq))
            for one, note in zip(numbered, posted.notes, strict=True)
        ),
    )


def _of(table: Table, numbered: Sequence[NumberedBatch]) -> list[NumberedBatch]:
    return [one for one in numbered if one.batch.table is table]


def _wanted(numbered: Sequence[NumberedBatch]) -> Wanted:
    keys = [one.batch.keys for one in _of(Table.ENTRIES, numbered)]
    days = [one.batch.frame.select("source_code", "day") for one in _of(Table.CALLS, numbered)]
    none = pl.DataFrame(schema={name: CALL_SCHEMA[name] for name in ("source_code", "day")})
    return Wanted(
        complaint_keys=pl.concat([pl.Series("complaint_key", [], dtype=pl.Int64), *keys]).unique(),
        days=pl.concat([none, *days]).unique(),
    )


def _to_post(one: NumberedBatch) -> BatchToPost:
    """The batch under its number; one of another table posts no entries but keeps its number."""
    if one.batch.table is not Table.ENTRIES:
        return BatchToPost(posted_seq=one.posted_seq, frame=pl.DataFrame(schema=BATCH_SCHEMA))
    return BatchToPost(
        posted_seq=one.posted_seq,
        frame=one.batch.frame,
        arrival=one.batch.arrival,
        keys=one.batch.keys,
    )


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
    return one.batch.frame.with_columns(
        pl.lit(one.posted_seq, pl.Int64()).alias("posted_seq"),
        pl.lit(one.recorded_at, MOMENT).alias("recorded_at"),
        one.batch.keys.alias("complaint_key"),
    ).select(*TAG_SCHEMA)


def _note(one: NumberedBatch, note: BatchNote, calls: CallsNote | None) -> BatchNote:
    if one.batch.table is Table.ENTRIES:
        return note
    rows = one.batch.frame.height
    return BatchNote(
        posted_seq=one.posted_seq,
        accepted=rows,
        posted=calls.posted if calls else rows,
        unchanged=calls.unchanged if calls else 0,
        superseded=calls.superseded if calls else 0,
        refused=note.refused,
        warnings=note.warnings,
    )
