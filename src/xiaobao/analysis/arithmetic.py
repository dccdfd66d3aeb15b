"""The arithmetic of each kind of measure: which counts it needs, and what it makes of them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from xiaobao.analysis.amounts import FigureValue
from xiaobao.analysis.counting import Count, Counted
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.outcomes import (
    NOT_ENOUGH_DAYS,
    NOT_REPORTED,
    ZERO_BASE,
    Group,
    Outcome,
    Rate,
    is_unreported,
)
from xiaobao.analysis.over_institutions import medians, rates
from xiaobao.analysis.quantities import COMPLAINTS, Wanted, wanted_of
from xiaobao.analysis.questions import AnswerRow, Filter, Question, ranked_dimension
from xiaobao.analysis.ranking import rank_changes, ranks
from xiaobao.analysis.rounding import change_per_cent, per_cent, quotient
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.measures import DENOMINATORS, MeasureKind
from xiaobao.lib.periods import day_period


def counts_needed(question: Question, *, scope: Scope) -> tuple[Count, ...]:
    """The counts a question needs, in the order `answer_rows` takes them."""
    readings, half, catalog = question.readings, len(question.readings) // 2, scope.catalog
    match question.measure.kind:
        case MeasureKind.COUNT:
            return (_count(question, readings),)
        case MeasureKind.SHARE:
            return (_count(question, readings), _count(question, readings, by=(), where=question.of))
        case MeasureKind.RANK:
            return (_ranked(question, readings),)
        case MeasureKind.RANK_CHANGE:
            return (_ranked(question, readings[:1]), _ranked(question, readings[1:]))
        case MeasureKind.PERIOD_AVERAGE:
            return (_count(question, _working_days(question, catalog=catalog)),)
        case MeasureKind.MEDIAN:
            return (_count(question, readings, by=(*question.by, "institution")),)
        case MeasureKind.RATIO:
            return ratio_counts(question, scope=scope)
        case MeasureKind.CHANGE:
            return (_count(question, readings[:1]), _count(question, readings[1:]))
        case MeasureKind.AVERAGE:
            return tuple(_count(question, days) for days, _ in _averaged(question, catalog=catalog))
        case MeasureKind.LATE:
            return (_count(question, readings[:half]), _count(question, readings[half:]))


def listed_groups(question: Question, counted: Sequence[Counted]) -> Iterable[Group]:
    """The groups the ledger has something of; the empty group when nothing is grouped."""
    if not question.by:
        return [()]
    parts = counted[:1] if question.measure.kind is MeasureKind.SHARE else counted
    listed = {group for one in parts for group in one.groups}
    return {group[:-1] for group in listed} if question.measure.kind is MeasureKind.MEDIAN else listed


def answer_rows(
    question: Question, counted: Sequence[Counted], groups: Sequence[Group], *, scope: Scope
) -> tuple[AnswerRow, ...]:
    """The value of each group, or why it has none."""
    catalog = scope.catalog
    outcomes: Sequence[Outcome]
    match question.measure.kind:
        case MeasureKind.RANK:
            outcomes = ranks(question, counted[0], groups, catalog=catalog)
        case MeasureKind.RANK_CHANGE:
            outcomes = rank_changes(question, counted, groups, catalog=catalog)
        case MeasureKind.MEDIAN:
            outcomes = medians(question, counted[0], groups, scope=scope)
        case MeasureKind.RATIO if question.measure.whole in DENOMINATORS:
            outcomes = rates(question, counted[0], groups, scope=scope)
        case MeasureKind.AVERAGE:
            outcomes = [_average(question, counted, group, catalog=catalog) for group in groups]
        case MeasureKind.PERIOD_AVERAGE:
            outcomes = [_period_average(question, counted[0], group, catalog=catalog) for group in groups]
        case _:
            outcomes = [_combined(question, counted, group, catalog=catalog) for group in groups]
    return tuple(_row(group, outcome) for group, outcome in zip(groups, outcomes, strict=True))


def _row(group: Group, outcome: Outcome) -> AnswerRow:
    if isinstance(outcome, str):
        return AnswerRow(members=group, value=None, why_none=outcome)
    if isinstance(outcome, Rate):
        return AnswerRow(members=group, value=FigureValue(outcome.value), denominator=outcome.denominator)
    return AnswerRow(members=group, value=FigureValue(outcome))


def _count(
    question: Question,
    readings: tuple[Reading, ...],
    *,
    by: tuple[str, ...] | None = None,
    where: Filter | None = None,
    wanted: Wanted = COMPLAINTS,
) -> Count:
    return Count(
        entry_kinds=question.measure.entry_kinds,
        by=question.by if by is None else by,
        where=question.where if where is None else where,
        readings=readings,
        wanted=wanted,
    )


def _ranked(question: Question, readings: tuple[Reading, ...]) -> Count:
    if question.by:
        return _count(question, readings)
    return _count(question, readings, by=(ranked_dimension(question),), where=question.of)


def ratio_counts(question: Question, *, scope: Scope) -> tuple[Count, ...]:
    """What is divided and, unless the catalog states it, what it is divided by."""
    measure = question.measure
    sides = [one for one in (measure.part, measure.whole) if one is not None and one not in DENOMINATORS]
    return tuple(
        _count(question, question.readings, wanted=wanted_of(side, measure, scope=scope)) for side in sides
    )


def _combined(
    question: Question,
    counted: Sequence[Counted],
    group: Group,
    *,
    catalog: Catalog,
) -> Outcome:
    """COUNT, SHARE, CHANGE, LATE and RATIO of two counts: one operation."""
    kind, decimals = question.measure.kind, question.measure.decimals
    # What came in late is known of those too who had not reported at first: that is what LATE tells.
    is_late = kind is MeasureKind.LATE
    if not is_late and is_unreported(question, group, catalog=catalog, silent=question.silent()):
        return NOT_REPORTED
    first = counted[0].groups.get(group, 0)
    if kind is MeasureKind.COUNT:
        return Decimal(first)
    if len(question.readings) < 2 and kind not in (MeasureKind.SHARE, MeasureKind.RATIO):
        return NOT_ENOUGH_DAYS
    if kind is MeasureKind.SHARE:
        whole = counted[1].groups.get((), 0)
        return per_cent(first, whole, decimals=decimals) if whole else ZERO_BASE
    second = counted[1].groups.get(group, 0)
    if kind is MeasureKind.RATIO:
        times = question.measure.times
        return quotient(times * first, second, decimals=decimals) if second else ZERO_BASE
    if kind is MeasureKind.LATE:
        return Decimal(first - second)
    return change_per_cent(first, second, decimals=decimals) if second else ZERO_BASE


def _average(question: Question, counted: Sequence[Counted], group: Group, *, catalog: Catalog) -> Outcome:
    total = days = 0
    for (readings, silent), one in zip(_averaged(question, catalog=catalog), counted, strict=True):
        if not is_unreported(question, group, catalog=catalog, silent=(silent,)):
            total += one.groups.get(group, 0)
            days += len(readings)
    if days < max(question.measure.minimum_days or 1, 1):
        return NOT_ENOUGH_DAYS
    return quotient(total, days, decimals=question.measure.decimals)


def _averaged(
    question: Question, *, catalog: Catalog
) -> tuple[tuple[tuple[Reading, ...], frozenset[str]], ...]:
    """The working days of the window: those everybody reported for together, each other one by itself."""
    calendar = catalog.calendar_of(question.domain.id)
    days = [
        (reading, silent)
        for reading, silent in zip(question.readings[1:], question.silent()[1:], strict=True)
        if calendar.is_working_day(reading.period.from_on)
    ]
    reported = tuple(reading for reading, silent in days if not silent)
    return ((reported, frozenset()), *(((reading,), silent) for reading, silent in days if silent))


def _working_days(question: Question, *, catalog: Catalog) -> tuple[Reading, ...]:
    """The working days of the periods, each as its period is known."""
    calendar = catalog.calendar_of(question.domain.id)
    return tuple(
        Reading(period=day_period(day), posted_seq=reading.posted_seq)
        for reading in question.readings
        for day in reading.period
        if calendar.is_working_day(day)
    )


def _period_average(question: Question, counted: Counted, group: Group, *, catalog: Catalog) -> Outcome:
    if is_unreported(question, group, catalog=catalog, silent=question.silent()):
        return NOT_REPORTED
    days = len(_working_days(question, catalog=catalog))
    if days < max(question.measure.minimum_days or 1, 1):
        return NOT_ENOUGH_DAYS
    return quotient(counted.groups.get(group, 0), days, decimals=question.measure.decimals)
