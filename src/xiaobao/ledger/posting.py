"""Posting whole commits: the rows that a run of batches adds to the ledger.

An unknown number that appears once as new, the great majority, needs no rule and is posted column-wise.
Everything else goes through `events.apply`, row by row, with the state of its complaint carried across the
rows and batches of the commit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

import polars as pl

from xiaobao.ledger import events
from xiaobao.ledger.batches import BatchToPost, PostingError, complaint_keys, prepared
from xiaobao.ledger.entries import COLUMNS, CONTENT, MOMENT, SCHEMA, Event, entry_id
from xiaobao.ledger.events import Content, Disposition, LedgerRow, Outcome, Reported, State

__all__ = ["NOTE_SCHEMA", "BatchNote", "BatchToPost", "Posted", "PostingError", "complaint_keys", "post"]

NOTE_SCHEMA: dict[str, pl.DataType] = {
    "row_number": pl.Int32(),
    "complaint_no": pl.String(),
    "reason": pl.String(),
}
"""Rows refused by state, or posted with a warning; `reason` is one of `events.Reason`."""

_Identity = tuple[str, str]
_Values = tuple[object, ...]

_REQUIRED = tuple(column.name for column in COLUMNS if column.required)
_RULED_ROWS_AT_A_TIME = 50_000  # bounds the memory of rows held as Python values
_EVENTS = {event.value: event for event in Event}


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
    batches: Sequence[BatchToPost],
    *,
    prior: pl.DataFrame,
    recorded_at: datetime,
    voided: Mapping[str, frozenset[int]],
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
    is_fresh = _is_fresh(asked, prior)
    fresh = asked.filter(is_fresh)
    ruled_rows, fates = _rule_all(asked.filter(~is_fresh), prior, voided)
    rows = _finished(_stated(fresh), recorded_at)
    if not ruled_rows.is_empty():
        rows = pl.concat([rows, _finished(ruled_rows, recorded_at)]).sort("entry_id")
    _require_complete(rows)
    return Posted(rows=rows, notes=tuple(_note(batch, fates) for batch in batches))


class _Ruled(NamedTuple):
    """One row that needs the rules, in the order of `_RULED_COLUMNS`; its content follows."""

    source_code: str
    complaint_no: str
    complaint_key: int
    posted_seq: int
    row_number: int
    event: str
    revision: int | None
    arrival: bool


_RULED_COLUMNS = _Ruled._fields
_IDENTITY = _RULED_COLUMNS[:2]
_RULED_ORDER = ("complaint_key", "source_code", "complaint_no", "posted_seq", "row_number")
_PRIOR_COLUMNS = (*_IDENTITY, "sign", "event", "revision")
_PRIOR_ORDER = ("complaint_key", "source_code", "complaint_no", "entry_id")

_SIGNED_COLUMNS = (
    "posted_seq",
    "row_number",
    "source_code",
    "complaint_no",
    "complaint_key",
    "revision",
    "event",
    "entry_id",
    "sign",
)
_SIGNED_SCHEMA = {name: SCHEMA[name] for name in (*_SIGNED_COLUMNS, *CONTENT)}
_FATE_SCHEMA: dict[str, pl.DataType] = {
    "posted_seq": pl.Int64(),
    **NOTE_SCHEMA,
    "disposition": pl.String(),
}


def _require_past(prior: pl.DataFrame, *, first: int) -> None:
    last = prior["posted_seq"].max()
    if isinstance(last, int) and last >= first:
        raise PostingError(first, f"the ledger already holds rows of batch {last}")


def _is_fresh(asked: pl.DataFrame, prior: pl.DataFrame) -> pl.Series:
    # A key seen twice, or in the ledger, goes to the rules, where the full identity is compared: two numbers
    # that share a key are two complaints.
    keys = asked["complaint_key"]
    states = asked["event"].is_in([Event.NEW.value, Event.SNAPSHOT.value])
    return states & keys.is_unique() & ~keys.is_in(prior["complaint_key"].unique().implode())


def _stated(fresh: pl.DataFrame) -> pl.DataFrame:
    return fresh.with_columns(
        pl.lit(Event.NEW.value).alias("event"),
        pl.lit(1, pl.Int8()).alias("sign"),
        (pl.col("posted_seq") * (1 << 24) + pl.col("row_number").cast(pl.Int64()) * 2 + 1).alias("entry_id"),
    ).select(*_SIGNED_SCHEMA)


def _finished(rows: pl.DataFrame, recorded_at: datetime) -> pl.DataFrame:
    received_on = pl.col("received_on").dt
    return rows.with_columns(
        (received_on.year() * 100 + received_on.month()).cast(pl.Int32()).alias("month"),
        pl.lit(recorded_at, MOMENT).alias("recorded_at"),
    ).select(*SCHEMA)


def _require_complete(rows: pl.DataFrame) -> None:
    for name in _REQUIRED:
        if rows[name].null_count():
            broken = rows.filter(pl.col(name).is_null())
            raise PostingError(int(broken["posted_seq"][0]), f"a row to post has no {name}")


def _rule_all(
    asked: pl.DataFrame, prior: pl.DataFrame, voided: Mapping[str, frozenset[int]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    asked = asked.sort(_RULED_ORDER)
    prior = prior.join(asked.select("complaint_key"), on="complaint_key", how="semi").sort(_PRIOR_ORDER)
    parts = [_rule_some(some, known, voided) for some, known in _by_keys(asked, prior)]
    rows = pl.concat([pl.DataFrame(schema=_SIGNED_SCHEMA), *(rows for rows, _ in parts)])
    return rows, pl.concat([pl.DataFrame(schema=_FATE_SCHEMA), *(fates for _, fates in parts)])


def _by_keys(asked: pl.DataFrame, prior: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Slices of both that hold the same complaints, none of them cut in two."""
    keys = asked["complaint_key"]
    known = prior["complaint_key"]
    start = 0
    while start < asked.height:
        last_key = keys[min(start + _RULED_ROWS_AT_A_TIME, asked.height) - 1]
        end = keys.search_sorted(last_key, side="right")
        first = known.search_sorted(keys[start], side="left")
        yield asked[start:end], prior[first : known.search_sorted(last_key, side="right")]
        start = end


