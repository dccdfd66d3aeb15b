"""Who has part in a rise: the largest members of other dimensions among its complaints."""

from collections.abc import Sequence
from dataclasses import dataclass

from xiaobao.analysis.counting import Count, count_all
from xiaobao.analysis.dimensions import Scope, dimension_names
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Filter
from xiaobao.ledger.entries import EntryKind
from xiaobao.ledger.snapshot import Snapshot

_DIMENSIONS = ("institution", "region", "channel.1")
_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One member and how many of the complaints are its."""

    dimension: str
    member: str
    count: int


def parts(
    snapshot: Snapshot, scope: Scope, wheres: Sequence[Filter], readings: Sequence[Reading]
) -> tuple[tuple[Part, ...], ...]:
    """Of each filter and reading the three largest members of every dimension that it does not hold."""
    known = set(dimension_names(scope))
    asked = [
        (place, dimension)
        for place, where in enumerate(wheres)
        for dimension in _DIMENSIONS
        if dimension in known and dimension not in dict(where)
    ]
    counts = [
        Count(
            entry_kinds=(EntryKind.COMPLAINT.value,),
            by=(dimension,),
            where=wheres[place],
            readings=(readings[place],),
        )
        for place, dimension in asked
    ]
    found: list[list[Part]] = [[] for _ in wheres]
    for (place, dimension), counted in zip(
        asked, count_all(counts, scope=scope, snapshot=snapshot), strict=True
    ):
        largest = sorted(counted.groups.items(), key=lambda one: (-one[1], one[0]))[:_MOST]
        found[place] += [
            Part(dimension=dimension, member=member, count=count) for (member,), count in largest if count > 0
        ]
    return tuple(map(tuple, found))
