"""Follow a row of the ledger back to the row of the file it came from."""

from datetime import date, datetime

import msgspec
import polars as pl

from xiaobao.ledger.entries import complaint_key, normal_complaint_no
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words
from xiaobao.submissions import manifest
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, Receipt


class NothingFoundError(UserError):
    """The ledger holds no such row."""

    def __init__(self, what: str) -> None:
        super().__init__(
            Words(zh=f"台账中没有 {what}", en=f"the ledger holds no {what}"),
            exit_code=ExitCode.DATA_REFUSED,
        )


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where the batch of a row came from."""

    journal_record: int
    batch_kind: str
    """delivery or decision."""
    batch_digest: str
    receipt: int | None
    """None for a decision of the bureau."""
    file_name: str | None
    raw_digest: str | None
    day: date | None


class TracedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the ledger and the row of a file that caused it."""

    entry_id: int
    posted_seq: int
    sign: int
    event: str
    revision: int | None
    recorded_at: datetime
    row_number: int
    """Row of data in the file, from 1."""
    source_code: str
    complaint_no: str
    institution_code: str | None
    received_on: date
    channel_code: str | None
    business_code: str | None
    cause_code: str | None
    submitted_codes: str
    origin: Origin


_SHOWN = tuple(name for name in TracedRow.__struct_fields__ if name != "origin")


def trace_complaint(home: Home, source_code: str, complaint_no: str) -> tuple[TracedRow, ...]:
    """All versions of a complaint, oldest first; NothingFoundError for an unknown number."""
    number = normal_complaint_no(complaint_no)
    keys = pl.Series("complaint_key", [complaint_key(source_code, number)], dtype=pl.Int64())
    rows = manifest.asking(home, lambda snapshot: snapshot.lookup(keys))
    rows = rows.filter(pl.col("source_code") == source_code, pl.col("complaint_no") == number)
    if rows.is_empty():
        raise NothingFoundError(f"{source_code} {number}")
    return _traced(rows)


def trace_entry(home: Home, entry_id: int) -> tuple[TracedRow, ...]:
    """One row of the ledger; NothingFoundError for an unknown id."""
    rows = manifest.asking(home, lambda snapshot: _entry(snapshot, entry_id))
    if rows.is_empty():
        raise NothingFoundError(str(entry_id))
    return _traced(rows)


def _entry(snapshot: Snapshot, entry_id: int) -> pl.DataFrame:
    entries = snapshot.entries()
    return snapshot.run(entries.filter(entries.entry_id == entry_id))


def _traced(rows: pl.DataFrame) -> tuple[TracedRow, ...]:
    origins = {number: _origin(number) for number in rows["posted_seq"].unique().to_list()}
    return tuple(
        TracedRow(**row, origin=origins[row["posted_seq"]])
        for row in rows.sort("entry_id").select(_SHOWN).iter_rows(named=True)
    )


def _origin(posted_seq: int) -> Origin:
    batch = Batch.objects.get(posted_seq=posted_seq)
    receipt = Receipt.objects.select_related("submission").filter(sequence=batch.pk).first()
    return Origin(
        journal_record=batch.pk,
        batch_kind=batch.kind,
        batch_digest=batch.batch_digest,
        receipt=None if receipt is None else receipt.sequence_id,
        file_name=None if receipt is None else receipt.submission.file_name,
        raw_digest=None if receipt is None else receipt.raw_digest,
        day=None if receipt is None else receipt.day,
    )
