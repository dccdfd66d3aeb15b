"""The members a dimension can have: refuses what nobody can mean, lists those nobody complained of."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches

from xiaobao.analysis.dimension_columns import column_name, with_dimensions
from xiaobao.analysis.dimensions import (
    DAYS_OF_HANDLING,
    NOT_STATED,
    SPECIAL_MEMBERS,
    UNMAPPED,
    Scope,
    facet_level,
)
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.member_tables import member_tables
from xiaobao.analysis.questions import Filter, Question, QuestionError
from xiaobao.catalog.codes import Facet
from xiaobao.catalog.institutions import OUT_OF_LIST
from xiaobao.ledger.entries import EntryKind
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.text import name_key
from xiaobao.lib.words import Words

COMPLETE_GROUPS_LIMIT = 100_000
_MEMBERS_SHOWN = 40
_MEMBERS_SOUGHT = 10_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORMS = {
    "day": _DAY,
    "month": re.compile(r"\d{4}-\d{2}"),
    **dict.fromkeys(DAYS_OF_HANDLING, re.compile(rf"{_DAY.pattern}|{NOT_STATED}")),
}

Assignment = Mapping[str, str]
"""Dimension → member."""


def closed_members(dimension: str, *, scope: Scope) -> frozenset[str] | None:
    """Every member the dimension can have; None where reporters may state what no table lists."""
    catalog, domain = scope.catalog, scope.domain
    if level := facet_level(dimension):
        return frozenset(_members_at(scope, *level)) | {NOT_STATED, UNMAPPED}
    match dimension:
        case "path":
            return frozenset(domain.paths)
        case "entry_kind":
            return frozenset(EntryKind)
        case "region":
            return frozenset(catalog.regions.get(domain.region_standard, {})) | {NOT_STATED, UNMAPPED}
        case "standard":
            return frozenset(domain.standard_ids) | {NOT_STATED}
        case "source":
            sources = catalog.sources_of(domain.id, simulated=scope.simulated)
            return frozenset(source.code for source in sources)
        case "institution" | "unit" | "group":
            return _of_the_register(dimension, scope)
    return None


def refuse_unknown_members(filters: Filter, *, scope: Scope) -> None:
    """QuestionError naming a member that cannot occur, and some that can."""
    for dimension, member in filters:
        form = _FORMS.get(dimension)
        if form is not None and not form.fullmatch(member):
            raise QuestionError(
                Words(
                    zh=f"{dimension}={member} 写法不对；日如 2020-03-01，月如 month=2020-03",
                    en=f"{dimension}={member} is not a {dimension}; days are 2020-03-01, months 2020-03",
                )
            )
        known = closed_members(dimension, scope=scope)
        if known is not None and member not in known:
            raise unknown_member(dimension, member, known)


def refuse_unstated(dimension: str, member: str, *, scope: Scope, snapshot: Snapshot) -> None:
    """QuestionError for a member of an open dimension that neither the ledger nor the register has.

    A filter on it would count nothing, which is a slip of the pen rather than a zero.
    """
    if member == NOT_STATED or dimension in _FORMS or closed_members(dimension, scope=scope) is not None:
        return
    register = scope.catalog.register(scope.domain.id, simulated=scope.simulated)
    listed = set(register.institutions) if dimension == "institution" else set()
    if member in listed:
        return
    entries = with_dimensions(snapshot.entries(), [dimension])
    tables = member_tables([dimension], scope=scope)
    column = entries[column_name(dimension)]
    held = entries.filter(column == member).limit(1).select(column)
    if snapshot.run(held, given=tables).is_empty():
        some = entries.select(column).distinct().limit(_MEMBERS_SOUGHT)
        found = set(snapshot.run(some, given=tables)[column_name(dimension)])
        raise unknown_member(dimension, member, found | listed | {NOT_STATED})


def unknown_member(dimension: str, member: str, known: Iterable[str]) -> QuestionError:
    """The refusal of a member that nothing in the catalog or the ledger knows; of many, the likest ones."""
    members = sorted(known)
    alike = (get_close_matches(written, members, n=10) for written in (member, name_key(member)))
    near = list(dict.fromkeys(one for ones in alike for one in ones)) or members[:_MEMBERS_SHOWN]
    listed = ", ".join(members if len(members) <= _MEMBERS_SHOWN else [*near, "…"])
    return QuestionError(
        Words(
            zh=f"维度 {dimension} 没有成员 {member}；可用：{listed}",
            en=f"dimension {dimension} has no member {member}; there are: {listed}",
        )
    )


def complete_groups(question: Question, *, scope: Scope) -> frozenset[tuple[str, ...]]:
    """Every group that could have been complained of under the filter of the question.

    Members that belong together are combined only as they do: a code with its own ancestors, an institution
    with its groups of those days; without a reading there are no days and no groups. QuestionError for a
    dimension that is not closed, or for too many groups.
    """
    found: list[Assignment] = [dict(question.where)] if question.readings else []
    names = {*question.by, *(name for name, _ in question.where)}
    for family in dict.fromkeys(_family(name) for name in question.by):
        relatives = _relatives(family, names, question, scope)
        found = [{**one, **other} for one in found for other in relatives if _agree(one, other)]
        if len(found) > COMPLETE_GROUPS_LIMIT:
            raise QuestionError(
                Words(
                    zh=f"补零后超过 {COMPLETE_GROUPS_LIMIT} 组，请减少维度",
                    en=f"more than {COMPLETE_GROUPS_LIMIT} groups with zeros; ask by fewer dimensions",
                )
            )
    return frozenset(tuple(one[name] for name in question.by) for one in found)


def _agree(one: Assignment, other: Assignment) -> bool:
    return all(one.get(name, member) == member for name, member in other.items())


def _family(dimension: str) -> str:
    if level := facet_level(dimension):
        return level[0].value
    return {"group": "institution", "month": "day"}.get(dimension, dimension)


def _relatives(family: str, names: set[str], question: Question, scope: Scope) -> list[Assignment]:
    """Members of the family's dimensions as they occur together, each combination once."""
    full = _combinations(family, names, question, scope)
    kept = ({name: member for name, member in one.items() if name in names} for one in full)
    return list({tuple(sorted(one.items())): one for one in kept}.values())


