"""Call counts: the ledger's second signed table. Calls are not complaints and never counted with them.

A row says what a branch office's hotline did in one interval at one kind of seat. A delivery states whole
days: what it leaves out of a day that was stated before is reversed, and a row without an interval states a
day without calls. Counts are sums of signs times values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from xiaobao.ledger.batches import PostingError
from xiaobao.ledger.entries import MOMENT

CALL_CELL: dict[str, pl.DataType] = {
    "source_code": pl.String(),
    "day": pl.Date(),  # the local day the interval starts on
    "branch_code": pl.String(),  # the branch office, by the region it serves
    "starts_at": MOMENT,
    "minutes": pl.Int32(),  # length of the interval
    "seat_place": pl.String(),  # office, home, or empty where the branch does not tell
}
"""What names a row: one interval of one branch office at one kind of seat."""

CALL_VALUES: dict[str, pl.DataType] = {
    "offered": pl.Int64(),  # calls that asked for a person
    "answered": pl.Int64(),
    "abandoned": pl.Int64(),  # ended by the caller before an answer
    "answered_in_time": pl.Int64(),  # answered within `target_seconds`; empty where waits are not known
    "target_seconds": pl.Int32(),
    "answered_wait_seconds": pl.Int64(),  # waits of the answered, added up; empty where not known
    "abandoned_wait_seconds": pl.Int64(),
    "talk_seconds": pl.Int64(),
}
"""What is counted; a missing value is not zero."""

CALL_BATCH_SCHEMA: dict[str, pl.DataType] = {
    **CALL_CELL,
    **CALL_VALUES,
    "revision": pl.Int64(),
    "row_number": pl.Int32(),
}
"""A batch of call counts, as the archive keeps it; no cell stands in it twice.

A row of source, day, revision and number alone states that the day has no calls; no other row is of that day.
"""

CALL_SCHEMA: dict[str, pl.DataType] = {
    "posted_seq": pl.Int64(),
    "recorded_at": MOMENT,
    "sign": pl.Int8(),
    **CALL_BATCH_SCHEMA,
}
"""The signed table of call counts. `row_number` is 0 in the reversal of a cell that a delivery left out.

A row of sign 0 marks a day whose statement changed nothing or is empty, so that older ones find its revision.
"""

CALL_ORDER = ("posted_seq", *CALL_CELL, "sign")
"""An order without ties: a batch reverses a cell once, states it once, or marks it."""

_DAY = ("source_code", "day")
_CONTENT = (*CALL_CELL, *CALL_VALUES)
_REQUIRED_OF_CALLS = ("branch_code", "starts_at", "minutes", "offered", "answered", "abandoned")
_STATES_CALLS = pl.col("starts_at").is_not_null()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsToPost:
    """One batch of call counts and the number it was claimed for."""

    posted_seq: int
    frame: pl.DataFrame
    """`CALL_BATCH_SCHEMA`."""
    arrival: bool = False
    """True for a source without revisions: the posting sequence stands for the revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsNote:
    """What became of the rows of a batch: accepted = posted + unchanged + superseded."""

    posted_seq: int
    posted: int
    unchanged: int
    superseded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedCalls:
    """What a commit adds to the table of call counts."""

    rows: pl.DataFrame
    """`CALL_SCHEMA`, in `CALL_ORDER`."""
    notes: tuple[CallsNote, ...]


def post_calls(
    batches: Sequence[CallsToPost],
    *,
    prior: pl.DataFrame,
    recorded_at: datetime,
    voided: Mapping[str, frozenset[int]],
) -> PostedCalls:
    """The rows a run of batches adds, and what became of each of theirs; state carries across batches.

    `prior` holds every row (`CALL_SCHEMA`) of the sources and days in the batches; others do no harm.
    A day of a revision below its last one, voided ones aside, is superseded and posts nothing. Raises
    PostingError naming a batch that breaks the form of a batch.
    """
    known = prior
    added: list[pl.DataFrame] = [pl.DataFrame(schema=CALL_SCHEMA)]
    notes: list[CallsNote] = []
    for batch in batches:
        rows, note = _post_one(batch, known, recorded_at, voided)
        known = pl.concat([known, rows])
        added.append(rows)
        notes.append(note)
    return PostedCalls(rows=pl.concat(added).sort(CALL_ORDER), notes=tuple(notes))


def form_fault(frame: pl.DataFrame, *, arrival: bool) -> str | None:
    """What breaks the form of a batch of call counts in these rows; None when they can be posted."""
    if dict(frame.schema) != CALL_BATCH_SCHEMA:
        return "its columns are not those of call counts"
    calls = frame.filter(_STATES_CALLS)
    for rows, names in (
        (frame, (*_DAY, "row_number", *(() if arrival else ("revision",)))),
        (calls, _REQUIRED_OF_CALLS),
    ):
        for name in names:
            if rows[name].null_count():
                return f"a row has no {name}"
    if frame.select(list(CALL_CELL)).is_duplicated().any():
        return "two rows count the same calls"
    if _days_with_other_rows(frame):
        return "a day without calls has some"
    if not arrival and frame.select(*_DAY, "revision").unique().select(_DAY).is_duplicated().any():
        return "a day has two revisions"
    return None


