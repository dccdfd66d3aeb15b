"""Measures: one file a statistic. `catalog/measures/<id>.toml`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xiaobao.lib.words import Words


class MeasureKind(StrEnum):
    """How a measure is computed; the arithmetic of each kind lives in `analysis.measures`."""

    COUNT = "count"  # sum of signs
    SHARE = "share"  # count of a group over the count of all, in per cent
    RANK = "rank"  # place by count, equal counts share the better place
    CHANGE = "change"  # like-for-like difference to an earlier period, in per cent
    AVERAGE = "average"  # mean per working day of the days before, each at its own close
    LATE = "late"  # count of earlier days as known now minus as known at each day's own close
    RANK_CHANGE = "rank_change"  # place in an earlier period minus place now: up is positive
    PERIOD_AVERAGE = "period_average"  # mean per working day of the period itself
    MEDIAN = "median"  # the middle count of the institutions of a group
    RATIO = "ratio"  # one quantity over another, times a number


class Quantity(StrEnum):
    """What can be summed over the complaints, or is stated of an institution: the two sides of a RATIO."""

    COMPLAINTS = "complaints"  # all of them
    CLOSED = "closed"  # with a day of closure
    REPEATS = "repeats"  # that name an earlier complaint
    INCOMPLETE = "incomplete"  # without institution, business category, cause or region
    TAGGED = "tagged"  # with the tag of the measure
    JUDGED = "judged"  # whose step has ended, or whose limit has passed
    ON_TIME = "on_time"  # whose step ended by the last day of its limit
    HANDLED = "handled"  # whose step has begun and ended
    HANDLING_DAYS = "handling_days"  # calendar days from begin to end of the step
    OUTLETS = "outlets"  # dated denominators of the catalog
    CUSTOMERS = "customers"
    CALLS_OFFERED = "calls_offered"  # of the second table of the ledger
    CALLS_ANSWERED = "calls_answered"
    CALLS_ABANDONED = "calls_abandoned"
    CALLS_TIMED = "calls_timed"  # answered, where it is known how many of them in time
    CALLS_IN_TIME = "calls_in_time"
    CALLS_WAIT_KNOWN = "calls_wait_known"  # answered, where their waits are known
    CALLS_WAIT_SECONDS = "calls_wait_seconds"
    REPORTS_DUE = "reports_due"  # of the journal of reporting
    REPORTS_ON_TIME = "reports_on_time"
    DELIVERIES = "deliveries"  # receipts: what came for a day, however often
    DELIVERIES_RETURNED = "deliveries_returned"
    ROWS_READ = "rows_read"  # in deliveries taken, in whole or in part
    ROWS_REJECTED = "rows_rejected"


DENOMINATORS = frozenset({Quantity.OUTLETS, Quantity.CUSTOMERS})
OF_LIMITS = frozenset({Quantity.JUDGED, Quantity.ON_TIME, Quantity.HANDLED, Quantity.HANDLING_DAYS})
OF_CALLS = frozenset(quantity for quantity in Quantity if quantity.value.startswith("calls_"))
OF_REPORTS = frozenset(
    {
        *(Quantity.REPORTS_DUE, Quantity.REPORTS_ON_TIME),
        *(Quantity.DELIVERIES, Quantity.DELIVERIES_RETURNED),
        *(Quantity.ROWS_READ, Quantity.ROWS_REJECTED),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One statistic of the bureau."""

    id: str
    kind: MeasureKind
    name: Words
    unit: Words
    formula: str
    basis: Words
    why: str
    owner: str
    next_review_on: date
    entry_kinds: tuple[str, ...]
    """Which entry kinds count."""
    compared_days: int | None = None
    """CHANGE, RANK_CHANGE: how many days back the compared period lies."""
    compared_months: int | None = None
    """CHANGE, RANK_CHANGE: how many months back, where it is not days."""
    period_days: int | None = None
    """CHANGE: both periods have so many days, each as known at the close of its last; None for any period."""
    window_days: int | None = None
    """AVERAGE: length of the window in calendar days."""
    minimum_days: int | None = None
    """AVERAGE: fewer working days than this is *not enough days*."""
    decimals: int = 0
    part: Quantity | None = None
    """RATIO: what is divided."""
    whole: Quantity | None = None
    """RATIO: what it is divided by."""
    times: int = 1
    """RATIO: 100 for per cent, 1,000 for each thousand of the whole."""
    limit: str | None = None
    """RATIO of a time limit: its id in `deadlines.toml`."""
    tag: str | None = None
    """RATIO of a tag: its id in `tags.toml`."""
