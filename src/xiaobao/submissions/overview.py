"""What status shows: receipts, batches, notes, reporting lights and closes of a day, and the home itself."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec
from django.db import connection
from django.db.models import Max, Q, QuerySet

from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.lib.words import Words
from xiaobao.submissions import reporting
from xiaobao.submissions.closes import skipped_by
from xiaobao.submissions.conclusions import RECEIVED
from xiaobao.submissions.expiry import expired_months
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import (
    Batch,
    DayClose,
    HomeRecord,
    JournalHead,
    LedgerHead,
    PostingNote,
    Receipt,
    ReportingEvent,
    Submission,
)
from xiaobao.submissions.reporting import ReportingStatus


class AsOfUnknownError(UserError):
    """A posting sequence or a close that does not exist."""


class NoteCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch's rows: accepted = posted + unchanged + superseded + refused."""

    accepted: int
    posted: int
    unchanged: int
    superseded: int
    refused: int


class ReceiptLine(msgspec.Struct, frozen=True, kw_only=True):
    """One receipt with its batch, as status lists it."""

    sequence: int
    source_code: str
    day: date
    kind: str
    revision: int | None
    decision: str
    read: int
    accepted: int
    rejected: int
    arrived_at: datetime
    posted_seq: int | None
    set_aside: bool
    note: NoteCounts | None


class Light(msgspec.Struct, frozen=True, kw_only=True):
    """How one source stands for the day."""

    source_code: str
    name: Words
    due: bool
    status: str
    """Of `reporting.ReportingStatus`, or `reporting.RETURNED`."""
    history: tuple[str, ...]
    """All its events of the day in order; a reversed one ends in `-reversed`."""


class UnfinishedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A submission whose check has not ended."""

    id: int
    source_code: str
    day: date
    file_name: str
    tries: int
    trouble: str


class CloseLine(msgspec.Struct, frozen=True, kw_only=True):
    """A closed or skipped day."""

    day: date
    skipped: bool
    posted_seq: int
    close_head: str


class DayOverview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything status tells of one business day."""

    day: date
    mark: str
    as_of_sequence: int | None
    """Position in the journal; None for the present."""
    due: int
    reported: int
    """How many of those due have reported."""
    lights: tuple[Light, ...]
    receipts: tuple[ReceiptLine, ...]
    """Those declared for the day, and those that arrived in it for another."""
    unfinished: tuple[UnfinishedLine, ...]
    batches_waiting: int
    posted_seq: int
    month_expired: bool
    """True where the raw files and narratives of the day's month were destroyed."""
    close: CloseLine | None
    skipped_by: date | None
    """The day whose close skipped this one, where it has no record of its own."""
    last_close: CloseLine | None


class HomeOverview(msgspec.Struct, frozen=True, kw_only=True):
    """What a home is and how far it is."""

    path: str
    identity: str
    domain: str
    mark: str
    database: str
    created_at: datetime
    business_at: datetime | None
    journal_sequence: int
    posted_seq: int
    receipts: int
    batches_waiting: int
    last_close: CloseLine | None
    expired_months: tuple[str, ...]
    """Months whose raw files and narratives were destroyed."""


def home_overview(home: Home) -> HomeOverview:
    """What the home is and how far it is."""
    row = HomeRecord.objects.get(id=1)
    return HomeOverview(
        path=str(home.path),
        identity=home.identity,
        domain=home.domain_id,
        mark=home.mark.value,
        database=connection.vendor,
        created_at=row.created_at,
        business_at=row.business_at,
        journal_sequence=JournalHead.objects.get(id=1).sequence,
        posted_seq=LedgerHead.objects.get(id=1).posted_seq,
        receipts=Receipt.objects.count(),
        batches_waiting=_waiting().count(),
        last_close=_close_line(DayClose.objects.order_by("-day").first()),
        expired_months=expired_months(),
    )


def day_overview(home: Home, day: date, *, as_of: int | date | None) -> DayOverview:
    """What is known of a business day, now or as of a posting sequence or a close.

    Raises AsOfUnknownError for a sequence or close that does not exist.
    """
    sequence = None if as_of is None else journal_sequence_of(as_of)
    until = Q() if sequence is None else Q(sequence__lte=sequence)
    lights = _lights(home, day, sequence)
    closes = DayClose.objects.filter(until).order_by("-day")
    return DayOverview(
        day=day,
        mark=home.mark.value,
        as_of_sequence=sequence,
        due=sum(light.due for light in lights),
        reported=sum(light.due and light.status in reporting.REPORTED for light in lights),
        lights=lights,
        receipts=_receipts(home, day, until, sequence),
        unfinished=_unfinished() if sequence is None else (),
        batches_waiting=_waiting(sequence).count(),
        posted_seq=_posted_seq(sequence),
        month_expired=f"{day:%Y-%m}" in expired_months(until=sequence),
        close=_close_line(closes.filter(day=day).first()),
        skipped_by=skipped_by(day, known=closes),
        last_close=_close_line(closes.first()),
    )


