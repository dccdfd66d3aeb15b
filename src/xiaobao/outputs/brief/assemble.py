"""Assembles the facts of a brief from the ledger and from the closes' records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.analysis.figures import Figure
from xiaobao.outputs.brief.facts import BriefFacts, Group, Late, Member, Point, Week
from xiaobao.outputs.brief.gather import CATEGORIES_LIMIT, MEMBERS_LIMIT, Asked, Scope, members_of
from xiaobao.outputs.brief.gather_week import week_of_facts
from xiaobao.outputs.brief.hot import HotDay
from xiaobao.outputs.brief.record import CloseRecord
from xiaobao.outputs.brief.series import span_of
from xiaobao.outputs.brief.watched import Nights


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    groups: tuple[Group, ...]
    institutions: tuple[Member, ...]
    businesses: tuple[Member, ...]
    causes: tuple[Member, ...]
    cells: dict[tuple[str, str], Figure]
    late: Late | None
    course: tuple[Point, ...]
    week: Week | None


def brief_facts(
    scope: Scope,
    *,
    series: str,
    record: CloseRecord,
    previous: CloseRecord | None,
    statuses: Mapping[str, Mapping[date, str]],
    mark: str,
    nights: Nights,
    hot: HotDay | None = None,
) -> BriefFacts:
    """The facts of a brief of a closed day; every figure as known at a close."""
    whole = None if not scope.domain.open_register else MEMBERS_LIMIT
    span = span_of(series, record.day, scope.closes)
    members = members_of(
        scope,
        span.present,
        {"institution": whole, "business.1": MEMBERS_LIMIT, "cause.1": MEMBERS_LIMIT},
    )
    groups = () if scope.domain.open_register else tuple(scope.register.groups)
    asked = Asked(scope=scope, day=record.day, span=span)
    _parts(asked, members, groups, statuses)  # says what is wanted
    asked.comparison(averages=True)
    asked.answer()
    parts = _parts(asked, members, groups, statuses)  # and now every figure has its value
    return BriefFacts(
        series=series,
        span=span,
        domain=scope.domain,
        catalog=scope.catalog,
        simulated=scope.simulated,
        mark=mark,
        path=scope.path,
        record=record,
        previous=previous,
        closed={day: sequence for day, sequence in scope.closes.items() if day <= record.day},
        total=asked.comparison(averages=True),
        groups=parts.groups,
        institutions=parts.institutions,
        businesses=parts.businesses,
        causes=parts.causes,
        cells=parts.cells,
        late=parts.late,
        course=parts.course,
        week=parts.week,
        nights=nights,
        hot=hot,
        stated_names=stated_names(
            scope, [*members["institution"], *_told_institutions(nights), *_hot_institutions(hot)]
        ),
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


def _hot_institutions(hot: HotDay | None) -> list[str]:
    if hot is None:
        return []
    told = {one.member for issue in hot.issues for one in issue.institutions}
    return sorted(told | {one.institution for _, ones in hot.demands for one in ones})


def _told_institutions(nights: Nights) -> list[str]:
    surges = [surge for night in nights.values() for surge in night.path.surges]
    pairs = {pair for surge in surges for pair in surge.where}
    pairs |= {(part.dimension, part.member) for surge in surges for part in surge.parts}
    return sorted(member for dimension, member in pairs if dimension == "institution")


def _parts(
    asked: Asked,
    members: dict[str, tuple[str, ...]],
    groups: tuple[str, ...],
    statuses: Mapping[str, Mapping[date, str]],
) -> _Parts:
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
        late=None if asked.span.is_week else asked.late(),
        course=asked.course(),
        week=week_of_facts(asked, statuses),
    )
