"""Sealing a close: what the day's file says, and its place in the chain."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

import msgspec
import polars as pl
from django.db import transaction
from django.db.models import Max

from xiaobao.ledger.canonical import CANONICAL_VERSION, rows_digest
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.periods import ONE_DAY
from xiaobao.lib.words import Words
from xiaobao.submissions import catalogs, closes, journal, manifest, reporting
from xiaobao.submissions.closes import CloseFacts, DayCount, PostedSince, SealedClose, SetAside
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, DayClose, Receipt, ReportingEvent
from xiaobao.submissions.reporting import ReportingStatus

_DIMENSIONS = {
    "institution": "institution_code",
    "channel": "channel_code",
    "business": "business_code",
    "cause": "cause_code",
}


class CloseError(UserError):
    """A day that cannot be closed yet, or not any more."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, exit_code=ExitCode.DATA_REFUSED)


def require_over(home: Home, day: date, *, at: datetime) -> None:
    cutoff = home.domain.cutoff_at(day)
    local = at.astimezone(cutoff.tzinfo)
    if at <= cutoff:
        raise CloseError(
            Words(
                zh=f"{day} 的截点 {cutoff:%Y-%m-%d %H:%M %Z} 尚未过去（业务时钟 {local:%Y-%m-%d %H:%M}）",
                en=f"the cut-off of {day}, {cutoff:%Y-%m-%d %H:%M %Z}, has not passed "
                f"(business clock {local:%Y-%m-%d %H:%M})",
            )
        )


def require_next(day: date, *, skip_from: date | None = None) -> DayClose | None:
    """The close before; CloseError unless the day follows the last one closed or skipped, or is the first.

    With `skip_from` the days from there to the day before are skipped: it is the day after the last one.
    """
    previous = DayClose.objects.order_by("-day").first()
    if previous is None or previous.day == day - ONE_DAY:
        return previous
    if previous.day < day and skip_from == previous.day + ONE_DAY:
        return previous
    if previous.day > day:
        raise CloseError(
            Words(
                zh=f"{previous.day} 已日结或跳过，更早的 {day} 不能再日结",
                en=f"{previous.day} is closed or skipped already; the earlier {day} cannot be any more",
            )
        )
    raise CloseError(
        Words(
            zh=f"上一个已日结或跳过的日子是 {previous.day}；请先日结其后各日，或用 --skip-from "
            f"{previous.day + ONE_DAY} 声明跳过",
            en=f"the last day closed or skipped is {previous.day}; close the days after it first, "
            f"or declare them skipped with --skip-from {previous.day + ONE_DAY}",
        )
    )


def seal(
    home: Home, day: date, *, at: datetime, skipped: bool = False, skip_from: date | None = None
) -> CloseFacts:
    """Seal the close of a day, or that it has none, and chain it.

    The rows are digested first; then everything is decided again under the journal's lock. Raises CloseError
    when the day does not follow, or something still waits that arrived before its cut-off.
    """
    cutoff = home.domain.cutoff_at(day)
    after, until = _span(require_next(day, skip_from=skip_from), cutoff, skipped=skipped)
    posted, counts = manifest.reading(
        home, lambda snapshot: (digest_of(snapshot, after=after), counts_of(snapshot, day)), as_of=until
    )
    with transaction.atomic():
        journal.lock_head()
        if (earlier := closes.close_of(home, day)) is not None:
            return earlier  # another process closed it meanwhile
        previous = require_next(day, skip_from=skip_from)
        if not skipped:
            _require_drained(cutoff)
        if _span(previous, cutoff, skipped=skipped) != (after, until):
            raise CloseError(
                Words(zh="日结时又有批次记账；请再执行一次", en="a batch was posted meanwhile; close again")
            )
        sealed = SealedClose(
            home=home.identity,
            domain_id=home.domain_id,
            mark=home.mark.value,
            day=day,
            previous_day=None if previous is None else previous.day,
            previous_head=closes.GENESIS if previous is None else previous.close_head,
            skipped=skipped,
            skipped_from=_skipped_from(previous, day),
            closed_at=at,
            cutoff_at=cutoff,
            posted=posted,
            catalog_digest=catalogs.use(home, at=at),
            counts=() if skipped else counts,
            reporting={} if skipped else _settle(home, day, cutoff, at=at),
            set_aside=() if skipped else tuple(_set_aside(home)),
        )
        return _enter(home, sealed, at=at)


def digest_of(snapshot: Snapshot, *, after: int) -> PostedSince:
    """The rows that a snapshot holds after a posting sequence, digested in canonical form."""
    entries = snapshot.entries()
    since = entries.filter(entries.posted_seq > after)
    rows = snapshot.run(since.aggregate(rows=since.count()))
    tags, calls = snapshot.tags(), snapshot.calls()
    return PostedSince(
        after=after,
        until=snapshot.posted_seq,
        rows=int(rows["rows"][0]),
        canonical_version=CANONICAL_VERSION,
        entries_digest=rows_digest(snapshot.pages(after=after)),
        tags_digest=rows_digest(snapshot.run(tags.filter(tags.posted_seq > after))),
        calls_digest=rows_digest(snapshot.run(calls.filter(calls.posted_seq > after))),
    )


