"""What earlier nights told, beside the issues of a night."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xiaobao.analysis.questions import Filter
from xiaobao.analysis.surges.issues import Budget, Judged, Picked, State, unusual


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An issue that an earlier night told as going on, by its places among the days of what is judged."""

    where: Filter
    alarmed_from: int
    alarmed_until: int


def with_earlier(
    judged: Judged, budget: Budget, picked: Sequence[Picked], earlier: Sequence[Earlier]
) -> tuple[Picked, ...]:
    """The issues, and closed behind them those of the quiet days before that only an earlier night told.

    Late data can move a surge of yesterday to the other side of what is told. Who has read of it is told how
    it stands now, not nothing. Left out are those that go on under another name, and those of which nothing
    is known any more. `earlier` has the latest night first.
    """
    place = {node.where: number for number, node in enumerate(judged.nodes)}
    told = [judged.nodes[one.node].where for one in picked]
    last = judged.score.shape[1] - 1
    closed = [one for one in picked if one.state is State.CLOSED]
    for one in earlier:
        node = place.get(one.where)
        late = last - one.alarmed_until
        if (
            node is None
            or not 0 < late <= budget.quiet_days
            or np.isnan(judged.score[node, one.alarmed_until])
            or any(same_issue(one.where, where) for where in told)
        ):
            continue
        told.append(one.where)
        owner = judged.nodes[node].owner
        ranked = unusual(judged, budget, one.alarmed_until)
        closed.append(
            Picked(
                node=node,
                owner=owner,
                probability=next((of.probability for of in ranked if of.owner == owner), 1.0),
                state=State.CLOSED,
                alarmed_from=max(0, min(one.alarmed_from, one.alarmed_until)),
                alarmed_until=one.alarmed_until,
            )
        )
    closed.sort(key=lambda one: (one.probability, one.owner))
    return (*(one for one in picked if one.state is not State.CLOSED), *closed)


def same_issue(told: Filter, now: Filter) -> bool:
    """Of one owner, who has one surge a day; or the same from another side: nothing contradicts."""
    shared = set(told) & set(now)
    both = {name for name, _ in told} & {name for name, _ in now}
    return told[0] == now[0] or (bool(shared) and len(shared) == len(both))
