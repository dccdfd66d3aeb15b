"""What a count sums besides signs: conditions on a complaint, days of handling, limits kept, tags."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

import ibis
import polars as pl
from ibis.expr import types as ir

from xiaobao.analysis.dimensions import Scope
from xiaobao.catalog.calendars import Calendar
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.deadlines import DueDays, TimeLimit
from xiaobao.catalog.measures import OF_LIMITS, Measure, Quantity
from xiaobao.ledger.engines.expressions import named_table
from xiaobao.ledger.snapshot import FILED_ENTRIES, TAGS
from xiaobao.lib.periods import ONE_DAY

DUE = "due"
STATE = "state"
DUE_SCHEMA: dict[str, pl.DataType] = {
    "due_step": pl.Int32(),
    "due_begun_on": pl.Date(),
    "due_on": pl.Date(),
}
"""`due`: the last day of a step's limit by the day it began; not those the calendar does not know."""
STATE_SCHEMA: dict[str, pl.DataType] = {"state_on": pl.Date()}
"""`state`: the one day as of which limits have passed or not."""
_STATED_IN_FULL = ("institution_code", "business_code", "cause_code", "region_code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where a limit finds its begin and end: of entries of a path that begin in `[from_on, to_on)`."""

    path: str
    begins: str
    ends: tuple[str, ...]
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be summed: decides the expression."""

    quantity: Quantity = Quantity.COMPLAINTS
    limit: str | None = None
    steps: tuple[Step, ...] = ()
    """Of the limit, where its sets bind entries of a path."""
    tag: tuple[str, str] | None = None
    """Id and rule version."""

    @property
    def needs_state(self) -> bool:
        """True when the sum depends on how far the ledger has come, not on the entries alone."""
        return self.quantity in (Quantity.JUDGED, Quantity.TAGGED)


COMPLAINTS = Wanted()


def wanted_of(quantity: Quantity, measure: Measure, *, scope: Scope) -> Wanted:
    """One side of a ratio, with the limits of the domain or the tag it needs."""
    if quantity in OF_LIMITS:
        limits = _limits(scope.catalog, scope.domain.id, measure.limit)
        steps = tuple(step for step, _ in limits)
        if quantity in (Quantity.HANDLED, Quantity.HANDLING_DAYS):
            steps = _of_all_time(steps)
        return Wanted(quantity=quantity, limit=measure.limit, steps=steps)
    if quantity is Quantity.TAGGED:
        tag = scope.catalog.tags[str(measure.tag)]
        return Wanted(quantity=quantity, tag=(tag.id, tag.rule_version))
    return Wanted(quantity=quantity)


def narrowed(entries: ir.Table, wanted: Wanted) -> tuple[ir.Table, ir.IntegerValue]:
    """The entries that count, and what each adds to the sum."""
    match wanted.quantity:
        case Quantity.CLOSED:
            kept = entries.filter(entries.closed_on.notnull())
        case Quantity.REPEATS:
            kept = entries.filter(entries.repeats.notnull() & (entries.repeats != ""))
        case Quantity.INCOMPLETE:
            columns = [entries[name] for name in _STATED_IN_FULL]
            kept = entries.filter(ibis.or_(*(column.isnull() | (column == "") for column in columns)))
        case Quantity.TAGGED:
            kept = _tagged(entries, wanted)
        case quantity if quantity in OF_LIMITS:
            return _of_limit(entries, wanted)
        case _:
            kept = entries
    return kept, kept.sign.cast("int64")


def amounts_of(wanted: Wanted) -> ir.Table:
    """The entries that count with the `filename` each is of; their `sign` is what each adds to the sum."""
    kept, amount = narrowed(FILED_ENTRIES, wanted)
    return kept.mutate(sign=amount)


def tables_of(wanted: Wanted, *, scope: Scope, state_on: date | None) -> dict[str, pl.DataFrame]:
    """The tables the expression of `narrowed` reads, by their names there."""
    if wanted.quantity not in (Quantity.JUDGED, Quantity.ON_TIME):
        return {}
    limits = _limits(scope.catalog, scope.domain.id, wanted.limit)
    tables = {DUE: _due(limits, scope.catalog.calendar_of(scope.domain.id))}
    if wanted.quantity is Quantity.JUDGED:
        tables[STATE] = pl.DataFrame({"state_on": [state_on or date.min]}, schema=STATE_SCHEMA)
    return tables


def state_day(recorded_at: datetime | None, *, scope: Scope) -> date | None:
    """The business day of the last thing the ledger has learnt; limits that ended before it have passed."""
    return None if recorded_at is None else scope.domain.business_day(recorded_at)


def _tagged(entries: ir.Table, wanted: Wanted) -> ir.Table:
    assert wanted.tag is not None
    tag, version = wanted.tag
    identity = ["complaint_key", "source_code", "complaint_no"]
    rows = TAGS.filter(TAGS.tag == tag, TAGS.rule_version == version)
    summed = rows.group_by(identity).aggregate(standing=rows.sign.sum())
    return entries.semi_join(summed.filter(summed.standing > 0), identity)


def _of_limit(entries: ir.Table, wanted: Wanted) -> tuple[ir.Table, ir.IntegerValue]:
    if not wanted.steps:
        none = entries.filter(ibis.literal(value=False))
        return none, none.sign.cast("int64")
    begun = _begun(entries, wanted.steps)
    match wanted.quantity:
        case Quantity.HANDLED:
            ended = begun.filter(begun.ended_on.notnull())
            return ended, ended.sign.cast("int64")
        case Quantity.HANDLING_DAYS:
            ended = begun.filter(begun.ended_on.notnull())
            return ended, ended.sign.cast("int64") * ended.ended_on.delta(ended.begun_on, unit="day").cast(
                "int64"
            )
    due = named_table(DUE, DUE_SCHEMA)
    held = begun.inner_join(due, [begun.step == due.due_step, begun.begun_on == due.due_begun_on])
    judged = held.select(*begun.columns, "due_on")
    if wanted.quantity is Quantity.ON_TIME:
        kept = judged.filter(judged.ended_on.notnull() & (judged.ended_on <= judged.due_on))
        return kept, kept.sign.cast("int64")
    state = named_table(STATE, STATE_SCHEMA)
    crossed = judged.cross_join(state).select(*judged.columns, "state_on")
    kept = crossed.filter(crossed.ended_on.notnull() | (crossed.due_on < crossed.state_on))
    return kept, kept.sign.cast("int64")


def _begun(entries: ir.Table, steps: tuple[Step, ...]) -> ir.Table:
    """The entries whose step has begun, with `step`, `begun_on` and `ended_on`."""
    bound = [
        (entries.path == one.path)
        & (entries[one.begins] >= ibis.literal(one.from_on))
        & (entries[one.begins] < ibis.literal(one.to_on))
        for one in steps
    ]
    numbers = [(condition, ibis.literal(number, "int32")) for number, condition in enumerate(bound)]
    begins = [(condition, entries[one.begins]) for condition, one in zip(bound, steps, strict=True)]
    ends = [
        (condition, ibis.coalesce(*(entries[name] for name in one.ends)))
        for condition, one in zip(bound, steps, strict=True)
    ]
    told = entries.mutate(step=ibis.cases(*numbers), begun_on=ibis.cases(*begins), ended_on=ibis.cases(*ends))
    return told.filter(told.step.notnull())


def _limits(catalog: Catalog, domain_id: str, limit_id: str | None) -> tuple[tuple[Step, TimeLimit], ...]:
    """The limits of that id that bind entries of a path of the domain, by the sets in their order."""
    return tuple(
        (
            Step(
                path=limit.path,
                begins=limit.begins,
                ends=limit.ends,
                from_on=limits.from_on,
                to_on=limits.to_on or date.max,
            ),
            limit,
        )
        for limits in catalog.deadlines.values()
        for limit in limits.limits
        if limits.domain_id == domain_id and limit.id == limit_id and limit.path and limit.begins
    )


def _of_all_time(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """How long a step took hangs on no rule: the first set of a path also tells it of what was before."""
    first: dict[str, date] = {}
    for step in steps:
        first[step.path] = min(step.from_on, first.get(step.path, date.max))
    return tuple(
        replace(step, from_on=date.min) if step.from_on == first[step.path] else step for step in steps
    )


@lru_cache(maxsize=64)
def _due(limits: tuple[tuple[Step, TimeLimit], ...], calendar: Calendar) -> pl.DataFrame:
    due_days = DueDays(calendar)
    rows: list[tuple[int, date, date]] = []
    for number, (step, limit) in enumerate(limits):
        day = max(step.from_on, date(min(calendar.known_years), 1, 1))
        last = min(step.to_on, date(max(calendar.known_years) + 1, 1, 1))
        while day < last:
            due_on = due_days.last_day(day, limit.count, limit.unit)
            if due_on is not None:
                rows.append((number, day, due_on))
            day += ONE_DAY
    return pl.DataFrame(rows, schema=DUE_SCHEMA, orient="row")
