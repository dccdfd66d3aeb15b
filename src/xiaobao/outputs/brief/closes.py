"""Reads a close and what arrived for it from the home: the record a brief is checked against."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db.models import Sum

from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.errors import UserError
from xiaobao.lib.words import Words
from xiaobao.outputs.brief.record import REPORTED, CloseRecord, Rows
from xiaobao.submissions.closing import CloseFacts, close_of, close_sequences
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, PostingNote, Receipt


class NotClosedError(UserError):
    """A brief is written of closed days only."""

    def __init__(self, day: date, *, skipped: bool) -> None:
        super().__init__(
            Words(
                zh=f"{day} 已声明跳过，没有简报"
                if skipped
                else f"{day} 尚未日结；请先执行 xiaobao close-day --day {day}",
                en=f"{day} was declared skipped and has no brief"
                if skipped
                else f"{day} is not closed; run xiaobao close-day --day {day} first",
            )
        )


def require_close(home: Home, day: date) -> CloseFacts:
    """The close of a day, or NotClosedError."""
    close = close_of(home, day)
    if close is None or close.sealed.skipped:
        raise NotClosedError(day, skipped=close is not None)
    return close


def archived_catalog(home: Home, digest: str) -> Catalog:
    """The catalog a close was made under, from the archive unless it is the present one."""
    present = home.catalog()
    if present.digest == digest:
        return present
    return reading.parse(reading.unpack(home.archive.read(digest, room="catalog")))


def previous_closed(home: Home, day: date) -> date | None:
    """The last closed day before; skipped days are passed over."""
    return max((one for one in close_sequences(home) if one < day), default=None)


def record_of(home: Home, day: date, *, path: str | None, catalog: Catalog) -> CloseRecord:
    """What the close of a day recorded of the sources of one counting path."""
    close = require_close(home, day)
    before = previous_closed(home, day)
    since = require_close(home, before) if before else None
    on_path = {
        source.code
        for source in catalog.sources_of(home.domain_id, simulated=home.simulated)
        if source.path == path
    }
    rows = _rows(close, since)
    return CloseRecord(
        day=day,
        posted_seq=close.posted_seq,
        close_head=close.close_head,
        catalog_digest=close.catalog_digest,
        statuses={code: str(status) for code, status in close.reporting.items() if code in on_path},
        rows={code: found for code, found in rows.items() if code in on_path},
    )


def silent_of(home: Home, day: date, *, path: str | None, catalog: Catalog) -> frozenset[str]:
    """The institutions whose own report for a day had not arrived at its close."""
    reported = {code for code, status in require_close(home, day).reporting.items() if status in REPORTED}
    return frozenset(
        source.institution_code
        for source in catalog.sources_of(home.domain_id, simulated=home.simulated)
        if source.path == path and source.institution_code and source.code not in reported
    )


def _rows(close: CloseFacts, since: CloseFacts | None) -> Mapping[str, Rows]:
    """Source → rows of what arrived after the close before and up to this one's cut-off."""
    found: dict[str, Rows] = defaultdict(Rows)
    receipts = Receipt.objects.filter(arrived_at__lte=close.sealed.cutoff_at)
    notes = PostingNote.objects.filter(batch__posted_seq__lte=close.posted_seq, batch__kind="delivery")
    if since is not None:
        receipts = receipts.filter(arrived_at__gt=since.sealed.cutoff_at)
        notes = notes.filter(batch__posted_seq__gt=since.posted_seq)
    sums = receipts.values_list("source_code").annotate(Sum("read"), Sum("accepted"), Sum("rejected"))
    for code, read, accepted, rejected in sums:
        found[code] = Rows(read=read, accepted=accepted, rejected=rejected)
    for code, refused in notes.values_list("batch__source_code").annotate(Sum("refused")):
        found[code] = replace(found[code], refused=refused)
    for aside in close.set_aside:
        rows = Batch.objects.filter(sequence_id=aside.batch).values_list("rows", flat=True).first() or 0
        found[aside.source_code] = replace(
            found[aside.source_code], set_aside=found[aside.source_code].set_aside + rows
        )
    return dict(found)
