"""Batches on their way into the ledger: read back from the archive, or found unfit to be posted."""

from dataclasses import dataclass

import polars as pl

from xiaobao.ledger import batches, calls
from xiaobao.ledger.calls import CALL_BATCH_SCHEMA
from xiaobao.ledger.entries import BATCH_SCHEMA
from xiaobao.ledger.tables import Table
from xiaobao.submissions import journal
from xiaobao.submissions.archive import ArchiveDamagedError, ArchiveMissingError
from xiaobao.submissions.batch_files import BATCH_ROOM, TAG_BATCH_SCHEMA, BatchFileError, decode
from xiaobao.submissions.home import Home

DELIVERY = "delivery"
"""The kind of a batch of entries as a reporter delivered them."""
TAGS, CALLS = "tags", "calls"
"""The kinds of batches whose rows are no entries: of the table of tags, of the table of call counts."""

BATCH_SCHEMAS = {
    Table.ENTRIES: BATCH_SCHEMA,
    Table.TAGS: TAG_BATCH_SCHEMA,
    Table.CALLS: CALL_BATCH_SCHEMA,
}
"""Table → the columns of its batch files."""


def table_of_kind(kind: str) -> Table:
    """The table that the rows of a kind of batch go to."""
    return {TAGS: Table.TAGS, CALLS: Table.CALLS}.get(kind, Table.ENTRIES)


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
    """`complaint_key` of each row; empty where its rows name no complaints."""
    why_unfit: str | None = None
    """Why it cannot be posted; None when it can. An unfit batch has no rows."""

    @property
    def table(self) -> Table:
        """The table its rows go to."""
        return table_of_kind(self.kind)


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
        keys=_keys(frame),
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


def _keys(frame: pl.DataFrame) -> pl.Series:
    if "complaint_no" in frame.columns:
        return batches.complaint_keys(frame)
    return pl.Series("complaint_key", [], dtype=pl.Int64)


def _frame(home: Home, digest: str, *, kind: str, arrival: bool) -> tuple[pl.DataFrame, str | None]:
    table = table_of_kind(kind)
    schema = BATCH_SCHEMAS[table]
    why: str | None
    try:
        frame = decode(home.archive.read(digest, room=BATCH_ROOM), schema=schema)
        why = _form_fault(table, frame, arrival=arrival)
    except (ArchiveMissingError, ArchiveDamagedError, BatchFileError) as error:
        why = str(error)
    return (frame, None) if why is None else (pl.DataFrame(schema=schema), why)


def _form_fault(table: Table, frame: pl.DataFrame, *, arrival: bool) -> str | None:
    match table:
        case Table.ENTRIES:
            return batches.form_fault(frame, arrival=arrival)
        case Table.CALLS:
            return calls.form_fault(frame, arrival=arrival)
        case Table.TAGS:
            return None
