"""The same answers in slow plain Python over every row: trusted, independent, never used in service."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor

from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Answer, AnswerRow, Filter, Question, refuse_what_cannot_be_asked
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.measures import MeasureKind
from xiaobao.ledger.snapshot import Snapshot

Row = Mapping[str, object]
Group = tuple[str, ...]
_COLUMNS = {
    "path": "path",
    "source": "source_code",
    "institution": "institution_code",
    "unit": "unit_code",
    "entry_kind": "entry_kind",
    "status": "status",
    "received_via": "received_via",
    "standard": "standard_id",
}
_NO_PLACE = {"not_stated", "unmapped", "out_of_list"}


def evaluate(question: Question, *, snapshot: Snapshot, catalog: Catalog) -> Answer:
    """What `analysis.measures.evaluate` must say; `moved_rows` is the whole ledger."""
    refuse_what_cannot_be_asked(question)
    rows = snapshot.run(snapshot.entries()).to_dicts()
    outcomes = _outcomes(question, rows, catalog)
    answered = tuple(
        AnswerRow(members=group, value=None, why_none=found)
        if isinstance(found, str)
        else AnswerRow(members=group, value=found)
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


def _counts(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    sums = _sums(question, question.readings, rows, catalog)
    return {
        group: "not_reported" if _silent(question, group, catalog) else Decimal(sums[group])
        for group in _listed(question, [sums], catalog)
    }


def _shares(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    sums = _sums(question, question.readings, rows, catalog)
    whole = _sums(question, question.readings, rows, catalog, by=(), where=question.of)[()]
    found: dict[Group, Decimal | str] = {}
    for group in _listed(question, [sums], catalog):
        if _silent(question, group, catalog):
            found[group] = "not_reported"
        elif whole == 0:
            found[group] = "zero_base"
        else:
            found[group] = _half_up(Fraction(100 * sums[group], whole), question.measure.decimals)
    return found


def _ranks(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    if question.by:
        sums = _sums(question, question.readings, rows, catalog)
        return {
            group: _place(question, group, sums, question.by, catalog)
            for group in _listed(question, [sums], catalog)
        }
    ((dimension, member),) = set(question.where) - set(question.of)
    sums = _sums(question, question.readings, rows, catalog, by=(dimension,), where=question.of)
    return {(): _place(question, (member,), sums, (dimension,), catalog)}


def _place(
    question: Question, group: Group, sums: Mapping[Group, int], by: tuple[str, ...], catalog: Catalog
) -> Decimal | str:
    if group[-1] in _NO_PLACE:
        return "not_ranked"
    if _silent(question, group, catalog, by=by):
        return "not_reported"
    better = [
        other
        for other, total in sums.items()
        if other[:-1] == group[:-1]
        and total > sums.get(group, 0)
        and other[-1] not in _NO_PLACE
        and not _silent(question, other, catalog, by=by)
    ]
    return Decimal(1 + len(better))


def _changes(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    present = _sums(question, question.readings[:1], rows, catalog)
    compared = _sums(question, question.readings[1:], rows, catalog)
    found: dict[Group, Decimal | str] = {}
    for group in _listed(question, [present, compared], catalog):
        if _silent(question, group, catalog):
            found[group] = "not_reported"
        elif len(question.readings) == 1:
            found[group] = "not_enough_days"
        elif compared[group] == 0:
            found[group] = "zero_base"
        else:
            difference = Fraction(100 * (present[group] - compared[group]), compared[group])
            found[group] = _half_up(difference, question.measure.decimals)
    return found


def _averages(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    calendar = catalog.calendars[question.domain.calendar_id]
    days = [
        (_sums(question, (reading,), rows, catalog), place)
        for place, reading in enumerate(question.readings)
        if place > 0 and calendar.is_working_day(reading.period.from_on)
    ]
    found: dict[Group, Decimal | str] = {}
    for group in _listed(question, [sums for sums, _ in days], catalog):
        totals = [sums[group] for sums, place in days if not _silent(question, group, catalog, only=place)]
        if not totals or len(totals) < (question.measure.minimum_days or 1):
            found[group] = "not_enough_days"
        else:
            found[group] = _half_up(Fraction(sum(totals), len(totals)), question.measure.decimals)
    return found


def _late(question: Question, rows: Sequence[Row], catalog: Catalog) -> dict[Group, Decimal | str]:
    half = len(question.readings) // 2
    now = _sums(question, question.readings[:half], rows, catalog)
    then = _sums(question, question.readings[half:], rows, catalog)
    found: dict[Group, Decimal | str] = {}
    for group in _listed(question, [now, then], catalog):
        found[group] = Decimal(now[group] - then[group]) if half else "not_enough_days"
    return found


def _sums(
    question: Question,
    readings: Iterable[Reading],
    rows: Sequence[Row],
    catalog: Catalog,
    *,
    by: tuple[str, ...] | None = None,
    where: Filter | None = None,
) -> Counter[Group]:
    """Group → sum of signs, reading by reading and row by row."""
    dimensions = question.by if by is None else by
    conditions = question.where if where is None else where
    sums: Counter[Group] = Counter()
    for reading, row in product(readings, rows):
        counted = row["entry_kind"] in question.measure.entry_kinds
        known = int(str(row["posted_seq"])) <= reading.posted_seq
        if counted and known and _day(row) in reading.period and _fits(row, conditions, question, catalog):
            group = tuple(_member(row, name, question, catalog) for name in dimensions)
            sums[group] += int(str(row["sign"]))
    return sums


def _fits(row: Row, conditions: Filter, question: Question, catalog: Catalog) -> bool:
    return all(_member(row, name, question, catalog) == member for name, member in conditions)


def _day(row: Row) -> date:
    day = row["received_on"]
    assert isinstance(day, date)
    return day


def _member(row: Row, dimension: str, question: Question, catalog: Catalog) -> str:
    """The member of a dimension that one row belongs to."""
    if dimension in ("day", "month"):
        return _day(row).isoformat()[: 10 if dimension == "day" else 7]
    if "." in dimension:
        return _code_member(row, dimension, catalog)
    column = {"group": "institution_code", "region": "region_code"}.get(dimension) or _COLUMNS[dimension]
    value = row[column]
    if not value:
        return "not_stated"
    if dimension == "group":
        return _group_member(str(value), _day(row), question, catalog)
    if dimension == "region" and value not in catalog.regions[question.domain.region_standard]:
        return "unmapped"
    return str(value)


def _code_member(row: Row, dimension: str, catalog: Catalog) -> str:
    facet, _, level = dimension.partition(".")
    code = row[f"{facet}_code"]
    if not code:
        return "not_stated"
    standard = catalog.standards.get(str(row["standard_id"]))
    table = standard.tables.get(Facet(facet)) if standard else None
    entry = table.codes.get(str(code)) if table else None
    if table is None or entry is None or not entry.in_force_on(_day(row)):
        return "unmapped"
    return table.ancestor(entry.code, int(level)) or "unmapped"


def _group_member(code: str, day: date, question: Question, catalog: Catalog) -> str:
    if code == "out_of_list":
        return code
    register = catalog.registers[(question.domain.id, question.simulated)]
    institution = register.institutions.get(code)
    return (institution.group_on(day) if institution else None) or "unmapped"


def _listed(question: Question, sums: Sequence[Mapping[Group, int]], catalog: Catalog) -> set[Group]:
    if not question.by:
        return {()}
    listed = {group for one in sums for group, total in one.items() if total != 0}
    return listed | (set(_possible(question, catalog)) if question.complete else set())


def _possible(question: Question, catalog: Catalog) -> Iterator[Group]:
    """The groups that a complaint somebody might have made would fall into."""
    for row in _imaginable(question, catalog):
        if _fits(row, question.where, question, catalog):
            yield tuple(_member(row, name, question, catalog) for name in question.by)


def _imaginable(question: Question, catalog: Catalog) -> Iterator[Row]:
    asked = {*question.by, *(name for name, _ in question.where)}
    for day in {day for reading in question.readings for day in reading.period}:
        standard = catalog.standard_on(question.domain.id, day)
        choices: dict[str, list[object]] = {"received_on": [day]}
        choices["standard_id"] = [standard.id if standard else None]
        if asked & {"institution", "group"}:
            register = catalog.registers[(question.domain.id, question.simulated)]
            institutions = register.institutions.values()
            choices["institution_code"] = [
                one.code for one in institutions if one.from_on <= day and (not one.to_on or day < one.to_on)
            ]
        for facet in Facet:
            if standard and any(name.startswith(f"{facet.value}.") for name in asked):
                codes = standard.tables[facet].codes.values()
                choices[f"{facet.value}_code"] = [code.code for code in codes if code.in_force_on(day)]
        if "path" in asked:
            choices["path"] = list(question.domain.paths)
        if "region" in asked:
            choices["region_code"] = list(catalog.regions[question.domain.region_standard])
        if "entry_kind" in asked:
            choices["entry_kind"] = list(question.measure.entry_kinds)
        for values in product(*choices.values()):
            yield dict(zip(choices, values, strict=True))


def _silent(
    question: Question,
    group: Group,
    catalog: Catalog,
    *,
    by: tuple[str, ...] | None = None,
    only: int | None = None,
) -> bool:
    """True when the institution a group is about had not reported for a reading (for reading `only`)."""
    members = dict(question.where)
    members.update(zip(question.by if by is None else by, group, strict=True))
    about = {members.get("institution")}
    if "source" in members and members["source"] in catalog.sources:
        about.add(catalog.sources[members["source"]].institution_code)
    return any(
        bool(about & silent)
        for place, silent in enumerate(question.not_reporting)
        if only is None or place == only
    )


def _half_up(value: Fraction, decimals: int) -> Decimal:
    scaled = floor(abs(value) * 10**decimals + Fraction(1, 2))
    return Decimal(scaled if value >= 0 else -scaled).scaleb(-decimals)