def present(rows: pl.DataFrame) -> pl.DataFrame:
    """The cells that are stated at present: columns of `CALL_CELL` and `CALL_VALUES`."""
    stated = rows.group_by(_CONTENT, maintain_order=True).agg(pl.col("sign").cast(pl.Int64).sum())
    return stated.filter(pl.col("sign") > 0).select(_CONTENT)


def _post_one(
    batch: CallsToPost, known: pl.DataFrame, recorded_at: datetime, voided: Mapping[str, frozenset[int]]
) -> tuple[pl.DataFrame, CallsNote]:
    fault = form_fault(batch.frame, arrival=batch.arrival)
    if fault is not None:
        raise PostingError(batch.posted_seq, fault)
    asked = batch.frame.with_columns(
        (pl.lit(batch.posted_seq, pl.Int64()) if batch.arrival else pl.col("revision")).alias("revision")
    )
    asked = asked.join(_last_revisions(known, voided), on=_DAY, how="left", maintain_order="left")
    older = _is_older(asked, voided)
    current = asked.filter(~older)
    stated = present(known.join(current.select(_DAY).unique(), on=_DAY, how="semi"))
    news = current.filter(_STATES_CALLS).join(stated, on=_CONTENT, how="anti", nulls_equal=True)
    gone = stated.join(current, on=_CONTENT, how="anti", nulls_equal=True)
    markers = _markers(current, news, gone)
    parts = [*_signed(current, news, gone), markers]
    rows = pl.concat(
        part.with_columns(
            pl.lit(batch.posted_seq, pl.Int64()).alias("posted_seq"),
            pl.lit(recorded_at, MOMENT).alias("recorded_at"),
        ).select(pl.col(name).cast(dtype) for name, dtype in CALL_SCHEMA.items())
        for part in parts
    )
    posted = news.height + markers.filter(~_STATES_CALLS).height
    note = CallsNote(
        posted_seq=batch.posted_seq,
        posted=posted,
        unchanged=current.height - posted,
        superseded=asked.height - current.height,
    )
    return rows, note


def _signed(current: pl.DataFrame, news: pl.DataFrame, gone: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The reversals of what is stated otherwise or left out, then what is stated anew."""
    causes = current.select(*CALL_CELL, "row_number")
    of_day = current.group_by(_DAY, maintain_order=True).agg(pl.col("revision").first())
    yield (
        gone.join(causes, on=list(CALL_CELL), how="left", nulls_equal=True, maintain_order="left")
        .with_columns(pl.col("row_number").fill_null(0), pl.lit(-1).alias("sign"))
        .join(of_day, on=_DAY, how="left", maintain_order="left")
    )
    yield news.with_columns(pl.lit(1).alias("sign"))


def _markers(current: pl.DataFrame, news: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    """A day that says nothing new, or that it is empty, is marked, so that older ones find its revision.

    One that says nothing new at the revision it is known at needs no marker.
    """
    changed = pl.concat([news.select(_DAY), gone.select(_DAY)]).unique()
    newer = pl.col("last_revision").is_null() | (pl.col("revision") > pl.col("last_revision"))
    unchanged = current.join(changed, on=_DAY, how="anti", maintain_order="left").filter(newer)
    emptied = current.filter(~_STATES_CALLS).join(changed, on=_DAY, how="semi", maintain_order="left")
    return (
        pl.concat([unchanged, emptied])
        .unique(_DAY, keep="first", maintain_order=True)
        .with_columns(pl.lit(0).alias("sign"))
    )


def _last_revisions(known: pl.DataFrame, voided: Mapping[str, frozenset[int]]) -> pl.DataFrame:
    return (
        known.filter(~_is_voided(voided))
        .group_by(_DAY)
        .agg(pl.col("revision").max().alias("last_revision"))
        .cast({"last_revision": pl.Int64()})
    )


def _is_older(asked: pl.DataFrame, voided: Mapping[str, frozenset[int]]) -> pl.Series:
    """A voided revision ranks below every other."""
    last = pl.col("last_revision")
    older = last.is_not_null() & (_is_voided(voided) | (pl.col("revision") < last))
    return asked.select(older.alias("older"))["older"]


def _is_voided(voided: Mapping[str, frozenset[int]]) -> pl.Expr:
    conditions = [
        (pl.col("source_code") == source_code) & pl.col("revision").is_in(sorted(revisions))
        for source_code, revisions in voided.items()
        if revisions
    ]
    return pl.any_horizontal(conditions) if conditions else pl.lit(False)


def _days_with_other_rows(frame: pl.DataFrame) -> bool:
    """Whether a day that is stated to have no calls has another row beside that."""
    empty = frame.filter(~_STATES_CALLS).select(_DAY)
    return frame.join(empty, on=_DAY, how="semi").height > empty.unique().height
