"""The journal: every decision about the ledger, in order, each a sealed file named by a chained digest.

The sealed file is written before its transaction; the table is its index. A file no row names is ignored.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec
from django.db import connection

from xiaobao.lib.errors import XiaobaoError
from xiaobao.submissions.archive import Archive, ArchiveError
from xiaobao.submissions.models import JournalHead, JournalRecord

ROOM = "journal"
GENESIS = "0" * 64
"""The `previous` of the first record."""
_PAGE_RECORDS = 500


class JournalDamagedError(XiaobaoError):
    """The journal's files and index do not form one chain; names the record."""

    def __init__(self, sequence: int, what: str) -> None:
        super().__init__(f"journal record {sequence} {what}")
        self.sequence = sequence


class Keeper(Protocol):
    """Whoever has an archive: a `Home`, also one that is only just being made."""

    @property
    def archive(self) -> Archive:
        """Where the sealed records lie."""
        ...


class Sealed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a sealed record file holds, as JSON with sorted keys; its SHA-256 is the record's digest."""

    sequence: int
    previous: str
    kind: str
    recorded_at: datetime
    payload: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One decision as read back, its place in the chain checked."""

    sequence: int
    kind: str
    recorded_at: datetime
    payload: Mapping[str, object]
    digest: str
    previous: str


def append(home: Keeper, *, kind: str, payload: Mapping[str, object], at: datetime) -> JournalRecord:
    """Seal a decision and add it to the chain, inside the transaction that acts on it.

    The head row is locked until that transaction ends; when it fails, the sealed file is left behind unnamed.
    """
    if not connection.in_atomic_block:
        raise XiaobaoError("a journal record is appended inside the transaction that acts on it")
    head = lock_head()
    sealed = Sealed(
        sequence=head.sequence + 1, previous=head.digest, kind=kind, recorded_at=at, payload=dict(payload)
    )
    digest = home.archive.keep(msgspec.json.encode(sealed, order="deterministic"), room=ROOM)
    record = JournalRecord.objects.create(
        sequence=sealed.sequence, digest=digest, previous=sealed.previous, kind=kind, recorded_at=at
    )
    moved = JournalHead.objects.filter(id=1, sequence=head.sequence, digest=head.digest).update(
        sequence=record.sequence, digest=digest
    )
    if moved != 1:
        raise XiaobaoError("the journal's head moved although it was locked")
    return record


def lock_head() -> JournalHead:
    """The head row, locked until the transaction ends: what is read after it is decided in journal order."""
    return JournalHead.objects.select_for_update().get(id=1)


def records(home: Keeper, *, kind: str | None = None, after: int = 0) -> Iterator[Record]:
    """The records behind sequence `after`, in order; only those of one kind where `kind` is given.

    The chain is checked over all of them, the content of those that are handed out; JournalDamagedError names
    the record that breaks it.
    """
    head = JournalHead.objects.get(id=1)
    place, previous = after, _digest_at(after)
    while page := list(JournalRecord.objects.filter(sequence__gt=place).order_by("sequence")[:_PAGE_RECORDS]):
        for row in page:
            if row.sequence != place + 1 or row.previous != previous:
                raise JournalDamagedError(place + 1, "does not follow the one before it")
            place, previous = row.sequence, row.digest
            if kind is None or row.kind == kind:
                yield _opened(home, row)
    if place < head.sequence or (place == head.sequence and previous != head.digest):
        raise JournalDamagedError(head.sequence, "is not the head the journal names")


def read(home: Keeper, sequence: int) -> Record:
    """One record with its content; JournalDamagedError when there is none or it is not what was sealed."""
    row = JournalRecord.objects.filter(sequence=sequence).first()
    if row is None:
        raise JournalDamagedError(sequence, "is not there")
    return _opened(home, row)


def _digest_at(sequence: int) -> str:
    if sequence == 0:
        return GENESIS
    row = JournalRecord.objects.filter(sequence=sequence).first()
    if row is None:
        raise JournalDamagedError(sequence, "is not there")
    return row.digest


def _opened(home: Keeper, row: JournalRecord) -> Record:
    try:
        sealed = msgspec.json.decode(home.archive.read(row.digest, room=ROOM), type=Sealed)
    except (ArchiveError, msgspec.MsgspecError) as error:
        raise JournalDamagedError(row.sequence, f"cannot be read: {error}") from error
    stated = (sealed.sequence, sealed.previous, sealed.kind, sealed.recorded_at)
    if stated != (row.sequence, row.previous, row.kind, row.recorded_at):
        raise JournalDamagedError(row.sequence, "says other than its row in the database")
    return Record(
        sequence=row.sequence,
        kind=row.kind,
        recorded_at=row.recorded_at,
        payload=sealed.payload,
        digest=row.digest,
        previous=row.previous,
    )
