"""The arithmetic of each kind of measure: which counts it needs, and what it makes of them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal

from xiaobao.analysis.counting import Count, Counted
from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import AnswerRow, Filter, Question, ranked_dimension
from xiaobao.analysis.rounding import change_per_cent, per_cent, quotient
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.measures import MeasureKind

NOT_ENOUGH_DAYS = "not_enough_days"
ZERO_BASE = "zero_base"
NOT_REPORTED = "not_reported"
NOT_RANKED = "not_ranked"

Group = tuple[str, ...]
Outcome = Decimal | str
"""A value, or the reason why there is none."""


def counts_needed(question: Question, *, catalog: Catalog) -> tuple[Count, ...]:
    """The counts a question needs, in the order `answer_rows` takes them."""
    readings, half = question.readings, len(question.readings) // 2
    match question.measure.kind:
        case MeasureKind.COUNT:
            return (_count(question, readings),)
        case MeasureKind.SHARE:
            return (_count(question, readings), _count(question, readings, by=(), where=question.of))
        case MeasureKind.RANK if question.by:
            return (_count(question, readings),)
        case MeasureKind.RANK:
            return (_count(question, readings, by=(ranked_dimension(question),), where=question.of),)
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
    return {group for one in parts for group in one.groups}


def answer_rows(
    question: Question, counted: Sequence[Counted], groups: Sequence[Group], *, catalog: Catalog
) -> tuple[AnswerRow, ...]:
    """The value of each group, or why it has none."""
    match question.measure.kind:
        case MeasureKind.RANK:
            outcomes = _ranks(question, counted[0], groups, catalog=catalog)
        case MeasureKind.AVERAGE:
            outcomes = [_average(question, counted, group, catalog=catalog) for group in groups]
        case _:
            silent = frozenset().union(*question.silent())
            outcomes = [_combined(question, counted, group, silent, catalog=catalog) for group in groups]
    return tuple(_row(group, outcome) for group, outcome in zip(groups, outcomes, strict=True))


def _row(group: Group, outcome: Outcome) -> AnswerRow:
    if isinstance(outcome, str):
        return AnswerRow(members=group, value=None, why_none=outcome)
    return AnswerRow(members=group, value=outcome)


def _count(
    question: Question,
    readings: tuple[Reading, ...],
    *,
    by: tuple[str, ...] | None = None,
    where: Filter | None = None,
) -> Count:
    return Count(
        entry_kinds=question.measure.entry_kinds,
        by=question.by if by is None else by,
        where=question.where if where is None else where,
        readings=readings,
    )


def _combined(
    question: Question,
    counted: Sequence[Counted],
    group: Group,
    silent: frozenset[str],
    *,
    catalog: Catalog,
) -> Outcome:
    """COUNT, SHARE, CHANGE and LATE: one or two counts and one operation."""
    kind, decimals = question.measure.kind, question.measure.decimals
    # What came in late is known of those too who had not reported at first: that is what LATE tells.
    if silent and kind is not MeasureKind.LATE and _reporters(question, group, catalog=catalog) & silent:
        return NOT_REPORTED
    first = counted[0].groups.get(group, 0)
    if kind is MeasureKind.COUNT:
        return Decimal(first)
    if len(question.readings) < 2 and kind is not MeasureKind.SHARE:
        return NOT_ENOUGH_DAYS
    if kind is MeasureKind.SHARE:
        whole = counted[1].groups.get((), 0)
        return per_cent(first, whole, decimals=decimals) if whole else ZERO_BASE
    second = counted[1].groups.get(group, 0)
    if kind is MeasureKind.LATE:
        return Decimal(first - second)
    return change_per_cent(first, second, decimals=decimals) if second else ZERO_BASE


def _average(question: Question, counted: Sequence[Counted], group: Group, *, catalog: Catalog) -> Outcome:
    reporters = _reporters(question, group, catalog=catalog)
    total = days = 0
    for (readings, silent), one in zip(_averaged(question, catalog=catalog), counted, strict=True):
        if not reporters & silent:
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


def _ranks(
    question: Question, counted: Counted, groups: Sequence[Group], *, catalog: Catalog
) -> list[Outcome]:
    """1 + how many of the same table count more; groups that are no members take no place."""
    ranked = groups if question.by else [(dict(question.where)[ranked_dimension(question)],)]
    silent = frozenset().union(*question.silent())

    def barred(group: Group) -> str | None:
        if group[-1] in SPECIAL_MEMBERS:
            return NOT_RANKED
        return NOT_REPORTED if _reporters(question, group, catalog=catalog) & silent else None

    tables: dict[Group, list[int]] = {}
    for group, total in counted.groups.items():
        if barred(group) is None:
            tables.setdefault(group[:-1], []).append(total)
    for table in tables.values():
        table.sort()
    return [
        barred(group) or _rank(counted.groups.get(group, 0), tables.get(group[:-1], [])) for group in ranked
    ]


def _rank(total: int, table: Sequence[int]) -> Decimal:
    return Decimal(1 + len(table) - bisect_right(table, total))


def _reporters(question: Question, group: Group, *, catalog: Catalog) -> frozenset[str]:
    """The institutions whose report the figure of a group stands on; empty for sums over institutions."""
    by = question.by or ((ranked_dimension(question),) if group else ())
    members = {**dict(question.where), **dict(zip(by, group, strict=True))}
    found = {members["institution"]} if "institution" in members else set()
    source = catalog.sources.get(members.get("source", ""))
    if source is not None and source.institution_code is not None:
        found.add(source.institution_code)
    return frozenset(found)
