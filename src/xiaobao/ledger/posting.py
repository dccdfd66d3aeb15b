"""Posting whole commits: the rows that a run of batches adds to the ledger.

An unknown number that is stated as new, the great majority, needs no rule. Everything else is ruled, each row
with the state that the rows before it left its complaint in: many complaints at once column-wise, few of them
row by row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from xiaobao.ledger import column_wise, row_by_row
from xiaobao.ledger.batches import BatchToPost, PostingError, complaint_keys, prepared
from xiaobao.ledger.entries import COLUMNS, MOMENT, SCHEMA, Event
from xiaobao.ledger.events import Disposition
from xiaobao.ledger.ruling import NOTE_SCHEMA, SIGNED_SCHEMA, Ruled, Voided, entry_ids, joined
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.frames import in_order

__all__ = [
    "NOTE_SCHEMA",
    "BatchNote",
    "BatchToPost",
    "Posted",
    "PostingError",
    "complaint_keys",
    "foretold",
    "post",
]

COLUMN_WISE_FROM = 300
"""How many complaints make one turn column-wise as fast as their rows one by one."""

_REQUIRED = tuple(column.name for column in COLUMNS if column.required)
_RULED_ROWS_AT_A_TIME = 50_000  # bounds the memory of rows held as Python values


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchNote:
    """What became of the rows of a batch: accepted = posted + unchanged + superseded + refused."""

    posted_seq: int
    accepted: int
    posted: int
    unchanged: int
    superseded: int
    refused: pl.DataFrame
    """`NOTE_SCHEMA`: the rows the state forbids."""
    warnings: pl.DataFrame
    """`NOTE_SCHEMA`: rows posted with a warning; counted in `posted`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a commit adds to the ledger."""

    rows: pl.DataFrame
    """`ledger.entries.SCHEMA`, sorted by entry_id."""
    notes: tuple[BatchNote, ...]
    """One a batch, in order."""


def post(
    batches: Sequence[BatchToPost], *, prior: pl.DataFrame, recorded_at: datetime, voided: Voided
) -> Posted:
    """The rows that a contiguous run of batches adds, and what became of each of theirs.

    `prior` holds every ledger row (`SCHEMA`) of the complaints in the batches; rows of other complaints do
    no harm. `voided` are the revisions declared void, by source. Raises PostingError naming a batch that
    cannot be posted.
    """
    if not batches:
        return Posted(rows=pl.DataFrame(schema=SCHEMA), notes=())
    _require_past(prior, first=batches[0].posted_seq)
    asked = prepared(batches)
    known = prior.select(*SIGNED_SCHEMA)
    is_fresh = _is_fresh(asked, known)
    if is_fresh.all():  # a filter would copy every column
        stated, ruled = _stated(asked), joined([])
        rows = _finished(stated, recorded_at)
    else:
        stated = _stated(asked.filter(is_fresh))
        ruled = _ruled(asked.filter(~is_fresh), pl.concat([known, stated]), voided)
        rows = _finished(pl.concat([stated, ruled.rows]), recorded_at)
    _require_complete(rows)
    return Posted(rows=rows, notes=_notes(batches, stated, ruled.fates))


def foretold(batch: BatchToPost, *, prior: pl.DataFrame, voided: Voided) -> Ruled:
    """What would become of each row of a batch if it were posted on `prior`, as in `post`.

    Or what became of it, told again: grouping changes no row.
    """
    _require_past(prior, first=batch.posted_seq)
    return _ruled(prepared([batch]), prior.select(*SIGNED_SCHEMA), voided)


def _require_past(prior: pl.DataFrame, *, first: int) -> None:
    last = prior["posted_seq"].max()
    if isinstance(last, int) and last >= first:
        raise PostingError(first, f"the ledger already holds rows of batch {last}")


def _is_fresh(asked: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    # Of two numbers that share a key the later goes to the rules, where the full identity is compared.
    keys = asked["complaint_key"]
    states = asked["event"].is_in([Event.NEW.value, Event.SNAPSHOT.value])
    return states & keys.is_first_distinct() & ~keys.is_in(known["complaint_key"].unique().implode())


def _stated(fresh: pl.DataFrame) -> pl.DataFrame:
    sign = pl.lit(1, pl.Int8())
    return fresh.with_columns(
        pl.lit(Event.NEW.value).alias("event"), sign.alias("sign"), entry_ids(sign).alias("entry_id")
    ).select(*SIGNED_SCHEMA)


def _ruled(asked: pl.DataFrame, known: pl.DataFrame, voided: Voided) -> Ruled:
    """Rule turn after turn, each against the rows that the turns before it have posted."""
    done: list[Ruled] = []
    while not asked.is_empty():
        is_first = asked["complaint_key"].is_first_distinct()
        if is_first.sum() >= COLUMN_WISE_FROM:
            done.append(column_wise.rule(asked.filter(is_first), known, voided))
            asked = asked.filter(~is_first)
        else:
            done.append(row_by_row.rule(asked[:_RULED_ROWS_AT_A_TIME], known, voided))
            asked = asked[_RULED_ROWS_AT_A_TIME:]
        known = _carried([known, done[-1].rows], asked)
    return joined(done)


def _carried(known: Sequence[pl.DataFrame], asked: pl.DataFrame) -> pl.DataFrame:
    """What the turns to come need of the rows so far."""
    keys = asked.select("complaint_key")
    return pl.concat([rows.join(keys, on="complaint_key", how="semi") for rows in known])


def _finished(rows: pl.DataFrame, recorded_at: datetime) -> pl.DataFrame:
    received_on = pl.col("received_on").dt
    finished = rows.with_columns(
        (received_on.year() * 100 + received_on.month()).cast(pl.Int32()).alias("month"),
        pl.lit(recorded_at, MOMENT).alias("recorded_at"),
    ).select(*SCHEMA)
    return in_order(finished, of="entry_id")


def _require_complete(rows: pl.DataFrame) -> None:
    missing = rows.select(pl.col(_REQUIRED).null_count()).row(0, named=True)
    for name in (name for name, count in missing.items() if count):
        broken = rows.filter(pl.col(name).is_null())
        raise PostingError(int(broken["posted_seq"][0]), f"a row to post has no {name}")


def _notes(
    batches: Sequence[BatchToPost], stated: pl.DataFrame, fates: pl.DataFrame
) -> tuple[BatchNote, ...]:
    posted = pl.lit(Disposition.POSTED.value).alias("disposition")
    counted = pl.concat([stated.select("posted_seq", posted), fates.select("posted_seq", "disposition")])
    counts = {
        (posted_seq, Disposition(fate)): count
        for posted_seq, fate, count in counted.group_by("posted_seq", "disposition").len().iter_rows()
    }
    told = fates.filter(pl.col("reason").is_not_null()).sort("posted_seq", "row_number")
    return tuple(_note(batch, counts, told) for batch in batches)


def _note(batch: BatchToPost, counts: Mapping[tuple[int, Disposition], int], told: pl.DataFrame) -> BatchNote:
    of = {fate: counts.get((batch.posted_seq, fate), 0) for fate in Disposition}
    if sum(of.values()) != batch.frame.height:
        raise XiaobaoError(f"batch {batch.posted_seq}: {sum(of.values())} of {batch.frame.height} rows ruled")
    own = told.filter(pl.col("posted_seq") == batch.posted_seq)
    refused = pl.col("disposition") == Disposition.REFUSED.value
    return BatchNote(
        posted_seq=batch.posted_seq,
        accepted=batch.frame.height,
        posted=of[Disposition.POSTED],
        unchanged=of[Disposition.UNCHANGED],
        superseded=of[Disposition.SUPERSEDED],
        refused=own.filter(refused).select(*NOTE_SCHEMA),
        warnings=own.filter(~refused).select(*NOTE_SCHEMA),
    )
