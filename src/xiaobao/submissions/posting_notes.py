"""The posting note of a delivery: what became of each of its rows, with the first places of every outcome.

The counts are those that posting recorded; the rows are told again by the same rules, from
what the ledger held before the batch, and must agree with them.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from enum import StrEnum

import msgspec
import polars as pl

from xiaobao.ledger.batches import BatchToPost
from xiaobao.ledger.entries import Event
from xiaobao.ledger.events import Disposition, Reason
from xiaobao.ledger.posting import foretold
from xiaobao.ledger.tables import Table
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.words import Words
from xiaobao.submissions import journal, manifest, receipts
from xiaobao.submissions.claims import voided_before
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, DayClose, PostingNote, Receipt
from xiaobao.submissions.pending import LoadedBatch, load

PLACES_SHOWN = 10


class PostingState(StrEnum):
    """How far the rows of a delivery are on their way into the ledger."""

    POSTED = "posted"
    WAITING = "waiting"
    SET_ASIDE = "set_aside"
    NOTHING = "nothing"
    """No row of it was accepted."""


class Outcome(StrEnum):
    """What became of a row; a reason of `events.Reason` is one as well."""

    NEW = "new"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    POSTED = "posted"  # of a batch whose rows name no complaints, or that can no longer be read
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    REFUSED = "refused"  # of a batch that can no longer be read
    LATE = "late"  # of rows posted: received on a day that was closed before


class RowPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the file."""

    row_number: int
    complaint_no: str


