"""Reporting status: who has reported for a day, as journaled events that can be asked as of a sequence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Q

from xiaobao.catalog.calendars import Calendar
from xiaobao.catalog.domains import Domain
from xiaobao.catalog.sources import DeliveryKind, Source
from xiaobao.intake.delivery import Decision
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.submissions import journal
from xiaobao.submissions.covered_days import covered, events_in
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import HomeRecord, JournalRecord, Receipt, ReportingEvent

KIND = "reporting"


class ReportingStatus(StrEnum):
    """How a source stands for a day."""

    ARRIVED = "arrived"
    LATE = "late"
    NIL = "nil"
    SUPPLEMENTARY = "supplementary"
    SUPERSEDED = "superseded"  # too much of the delivery was older than what is known: it did not arrive
    MISSING = "missing"  # nothing had come when the day was closed
    PENDING = "pending"  # due and not come yet; never recorded


REPORTED = frozenset(
    {ReportingStatus.ARRIVED, ReportingStatus.LATE, ReportingStatus.NIL, ReportingStatus.SUPPLEMENTARY}
)
"""The statuses that count as having reported."""

RETURNED = "returned"
"""Nothing was accepted, and a file was sent back: more than silence, less than a report. Never recorded."""
_OPEN = frozenset({ReportingStatus.PENDING, ReportingStatus.MISSING})

# What is said of a source that has several deliveries for a day: the first of these that holds.
_PRECEDENCE = (
    ReportingStatus.ARRIVED,
    ReportingStatus.LATE,
    ReportingStatus.SUPPLEMENTARY,
    ReportingStatus.NIL,
)


def record(
    home: Home,
    *,
    source_code: str,
    day: date,
    status: ReportingStatus,
    at: datetime,
    receipt_sequence: int | None = None,
    reversed: bool = False,  # noqa: A002 -- the word of the ledger
    covers_from: date | None = None,
) -> JournalRecord:
    """Journal one event, inside a transaction; it tells of the days from `covers_from` to `day`.

    `receipt_sequence` is the receipt of the delivery the event is about; only *missing* has none.
    `reversed` takes an earlier event of the same delivery back: a nil that data proved wrong.
    """
    covers_from = None if covers_from == day else covers_from
    period = {} if covers_from is None else {"covers_from": covers_from}
    payload = {
        "source_code": source_code,
        "day": day,
        "status": status.value,
        "receipt": receipt_sequence,
        "reversed": reversed,
        **period,
    }
    entry = journal.append(home, kind=KIND, payload=payload, at=at)
    ReportingEvent.objects.create(
        sequence=entry,
        source_code=source_code,
        day=day,
        covers_from=covers_from,
        status=status.value,
        receipt_sequence=receipt_sequence,
        reversed=reversed,
    )
    return entry


def record_delivery(
    home: Home,
    source: Source,
    *,
    day: date,
    kind: DeliveryKind,
    receipt_sequence: int,
    arrived_at: datetime,
    at: datetime,
    covers_from: date | None = None,
) -> None:
    """Journal that a delivery was accepted, as arrived, late, nil or supplementary; data reverse a nil.

    Of a period each day is held against its own deadline: those of which it came late are told apart.
    """
    period = covered(day, covers_from)
    if kind is not DeliveryKind.NIL:
        for receipt in _standing_nils(source.code, period):
            record(
                home,
                source_code=source.code,
                day=day,
                status=ReportingStatus.NIL,
                at=at,
                receipt_sequence=receipt,
                reversed=True,
                covers_from=covers_from,
            )
    told = {one: _status(home, source, day=one, kind=kind, arrived_at=arrived_at) for one in period}
    for status in dict.fromkeys(told.values()):
        days = [one for one in period if told[one] is status]  # a later day has no earlier deadline
        record(
            home,
            source_code=source.code,
            day=days[-1],
            status=status,
            at=at,
            receipt_sequence=receipt_sequence,
            covers_from=days[0],
        )


def status_of(home: Home, day: date, *, as_of_sequence: int | None = None) -> Mapping[str, ReportingStatus]:
    """Source code → status for a day: every source due, and every other one that reported.

    `as_of_sequence` is a position in the journal, such as that of a close; None is the present.
    """
    found = defaultdict(list)
    for event in events_of(day, as_of_sequence=as_of_sequence):
        found[event.source_code].append(event)
    codes = {source.code for source in due_on(home, day)} | found.keys()
    return {code: standing(found[code]) for code in sorted(codes)}


def returned_in(period: Period, *, as_of_sequence: int | None = None) -> frozenset[tuple[str, date]]:
    """Source code and day of every delivery that was sent back, resent since or not."""
    until = Q() if as_of_sequence is None else Q(sequence__lte=as_of_sequence)
    returned = Receipt.objects.filter(
        until, day__gte=period.from_on, day__lt=period.to_on, decision=Decision.RETURNED.value
    )
    return frozenset(returned.values_list("source_code", "day"))


def shown(status: ReportingStatus, *, returned: bool) -> str:
    """What is shown of a source's day: its status, or `RETURNED` where a file that was sent back is all."""
    return RETURNED if returned and status in _OPEN else status.value


