"""A night's clusters and those of the night before, as officers see both by what they have decided."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import polars as pl
from msgspec import structs

from xiaobao.analysis.surges.told import Raised
from xiaobao.analysis.topics.decided import Decided, Known, decided_issues
from xiaobao.analysis.topics.following import moved
from xiaobao.analysis.topics.told import ToldIssue, ToldIssues, TopicState


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is told of a night."""

    issues: tuple[ToldIssue, ...]
    closed: tuple[ToldIssue, ...]
    """Those of the night before from which none of this one goes on."""


def as_found(clusters: tuple[ToldIssue, ...], former: ToldIssues) -> Seen:
    """Where nobody has decided anything."""
    return Seen(issues=clusters, closed=_closed(former.issues, clusters))


def as_decided(
    clusters: tuple[ToldIssue, ...],
    former: ToldIssues,
    decided: Decided,
    known: Known,
    raised: Raised | None,
) -> Seen:
    """By officers' decisions; `raised` is this night, None where the one before cannot be compared with.

    The clusters of the night before are decided in the same way, so that a decision alone moves no issue: a
    piece that is split off is compared with those complaints of the night before that say its words.
    """
    earlier = _earlier(former, decided, known)
    counts = {one.id: one.all for one in earlier}
    issues = tuple(_moved(one, counts, raised) for one in decided_issues(clusters, decided, known))
    return Seen(issues=issues, closed=_closed(earlier, issues))


def _earlier(former: ToldIssues, decided: Decided, known: Known) -> tuple[ToldIssue, ...]:
    """The night before as it is decided now; an issue whose texts are all gone, as it was told."""
    standing = set(known.rows["complaint_key"])
    clusters = former.clusters or former.issues
    there = [one for one in clusters if not standing.isdisjoint(one.complaints)]
    keys = [key for one in there for key in one.complaints]
    then = replace(known, rows=known.rows.with_columns(recent=pl.col("complaint_key").is_in(keys)))
    days = {one.id: one.days for one in former.issues}
    issues = (*decided_issues(there, decided, then), *(one for one in clusters if one not in there))
    return tuple(structs.replace(one, days=days.get(one.id, ())) for one in issues)


def _moved(one: ToldIssue, counts: dict[str, int], raised: Raised | None) -> ToldIssue:
    if one.id in counts:
        return structs.replace(one, state=moved(one.all, counts[one.id]))
    return structs.replace(one, state=TopicState.NEW if raised else None, first_raised=raised)


def _closed(earlier: Iterable[ToldIssue], issues: Iterable[ToldIssue]) -> tuple[ToldIssue, ...]:
    told = {one.id for one in issues}
    return tuple(one for one in earlier if one.id not in told)
