"""Which days a reporting event tells of: a business day, or every day of a stated period."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.submissions.models import ReportingEvent


def covered(day: date, covers_from: date | None) -> Period:
    """The days that a delivery for `day` states, from `covers_from` on; None states the day alone."""
    return Period(from_on=covers_from or day, to_on=day + ONE_DAY)


def events_in(period: Period, *, as_of_sequence: int | None = None) -> Iterator[tuple[date, ReportingEvent]]:
    """Every day of the period with each event that tells of it; the events in journal order."""
    begun = Q(covers_from__lt=period.to_on) | Q(covers_from=None, day__lt=period.to_on)
    events = ReportingEvent.objects.filter(begun, day__gte=period.from_on)
    if as_of_sequence is not None:
        events = events.filter(sequence__lte=as_of_sequence)
    for event in events.order_by("sequence_id"):
        told = covered(event.day, event.covers_from)
        first, end = max(told.from_on, period.from_on), min(told.to_on, period.to_on)
        yield from ((day, event) for day in Period(from_on=first, to_on=end))