def journal_sequence_of(as_of: int | date) -> int:
    """The position in the journal at which a posting sequence was reached, or a day closed."""
    if isinstance(as_of, date):
        close = DayClose.objects.filter(day=as_of).first()
        if close is None:
            raise AsOfUnknownError(Words(zh=f"{as_of} 尚未日结", en=f"{as_of} is not closed"))
        return int(close.sequence_id)
    note = PostingNote.objects.filter(batch__posted_seq=as_of).first()
    if note is None:
        raise AsOfUnknownError(Words(zh=f"没有记账序号 {as_of}", en=f"there is no posting sequence {as_of}"))
    return int(note.sequence_id)


def _lights(home: Home, day: date, sequence: int | None) -> tuple[Light, ...]:
    due = {source.code for source in reporting.due_on(home, day)}
    events: dict[str, list[ReportingEvent]] = {}
    for event in reporting.events_of(day, as_of_sequence=sequence):
        events.setdefault(event.source_code, []).append(event)
    standing = reporting.status_of(home, day, as_of_sequence=sequence)
    whole_day = Period(from_on=day, to_on=day + ONE_DAY)
    returned = {code for code, _ in reporting.returned_in(whole_day, as_of_sequence=sequence)}
    return tuple(
        Light(
            source_code=code,
            name=home.catalog().source(code).name,
            due=code in due,
            status=reporting.shown(standing.get(code, ReportingStatus.PENDING), returned=code in returned),
            history=reporting.course(events.get(code, ())),
        )
        for code in sorted(standing.keys() | returned)
    )


def _receipts(home: Home, day: date, until: Q, sequence: int | None) -> tuple[ReceiptLine, ...]:
    begins, ends = home.domain.cutoff_at(day - ONE_DAY), home.domain.cutoff_at(day)
    after_begin = begins + timedelta(microseconds=1)
    wanted = Q(day=day) | Q(arrived_at__gte=after_begin, arrived_at__lte=ends)
    rows = list(Receipt.objects.filter(until & wanted).order_by("sequence_id"))
    numbers = [row.sequence_id for row in rows]
    batches = {batch.sequence_id: batch for batch in Batch.objects.filter(sequence__in=numbers)}
    notes = {note.batch_id: note for note in PostingNote.objects.filter(until, batch__in=numbers)}
    return tuple(_receipt_line(row, batches, notes, as_of=sequence is not None) for row in rows)


def _receipt_line(
    row: Receipt, batches: Mapping[int, Batch], notes: Mapping[int, PostingNote], *, as_of: bool
) -> ReceiptLine:
    batch, note = batches.get(row.sequence_id), notes.get(row.sequence_id)
    return ReceiptLine(
        sequence=row.sequence_id,
        source_code=row.source_code,
        day=row.day,
        kind=row.kind,
        revision=row.revision,
        decision=row.decision,
        read=row.read,
        accepted=row.accepted,
        rejected=row.rejected,
        arrived_at=row.arrived_at,
        posted_seq=batch.posted_seq if batch and (note or not as_of) else None,
        set_aside=batch is not None and batch.set_aside,
        note=None if note is None else _note_counts(note),
    )


def _note_counts(note: PostingNote) -> NoteCounts:
    return NoteCounts(
        accepted=note.accepted,
        posted=note.posted,
        unchanged=note.unchanged,
        superseded=note.superseded,
        refused=note.refused,
    )


def _unfinished() -> tuple[UnfinishedLine, ...]:
    return tuple(
        UnfinishedLine(
            id=row.id,
            source_code=row.source_code,
            day=row.day,
            file_name=row.file_name,
            tries=row.tries,
            trouble=row.trouble,
        )
        for row in Submission.objects.filter(state=RECEIVED).order_by("id")
    )


def _waiting(sequence: int | None = None) -> QuerySet[Batch]:
    if sequence is None:
        return Batch.objects.filter(posted_seq=None, set_aside=False)
    posted = PostingNote.objects.filter(sequence__lte=sequence).values("batch")
    return Batch.objects.filter(sequence__lte=sequence, set_aside=False).exclude(sequence__in=posted)


def _posted_seq(sequence: int | None) -> int:
    if sequence is None:
        return int(LedgerHead.objects.get(id=1).posted_seq)
    notes = PostingNote.objects.filter(sequence__lte=sequence)
    return int(notes.aggregate(last=Max("batch__posted_seq"))["last"] or 0)


def _close_line(close: DayClose | None) -> CloseLine | None:
    if close is None:
        return None
    return CloseLine(
        day=close.day, skipped=close.skipped, posted_seq=close.posted_seq, close_head=close.close_head
    )
