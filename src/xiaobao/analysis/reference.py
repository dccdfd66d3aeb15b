"""The same answers in slow plain Python over every row: trusted, independent, never used in service."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from xiaobao.analysis.amounts import FigureValue
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Answer, AnswerRow, Question, refuse_what_cannot_be_asked
from xiaobao.analysis.reference_calls import calls_answer
from xiaobao.analysis.reference_quantities import Measuring, serving
from xiaobao.analysis.reference_rows import (
    Group,
    Row,
    group_member,
    half_up,
    is_silent,
    listed_groups,
    possible_groups,
    sums_of,
)
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.measures import MeasureKind
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import day_period

_IDENTITY = ("complaint_key", "source_code", "complaint_no")
_NO_PLACE = {"not_stated", "unmapped", "out_of_list"}


def evaluate(question: Question, *, snapshot: Snapshot, catalog: Catalog) -> Answer:
    """What `analysis.measures.evaluate` must say; `moved_rows` is the whole ledger."""
    if str(question.measure.part).startswith("calls_"):
        return calls_answer(question, snapshot)
    refuse_what_cannot_be_asked(question)
    rows = snapshot.run(snapshot.entries()).to_dicts()
    tags = snapshot.run(snapshot.tags()).to_dicts()
    for row in rows:
        row["tags"] = [tag for tag in tags if all(tag[name] == row[name] for name in _IDENTITY)]
    outcomes = _outcomes(question, rows, catalog)
    answered = tuple(
        AnswerRow(members=group, value=None, why_none=found)
        if isinstance(found, str)
        else AnswerRow(members=group, value=FigureValue(found))
        for group, found in sorted(outcomes.items())
    )
    return Answer(question=question, rows=answered, moved_rows=len(rows))


def _outcomes(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    match question.measure.kind:
        case MeasureKind.COUNT:
            return _counts(question, rows, catalog)
        case MeasureKind.SHARE:
            return _shares(question, rows, catalog)
        case MeasureKind.RANK:
            return _ranks(question, rows, catalog)
        case MeasureKind.CHANGE:
            return _changes(question, rows, catalog)
        case MeasureKind.AVERAGE:
            return _averages(question, rows, catalog)
        case MeasureKind.LATE:
            return _late(question, rows, catalog)
        case MeasureKind.RANK_CHANGE:
            return _rank_changes(question, rows, catalog)
        case MeasureKind.PERIOD_AVERAGE:
            return _period_averages(question, rows, catalog)
        case MeasureKind.MEDIAN:
            return _medians(question, rows, catalog)
        case MeasureKind.RATIO:
            return _ratios(question, rows, catalog)


def _counts(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    sums = sums_of(question, question.readings, rows, catalog)
    return {
        group: "not_reported" if is_silent(question, group, catalog) else Decimal(sums[group])
        for group in listed_groups(question, [sums], catalog)
    }


def _shares(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    sums = sums_of(question, question.readings, rows, catalog)
    whole = sums_of(question, question.readings, rows, catalog, by=(), where=question.of)[()]
    found: dict[Group, Decimal | str] = {}
    for group in listed_groups(question, [sums], catalog):
        if is_silent(question, group, catalog):
            found[group] = "not_reported"
        elif whole == 0:
            found[group] = "zero_base"
        else:
            found[group] = half_up(Fraction(100 * sums[group], whole), question.measure.decimals)
    return found


def _ranks(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    if question.by:
        sums = sums_of(question, question.readings, rows, catalog)
        return {
            group: _place(question, group, sums, question.by, catalog)
            for group in listed_groups(question, [sums], catalog)
        }
    ((dimension, member),) = set(question.where) - set(question.of)
    sums = sums_of(question, question.readings, rows, catalog, by=(dimension,), where=question.of)
    return {(): _place(question, (member,), sums, (dimension,), catalog)}


def _place(
    question: Question, group: Group, sums: Mapping[Group, int], by: tuple[str, ...], catalog: Catalog
) -> Decimal | str:
    if group[-1] in _NO_PLACE:
        return "not_ranked"
    if is_silent(question, group, catalog, by=by):
        return "not_reported"
    ranking = question.measure.kind is MeasureKind.RANK
    better = [
        other
        for other, total in sums.items()
        if other[:-1] == group[:-1]
        and total > sums.get(group, 0)
        and other[-1] not in _NO_PLACE
        and (ranking or not is_silent(question, other, catalog, by=by))
    ]
    return Decimal(1 + len(better))


def _rank_changes(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    sums = [_ranked_sums(question, (reading,), rows, catalog) for reading in question.readings]
    found: dict[Group, Decimal | str] = {}
    for group in listed_groups(question, sums, catalog):
        by, ranked = _ranked_group(question, group)
        places = [_place(question, ranked, one, by, catalog) for one in sums]
        if len(places) < 2:
            found[group] = "not_enough_days"
            continue
        now, before = places
        if isinstance(now, str) or isinstance(before, str):
            found[group] = now if isinstance(now, str) else before
        else:
            found[group] = before - now
    return found


def _ranked_group(question: Question, group: Group) -> tuple[tuple[str, ...], Group]:
    if question.by:
        return question.by, group
    ((dimension, member),) = set(question.where) - set(question.of)
    return (dimension,), (member,)


def _ranked_sums(
    question: Question, readings: Iterable[Reading], rows: Sequence[Row], catalog: Catalog
) -> Counter[Group]:
    if question.by:
        return sums_of(question, readings, rows, catalog)
    by, _ = _ranked_group(question, ())
    return sums_of(question, readings, rows, catalog, by=by, where=question.of)


def _period_averages(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    calendar = catalog.calendars[question.domain.calendar_id]
    worked = [
        Reading(period=day_period(day), posted_seq=reading.posted_seq)
        for reading in question.readings
        for day in reading.period
        if calendar.is_working_day(day)
    ]
    sums = sums_of(question, worked, rows, catalog)
    found: dict[Group, Decimal | str] = {}
    for group in listed_groups(question, [sums], catalog):
        if is_silent(question, group, catalog):
            found[group] = "not_reported"
        elif not worked or len(worked) < (question.measure.minimum_days or 1):
            found[group] = "not_enough_days"
        else:
            found[group] = half_up(Fraction(sums[group], len(worked)), question.measure.decimals)
    return found


def _medians(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    by = (*question.by, "institution")
    sums = sums_of(question, question.readings, rows, catalog, by=by)
    shown = Counter({group: total for group, total in sums.items() if total != 0})
    listed = {group[:-1] for group in shown} if question.by else {()}
    if question.by and question.complete:
        listed |= set(possible_groups(question, catalog))
    found: dict[Group, Decimal | str] = {}
    for group in listed:
        members = _members(question, group, catalog)
        if members & {code for silent in question.not_reporting for code in silent}:
            found[group] = "not_reported"
        elif len(members) < 2:
            found[group] = "group_of_one" if members else "no_members"
        else:
            middle = Fraction(statistics.median(Fraction(shown[(*group, one)]) for one in members))
            found[group] = half_up(middle, question.measure.decimals)
    return found


def _members(question: Question, group: Group, catalog: Catalog) -> set[str]:
    """The institutions in force on a day of the question, and in the group on one if a group is told."""
    register = catalog.registers[(question.domain.id, question.simulated)]
    days = [day for reading in question.readings for day in reading.period]
    told = {**dict(question.where), **dict(zip(question.by, group, strict=True))}.get("group")
    return {
        one.code
        for one in register.institutions.values()
        for day in days
        if one.from_on <= day
        and (not one.to_on or day < one.to_on)
        and (told is None or any(group_member(one.code, day, question, catalog) == told for day in days))
    }


def _lacks_a_member(question: Question, group: Group, catalog: Catalog) -> bool:
    """True when one of the institutions of a group, asked of as a whole, had not reported."""
    if {"institution", "source"} & {*dict(question.where), *question.by}:
        return False
    silent = {code for ones in question.not_reporting for code in ones}
    return bool(_members(question, group, catalog) & silent)


def _ratios(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    measure, measured = question.measure, Measuring(question, rows, catalog)
    part = measured.sums(str(measure.part))
    stated = str(measure.whole) in ("outlets", "customers")
    whole = Counter[Group]() if stated else measured.sums(str(measure.whole))
    found: dict[Group, Decimal | str] = {}
    for group in listed_groups(question, [part] if stated else [part, whole], catalog):
        under = serving(question, group, catalog) if stated else whole[group]
        if is_silent(question, group, catalog) or (stated and _lacks_a_member(question, group, catalog)):
            found[group] = "not_reported"
        elif not under:
            found[group] = "no_denominator" if stated else "zero_base"
        else:
            found[group] = half_up(Fraction(measure.times * part[group], under), measure.decimals)
    return found


def _changes(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    present = sums_of(question, question.readings[:1], rows, catalog)
    compared = sums_of(question, question.readings[1:], rows, catalog)
    found: dict[Group, Decimal | str] = {}
    for group in listed_groups(question, [present, compared], catalog):
        if is_silent(question, group, catalog):
            found[group] = "not_reported"
        elif len(question.readings) == 1:
            found[group] = "not_enough_days"
        elif compared[group] == 0:
            found[group] = "zero_base"
        else:
            difference = Fraction(100 * (present[group] - compared[group]), compared[group])
            found[group] = half_up(difference, question.measure.decimals)
    return found


def _averages(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    calendar = catalog.calendars[question.domain.calendar_id]
    days = [
        (sums_of(question, (reading,), rows, catalog), place)
        for place, reading in enumerate(question.readings)
        if place > 0 and calendar.is_working_day(reading.period.from_on)
    ]
    found: dict[Group, Decimal | str] = {}
    for group in listed_groups(question, [sums for sums, _ in days], catalog):
        totals = [sums[group] for sums, place in days if not is_silent(question, group, catalog, only=place)]
        if not totals or len(totals) < (question.measure.minimum_days or 1):
            found[group] = "not_enough_days"
        else:
            found[group] = half_up(Fraction(sum(totals), len(totals)), question.measure.decimals)
    return found


def _late(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    half = len(question.readings) // 2
    now = sums_of(question, question.readings[:half], rows, catalog)
    then = sums_of(question, question.readings[half:], rows, catalog)
    found: dict[Group, Decimal | str] = {}
    for group in listed_groups(question, [now, then], catalog):
        found[group] = Decimal(now[group] - then[group]) if half else "not_enough_days"
    return found
