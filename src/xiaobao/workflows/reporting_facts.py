"""Which due reports came, when, and what of the deliveries was taken, as the journal knew at a sequence."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

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


def told_of(home: Home, reading: Reading) -> Told:
    """Every report that was due for a day of the reading or came for one, as then known."""
    found: dict[tuple[str, date], list[ReportingEvent]] = {
        (source.code, day): [] for source, day in due_in(home, reading.period)
    }
    for day, event in events_in(reading.period, as_of_sequence=_journal_position(reading)):
        if event.source_code in home.catalog().sources:
            found.setdefault((event.source_code, day), []).append(event)
    return found


def reporting_facts(home: Home, readings: Sequence[Reading]) -> tuple[ReportingFact, ...]:
    """Every report due for a day of the readings and every delivery that came for one, as then known."""
    return tuple(
        fact
        for reading in readings
        for facts in (_due(home, reading), _delivered(home, reading))
        for fact in facts
    )


def _due(home: Home, reading: Reading) -> Iterator[ReportingFact]:
    told = told_of(home, reading)
    for source, day in due_in(home, reading.period):
        on_time = _came_in_time(told[(source.code, day)])
        yield _fact(source, day, {Quantity.REPORTS_DUE: 1, Quantity.REPORTS_ON_TIME: int(on_time)})


def _delivered(home: Home, reading: Reading) -> Iterator[ReportingFact]:
    """By the receipts, withdrawn or not: a delivery that was returned adds no rows, all were given back."""
    receipts = Receipt.objects.filter(day__gte=reading.period.from_on, day__lt=reading.period.to_on)
    known_until = _journal_position(reading)
    if known_until is not None:
        receipts = receipts.filter(sequence__lte=known_until)
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


def _journal_position(reading: Reading) -> int | None:
    """How far of the journal was known with the reading: days at the close of the last of them up to that
    close, otherwise until the next batch after the sequence arrived; None for everything so far."""
    # What has arrived since the close and is not posted yet has no sequence that could tell it apart.
    closed = DayClose.objects.filter(
        day=reading.period.last_on, posted_seq=reading.posted_seq, skipped=False
    ).first()
    if closed is not None:
        return closed.sequence_id
    following = Batch.objects.filter(posted_seq=reading.posted_seq + 1).first()
    return None if following is None else following.sequence_id - 1
