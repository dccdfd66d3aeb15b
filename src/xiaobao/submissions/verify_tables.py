"""Verification of the database against the journal, whose index it is; and of receipts against notes."""

from collections.abc import Iterator, Sequence

from xiaobao.submissions.catalogs import KIND as CATALOG
from xiaobao.submissions.expiry import KIND as EXPIRY
from xiaobao.submissions.indexes import Row, compared, indexed, stated
from xiaobao.submissions.journal import Record
from xiaobao.submissions.models import (
    Batch,
    CatalogVersion,
    Claim,
    DayClose,
    ExpiredMonth,
    LedgerHead,
    PostingNote,
    Receipt,
    ReportingEvent,
    RevisionVoid,
)
from xiaobao.submissions.problems import Problem, problem
from xiaobao.submissions.replaying import PostingHistory

_RECEIPT = (
    "source_code",
    "path",
    "day",
    "kind",
    "revision",
    "raw_digest",
    "decision",
    "read",
    "accepted",
    "rejected",
    "arrived_at",
)
_SUBMISSION = (
    "source_code",
    "day",
    "kind",
    "revision",
    "stated_total",
    "covers_from",
    "file_name",
    "size_bytes",
    "raw_digest",
    "raw_month",
)
_BATCH = ("batch_kind", "source_code", "batch_digest", "rows", "arrived_at", "narratives_digest")
_CLOSE = ("day", "previous_day", "posted_seq", "rows_digest", "catalog_digest", "close_head", "digest")
_VOID = ("source_code", "revision", "declared_by", "confirmed_by", "reason")
_EXPIRY = ("month", "declared_by", "confirmed_by")
_EVENT = ("source_code", "day", "covers_from", "status", "receipt", "reversed")
_COUNTS = ("posted_seq", "accepted", "posted", "unchanged", "superseded", "refused")


def table_problems(records: Sequence[Record], history: PostingHistory) -> Iterator[Problem]:
    """Records without their row, rows without a record, and rows that say other than their record."""
    yield from compared("receipt", stated(records, ("receipt",), (*_RECEIPT, "receipt_digest")), _receipts())
    submitted = stated(records, ("receipt",), (*_SUBMISSION, "submitted_at"))
    yield from compared("submission", submitted, _submissions())
    yield from compared("batch", _stated_batches(records, history), _batches())
    yield from compared("claim", _stated_claims(records), _claims())
    yield from compared("note", _stated_notes(history), _notes())
    yield from compared("close", _stated_closes(records), _closes())
    yield from compared("void", stated(records, ("void_revision",), _VOID), _voids())
    yield from compared("expiry", stated(records, (EXPIRY,), _EXPIRY), _expired())
    yield from compared("reporting", stated(records, ("reporting",), _EVENT), _events())
    yield from compared("catalog", stated(records, (CATALOG,), ("digest",)), _catalogs())
    yield from _number_problems(history)


def note_problems(records: Sequence[Record], history: PostingHistory) -> Iterator[Problem]:
    """Notes that do not account for every row their receipt accepted."""
    rows = {record.sequence: record.payload.get("rows") for record in records}
    for note in history.notes.values():
        told = note.posted + note.unchanged + note.superseded + note.refused
        if not told == note.accepted == rows.get(note.batch):
            yield problem(
                "notes",
                f"batch {note.batch}",
                zh=f"接收 {rows.get(note.batch)} 行，记账说明合计 {told} 行；请用 xiaobao rebuild 核对",
                en=f"{rows.get(note.batch)} rows were accepted, the posting note accounts for {told}; "
                "compare with xiaobao rebuild",
            )


def _stated_batches(records: Sequence[Record], history: PostingHistory) -> dict[int, Row]:
    with_batch = [record for record in records if record.payload.get("batch_digest")]
    kinds = ("receipt", "decision", "tags")
    aside = {record.payload.get("batch") for record in records if record.kind == "set_aside"}
    numbers = {one.place: one.posted_seq for one in history.batches if not one.set_aside}
    found = stated(with_batch, kinds, _BATCH)
    return {place: (*row, numbers.get(place), place in aside) for place, row in found.items()}


def _stated_claims(records: Sequence[Record]) -> dict[int, Row]:
    finished = {record.payload.get("claim") for record in records if record.kind == "posted"}
    found = stated(records, ("claim",), ("first", "last", "recorded_at"))
    return {place: (*row, place in finished) for place, row in found.items()}


def _stated_notes(history: PostingHistory) -> dict[int, Row]:
    return {note.batch: tuple(getattr(note, name) for name in _COUNTS) for note in history.notes.values()}


def _stated_closes(records: Sequence[Record]) -> dict[int, Row]:
    closed = stated(records, ("close",), _CLOSE)
    skipped = stated(records, ("skip",), _CLOSE)
    return {
        **{place: (*row, False) for place, row in closed.items()},
        **{place: (*row, True) for place, row in skipped.items()},
    }


def _receipts() -> dict[int, Row]:
    return indexed(Receipt.objects.values_list("sequence_id", *_RECEIPT, "digest"))


def _submissions() -> dict[int, Row]:
    names = (f"submission__{name}" for name in (*_SUBMISSION, "arrived_at"))
    return indexed(Receipt.objects.values_list("sequence_id", *names))


def _batches() -> dict[int, Row]:
    names = ("sequence_id", "kind", *_BATCH[1:], "posted_seq", "set_aside")
    return indexed(Batch.objects.values_list(*names))


def _claims() -> dict[int, Row]:
    names = ("sequence_id", "first_posted_seq", "last_posted_seq", "recorded_at", "finished")
    return indexed(Claim.objects.values_list(*names))


def _notes() -> dict[int, Row]:
    return indexed(PostingNote.objects.values_list("batch_id", "batch__posted_seq", *_COUNTS[1:]))


def _closes() -> dict[int, Row]:
    return indexed(DayClose.objects.values_list("sequence_id", *_CLOSE, "skipped"))


def _voids() -> dict[int, Row]:
    return indexed(RevisionVoid.objects.values_list("sequence_id", *_VOID))


def _expired() -> dict[int, Row]:
    return indexed(ExpiredMonth.objects.values_list("sequence_id", *_EXPIRY))


def _catalogs() -> dict[int, Row]:
    return indexed(CatalogVersion.objects.values_list("sequence_id", "digest"))


def _events() -> dict[int, Row]:
    names = ("sequence_id", "source_code", "day", "covers_from", "status", "receipt_sequence", "reversed")
    return indexed(ReportingEvent.objects.values_list(*names))


def _number_problems(history: PostingHistory) -> Iterator[Problem]:
    for expected, batch in enumerate(history.batches, start=1):
        if batch.posted_seq != expected:
            yield problem(
                "tables",
                f"batch {batch.place}",
                zh=f"记账序号应为 {expected}，流水写的是 {batch.posted_seq}；请从备份恢复",
                en=f"its posting sequence should be {expected}, the journal says {batch.posted_seq}; "
                "restore from a backup",
            )
            return
    head = LedgerHead.objects.get(id=1).posted_seq
    if head != history.head:
        yield problem(
            "tables",
            "ledger head",
            zh=f"数据库记到 {head}，流水记到 {history.head}；请从备份恢复数据库",
            en=f"the database is posted up to {head}, the journal up to {history.head}; "
            "restore the database from a backup",
        )
