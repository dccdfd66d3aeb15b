"""Issues that are the same complaints seen from another side, told once."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, product

from xiaobao.analysis.counting import Count, count_all
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Filter
from xiaobao.analysis.surges.issues import Judged, Picked, State
from xiaobao.analysis.surges.nodes import filters_of
from xiaobao.ledger.entries import EntryKind
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import ONE_DAY, day_period

_MOST_OF_IT = 0.5


Pair = tuple[Picked, Picked]


def without_echoes(
    snapshot: Snapshot,
    scope: Scope,
    judged: Judged,
    picked: Sequence[Picked],
    *,
    path: Filter,
    last: Reading,
) -> tuple[Picked, ...]:
    """Without issues most of whose excess lies in a more surprising one; `last` is the day told.

    Those that wait for reports are compared on the day that is the last known of both.
    """
    told, days = tuple(picked), judged.score.shape[1]
    for day in sorted({one.alarmed_until for one in picked if one.state is not State.CLOSED}):
        pairs = [pair for pair in overlapping(judged, told) if pair[0].alarmed_until == day]
        held = [both(judged, pair) for pair in pairs]
        every = sorted({where for of in held for where in of})
        on = last.period.from_on - (days - 1 - day) * ONE_DAY
        reading = replace(last, period=day_period(on))
        counts = shared_counts(snapshot, scope, every, path=path, reading=reading)
        known = dict(zip(every, counts, strict=True))
        told = told_once(judged, told, pairs, [sum(known[where] for where in of) for of in held])
    return told


def overlapping(judged: Judged, picked: Sequence[Picked]) -> tuple[Pair, ...]:
    """Issues of one day that one complaint can be of both of, the more surprising one first."""
    going_on = [one for one in picked if one.state is not State.CLOSED]
    return tuple(
        (first, second)
        for first, second in combinations(going_on, 2)
        if first.alarmed_until == second.alarmed_until
        and _fit(judged.nodes[first.node].where, judged.nodes[second.node].where)
    )


def both(judged: Judged, pair: Pair) -> tuple[Filter, ...]:
    """What complaints of both are held to: filters that no complaint is in two of."""
    first, second = (judged.nodes[one.node].where for one in pair)
    return tuple(
        sorted(
            {
                tuple(sorted({*one, *other}))
                for one, other in product(filters_of(first), filters_of(second))
                if _agree(one, other)
            }
        )
    )


def shared_counts(
    snapshot: Snapshot, scope: Scope, wheres: Sequence[Filter], *, path: Filter, reading: Reading
) -> tuple[int, ...]:
    """How many complaints of the day each filter holds."""
    counts = [
        Count(
            entry_kinds=(EntryKind.COMPLAINT.value,),
            by=(),
            where=tuple(sorted({*path, *where})),
            readings=(reading,),
        )
        for where in wheres
    ]
    return tuple(counted.groups.get((), 0) for counted in count_all(counts, scope=scope, snapshot=snapshot))


def told_once(
    judged: Judged, picked: Sequence[Picked], pairs: Sequence[Pair], shared: Sequence[int]
) -> tuple[Picked, ...]:
    """The issues without echoes; `shared` is how many complaints of their day each pair has in common."""
    echoes: set[tuple[str, str]] = set()
    for (first, second), count in zip(pairs, shared, strict=True):
        least = min(float(judged.expected[one.node, one.alarmed_until]) for one in (first, second))
        if first.owner not in echoes and count - least >= _MOST_OF_IT * _excess(judged, second):
            echoes.add(second.owner)
    return tuple(one for one in picked if one.owner not in echoes)


def _fit(first: Filter, second: Filter) -> bool:
    """Whether a complaint can be of both."""
    return any(_agree(one, other) for one, other in product(filters_of(first), filters_of(second)))


def _agree(first: Filter, second: Filter) -> bool:
    held = dict(first)
    return all(held.get(name, member) == member for name, member in second)


def _excess(judged: Judged, one: Picked) -> float:
    day = one.alarmed_until
    return max(1.0, float(judged.count[one.node, day] - judged.expected[one.node, day]))
