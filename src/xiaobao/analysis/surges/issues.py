"""From surprises of nodes to the issues of a day: few enough to look into, each told where it lies."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from xiaobao.analysis.surges.nodes import Node
from xiaobao.analysis.surges.rises import Rises, probabilities
from xiaobao.analysis.surges.types import Floats
from xiaobao.catalog.detectors import Watch

_MOST_OF_IT = 0.5
"""A deeper node explains an excess that it has so much of."""


class State(StrEnum):
    """What an issue does."""

    NEW = "new"
    RISING = "rising"
    FALLING = "falling"
    WAITING = "waiting"
    """It was going on on the last day that is known, and of the day asked nothing is known of it yet."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Arrays of nodes x days."""

    nodes: tuple[Node, ...]
    count: Floats
    expected: Floats
    dispersion: Floats
    """Variance over mean of a count."""
    score: Floats
    """NaN where a day is not judged."""
    alarm: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How many issues a day may have, and which nodes may be one."""

    least_a_day: float
    false_discovery_rate: float
    quiet_days: int
    rises: Rises | None = None
    """What is looked for in all cells of an owner together; None for not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusual:
    """How unusual a day is at an owner."""

    owner: tuple[str, str]
    probability: float
    """Of something so unusual anywhere at it, were nothing to have changed."""
    places: tuple[int, ...]
    """Its nodes that are tested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An owner that a day tells of, and the node that it is named by."""

    owner: tuple[str, str]
    node: int
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """An issue of the last day of what was judged."""

    node: int
    owner: tuple[str, str]
    probability: float
    """Of something so unusual anywhere at its owner, were nothing to have changed."""
    state: State
    alarmed_from: int
    """The first day on which it was an issue."""
    alarmed_until: int
    """The last one: earlier than the last day of what was judged where it is closed or waits for reports."""


def budget_of(decided: Watch) -> Budget:
    """What is decided for a day."""
    rises = Rises(decided.rise_deviations, decided.rise_fewest, decided.rise_chance)
    return Budget(
        least_a_day=decided.least_a_day,
        false_discovery_rate=decided.false_discovery_rate,
        quiet_days=decided.quiet_days,
        rises=rises if rises.deviations else None,
    )


def issues(judged: Judged, budget: Budget) -> tuple[Picked, ...]:
    """The issues of the last day, most surprising first; those that ended within the quiet days come last.

    A day of which nothing is known of an owner ends nothing: its quiet days go to the last one that is.
    """
    days = judged.score.shape[1]
    picked = [{one.owner: one for one in of_day(judged, budget, day)} for day in range(days)]
    known = _last_known(judged)
    found = []
    for owner in {owner: None for day in picked for owner in day}:
        on = [day for day in range(days) if owner in picked[day]]
        if known[owner] - on[-1] > budget.quiet_days:
            continue
        began = _began(on, budget.quiet_days)
        told = picked[on[-1]][owner]
        found.append(
            Picked(
                node=told.node,
                owner=owner,
                probability=told.probability,
                state=_state(judged, told.node, began=began, ended=on[-1], known=known[owner]),
                alarmed_from=began,
                alarmed_until=on[-1],
            )
        )
    found.sort(key=lambda one: (one.state is State.CLOSED, one.probability, one.owner))
    return tuple(found)


def _began(on: Sequence[int], quiet_days: int) -> int:
    """The first of the days that lie no more than the quiet days apart."""
    began = on[-1]
    for day in reversed(on):
        if began - day > quiet_days:
            break
        began = day
    return began


def _last_known(judged: Judged) -> dict[tuple[str, str], int]:
    """Of every owner the last day on which anything of it is judged; -1 for none."""
    last: dict[tuple[str, str], int] = {}
    for place, node in enumerate(judged.nodes):
        days = np.flatnonzero(np.isfinite(judged.score[place]))
        last[node.owner] = max(last.get(node.owner, -1), int(days[-1]) if days.size else -1)
    return last


