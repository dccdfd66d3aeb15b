"""Surges for copies of the past: where, when and how large by seed, made of complaints like its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from xiaobao.analysis.counting import Count, Groups, count_all
from xiaobao.analysis.dimensions import SPECIAL_MEMBERS, Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Filter
from xiaobao.analysis.surges.nodes import Node, NodeTable
from xiaobao.catalog.detectors import Backtest
from xiaobao.ledger.entries import EntryKind
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import Period

_TEMPLATE_DAYS = 365
"""Complaints of so many days before a surge say what its own are like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A surge as it is drawn before its place is known: the places are those of its first day."""

    number: int
    by: tuple[str, ...]
    complaints: int
    begins_on: date
    days: int

    @property
    def ends_on(self) -> date:
        """Its last day."""
        return self.begins_on + timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected:
    """One complaint that never was."""

    on: date
    members: Filter
    """Of every dimension that is watched."""
    late: float
    """Between 0 and 1: it is in once a larger share of its day's complaints is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """A planned surge with its place and its complaints."""

    plan: Plan
    where: Filter
    complaints: tuple[Injected, ...]


def plans(
    types: Sequence[tuple[str, ...]], period: Period, decided: Backtest, *, injections: int, seed: int
) -> tuple[Plan, ...]:
    """Every node type and size as often; the same for the same seed, and more of them keep the first ones.

    Surges longer than the period are cut to it.
    """
    found = []
    for number in range(injections if types else 0):
        random = np.random.default_rng([seed, number])
        days = min(int(random.integers(decided.shortest_days, decided.longest_days + 1)), len(period))
        begins = int(random.integers(0, len(period) - days + 1))
        found.append(
            Plan(
                number=number,
                by=types[number % len(types)],
                complaints=decided.complaints[number // len(types) % len(decided.complaints)],
                begins_on=period.from_on + timedelta(days=begins),
                days=days,
            )
        )
    return tuple(found)


def placed(
    snapshot: Snapshot,
    scope: Scope,
    found: NodeTable,
    starting: Sequence[Plan],
    *,
    path: str | None,
    posted_seq: int,
    seed: int,
) -> tuple[Injection, ...]:
    """The surges that begin on the last day of `found`, each in a node that had a complaint the year before.

    Every such node of its type is as likely. Fewer than planned where a type has no such node.
    """
    names = tuple(sorted({name for node in found.nodes for name, _ in node.where}))
    recent = np.maximum(found.table.counts[:, -_TEMPLATE_DAYS - 1 : -1], 0).sum(axis=1)
    chosen: list[tuple[Plan, Node, np.random.Generator]] = []
    for plan in starting:
        random = np.random.default_rng([seed, plan.number, 1])
        places = [
            place
            for place, node in enumerate(found.nodes)
            if recent[place] > 0 and tuple(name for name, _ in node.where) == plan.by
        ]
        if places:
            chosen.append((plan, found.nodes[places[int(random.integers(len(places)))]], random))
    counts = [_templates(plan, node, names, path=path, posted_seq=posted_seq) for plan, node, _ in chosen]
    return tuple(
        _injection(plan, node, names, counted.groups, random)
        for (plan, node, random), counted in zip(
            chosen, count_all(counts, scope=scope, snapshot=snapshot), strict=True
        )
        if _whole(counted.groups)
    )


def _templates(plan: Plan, node: Node, names: tuple[str, ...], *, path: str | None, posted_seq: int) -> Count:
    held: Filter = (("path", path),) if path else ()
    first = plan.begins_on - timedelta(days=_TEMPLATE_DAYS)
    return Count(
        entry_kinds=(EntryKind.COMPLAINT.value,),
        by=names,
        where=tuple(sorted((*held, *node.where))),
        readings=(Reading(period=Period(from_on=first, to_on=plan.begins_on), posted_seq=posted_seq),),
    )


def _whole(groups: Groups) -> list[tuple[tuple[str, ...], int]]:
    return sorted((members, count) for members, count in groups.items() if count > 0)


def _injection(
    plan: Plan, node: Node, names: tuple[str, ...], groups: Groups, random: np.random.Generator
) -> Injection:
    templates = _whole(groups)
    weights = np.array([count for _, count in templates], dtype=float)
    drawn = random.choice(len(templates), size=plan.complaints, p=weights / weights.sum())
    days = random.integers(0, plan.days, plan.complaints)
    late = random.random(plan.complaints)
    return Injection(
        plan=plan,
        where=node.where,
        complaints=tuple(
            Injected(
                on=plan.begins_on + timedelta(days=int(day)),
                members=tuple(
                    (name, member)
                    for name, member in zip(names, templates[one][0], strict=True)
                    if member not in SPECIAL_MEMBERS
                ),
                late=float(at),
            )
            for one, day, at in zip(drawn, days, late, strict=True)
        ),
    )