class OutcomeLine(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows met with one outcome, and where the first of them are."""

    outcome: str
    """One of `Outcome`, or of `events.Reason`."""
    disposition: str
    """One of `events.Disposition`."""
    rows: int
    first: tuple[RowPlace, ...] = ()


class PostingNoteFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a posting note says: accepted = posted + unchanged + superseded + refused."""

    receipt: int
    mark: str
    source_code: str
    source_name: Words
    day: date
    kind: str
    revision: int | None
    state: str
    """One of `PostingState`."""
    posted_seq: int | None
    recorded_at: datetime | None
    accepted: int
    """Rows of the table they go to: of a file of calls, what its rows add up to."""
    rejected: int
    """Rows that the receipt refused, which no posting saw."""
    posted: int
    unchanged: int
    superseded: int
    refused: int
    outcomes: tuple[OutcomeLine, ...]
    """Their rows add up to `accepted`."""
    late: OutcomeLine | None
    """Of the posted ones, those received on a day that was closed before."""
    why_set_aside: str | None = None


class NoteMismatchError(XiaobaoError):
    """The rules now say other than what was recorded when the batch was posted."""


def posting_note(home: Home, receipt: int) -> PostingNoteFacts:
    """The posting note of the delivery with that receipt; UnknownReceiptError where nobody was given one."""
    row = receipts.of_number(receipt)
    batch = Batch.objects.filter(sequence=receipt).first()
    note = PostingNote.objects.filter(batch=receipt).select_related("sequence").first()
    outcomes, late = ((), None) if note is None else _outcomes(home, row, note)
    set_aside = batch is not None and batch.set_aside
    return PostingNoteFacts(
        receipt=receipt,
        mark=home.mark.value,
        source_code=row.source_code,
        source_name=home.catalog().source(row.source_code).name,
        day=row.day,
        kind=row.kind,
        revision=row.revision,
        state=_state(batch, note).value,
        posted_seq=batch.posted_seq if batch and note else None,
        recorded_at=note.sequence.recorded_at if note else None,
        accepted=note.accepted if note else batch.rows if batch else 0,
        rejected=row.rejected,
        posted=note.posted if note else 0,
        unchanged=note.unchanged if note else 0,
        superseded=note.superseded if note else 0,
        refused=note.refused if note else 0,
        outcomes=outcomes,
        late=late,
        why_set_aside=_why_set_aside(home, receipt) if set_aside else None,
    )


def receipts_of(posted_seqs: Collection[int]) -> dict[int, int]:
    """Posting sequence → the receipt of the delivery it posted; a decision of the bureau has none."""
    deliveries = Receipt.objects.filter(sequence__batch__posted_seq__in=posted_seqs)
    rows = deliveries.values_list("sequence__batch__posted_seq", "sequence_id")
    return {posted_seq: receipt for posted_seq, receipt in rows if posted_seq is not None}


def _state(batch: Batch | None, note: PostingNote | None) -> PostingState:
    if batch is None:
        return PostingState.NOTHING
    if batch.set_aside:
        return PostingState.SET_ASIDE
    return PostingState.WAITING if note is None else PostingState.POSTED


def _outcomes(
    home: Home, row: Receipt, note: PostingNote
) -> tuple[tuple[OutcomeLine, ...], OutcomeLine | None]:
    loaded = load(home, row.sequence_id)
    if loaded.table is not Table.ENTRIES or loaded.why_unfit is not None:
        return tuple(_by_disposition(note)), None
    told = _told(home, loaded, posted_seq=int(note.batch.posted_seq or 0))
    _require_agreement(told, note)
    grouped = told.group_by("outcome", "disposition", maintain_order=True).agg(
        pl.len(), pl.col("row_number").head(PLACES_SHOWN), pl.col("complaint_no").head(PLACES_SHOWN)
    )
    order = [*Outcome, *Reason]
    lines = sorted(
        (_line(*values) for values in grouped.iter_rows()), key=lambda line: order.index(line.outcome)
    )
    return tuple(lines), _late(told, before=note.sequence_id)


def _told(home: Home, loaded: LoadedBatch, *, posted_seq: int) -> pl.DataFrame:
    """Each row with its `outcome` and `disposition`."""
    prior = manifest.reading(home, lambda snapshot: snapshot.lookup(loaded.keys), as_of=posted_seq - 1)
    batch = BatchToPost(posted_seq=posted_seq, frame=loaded.frame, arrival=loaded.arrival, keys=loaded.keys)
    ruled = foretold(batch, prior=prior, voided=voided_before(loaded.sequence))
    recorded = ruled.rows.select("row_number", "event").unique("row_number")
    received = loaded.frame.select("row_number", "received_on")
    told = ruled.fates.join(recorded, on="row_number", how="left").join(received, on="row_number")
    posted = pl.col("disposition") == Disposition.POSTED.value
    events = {
        Event.NEW.value: Outcome.NEW.value,
        Event.AMEND.value: Outcome.AMENDED.value,
        Event.WITHDRAW.value: Outcome.WITHDRAWN.value,
        Event.REINSTATE.value: Outcome.REINSTATED.value,
    }
    by_event = pl.col("event").replace_strict(events, default=Outcome.POSTED.value, return_dtype=pl.String)
    outcome = pl.coalesce("reason", pl.when(posted).then(by_event).otherwise("disposition"))
    return told.with_columns(outcome.alias("outcome")).sort("row_number")


def _require_agreement(told: pl.DataFrame, note: PostingNote) -> None:
    counted = dict(told.group_by("disposition").len().iter_rows())
    recorded = {line.disposition: line.rows for line in _by_disposition(note)}
    if counted != recorded:
        raise NoteMismatchError(f"batch {note.batch_id} was recorded as {recorded} and is ruled {counted}")


def _by_disposition(note: PostingNote) -> Iterator[OutcomeLine]:
    for disposition in Disposition:
        rows = int(getattr(note, disposition.value))
        if rows:
            yield OutcomeLine(outcome=disposition.value, disposition=disposition.value, rows=rows)


def _line(outcome: str, disposition: str, rows: int, numbers: list[int], names: list[str]) -> OutcomeLine:
    places = (
        RowPlace(row_number=number, complaint_no=name) for number, name in zip(numbers, names, strict=True)
    )
    return OutcomeLine(outcome=outcome, disposition=disposition, rows=rows, first=tuple(places))


def _late(told: pl.DataFrame, *, before: int) -> OutcomeLine | None:
    closed = DayClose.objects.filter(sequence__lt=before).order_by("-day").first()
    if closed is None:
        return None
    posted = pl.col("disposition") == Disposition.POSTED.value
    late = told.filter(posted & (pl.col("received_on") <= closed.day))
    if late.is_empty():
        return None
    shown = late.head(PLACES_SHOWN)
    numbers, names = shown["row_number"].to_list(), shown["complaint_no"].to_list()
    return _line(Outcome.LATE.value, Disposition.POSTED.value, late.height, numbers, names)


def _why_set_aside(home: Home, batch: int) -> str | None:
    events = journal.records(home, kind="set_aside", after=batch)
    return next((str(each.payload["why"]) for each in events if each.payload.get("batch") == batch), None)
