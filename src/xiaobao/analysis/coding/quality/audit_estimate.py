"""What an audit tells: the share of wrong codes of every bank, unbiased, with its interval.

Each stratum's share counts by the complaints it stands for (Horvitz and Thompson 1952). The interval joins
exact limits of the strata (Clopper and Pearson 1934) by the recovery of variances (Zou, Huang and Zhang
2009), each drawn together as more of its stratum is read. With Wilson's limits, tried first, one bank in
ten had too low a share to be covered where errors are rare.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

import msgspec

from xiaobao.analysis.coding.quality.audit_plan import AuditedBank, AuditPlan, Drawn
from xiaobao.analysis.coding.quality.exact_interval import exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an auditor decided about one complaint."""

    complaint_key: int
    code: str
    """The right code, of the last level."""
    author: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStratum:
    """What was read of one stratum."""

    rows: int
    read: int
    wrong: int


class AuditShare(msgspec.Struct, frozen=True, kw_only=True):
    """The share of wrong codes of a bank on one level, counted from 1 at the top."""

    institution: str
    level: int
    rows: int
    """Complaints that the estimate is about."""
    read: int
    wrong: int
    """Of those read; not the estimate, since the doubtful ones were drawn more often."""
    share: float | None
    """None where a stratum has no decision."""
    low: float
    high: float


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """All that the decisions tell."""

    facet: str
    drawn: int
    decided: int
    replaced: int
    """Decisions that a later one on the same complaint replaced."""
    by_author: dict[str, int]
    """Decisions that count, by who took them."""
    shares: tuple[AuditShare, ...]


def estimated(plan: AuditPlan, decisions: Sequence[Decision], paths: Mapping[str, Sequence[str]]) -> Audit:
    """The estimates of every bank on every level.

    `paths`: code → its codes from the top to itself. Decisions are on complaints of the plan; of several on
    one complaint the latest counts. Complaints without a decision are taken to be as those of their stratum
    that have one.
    """
    latest: dict[int, Decision] = {}
    for decision in sorted(decisions, key=lambda one: one.decided_at):
        latest[decision.complaint_key] = decision
    depth = max((len(path) for path in paths.values()), default=0)
    return Audit(
        facet=plan.facet,
        drawn=len(plan.drawn),
        decided=len(latest),
        replaced=len(decisions) - len(latest),
        by_author=dict(sorted(Counter(one.author for one in latest.values()).items())),
        shares=tuple(
            _share(bank, level, plan.drawn, latest, paths)
            for bank in plan.banks
            if bank.rows
            for level in range(1, depth + 1)
        ),
    )


def _share(
    bank: AuditedBank,
    level: int,
    drawn: Sequence[Drawn],
    latest: Mapping[int, Decision],
    paths: Mapping[str, Sequence[str]],
) -> AuditShare:
    read: Counter[int] = Counter()
    wrong: Counter[int] = Counter()
    for one in drawn:
        decision = latest.get(one.complaint_key)
        if one.institution != bank.institution or decision is None:
            continue
        read[one.stratum] += 1
        wrong[one.stratum] += tuple(paths[one.submitted][:level]) != tuple(paths[decision.code][:level])
    strata = [
        ReadStratum(rows=one.rows, read=read[one.number], wrong=wrong[one.number]) for one in bank.strata
    ]
    share, low, high = stratified(strata)
    return AuditShare(
        institution=bank.institution,
        level=level,
        rows=bank.rows,
        read=read.total(),
        wrong=wrong.total(),
        share=None if share is None else round(share, 4),
        low=round(low, 4),
        high=round(high, 4),
    )


def stratified(strata: Sequence[ReadStratum]) -> tuple[float | None, float, float]:
    """The share of wrong ones over all strata and its 95 % interval; None, 0 and 1 where one was not read."""
    total = sum(one.rows for one in strata)
    if not total or any(not one.read for one in strata):
        return None, 0.0, 1.0
    share = down = up = 0.0
    for one in strata:
        weight, found = one.rows / total, one.wrong / one.read
        low, high = exact(one.wrong, one.read)
        unread = sqrt((one.rows - one.read) / max(1, one.rows - 1))
        share += weight * found
        down += (weight * unread * (found - low)) ** 2
        up += (weight * unread * (high - found)) ** 2
    return share, max(0.0, share - sqrt(down)), min(1.0, share + sqrt(up))
