"""The series watched in a ledger: complaints a day by institution, category, cause, region and pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np

from xiaobao.analysis.counting import Count, Groups, count_all
from xiaobao.analysis.dimensions import SPECIAL_MEMBERS, Scope, dimension_names
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Filter
from xiaobao.analysis.surges.series import MISSING, Frequency, SeriesTable
from xiaobao.analysis.surges.types import Counts, Shares, Whole
from xiaobao.catalog.detectors import LevelShift
from xiaobao.ledger.entries import EntryKind
from xiaobao.ledger.snapshot import Snapshot

INSTITUTION = "institution"
DAY = "day"
_ABSENT = frozenset(SPECIAL_MEMBERS)
_LEAST_SHARE = 0.2
"""A sum of which less has been reported is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One series: the members it is held to, in the order of its type's dimensions.

    The finding of a scan is held to a cause, then to each of its banks.
    """

    where: Filter

    @property
    def depth(self) -> int:
        """How many dimensions it is held to."""
        return len(self.where)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Its type: the dimensions it is held to, each once."""
        return tuple({name: None for name, _ in self.where})

    @property
    def owner(self) -> tuple[str, str]:
        """Whom an officer turns to: the institution, else the first dimension."""
        return self.where[0]


def filters_of(where: Filter) -> tuple[Filter, ...]:
    """A filter for each member, where a node is held to several members of one dimension."""
    members: dict[str, list[str]] = {}
    for name, member in where:
        members.setdefault(name, []).append(member)
    return tuple(tuple(zip(members, chosen, strict=True)) for chosen in product(*members.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """Which institutions' reports are in, by institution and day of the table."""

    silent: Mapping[date, frozenset[str]]
    """Day → institutions whose source has not reported."""
    nobody: frozenset[date]
    """Days on which a source that reports on all institutions has not reported."""
    share_in: Mapping[date, Mapping[str, float]]
    """Day → institution → what is usually in by now; 1 where it is not named."""


EVERYBODY = Reported(silent={}, nobody=frozenset(), share_in={})


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeTable:
    """Nodes as series of days."""

    nodes: tuple[Node, ...]
    table: SeriesTable
    there: Shares
    """Series x days: the share of each count that is in by now."""
    group: tuple[tuple[str, ...], ...]
    """Nodes of one group share their calendar: those of one type, and of one cause or category."""


def known_types(types: Sequence[tuple[str, ...]], scope: Scope) -> tuple[tuple[str, ...], ...]:
    """The node types whose dimensions the domain has."""
    known = set(dimension_names(scope))
    return tuple(by for by in types if set(by) <= known)


def node_table(
    snapshot: Snapshot,
    scope: Scope,
    types: Sequence[tuple[str, ...]],
    *,
    path: str | None,
    reading: Reading,
    reported: Reported,
) -> NodeTable:
    """Complaints a day of every node that had one in the days of `reading`, as known at its sequence."""
    where: Filter = (("path", path),) if path else ()
    kinds = (EntryKind.COMPLAINT.value,)
    counts = [Count(entry_kinds=kinds, by=(*by, DAY), where=where, readings=(reading,)) for by in types]
    days = tuple(reading.period)
    place = {day.isoformat(): number for number, day in enumerate(days)}
    rows: dict[Node, np.ndarray] = {}
    for by, counted in zip(types, count_all(counts, scope=scope, snapshot=snapshot), strict=True):
        for members, series in _series(counted.groups, place).items():
            rows[Node(where=tuple(zip(by, members, strict=True)))] = series
    nodes = tuple(sorted(rows, key=lambda node: (node.depth, node.where)))
    matrix = np.array([rows[node] for node in nodes], dtype=np.int32).reshape(len(nodes), len(days))
    there = _there(nodes, matrix, days, reported)
    matrix[there < _LEAST_SHARE] = MISSING
    table = SeriesTable(
        frequency=Frequency.DAILY,
        ids=tuple(",".join(f"{name}={member}" for name, member in node.where) for node in nodes),
        times=tuple(day.isoformat() for day in days),
        days=np.array(days, dtype="datetime64[D]"),
        counts=_from_the_first_case(matrix, there),
    )
    return NodeTable(nodes=nodes, table=table, there=there, group=tuple(_group(node) for node in nodes))


def _series(groups: Groups, place: Mapping[str, int]) -> dict[tuple[str, ...], np.ndarray]:
    """Members → count by place of the day, without members that stand for an absence."""
    found: dict[tuple[str, ...], np.ndarray] = {}
    for (*members, day), count in groups.items():
        held = tuple(members)
        series = found.get(held)
        if series is None:
            if _ABSENT.intersection(held):
                continue
            series = found[held] = np.zeros(len(place), dtype=np.int32)
        series[place[day]] = max(count, 0)
    return found


def _from_the_first_case(matrix: Counts, there: Shares) -> Counts:
    """Days before anybody reported anything are unknown: the ledger begins then, complaints do not."""
    begun = ((matrix > 0).any(axis=0)).argmax() if matrix.size else 0
    matrix[:, :begun] = MISSING
    return matrix


def _group(node: Node) -> tuple[str, ...]:
    names = tuple(name for name, _ in node.where)
    shared = tuple(member for name, member in node.where if name.startswith(("cause", "business")))
    return (*names, *shared[-1:])


def _there(nodes: Sequence[Node], counts: Counts, days: Sequence[date], reported: Reported) -> Shares:
    """What is in: of a node of an institution its own share, of a sum that of its usual reporters."""
    codes = sorted({member for node in nodes for name, member in node.where if name == INSTITUTION})
    number = {code: place for place, code in enumerate(codes)}
    of_code = np.ones((len(codes), len(days)), dtype=np.float32)
    for at, day in enumerate(days):
        for code, share in reported.share_in.get(day, {}).items():
            if code in number:
                of_code[number[code], at] = share
        for code in reported.silent.get(day, frozenset()):
            if code in number:
                of_code[number[code], at] = 0.0
    usual = np.zeros(len(codes))
    for node, series in zip(nodes, counts, strict=True):
        if node.depth == 1 and node.owner[0] == INSTITUTION:
            usual[number[node.owner[1]]] = series.sum()
    whole = usual @ of_code / usual.sum() if usual.sum() > 0 else np.ones(len(days))
    there = np.empty((len(nodes), len(days)), dtype=np.float32)
    for at, node in enumerate(nodes):
        name, member = node.owner
        there[at] = of_code[number[member]] if name == INSTITUTION else whole
    there[:, [day in reported.nobody for day in days]] = 0.0
    return there


def begins_of(found: NodeTable, shifts: Sequence[LevelShift], on: date) -> Whole:
    """The first step of each node's past: that of the latest shift of its level acknowledged by the day."""
    assert found.table.days is not None
    begins = np.zeros(len(found.nodes), dtype=np.int64)
    for shift in shifts:
        if shift.acknowledged_on <= on:
            step = int(np.searchsorted(found.table.days, np.datetime64(shift.from_on)))
            for place, node in enumerate(found.nodes):
                if shift.where.items() <= set(node.where):
                    begins[place] = max(begins[place], step)
    return begins