def _state(judged: Judged, node: int, *, began: int, ended: int, known: int) -> State:
    last = judged.score.shape[1] - 1
    if ended < known:
        return State.CLOSED
    if known < last:
        return State.WAITING
    if began == last:
        return State.NEW
    now, before = _excess(judged, node, last), _excess(judged, node, last - 1)
    return State.RISING if now >= before else State.FALLING


def _excess(judged: Judged, node: int, day: int) -> float:
    known = np.isfinite(judged.expected[node, day])
    return float(judged.count[node, day] - judged.expected[node, day]) if known else 0.0


def of_day(judged: Judged, budget: Budget, day: int) -> tuple[Named, ...]:
    """What a day tells by false discovery rate, most surprising first."""
    return within(judged, unusual(judged, budget, day), budget.false_discovery_rate, day)


def unusual(judged: Judged, budget: Budget, day: int) -> tuple[Unusual, ...]:
    """Every owner that is tested on a day, most surprising first; the false discovery rate plays no part."""
    score, expected = judged.score[:, day], judged.expected[:, day]
    tested = np.isfinite(score) & (expected >= budget.least_a_day)
    of_owner: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place in np.flatnonzero(tested).tolist():
        of_owner[judged.nodes[place].owner].append(place)
    found = {owner: _of_types(judged.nodes, places, score) for owner, places in of_owner.items()}
    if budget.rises is not None:
        # Cells that are too rare to be tested by themselves still tell what an owner's complaints are.
        cells = probabilities(
            judged.nodes, judged.count[:, day], expected, judged.dispersion[:, day], budget.rises
        )
        found = {owner: _of_either(one, cells.get(owner)) for owner, one in found.items()}
    return tuple(
        Unusual(owner=owner, probability=found[owner], places=tuple(of_owner[owner]))
        for owner in sorted(found, key=lambda owner: (found[owner], owner))
    )


def within(
    judged: Judged, ranked: Sequence[Unusual], false_discovery_rate: float, day: int
) -> tuple[Named, ...]:
    """Of owners, most surprising first: those that a rate lets pass (Benjamini-Hochberg), each by a node."""
    passed = [
        rank
        for rank, one in enumerate(ranked, start=1)
        if one.probability <= false_discovery_rate * rank / len(ranked)
    ]
    chosen = []
    for one in ranked[: passed[-1] if passed else 0]:
        node = _deepest(judged, one.places, day)
        if node is not None:
            chosen.append(Named(owner=one.owner, node=node, probability=one.probability))
    return tuple(chosen)


def _of_either(of_nodes: float, of_cells: float | None) -> float:
    """Probability of the less probable of two, either of which may tell of an owner."""
    return of_nodes if of_cells is None else min(1.0, 2.0 * min(of_nodes, of_cells))


def _of_types(nodes: Sequence[Node], places: Sequence[int], score: Floats) -> float:
    """Probability of an owner: Simes within each type of its nodes, times the types.

    A total is one test beside dozens of cells: all in one would ask of it to stand out as far as the one cell
    among dozens.
    """
    of_type: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place in places:
        of_type[nodes[place].dimensions].append(place)
    return min(1.0, len(of_type) * min(_simes(score[of_one]) for of_one in of_type.values()))


def _simes(scores: Floats) -> float:
    """Probability of scores of one type together (Simes 1986), holding where they rise together."""
    if scores.size == 1:
        return float(10.0 ** -scores[0])
    ordered = np.sort(10.0**-scores)
    return float((ordered * ordered.size / np.arange(1, ordered.size + 1)).min())


def _deepest(judged: Judged, places: Sequence[int], day: int) -> int | None:
    """The deepest alarmed node that holds most of the excess of its owner, else the most surprising one."""
    alarmed = [place for place in places if judged.alarm[place, day]]
    if not alarmed:
        return None
    whole = max(
        (_excess(judged, place, day) for place in alarmed if judged.nodes[place].depth == 1), default=0.0
    )
    alarmed.sort(key=lambda place: (-judged.nodes[place].depth, -judged.score[place, day]))
    for place in alarmed:
        if _excess(judged, place, day) >= _MOST_OF_IT * whole:
            return place
    return max(alarmed, key=lambda place: float(judged.score[place, day]))
