"""Closes as they were sealed: one file a day, each chained to the one before; and where to find them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
import polars as pl
from django.db.models import QuerySet

from xiaobao.ledger.calls import CALL_SCHEMA
from xiaobao.ledger.canonical import rows_digest
from xiaobao.lib.ids import sha256_hex
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import DayClose

ROOM = "close"
GENESIS = "0" * 64
"""The head before the first close."""
NO_CALLS = rows_digest(pl.DataFrame(schema=CALL_SCHEMA))
"""The digest of a table of call counts without rows."""


class DayCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries of one counting path and kind the day has, whole or for one member of a dimension."""

    path: str | None
    entry_kind: str
    dimension: str
    """`total`, `institution`, `channel`, `business` or `cause`."""
    member: str | None
    """A code as stated; None where it is not stated, and for the total."""
    count: int


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that could not be posted."""

    batch: int
    """Its place in the journal."""
    source_code: str
    why: str


class PostedSince(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of the ledger between two closes."""

    after: int
    """The posting sequence of the previous close."""
    until: int
    """The posting sequence of this one: the day's figures are read at it."""
    rows: int
    canonical_version: int
    entries_digest: str
    """SHA-256 of the entries in canonical form, in (posted_seq, row, sign) order."""
    tags_digest: str
    calls_digest: str = NO_CALLS
    """A close from before call counts were kept has none of them."""


class SealedClose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the close file of a day holds, as JSON with sorted keys."""

    home: str
    domain_id: str
    mark: str
    day: date
    previous_day: date | None
    previous_head: str
    skipped: bool
    """True where the day was declared to have no close."""
    skipped_from: date | None
    """First of the days between the previous close and this one that have none; None when there are none."""
    closed_at: datetime
    """Business clock."""
    cutoff_at: datetime
    posted: PostedSince
    catalog_digest: str
    counts: tuple[DayCount, ...]
    """Entries received on the day, as known at its close."""
    reporting: dict[str, str]
    """Source → reporting status of the day."""
    set_aside: tuple[SetAside, ...]
    """Batches set aside since the previous close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFacts:
    """A close and its place in the chain."""

    sealed: SealedClose
    digest: str
    """Of the close file in the archive."""
    close_head: str
    """SHA-256 of the previous head and the close file: the chain up to here."""

    @property
    def day(self) -> date:
        """The business day."""
        return self.sealed.day

    @property
    def posted_seq(self) -> int:
        """The posting sequence the day's figures are read at."""
        return self.sealed.posted.until

    @property
    def catalog_digest(self) -> str:
        """The catalog in use at the close."""
        return self.sealed.catalog_digest

    @property
    def counts(self) -> tuple[DayCount, ...]:
        """Entries received on the day."""
        return self.sealed.counts

    @property
    def reporting(self) -> dict[str, str]:
        """Source → reporting status."""
        return self.sealed.reporting

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """Batches set aside since the previous close."""
        return self.sealed.set_aside


def encode(sealed: SealedClose) -> bytes:
    """The bytes of a close file."""
    return msgspec.json.encode(sealed, order="deterministic")


def head_after(previous_head: str, content: bytes) -> str:
    """The chain's head after a close file: SHA-256 of the previous head and the file."""
    return sha256_hex(bytes.fromhex(previous_head) + content)


def read(home: Home, row: DayClose) -> CloseFacts:
    """A close as it was sealed; raises as the archive does, or msgspec.MsgspecError."""
    content = home.archive.read(row.digest, room=ROOM)
    sealed = msgspec.json.decode(content, type=SealedClose)
    return CloseFacts(sealed=sealed, digest=row.digest, close_head=head_after(sealed.previous_head, content))


def close_of(home: Home, day: date) -> CloseFacts | None:
    """The close of a day, None when it was neither closed nor skipped."""
    row = DayClose.objects.filter(day=day).first()
    return None if row is None else read(home, row)


def skipped_by(day: date, *, known: QuerySet[DayClose] | None = None) -> date | None:
    """The day whose close skipped this one without a record of its own; None when none of those known did."""
    closes = DayClose.objects.all() if known is None else known
    after = closes.filter(day__gt=day, previous_day__lt=day).order_by("day").first()
    return None if after is None else after.day


def last_close(home: Home) -> CloseFacts | None:
    """The latest day that was closed or skipped."""
    row = DayClose.objects.order_by("-day").first()
    return None if row is None else read(home, row)


def all_closes() -> Iterator[DayClose]:
    """All closed and skipped days, in order."""
    return DayClose.objects.order_by("day").iterator()


def close_sequences(home: Home) -> dict[date, int]:
    """Closed days → the posting sequence their figures are read at; skipped days are not closed."""
    rows = DayClose.objects.filter(skipped=False).order_by("day").values_list("day", "posted_seq")
    return dict(rows)
