"""Issues that are the same complaints seen from another side, told once."""

from collections.abc import Sequence
from itertools import combinations

from xiaobao.analysis.counting import Count, count_all
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Filter
from xiaobao.analysis.surges.issues import Judged, Picked, State
from xiaobao.ledger.entries import EntryKind
from xiaobao.ledger.snapshot import Snapshot

_MOST_OF_IT = 0.5


def without_echoes(
    snapshot: Snapshot,
    scope: Scope,
    judged: Judged,
    picked: Sequence[Picked],
    *,
    path: Filter,
    reading: Reading,
) -> tuple[Picked, ...]:
    """Without issues most of whose excess lies in a more surprising one; `reading` is the day told."""
    going_on = [one for one in picked if one.state is not State.CLOSED]
    pairs = [
        (first, second)
        for first, second in combinations(going_on, 2)
        if _fit(judged.nodes[first.node].where, judged.nodes[second.node].where)
    ]
    counts = [
        Count(
            entry_kinds=(EntryKind.COMPLAINT.value,),
            by=(),
            where=tuple(sorted({*path, *judged.nodes[first.node].where, *judged.nodes[second.node].where})),
            readings=(reading,),
        )
        for first, second in pairs
    ]
    echoes: set[tuple[str, str]] = set()
    for (first, second), counted in zip(
        pairs, count_all(counts, scope=scope, snapshot=snapshot), strict=True
    ):
        expected = [float(judged.expected[one.node, -1]) for one in (first, second)]
        shared = counted.groups.get((), 0) - min(expected)
        if first.owner not in echoes and shared >= _MOST_OF_IT * _excess(judged, second):
            echoes.add(second.owner)
    return tuple(one for one in picked if one.owner not in echoes)


def _fit(first: Filter, second: Filter) -> bool:
    """Whether a complaint can be of both."""
    held = dict(first)
    return all(held.get(name, member) == member for name, member in second)


def _excess(judged: Judged, one: Picked) -> float:
    return max(1.0, float(judged.count[one.node, -1] - judged.expected[one.node, -1]))