def _require_drained(cutoff: datetime) -> None:
    """CloseError while a batch waits that arrived before the cut-off; later ones arrive in the next day."""
    waiting = Batch.objects.filter(arrived_at__lte=cutoff, posted_seq=None, set_aside=False).count()
    if waiting:
        raise CloseError(
            Words(
                zh=f"截点前到达的批次尚有 {waiting} 个未记账；请稍候再日结（见 xiaobao status）",
                en=f"{waiting} batches from before the cut-off are not posted yet; "
                "close the day when they are (see xiaobao status)",
            )
        )


def counts_of(snapshot: Snapshot, day: date) -> tuple[DayCount, ...]:
    """Entries received on a day by path and kind: whole, and by institution, channel, business and cause."""
    entries = snapshot.entries()
    groups = ["path", "entry_kind", *_DIMENSIONS.values()]
    counted = (
        entries.filter(entries.received_on == day)
        .group_by(groups)
        .aggregate(entries=entries.sign.cast("int64").sum())
    )
    rows = snapshot.run(counted)
    found = [_count(rows, "total", pl.lit(None, pl.String()))]
    found += [_count(rows, name, pl.col(column)) for name, column in _DIMENSIONS.items()]
    return tuple(DayCount(**values) for values in pl.concat(found).iter_rows(named=True))


def _count(rows: pl.DataFrame, dimension: str, member: pl.Expr) -> pl.DataFrame:
    return (
        rows.group_by("path", "entry_kind", member.alias("member"))
        .agg(pl.col("entries").cast(pl.Int64).sum().alias("count"))
        .filter(pl.col("count") != 0)
        .sort("path", "entry_kind", "member", nulls_last=True)
        .with_columns(pl.lit(dimension).alias("dimension"))
    )


def _span(previous: DayClose | None, cutoff: datetime, *, skipped: bool) -> tuple[int, int]:
    """The posting sequences of the previous close and of this one: the last batch from before the cut-off."""
    after = 0 if previous is None else previous.posted_seq
    if skipped:
        return after, after
    last = Batch.objects.filter(arrived_at__lte=cutoff).aggregate(last=Max("posted_seq"))["last"]
    return after, max(after, last or 0)


def _set_aside(home: Home) -> Iterator[SetAside]:
    """The batches set aside since the last day that was closed."""
    last = DayClose.objects.filter(skipped=False).order_by("-day").first()
    for record in journal.records(home, kind="set_aside", after=0 if last is None else last.sequence_id):
        yield msgspec.convert(record.payload, SetAside)


def _skipped_from(previous: DayClose | None, day: date) -> date | None:
    if previous is None or previous.day == day - ONE_DAY:
        return None
    return previous.day + ONE_DAY


def _enter(home: Home, sealed: SealedClose, *, at: datetime) -> CloseFacts:
    content = closes.encode(sealed)
    digest = home.archive.keep(content, room=closes.ROOM)
    head = closes.head_after(sealed.previous_head, content)
    payload = {
        "day": sealed.day,
        "previous_day": sealed.previous_day,
        "posted_seq": sealed.posted.until,
        "rows_digest": sealed.posted.entries_digest,
        "catalog_digest": sealed.catalog_digest,
        "close_head": head,
        "digest": digest,
    }
    record = journal.append(home, kind="skip" if sealed.skipped else "close", payload=payload, at=at)
    DayClose.objects.create(
        day=sealed.day,
        sequence=record,
        previous_day=sealed.previous_day,
        skipped=sealed.skipped,
        posted_seq=sealed.posted.until,
        rows_digest=sealed.posted.entries_digest,
        close_head=head,
        catalog_digest=sealed.catalog_digest,
        digest=digest,
    )
    return CloseFacts(sealed=sealed, digest=digest, close_head=head)


def _settle(home: Home, day: date, cutoff: datetime, *, at: datetime) -> dict[str, str]:
    """Who had reported by the cut-off; what was due and had not come is journaled as missing."""
    told = reporting.events_of(day)
    receipts = [event.receipt_sequence for event in told if event.receipt_sequence is not None]
    late = Receipt.objects.filter(sequence__in=receipts, arrived_at__gt=cutoff).order_by("-sequence_id")
    first_late = {receipt.source_code: receipt.sequence_id for receipt in late}
    known = [event for event in told if _in_time(event, first_late)]
    due = {source.code for source in reporting.due_on(home, day)}
    settled: dict[str, str] = {}
    for code in sorted(due | {event.source_code for event in known}):
        status = reporting.standing(event for event in known if event.source_code == code)
        if status is ReportingStatus.PENDING:
            status = ReportingStatus.MISSING
            reporting.record(home, source_code=code, day=day, status=status, at=at)
        settled[code] = status.value
    return settled


def _in_time(event: ReportingEvent, first_late: Mapping[str, int]) -> bool:
    first = first_late.get(event.source_code)
    if first is None:
        return True
    # Posting finds out after the cut-off that a delivery from before it was superseded.
    superseded = event.status == ReportingStatus.SUPERSEDED.value
    subject = event.receipt_sequence if superseded else event.sequence_id
    return subject is not None and subject < first
