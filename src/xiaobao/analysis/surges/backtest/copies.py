"""A day's table with copies of the series that injected complaints would have changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from xiaobao.analysis.questions import Filter
from xiaobao.analysis.surges.backtest.injections import Injected, Injection
from xiaobao.analysis.surges.issues import Judged
from xiaobao.analysis.surges.nodes import Node, NodeTable
from xiaobao.analysis.surges.series import MISSING
from xiaobao.analysis.surges.types import Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """The table with copies behind its own series, and what stands in them."""

    table: NodeTable
    copy_of: Whole
    rows: Mapping[int, Mapping[int, int]]
    """Number of an injection → series it changes → the copy that holds it."""
    shares: Mapping[int, Mapping[int, float]]
    """Number of an injection → series → the share of what is in that it holds."""
    arrived: Mapping[int, tuple[Injected, ...]]
    """Number of an injection → its complaints that are in by now."""


def copied(found: NodeTable, live: Sequence[Injection]) -> Copied:
    """Copies for every injection alone: none sees another, nothing changes the table's own series."""
    days = {date.fromisoformat(time): place for place, time in enumerate(found.table.times)}
    number = {node.where: place for place, node in enumerate(found.nodes)}
    types = sorted({tuple(name for name, _ in node.where) for node in found.nodes})
    sources: list[int] = []
    added: list[np.ndarray] = []
    rows: dict[int, dict[int, int]] = {}
    shares: dict[int, dict[int, float]] = {}
    in_by_now: dict[int, tuple[Injected, ...]] = {}
    for injection in live:
        more: dict[int, np.ndarray] = defaultdict(lambda: np.zeros(len(days), dtype=np.int32))
        arrived: list[Injected] = []
        for one in injection.complaints:
            holding = _holding(one, types, number)
            at = days.get(one.on)
            if at is None or not holding or not _is_in(one, found, holding, at):
                continue
            arrived.append(one)
            for place in holding:
                more[place][at] += 1
        own = injection.plan.number
        rows[own] = {place: len(number) + len(sources) + at for at, place in enumerate(more)}
        shares[own] = {place: float(of.sum()) / len(arrived) for place, of in more.items()}
        in_by_now[own] = tuple(arrived)
        sources += more
        added += more.values()
    copy_of = np.array(sources, dtype=np.int64)
    counts = found.table.counts
    extra = counts[copy_of].copy()
    if added:
        extra += np.where(extra == MISSING, 0, np.array(added, dtype=np.int32))
    table = replace(
        found.table,
        ids=(*found.table.ids, *(found.table.ids[place] for place in sources)),
        counts=np.concatenate([counts, extra]),
    )
    return Copied(
        table=NodeTable(
            nodes=(*found.nodes, *(found.nodes[place] for place in sources)),
            table=table,
            there=np.concatenate([found.there, found.there[copy_of]]),
            group=(*found.group, *(found.group[place] for place in sources)),
        ),
        copy_of=copy_of,
        rows=rows,
        shares=shares,
        arrived=in_by_now,
    )


def _holding(
    one: Injected, types: Sequence[tuple[str, ...]], number: Mapping[Filter, int]
) -> tuple[int, ...]:
    """The series that count a complaint."""
    members = dict(one.members)
    wheres = [tuple((name, members[name]) for name in by) for by in types if set(by) <= set(members)]
    return tuple(number[where] for where in wheres if where in number)


def _is_in(one: Injected, found: NodeTable, holding: Sequence[int], at: int) -> bool:
    """Whether it is in by now: as much of what never was is late as of what was."""
    own = [place for place in holding if found.nodes[place].owner[0] == "institution"] or list(holding)
    return one.late < float(found.there[own[0], at])


def alone(judged: Judged, nodes: Sequence[Node], rows: Mapping[int, int]) -> Judged:
    """What is judged of the table's own series, those of one injection in their stead."""
    series = np.arange(len(nodes))
    for place, row in rows.items():
        series[place] = row
    return Judged(
        nodes=tuple(nodes),
        count=judged.count[series],
        expected=judged.expected[series],
        dispersion=judged.dispersion[series],
        score=judged.score[series],
        alarm=judged.alarm[series],
    )
