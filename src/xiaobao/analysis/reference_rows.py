"""The plain-Python reference, row by row: what a row is a member of, and sums over rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor

from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Filter, Question
from xiaobao.catalog.catalog import Catalog
from xiaobao.catalog.codes import Facet

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
    **{name: name for name in ("product", "repeats", "business_code", "closed_on", "forwarded_on", "amount")},
}


def sums_of(
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
    if value is None or value == "":
        return "not_stated"
    if dimension == "group":
        return group_member(str(value), _day(row), question, catalog)
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


def group_member(code: str, day: date, question: Question, catalog: Catalog) -> str:
    """The group an institution is in on a day."""
    if code == "out_of_list":
        return code
    register = catalog.registers[(question.domain.id, question.simulated)]
    institution = register.institutions.get(code)
    return (institution.group_on(day) if institution else None) or "unmapped"


def listed_groups(question: Question, sums: Sequence[Mapping[Group, int]], catalog: Catalog) -> set[Group]:
    """The groups that are answered."""
    if not question.by:
        return {()}
    listed = {group for one in sums for group, total in one.items() if total != 0}
    return listed | (set(possible_groups(question, catalog)) if question.complete else set())


def possible_groups(question: Question, catalog: Catalog) -> Iterator[Group]:
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


def is_silent(
    question: Question,
    group: Group,
    catalog: Catalog,
    *,
    by: tuple[str, ...] | None = None,
    only: int | None = None,
) -> bool:
    """True when nobody a group is about had reported for a reading (for reading `only`).

    That is the institution, or all of the institutions of the group told.
    """
    members = dict(question.where)
    members.update(zip(question.by if by is None else by, group, strict=True))
    about: set[str | None] = {members["institution"]} if "institution" in members else set()
    if "source" in members and members["source"] in catalog.sources:
        about |= {catalog.sources[members["source"]].institution_code} - {None}
    asked = [ones for place, ones in enumerate(question.not_reporting) if only is None or place == only]
    if about or "group" not in members:
        return any(about & silent for silent in asked)
    days = [day for reading in question.readings for day in reading.period]
    register = catalog.registers[(question.domain.id, question.simulated)]
    of_group = {
        code
        for code in register.institutions
        for day in days
        if group_member(code, day, question, catalog) == members["group"]
    }
    return any(of_group and of_group <= silent for silent in asked)


def half_up(value: Fraction, decimals: int) -> Decimal:
    """Rounded to so many decimals, halves away from zero."""
    scaled = floor(abs(value) * 10**decimals + Fraction(1, 2))
    return Decimal(scaled if value >= 0 else -scaled).scaleb(-decimals)
