"""Posting notes: what became of the rows of each batch, in the journal and beside it."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from xiaobao.ledger.posting import BatchNote
from xiaobao.submissions import journal, reporting
from xiaobao.submissions.claims import OpenClaim
from xiaobao.submissions.commits import NumberedBatch
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import JournalRecord, PostingNote, Receipt
from xiaobao.submissions.pending import CALLS, DELIVERY
from xiaobao.submissions.reporting import ReportingStatus

ROOM = "note"


class NoteCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the rows of one batch: accepted = posted + unchanged + superseded + refused."""

    batch: int
    """Its place in the journal."""
    posted_seq: int
    accepted: int
    posted: int
    unchanged: int
    superseded: int
    refused: int
    warned: int
    """Of the posted ones, those posted with a warning."""


class RowNote(msgspec.Struct, frozen=True, kw_only=True):
    """One row that the state refused, or that was posted with a warning."""

    posted_seq: int
    row_number: int
    complaint_no: str
    reason: str
    """One of `ledger.events.Reason`."""
    refused: bool


def record(home: Home, claim: OpenClaim, notes: tuple[BatchNote, ...]) -> None:
    """Journal what became of a claim's batches, inside the transaction that commits it."""
    fit = {one.posted_seq: one for one in claim.fit}
    pairs = [(fit[note.posted_seq], note) for note in notes if note.posted_seq in fit]
    counted = [counts_of(one, note) for one, note in pairs]
    payload: dict[str, object] = {
        "claim": claim.sequence,
        "first": claim.first,
        "last": claim.last,
        "notes": counted,
        "rows_digest": None if (rows := encode_rows(notes)) is None else home.archive.keep(rows, room=ROOM),
    }
    entry = journal.append(home, kind="posted", payload=payload, at=claim.recorded_at)
    PostingNote.objects.bulk_create(_row(counts, entry) for counts in counted)
    for one, note in pairs:
        _report_superseded(home, one, note, at=claim.recorded_at)


def row_notes(home: Home, *, posted: journal.Record) -> tuple[RowNote, ...]:
    """The rows refused or warned about in the commit that a `posted` record tells of."""
    digest = posted.payload["rows_digest"]
    if digest is None:
        return ()
    return msgspec.json.decode(home.archive.read(str(digest), room=ROOM), type=tuple[RowNote, ...])


def counts_of(one: NumberedBatch, note: BatchNote) -> NoteCounts:
    """A note in numbers, as the journal keeps it."""
    return NoteCounts(
        batch=one.batch.sequence,
        posted_seq=note.posted_seq,
        accepted=note.accepted,
        posted=note.posted,
        unchanged=note.unchanged,
        superseded=note.superseded,
        refused=note.refused.height,
        warned=note.warnings.height,
    )


def _row(counts: NoteCounts, entry: JournalRecord) -> PostingNote:
    return PostingNote(
        batch_id=counts.batch,
        sequence=entry,
        accepted=counts.accepted,
        posted=counts.posted,
        unchanged=counts.unchanged,
        superseded=counts.superseded,
        refused=counts.refused,
    )


def encode_rows(notes: Iterable[BatchNote]) -> bytes | None:
    """The file of the rows refused or warned about; None when there are none."""
    rows = [row for note in notes for row in _row_notes(note)]
    return msgspec.json.encode(rows) if rows else None


def _row_notes(note: BatchNote) -> list[RowNote]:
    return [
        RowNote(
            posted_seq=note.posted_seq,
            row_number=row_number,
            complaint_no=complaint_no,
            reason=reason,
            refused=refused,
        )
        for frame, refused in ((note.refused, True), (note.warnings, False))
        for row_number, complaint_no, reason in frame.iter_rows()
    ]


def _report_superseded(home: Home, one: NumberedBatch, note: BatchNote, *, at: datetime) -> None:
    """A delivery of which too much was older than what is known does not count as arrived."""
    if one.batch.kind not in (DELIVERY, CALLS) or not note.superseded:
        return
    limit = home.catalog().source(one.batch.source_code).superseded_share_limit
    if note.superseded > limit * note.accepted:
        receipt = Receipt.objects.get(sequence=one.batch.sequence)
        reporting.record(
            home,
            source_code=receipt.source_code,
            day=receipt.day,
            status=ReportingStatus.SUPERSEDED,
            at=at,
            receipt_sequence=one.batch.sequence,
            covers_from=receipt.submission.covers_from,
        )
