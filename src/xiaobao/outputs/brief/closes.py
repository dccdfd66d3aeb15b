"""Reads a close and what arrived for it from the home: the record a brief is checked against."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db.models import Sum

from xiaobao.analysis.dimensions import NOT_STATED, UNMAPPED
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import CodeTable, Facet
from xiaobao.ledger.entries import EntryKind
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import Period
from xiaobao.lib.words import Words
from xiaobao.outputs.brief.gather import Silence
from xiaobao.outputs.brief.record import REPORTED, CloseRecord, Rows
from xiaobao.submissions import reporting
from xiaobao.submissions.closing import CloseFacts, close_of, close_sequences, skipped_by
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, DayClose, PostingNote, Receipt
from xiaobao.submissions.pending import DELIVERY


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
        raise NotClosedError(day, skipped=close is not None or skipped_by(day) is not None)
    return close


def previous_closed(home: Home, day: date) -> date | None:
    """The last closed day before; skipped days are passed over."""
    return max((one for one in close_sequences(home) if one < day), default=None)


def record_of(home: Home, day: date, *, path: str | None, catalog: Catalog) -> CloseRecord:
    """What the close of a day recorded of the sources of one counting path."""
    close = require_close(home, day)
    before = previous_closed(home, day)
    since = require_close(home, before) if before else None
    on_path = _on_path(home, path=path, catalog=catalog)
    rows = _rows(close, since)
    return CloseRecord(
        day=day,
        posted_seq=close.posted_seq,
        close_head=close.close_head,
        catalog_digest=close.catalog_digest,
        statuses={code: close.reporting[code] for code in on_path if code in close.reporting},
        rows={code: rows[code] for code in on_path if code in rows},
        counts=_sealed_counts(close, home.domain_id, path=path, catalog=catalog),
    )


def statuses_now(home: Home, day: date, *, path: str | None, catalog: Catalog) -> Mapping[str, str]:
    """The reporting status of a day as it stands today, for the sources of one counting path."""
    on_path = _on_path(home, path=path, catalog=catalog)
    return {code: str(status) for code, status in reporting.status_of(home, day).items() if code in on_path}


def silent_within(
    home: Home, period: Period, *, path: str | None, catalog: Catalog, now: bool = False
) -> Silence:
    """The institutions of which reports for days of a period had not come by its last close, or by now."""
    days = statuses_within(home, period, path=path, catalog=catalog, now=now)
    reported = {code for code, statuses in days.items() if REPORTED & set(statuses.values())}
    complete = {code for code in reported if set(days[code].values()) <= REPORTED}
    banks = {
        source.code: source.institution_code
        for source in catalog.sources_of(home.domain_id, simulated=home.simulated)
        if source.path == path and source.institution_code
    }
    return Silence(
        whole=frozenset(bank for code, bank in banks.items() if code not in reported),
        some=frozenset(bank for code, bank in banks.items() if code not in complete),
    )


def statuses_within(
    home: Home, period: Period, *, path: str | None, catalog: Catalog, now: bool = False
) -> dict[str, dict[date, str]]:
    """Source → day of the period → reporting status, as known at the close of its last day, or today."""
    close = None if now else require_close(home, period.last_on)
    found: dict[str, dict[date, str]] = {code: {} for code in _on_path(home, path=path, catalog=catalog)}
    for day in period:
        for code, status in _statuses_of(home, day, close).items():
            if code in found:
                found[code][day] = status
    return {code: days for code, days in found.items() if days}


def _statuses_of(home: Home, day: date, close: CloseFacts | None) -> Mapping[str, str]:
    if close is not None and close.day == day:
        return close.reporting
    known = DayClose.objects.get(day=close.day).sequence_id if close else None
    return {code: str(one) for code, one in reporting.status_of(home, day, as_of_sequence=known).items()}


def _on_path(home: Home, *, path: str | None, catalog: Catalog) -> tuple[str, ...]:
    """The sources of a counting path, in the order of the register of institutions."""
    order = {
        code: place
        for place, code in enumerate(catalog.register(home.domain_id, simulated=home.simulated).institutions)
    }
    sources = (s for s in catalog.sources_of(home.domain_id, simulated=home.simulated) if s.path == path)
    placed = sorted(
        sources, key=lambda source: (order.get(source.institution_code or "", len(order)), source.code)
    )
    return tuple(source.code for source in placed)


def _sealed_counts(
    close: CloseFacts, domain_id: str, *, path: str | None, catalog: Catalog
) -> dict[tuple[str, str], int]:
    """What the close sealed of complaints: whole, by institution, by category and cause of level 1."""
    standard = catalog.standard_on(domain_id, close.day)
    found: Counter[tuple[str, str]] = Counter()
    for one in close.counts:
        if one.entry_kind != EntryKind.COMPLAINT.value or one.path != path:
            continue
        if one.dimension == "total":
            found[("", "")] += one.count
        elif one.dimension == "institution":
            found[("institution", one.member or NOT_STATED)] += one.count
        elif one.dimension in ("business", "cause"):
            table = standard.tables.get(Facet(one.dimension)) if standard else None
            found[(f"{one.dimension}.1", _first_level(table, one.member, close.day))] += one.count
    return dict(found)


def _first_level(table: CodeTable | None, code: str | None, day: date) -> str:
    if code is None:
        return NOT_STATED
    row = table.codes.get(code) if table else None
    if table is None or row is None or not row.in_force_on(day):
        return UNMAPPED
    return table.ancestor(code, 1) or UNMAPPED


def _rows(close: CloseFacts, since: CloseFacts | None) -> Mapping[str, Rows]:
    """Source → rows of what arrived after the close before and up to this one's cut-off."""
    found: dict[str, Rows] = defaultdict(Rows)
    receipts = Receipt.objects.filter(arrived_at__lte=close.sealed.cutoff_at)
    notes = PostingNote.objects.filter(batch__posted_seq__lte=close.posted_seq, batch__kind=DELIVERY)
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
