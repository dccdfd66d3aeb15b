"""Assembles the facts of a day's brief from the ledger and from the closes' records."""

from collections.abc import Iterable
from dataclasses import dataclass

from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.analysis.figures import Figure
from xiaobao.outputs.brief.facts import DayFacts, Group, Late, Member, Point
from xiaobao.outputs.brief.gather import CATEGORIES_LIMIT, MEMBERS_LIMIT, Asked, Scope, members_of
from xiaobao.outputs.brief.record import CloseRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    groups: tuple[Group, ...]
    institutions: tuple[Member, ...]
    businesses: tuple[Member, ...]
    causes: tuple[Member, ...]
    cells: dict[tuple[str, str], Figure]
    late: Late | None
    course: tuple[Point, ...]


def day_facts(scope: Scope, *, record: CloseRecord, previous: CloseRecord | None, mark: str) -> DayFacts:
    """The facts of a closed day; every figure as the snapshot gives it at the sequence of its close."""
    whole = None if not scope.domain.open_register else MEMBERS_LIMIT
    members = members_of(
        scope,
        record.day,
        {"institution": whole, "business.1": MEMBERS_LIMIT, "cause.1": MEMBERS_LIMIT},
    )
    groups = () if scope.domain.open_register else tuple(scope.register.groups)
    asked = Asked(scope=scope, day=record.day, previous=previous.day if previous else None)
    _parts(asked, members, groups)  # says what is wanted
    asked.comparison(averages=True)
    asked.answer()
    parts = _parts(asked, members, groups)  # and now every figure has its value
    return DayFacts(
        domain=scope.domain,
        catalog=scope.catalog,
        simulated=scope.simulated,
        mark=mark,
        path=scope.path,
        record=record,
        previous=previous,
        closed={day: sequence for day, sequence in scope.closes.items() if day <= record.day},
        total=asked.comparison(averages=True),
        groups=tuple(group for group in parts.groups if group.comparison.count.value is not None),
        institutions=parts.institutions,
        businesses=parts.businesses,
        causes=parts.causes,
        cells=parts.cells,
        late=parts.late,
        course=parts.course,
        stated_names=stated_names(scope, members["institution"]),
    )


def stated_names(scope: Scope, codes: Iterable[str]) -> dict[str, str]:
    """The name as stated (the first by code point) of institutions that an open register added."""
    added = [code for code in codes if not scope.register.listed(code) and code not in SPECIAL_MEMBERS]
    if not added:
        return {}
    entries = scope.snapshot.entries()
    named = entries.filter(entries.institution_code.isin(added), entries.institution_stated.notnull())
    names = named.group_by("institution_code").aggregate(name=named.institution_stated.min())
    return dict(scope.snapshot.run(names).select("institution_code", "name").iter_rows())


def _parts(asked: Asked, members: dict[str, tuple[str, ...]], groups: tuple[str, ...]) -> _Parts:
    plain = [member for member in members["business.1"] if member not in SPECIAL_MEMBERS]
    columns = [m for m in members["business.1"] if m in plain[:CATEGORIES_LIMIT] or m in SPECIAL_MEMBERS]
    return _Parts(
        groups=tuple(asked.group(group) for group in groups),
        institutions=tuple(asked.member("institution", member) for member in members["institution"]),
        businesses=tuple(asked.member("business.1", member) for member in members["business.1"]),
        causes=tuple(asked.member("cause.1", member) for member in members["cause.1"]),
        cells={
            (institution, column): asked.count((("institution", institution), ("business.1", column)))
            for institution in members["institution"]
            for column in columns
        },
        late=asked.late(),
        course=asked.course(),
    )
