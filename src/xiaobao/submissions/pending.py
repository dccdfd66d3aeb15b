"""Batches on their way into the ledger: read back from the archive, or found unfit to be posted."""

from dataclasses import dataclass

import polars as pl

from xiaobao.ledger.batches import BatchToPost, complaint_keys, form_fault
from xiaobao.ledger.entries import BATCH_SCHEMA
from xiaobao.submissions import journal
from xiaobao.submissions.archive import ArchiveDamagedError, ArchiveMissingError
from xiaobao.submissions.batch_files import BATCH_ROOM, TAG_BATCH_SCHEMA, BatchFileError, decode
from xiaobao.submissions.home import Home

TAGS = "tags"
"""The kind of a batch whose rows go to the table of tags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedBatch:
    """A batch and its rows."""

    sequence: int
    """Its place in the journal."""
    kind: str
    source_code: str
    arrival: bool
    frame: pl.DataFrame
    keys: pl.Series
    why_unfit: str | None = None
    """Why it cannot be posted; None when it can. An unfit batch has no rows."""


def load(home: Home, sequence: int) -> LoadedBatch:
    """The batch that the journal record `sequence` brought; one that cannot be read or posted says why."""
    payload = journal.read(home, sequence).payload
    kind, arrival = str(payload["batch_kind"]), bool(payload.get("arrival", False))
    frame, why = _frame(home, str(payload["batch_digest"]), kind=kind, arrival=arrival)
    return LoadedBatch(
        sequence=sequence,
        kind=kind,
        source_code=str(payload["source_code"]),
        arrival=arrival,
        frame=frame,
        keys=complaint_keys(frame),
        why_unfit=why,
    )


def without_rows(batch: LoadedBatch, *, why: str) -> LoadedBatch:
    """The same batch without its rows."""
    return LoadedBatch(
        sequence=batch.sequence,
        kind=batch.kind,
        source_code=batch.source_code,
        arrival=batch.arrival,
        frame=batch.frame.clear(),
        keys=batch.keys.clear(),
        why_unfit=why,
    )


def to_post(batch: LoadedBatch, posted_seq: int) -> BatchToPost:
    """The batch under its number; one of tags posts no entries but keeps its number."""
    if batch.kind == TAGS:
        return BatchToPost(posted_seq=posted_seq, frame=pl.DataFrame(schema=BATCH_SCHEMA))
    return BatchToPost(posted_seq=posted_seq, frame=batch.frame, arrival=batch.arrival, keys=batch.keys)


def _frame(home: Home, digest: str, *, kind: str, arrival: bool) -> tuple[pl.DataFrame, str | None]:
    schema = TAG_BATCH_SCHEMA if kind == TAGS else BATCH_SCHEMA
    why: str | None
    try:
        frame = decode(home.archive.read(digest, room=BATCH_ROOM), schema=schema)
        why = None if kind == TAGS else form_fault(frame, arrival=arrival)
    except (ArchiveMissingError, ArchiveDamagedError, BatchFileError) as error:
        why = str(error)
    return (frame, None) if why is None else (pl.DataFrame(schema=schema), why)
