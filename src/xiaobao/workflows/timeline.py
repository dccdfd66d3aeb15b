"""When a play delivers and when it closes: steps in order of time, worked out from a manifest alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from xiaobao.catalog.domains import Domain
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.simulate.manifest import PlannedDelivery

EMPTY_DAYS_LIMIT = 7
"""A longer run of days without a delivery is skipped by the close after it instead of closed day by day."""
_AFTER_CUTOFF = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A delivery reaches the bureau."""

    at: datetime
    delivery: PlannedDelivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A business day is over and is closed."""

    at: datetime
    day: date
    skip_from: date | None = None
    """First of the days before it that this close skips; None when it skips none."""

    @property
    def skipped(self) -> int:
        """How many days it skips."""
        return 0 if self.skip_from is None else (self.day - self.skip_from).days


Step = Arrival | Closing


def timeline(
    deliveries: Sequence[PlannedDelivery], *, domain: Domain, until: date | None
) -> tuple[Step, ...]:
    """Arrivals and closings in order; with `until`, up to and including the close of that business day."""
    arrivals = [Arrival(at=delivery.at, delivery=delivery) for delivery in deliveries]
    steps: list[Step] = [*arrivals, *_closings(deliveries, domain=domain)]
    if until is not None:
        steps = [step for step in steps if _business_day(step, domain) <= until]
    return tuple(sorted(steps, key=lambda step: step.at))


def _business_day(step: Step, domain: Domain) -> date:
    return step.day if isinstance(step, Closing) else domain.business_day(step.at)


def _closings(deliveries: Sequence[PlannedDelivery], *, domain: Domain) -> Iterator[Closing]:
    """A closing for every day from the first arrival to the last declared day, long empty runs left out."""
    arrived = {domain.business_day(delivery.at) for delivery in deliveries}
    last_on = max((delivery.day for delivery in deliveries), default=None)
    if last_on is None or last_on < min(arrived):
        return
    days = Period(from_on=min(arrived), to_on=last_on + ONE_DAY)
    skip_from: date | None = None
    for has_arrivals, run in groupby(days, key=lambda day: day in arrived):
        run_days = tuple(run)
        if not has_arrivals and len(run_days) > EMPTY_DAYS_LIMIT:
            skip_from = run_days[0]
            continue
        for day in run_days:
            yield Closing(at=domain.cutoff_at(day) + _AFTER_CUTOFF, day=day, skip_from=skip_from)
            skip_from = None