def events_of(day: date, *, as_of_sequence: int | None = None) -> tuple[ReportingEvent, ...]:
    """All events of a day in journal order, those reversed and those that reversed them included."""
    return tuple(event for _, event in events_in(covered(day, None), as_of_sequence=as_of_sequence))


def standing(events: Iterable[ReportingEvent]) -> ReportingStatus:
    """Where a source stands after the events of one day, given in journal order."""
    deliveries: dict[int | None, ReportingStatus] = {}
    otherwise = ReportingStatus.PENDING
    for event in events:
        status = ReportingStatus(event.status)
        if status is ReportingStatus.MISSING:
            otherwise = ReportingStatus.MISSING
        elif status is ReportingStatus.SUPERSEDED:
            deliveries.pop(event.receipt_sequence, None)
            otherwise = ReportingStatus.SUPERSEDED
        elif event.reversed:
            deliveries.pop(event.receipt_sequence, None)
        else:
            deliveries[event.receipt_sequence] = status
    return next((status for status in _PRECEDENCE if status in deliveries.values()), otherwise)


def course(events: Iterable[ReportingEvent]) -> tuple[str, ...]:
    """What became of a source's day, as words: statuses, `-reversed` where one was taken back.

    In journal order, but that what was missing at the cutoff stands before what came after it: a close may be
    run later than that.
    """
    told = [f"{event.status}-reversed" if event.reversed else event.status for event in events]
    late, missing = ReportingStatus.LATE.value, ReportingStatus.MISSING.value
    if late in told and missing in told[told.index(late) :]:
        told.remove(missing)
        told.insert(told.index(late), missing)
    return tuple(told)


def due_on(home: Home, day: date) -> tuple[Source, ...]:
    """The sources whose delivery is due for a day, by code.

    Raises catalog.calendars.UnknownYearError where a source is due on working days of a year nobody knows.
    """
    return tuple(source for source, _ in _due(home, (day,)))


def due_in(home: Home, period: Period) -> Iterator[tuple[Source, date]]:
    """Every delivery due for the days of a period, from the business day on which the home was made.

    Raises catalog.calendars.UnknownYearError as `due_on` does.
    """
    made_on = home.domain.business_day(HomeRecord.objects.get(id=1).created_at)
    return _due(home, (day for day in period if day >= made_on))


def _due(home: Home, days: Iterable[date]) -> Iterator[tuple[Source, date]]:
    catalog = home.catalog()
    calendar = catalog.calendar_of(home.domain_id)
    sources = catalog.sources_of(home.domain_id, simulated=home.simulated)
    for day in days:
        yield from ((source, day) for source in sources if _is_due(source, calendar, day))


def deadline_at(source: Source, *, domain: Domain, calendar: Calendar, day: date) -> datetime | None:
    """The moment after which a delivery for a day is late; None for a source that is due on demand only.

    A source due on working days has until its deadline of the next working day for the days between.
    """
    if source.due == "on_demand":
        return None
    due_day = day
    if source.due == "working_day":
        # In a year the calendar does not know the day itself is the deadline: late is shown, never hidden.
        while calendar.knows(due_day) and not calendar.is_working_day(due_day):
            due_day += ONE_DAY
    return datetime.combine(due_day, source.deadline, tzinfo=domain.time_zone)


def _is_due(source: Source, calendar: Calendar, day: date) -> bool:
    return source.due == "daily" or (source.due == "working_day" and calendar.is_working_day(day))


def _status(
    home: Home, source: Source, *, day: date, kind: DeliveryKind, arrived_at: datetime
) -> ReportingStatus:
    if kind is DeliveryKind.NIL:
        return ReportingStatus.NIL
    if kind is DeliveryKind.SUPPLEMENTARY:
        return ReportingStatus.SUPPLEMENTARY
    calendar = home.catalog().calendar_of(home.domain_id)
    deadline = deadline_at(source, domain=home.domain, calendar=calendar, day=day)
    if deadline is not None and arrived_at > deadline:
        return ReportingStatus.LATE
    return ReportingStatus.ARRIVED


def _standing_nils(source_code: str, period: Period) -> tuple[int | None, ...]:
    """The receipts of the nil reports that stand for any of the days, each once."""
    nils: dict[tuple[date, int | None], bool] = {}
    for day, event in events_in(period):
        if event.source_code == source_code and event.status == ReportingStatus.NIL.value:
            nils[day, event.receipt_sequence] = not event.reversed
    return tuple(dict.fromkeys(receipt for (_, receipt), stands in nils.items() if stands))