def _rule_some(
    asked: pl.DataFrame, prior: pl.DataFrame, voided: Mapping[str, frozenset[int]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    states = _states(prior, voided)
    rows: list[_Values] = []
    fates: list[_Values] = []
    width = len(_RULED_COLUMNS)
    for values in asked.select(*_RULED_COLUMNS, *CONTENT).iter_rows():
        ruled = _Ruled(*values[:width])
        identity = (ruled.source_code, ruled.complaint_no)
        state = states.get(identity, events.NOTHING_KNOWN)
        outcome = events.apply(state, _reported(ruled, values[width:], voided))
        states[identity] = outcome.state
        rows.extend(_signed_rows(ruled, outcome))
        fates.append(
            (ruled.posted_seq, ruled.row_number, ruled.complaint_no, outcome.reason, outcome.disposition)
        )
    return (
        pl.DataFrame(rows, schema=_SIGNED_SCHEMA, orient="row"),
        pl.DataFrame(fates, schema=_FATE_SCHEMA, orient="row"),
    )


def _states(prior: pl.DataFrame, voided: Mapping[str, frozenset[int]]) -> dict[_Identity, State]:
    states: dict[_Identity, State] = {}
    width = len(_PRIOR_COLUMNS)
    values_of = prior.select(*_PRIOR_COLUMNS, *CONTENT).iter_rows()
    for identity, group in groupby(values_of, key=lambda values: (values[0], values[1])):
        rows = (LedgerRow(values[2], _EVENTS[values[3]], values[4], values[width:]) for values in group)
        states[identity] = events.state_of(rows, voided=voided.get(identity[0], frozenset()))
    return states


def _reported(ruled: _Ruled, content: Content, voided: Mapping[str, frozenset[int]]) -> Reported:
    is_void = ruled.revision in voided.get(ruled.source_code, ())
    return Reported(
        event=_EVENTS[ruled.event],
        revision=None if is_void else ruled.revision,
        content=content,
        arrival=ruled.arrival,
    )


def _signed_rows(ruled: _Ruled, outcome: Outcome) -> Iterator[_Values]:
    cause = (
        ruled.posted_seq,
        ruled.row_number,
        ruled.source_code,
        ruled.complaint_no,
        ruled.complaint_key,
        ruled.revision,
        outcome.event,
    )
    for sign, content in outcome.rows:
        yield (*cause, entry_id(ruled.posted_seq, ruled.row_number, sign), sign, *content)


def _note(batch: BatchToPost, fates: pl.DataFrame) -> BatchNote:
    # Rows without a fate needed no rule: they are posted.
    own = fates.filter(pl.col("posted_seq") == batch.posted_seq).sort("row_number")
    of = {fate: own.filter(pl.col("disposition") == fate.value) for fate in Disposition}
    warnings = of[Disposition.POSTED].filter(pl.col("reason").is_not_null())
    return BatchNote(
        posted_seq=batch.posted_seq,
        accepted=batch.frame.height,
        posted=batch.frame.height - own.height + of[Disposition.POSTED].height,
        unchanged=of[Disposition.UNCHANGED].height,
        superseded=of[Disposition.SUPERSEDED].height,
        refused=of[Disposition.REFUSED].select(*NOTE_SCHEMA),
        warnings=warnings.select(*NOTE_SCHEMA),
    )
