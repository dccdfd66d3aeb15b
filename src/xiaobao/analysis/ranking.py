"""Places by count, and how they changed."""

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal

from xiaobao.analysis.counting import Counted
from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.analysis.outcomes import NOT_ENOUGH_DAYS, NOT_RANKED, NOT_REPORTED, Group, is_unreported
from xiaobao.analysis.questions import Question, ranked_dimension
from xiaobao.catalog.catalog import Catalog

Place = Decimal | str
"""A place, or the reason why there is none."""


def rank_changes(
    question: Question, counted: Sequence[Counted], groups: Sequence[Group], *, catalog: Catalog
) -> list[Place]:
    """How many places up: the place before minus the place now; who had not reported once enters neither."""
    if len(question.readings) < 2:
        return [NOT_ENOUGH_DAYS for _ in groups]
    now, before = (_places(question, one, groups, catalog=catalog, silent_too=False) for one in counted)
    return [
        one if isinstance(one, str) else other if isinstance(other, str) else other - one
        for one, other in zip(now, before, strict=True)
    ]


def ranks(question: Question, counted: Counted, groups: Sequence[Group], *, catalog: Catalog) -> list[Place]:
    """1 + how many of the same table count more; groups that are no members take no place.

    Who had not reported takes none either, yet what is known of it stands before those that have less.
    """
    return _places(question, counted, groups, catalog=catalog, silent_too=True)


def _places(
    question: Question, counted: Counted, groups: Sequence[Group], *, catalog: Catalog, silent_too: bool
) -> list[Place]:
    ranked = groups if question.by else [(dict(question.where)[ranked_dimension(question)],)]

    def barred(group: Group) -> str | None:
        if group[-1] in SPECIAL_MEMBERS:
            return NOT_RANKED
        is_missing = is_unreported(question, group, catalog=catalog, silent=question.silent())
        return NOT_REPORTED if is_missing else None

    tables: dict[Group, list[int]] = {}
    for group, total in counted.groups.items():
        if barred(group) is None or (silent_too and barred(group) == NOT_REPORTED):
            tables.setdefault(group[:-1], []).append(total)
    for table in tables.values():
        table.sort()
    return [
        barred(group) or _rank(counted.groups.get(group, 0), tables.get(group[:-1], [])) for group in ranked
    ]


def _rank(total: int, table: Sequence[int]) -> Decimal:
    return Decimal(1 + len(table) - bisect_right(table, total))
