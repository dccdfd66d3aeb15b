"""What a past day had told as it was known then: by itself, and with each injected surge alone in a copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Filter
from xiaobao.analysis.surges.backtest.copies import Copied, alone, copied
from xiaobao.analysis.surges.backtest.injections import Injection, Plan, placed
from xiaobao.analysis.surges.echoes import both, overlapping, shared_counts, told_once
from xiaobao.analysis.surges.issues import Judged, Picked, State, Unusual, budget_of, unusual, within
from xiaobao.analysis.surges.nodes import NodeTable
from xiaobao.analysis.surges.watching import Question, judge, nodes_of
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import day_period

_MOST_OF_IT = 0.5
"""A surge is found by a node that holds so much of it."""
_LAST = -1
OWN = -1
"""Stands for the number of an injection where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An issue of the un-injected past on one day."""

    where: Filter
    owner: tuple[str, str]
    observed: int
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDay:
    """One day: all by false discovery rate, most surprising first."""

    on: date
    judged: bool
    raised: Mapping[float, tuple[Raised, ...]]
    ranks: Mapping[float, Mapping[int, int]]
    """Injection that was found on this day → the place of its issue, from 1 on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One version of the day under one rate: the past itself, or with one injection."""

    rate: float
    number: int
    judged: Judged
    picked: tuple[Picked, ...]


def past_day(
    snapshot: Snapshot,
    scope: Scope,
    question: Question,
    *,
    live: Sequence[Injection],
    starting: Sequence[Plan],
    rates: Sequence[float],
    seed: int,
) -> tuple[PastDay, tuple[Injection, ...]]:
    """What the day had told, and every injection that is live on it: those given and those that begin."""
    found = nodes_of(snapshot, scope, question)
    begun = placed(
        snapshot, scope, found, starting, path=question.path, posted_seq=question.posted_seq, seed=seed
    )
    live = (*live, *begun)
    copies = copied(found, live)
    if not found.nodes:
        return PastDay(on=question.on, judged=False, raised={}, ranks={}), live
    judged, _ = judge(copies.table, scope, question.on, days=1, copy_of=copies.copy_of)
    own = alone(judged, found.nodes, {})
    cases = _cases(judged, own, copies, found, scope, question, rates)
    told = _without_echoes(snapshot, scope, question, cases, copies)
    return (
        PastDay(
            on=question.on,
            judged=bool(np.isfinite(own.score[:, _LAST]).any()),
            raised={
                rate: tuple(_raised(own, one) for one in told[rate, OWN]) for rate in dict.fromkeys(rates)
            },
            ranks={
                rate: _ranks(told, copies, rate, [one.plan.number for one in live])
                for rate in dict.fromkeys(rates)
            },
        ),
        live,
    )


def _cases(
    judged: Judged,
    own: Judged,
    copies: Copied,
    found: NodeTable,
    scope: Scope,
    question: Question,
    rates: Sequence[float],
) -> tuple[Case, ...]:
    budget = budget_of(scope.catalog.detectors.watched_on(question.on))
    versions = {OWN: own} | {
        number: alone(judged, found.nodes, rows) for number, rows in copies.rows.items() if rows
    }
    owners = {number: unusual(version, budget, 0) for number, version in versions.items()}
    return tuple(
        Case(rate=rate, number=number, judged=version, picked=_picked(version, owners[number], rate))
        for rate in dict.fromkeys(rates)
        for number, version in versions.items()
    )


def _picked(judged: Judged, owners: Sequence[Unusual], rate: float) -> tuple[Picked, ...]:
    return tuple(
        Picked(
            node=one.node,
            owner=one.owner,
            probability=one.probability,
            state=State.NEW,
            alarmed_from=0,
            alarmed_until=0,
        )
        for one in within(judged, owners, rate, 0)
    )


def _without_echoes(
    snapshot: Snapshot,
    scope: Scope,
    question: Question,
    cases: Sequence[Case],
    copies: Copied,
) -> dict[tuple[float, int], tuple[Picked, ...]]:
    """(rate, injection) → what is told; the complaints that two issues share are counted once for all."""
    pairs = [overlapping(case.judged, case.picked) for case in cases]
    wheres = [[both(case.judged, pair) for pair in of] for case, of in zip(cases, pairs, strict=True)]
    every = sorted({where for of in wheres for held in of for where in held})
    path: Filter = (("path", question.path),) if question.path else ()
    day = Reading(period=day_period(question.on), posted_seq=question.posted_seq)
    known = dict(zip(every, shared_counts(snapshot, scope, every, path=path, reading=day), strict=True))
    return {
        (case.rate, case.number): told_once(
            case.judged,
            case.picked,
            of,
            [
                sum(known[where] + _more(copies, case, where, question.on) for where in filters)
                for filters in held
            ],
        )
        for case, of, held in zip(cases, pairs, wheres, strict=True)
    }


def _more(copies: Copied, case: Case, where: Filter, on: date) -> int:
    """Injected complaints of the day that a filter holds."""
    arrived = copies.arrived.get(case.number, ())
    return sum(1 for one in arrived if one.on == on and set(where) <= set(one.members))


def _ranks(
    told: Mapping[tuple[float, int], tuple[Picked, ...]],
    copies: Copied,
    rate: float,
    numbers: Sequence[int],
) -> dict[int, int]:
    """Found where an issue holds most of the surge and its owner is not one that day without it."""
    before = {one.owner for one in told[rate, OWN]}
    found = {}
    for number in numbers:
        for rank, one in enumerate(told.get((rate, number), ()), start=1):
            share = copies.shares[number].get(one.node, 0.0)
            if share >= _MOST_OF_IT and one.owner not in before:
                found[number] = rank
                break
    return found


def _raised(judged: Judged, one: Picked) -> Raised:
    return Raised(
        where=judged.nodes[one.node].where,
        owner=one.owner,
        observed=int(judged.count[one.node, _LAST]),
        expected=float(judged.expected[one.node, _LAST]),
    )