def _combinations(family: str, names: set[str], question: Question, scope: Scope) -> Iterator[Assignment]:
    readings = question.readings
    if family in tuple(Facet):
        levels = [found[1] for name in names if (found := facet_level(name)) and found[0] == family]
        yield from _codes(Facet(family), levels, readings, scope)
    elif family == "institution" and not scope.domain.open_register:
        yield from _institutions(readings, scope)
    elif family == "day":
        days = {day for reading in readings for day in reading.period}
        yield from ({"day": day.isoformat(), "month": day.isoformat()[:7]} for day in days)
    elif family == "entry_kind":
        yield from ({"entry_kind": kind} for kind in question.measure.entry_kinds)
    elif family == "source":
        for source in scope.catalog.sources_of(scope.domain.id, simulated=scope.simulated):
            yield {"source": source.code, **({"path": source.path} if source.path else {})}
    elif family == "standard":
        in_force = (one for one in scope.standards() if _overlaps(readings, one.from_on, one.to_on))
        yield from ({"standard": standard.id} for standard in in_force)
    elif family in ("path", "region"):
        members = closed_members(family, scope=scope) or frozenset()
        yield from ({family: member} for member in members - set(SPECIAL_MEMBERS))
    else:
        raise QuestionError(
            Words(
                zh=f"维度 {family} 不是封闭名单，无法列出为零的成员",
                en=f"dimension {family} is no closed list: members with zero cannot be listed",
            )
        )


def _institutions(readings: tuple[Reading, ...], scope: Scope) -> Iterator[Assignment]:
    register = scope.catalog.register(scope.domain.id, simulated=scope.simulated)
    for institution in register.institutions.values():
        if not _overlaps(readings, institution.from_on, institution.to_on):
            continue
        groups = [one.group for one in institution.memberships if _overlaps(readings, one.from_on, one.to_on)]
        yield from ({"institution": institution.code, "group": group} for group in groups or [UNMAPPED])


def _codes(
    facet: Facet, levels: list[int], readings: tuple[Reading, ...], scope: Scope
) -> Iterator[Assignment]:
    for standard in scope.standards():
        table = standard.tables.get(facet)
        in_force = tuple(one for one in readings if _overlaps((one,), standard.from_on, standard.to_on))
        for code in table.codes.values() if table else ():
            if table and _overlaps(in_force, code.from_on, code.to_on):
                ancestors = {
                    f"{facet.value}.{level}": table.ancestor(code.code, level) or UNMAPPED for level in levels
                }
                yield {"standard": standard.id, **ancestors}


def _overlaps(readings: tuple[Reading, ...], from_on: date, to_on: date | None) -> bool:
    return any(
        from_on < reading.period.to_on and (to_on is None or reading.period.from_on < to_on)
        for reading in readings
    )


def _members_at(scope: Scope, facet: Facet, level: int) -> Iterator[str]:
    for standard in scope.standards():
        table = standard.tables.get(facet)
        for code in table.codes if table else ():
            yield (table.ancestor(code, level) if table else None) or UNMAPPED


def _of_the_register(dimension: str, scope: Scope) -> frozenset[str] | None:
    register = scope.catalog.register(scope.domain.id, simulated=scope.simulated)
    match dimension:
        case "group":
            return frozenset(register.groups) | set(SPECIAL_MEMBERS)
        case "unit":
            return frozenset(register.units) | {NOT_STATED}
    return None if register.open else frozenset(register.institutions) | {NOT_STATED, OUT_OF_LIST}
