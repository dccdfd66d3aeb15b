"""Which due reports came, when, and what of the deliveries was taken, as the journal knew at a sequence."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.db.models import Q

from xiaobao.analysis.figures import Reading
from xiaobao.analysis.reports import ReportingFact
from xiaobao.catalog.measures import Quantity
from xiaobao.catalog.sources import Source
from xiaobao.intake.delivery import Decision
from xiaobao.submissions.covered_days import events_in
from xiaobao.submissions.home import Home
from xiaobao.submissions.models import Batch, DayClose, Receipt, ReportingEvent
from xiaobao.submissions.reporting import ReportingStatus, due_in, standing

_ON_TIME = (ReportingStatus.ARRIVED, ReportingStatus.NIL)

Told = Mapping[tuple[str, date], list[ReportingEvent]]
"""(source, day) → what the journal says of it, in its order; empty for a due report it says nothing of."""


def told_of(home: Home, reading: Reading, *, now: bool = False) -> Told:
    """Every report that was due for a day of the reading or came for one, as then known.

    `now` asks of the present, though its sequence may be that of a close. A report that waits to be posted
    has not come then: its rows are in no count yet.
    """
    return _told(home, reading, _posted_until(reading) if now else _known_until(reading))


def reporting_facts(
    home: Home, readings: Sequence[Reading], *, now: bool = False
) -> tuple[ReportingFact, ...]:
    """Every report due for a day of the readings and every delivery that came for one, as then known.

    `now` takes all that has come so far, posted or not: it is the reports that are counted, not their rows.
    """
    return tuple(
        fact
        for reading in readings
        for until in [None if now else _known_until(reading)]
        for facts in (_due(home, reading, until), _delivered(home, reading, until))
        for fact in facts
    )


def _told(home: Home, reading: Reading, until: int | None) -> Told:
    found: dict[tuple[str, date], list[ReportingEvent]] = {
        (source.code, day): [] for source, day in due_in(home, reading.period)
    }
    for day, event in events_in(reading.period, as_of_sequence=until):
        if event.source_code in home.catalog().sources:
            found.setdefault((event.source_code, day), []).append(event)
    return found


def _due(home: Home, reading: Reading, until: int | None) -> Iterator[ReportingFact]:
    told = _told(home, reading, until)
    for source, day in due_in(home, reading.period):
        on_time = _came_in_time(told[(source.code, day)])
        yield _fact(source, day, {Quantity.REPORTS_DUE: 1, Quantity.REPORTS_ON_TIME: int(on_time)})


def _delivered(home: Home, reading: Reading, until: int | None) -> Iterator[ReportingFact]:
    """By the receipts, withdrawn or not: a delivery that was returned adds no rows, all were given back."""
    receipts = Receipt.objects.filter(day__gte=reading.period.from_on, day__lt=reading.period.to_on)
    if until is not None:
        receipts = receipts.filter(sequence__lte=until)
    sources = home.catalog().sources
    for receipt in receipts.order_by("sequence_id"):
        if receipt.source_code not in sources:
            continue
        returned = receipt.decision == Decision.RETURNED
        amounts = {Quantity.DELIVERIES: 1, Quantity.DELIVERIES_RETURNED: int(returned)}
        if not returned:
            amounts |= {Quantity.ROWS_READ: receipt.read, Quantity.ROWS_REJECTED: receipt.rejected}
        yield _fact(sources[receipt.source_code], receipt.day, amounts)


def _fact(source: Source, day: date, amounts: Mapping[Quantity, int]) -> ReportingFact:
    return ReportingFact(
        source_code=source.code,
        path=source.path,
        institution_code=source.institution_code,
        day=day,
        amounts=amounts,
    )


def _came_in_time(events: list[ReportingEvent]) -> bool:
    """A nil report has no hour of its own: it is late where the close had found it missing."""
    missed = any(event.status == ReportingStatus.MISSING.value for event in events)
    return standing(events) in _ON_TIME and not missed


def _known_until(reading: Reading) -> int | None:
    """How far of the journal was known with the reading; None for everything so far.

    A sequence says what was posted, not what had arrived. Days read at the sequence of the close of the last
    of them are known up to that close.
    """
    closed = DayClose.objects.filter(
        day=reading.period.last_on, posted_seq=reading.posted_seq, skipped=False
    ).first()
    return _posted_until(reading) if closed is None else closed.sequence_id


def _posted_until(reading: Reading) -> int | None:
    """The journal before the first batch that was not posted by then; None where there is none."""
    later = Q(posted_seq=None, set_aside=False) | Q(posted_seq__gt=reading.posted_seq)
    first = Batch.objects.filter(later).order_by("sequence_id").first()
    return None if first is None else first.sequence_id - 1
