"""What goes wrong on which bank's day, dealt out by seed; and how single rows are spoiled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from xiaobao.catalog.calendars import Calendar
from xiaobao.simulate.complaints import Complaint
from xiaobao.simulate.ranges import Ranges

_BIG_ENOUGH = 55  # rows of a day below which an incident of single rows would be the whole file
_SMALL_ENOUGH = 65  # mean of a bank that may really have nothing to report on a day

_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6

BankDay = tuple[str, date]


class Incident(StrEnum):
    """What happens to a bank's report of a day; the names are the keys of the ranges."""

    NONE = "none"
    LATE = "late"
    NEXT_DAY = "next_day"
    NIL = "nil"
    NIL_REVERSED = "nil_reversed"
    SUPPLEMENTARY = "supplementary"
    BAD_ROWS = "bad_rows"
    WRONG_TOTAL = "wrong_total"
    OVERTAKEN = "overtaken"


_LARGE = {Incident.SUPPLEMENTARY, Incident.BAD_ROWS, Incident.WRONG_TOTAL, Incident.OVERTAKEN}
_SMALL = {Incident.NIL, Incident.NIL_REVERSED}


def expected_rows(ranges: Ranges, bank: str, day: date, calendar: Calendar) -> float:
    """Mean of the bank's new rows on such a day: a holiday is like a Sunday, a make-up day like a Friday.

    A year that the calendar does not know has weekdays alone.
    """
    return ranges.volume.banks[bank] * ranges.volume.weekday[_like(day, calendar)]


def _like(day: date, calendar: Calendar) -> int:
    weekday = day.weekday()
    if not calendar.knows(day) or calendar.is_working_day(day) == (weekday < _SATURDAY):
        return weekday
    return _SUNDAY if weekday < _SATURDAY else _FRIDAY


def deal(
    ranges: Ranges, days: Sequence[date], random: Random, calendar: Calendar
) -> Mapping[BankDay, Incident]:
    """An incident for some bank days; every kind at least once where there are days enough."""
    free: list[BankDay] = [(bank, day) for bank in ranges.volume.banks for day in days]
    total = len(free)
    random.shuffle(free)
    dealt: dict[BankDay, Incident] = {}
    by_need = sorted(ranges.incidents.items(), key=lambda item: Incident(item[0]) is not Incident.OVERTAKEN)
    for name, share in by_need:
        incident = Incident(name)
        suited = [place for place in free if _suits(ranges, incident, place, days[-1], calendar)]
        for place in suited[: max(1, round(share * total))]:
            if place in dealt:
                continue
            dealt[place] = incident
            if incident is Incident.OVERTAKEN:  # the next day's report must come in order
                dealt[place[0], place[1] + timedelta(days=1)] = Incident.NONE
        free = [place for place in free if place not in dealt]
    return dealt


def _suits(ranges: Ranges, incident: Incident, place: BankDay, last_day: date, calendar: Calendar) -> bool:
    bank, day = place
    if incident is Incident.OVERTAKEN and day >= last_day:
        return False
    if incident in _LARGE:
        return expected_rows(ranges, bank, day, calendar) >= _BIG_ENOUGH
    return incident not in _SMALL or ranges.volume.banks[bank] <= _SMALL_ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoiled:
    """A row as it should not be written, and the rule that must find it."""

    rule_id: str
    complaint: Complaint
    event: str
    overwritten: Mapping[str, str]
    """Target column → the text that stands there instead."""


def _overwriting(rule_id: str, **cells: str) -> Callable[[Complaint], Spoiled]:
    return lambda complaint: Spoiled(
        rule_id=rule_id, complaint=complaint, event="new", overwritten=dict(cells)
    )


def _from_tomorrow(complaint: Complaint) -> Spoiled:
    received_on = complaint.received_on + timedelta(days=1)
    return Spoiled(
        rule_id="received_after_day",
        complaint=replace(complaint, received_on=received_on, accepted_on=None),
        event="new",
        overwritten={},
    )


def _closed_before_received(complaint: Complaint) -> Spoiled:
    closed_on = complaint.received_on - timedelta(days=3)
    return Spoiled(
        rule_id="date_order",
        complaint=replace(complaint, accepted_on=complaint.received_on, closed_on=closed_on),
        event="new",
        overwritten={},
    )


def _amending_nothing(complaint: Complaint) -> Spoiled:
    return Spoiled(rule_id="unknown_amended", complaint=complaint, event="amend", overwritten={})


SPOILERS: tuple[Callable[[Complaint], Spoiled], ...] = (
    _overwriting("type_date", received_on="2020-02-30"),
    _overwriting("amount_negative", amount="-100.00"),
    _overwriting("required", business_code=""),
    _from_tomorrow,
    _overwriting("entry_kind_unknown", entry_kind="牢骚"),
    _amending_nothing,
    _overwriting("type_amount", amount="一百元"),
    _closed_before_received,
    _overwriting("date_out_of_range", received_on="3020-01-01"),
    _overwriting("event_unknown", event="变更"),
)
"""The ways a row is spoiled, in the order in which files use them."""
