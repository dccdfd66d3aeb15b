"""A night's clusters and those of the night before, as officers see both by what they have decided."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import polars as pl
from msgspec import structs

from xiaobao.analysis.surges.told import Raised
from xiaobao.analysis.topics.decided import Decided, Known, decided_issues
from xiaobao.analysis.topics.following import moved
from xiaobao.analysis.topics.told import ToldIssue, ToldIssues, TopicState


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """A night whose clusters are to be told."""

    clusters: tuple[ToldIssue, ...]
    """All that was found, the most surprising first."""
    former: ToldIssues
    """The night before."""
    raised: Raised | None
    """This night; None where the one before cannot be compared with."""
    most_told: int
    """Issues, beside those that officers have decided something of."""
    resting_nights: int
    """So long what was told keeps its id where it is no longer found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is told of a night, and kept for the next one."""

    issues: tuple[ToldIssue, ...]
    closed: tuple[ToldIssue, ...]
    """Those told before from which nothing that is found goes on."""
    clusters: tuple[ToldIssue, ...]
    """For the next night: all that was found, and what rests."""


def seen(night: Night, decided: Decided, known: Callable[[], Known]) -> Seen:
    """By officers' decisions.

    The clusters of the night before are decided in the same way, so that a decision alone moves no issue: a
    piece that is split off is compared with those complaints of the night before that say its words.
    """
    found, earlier = night.clusters, _as_told(night.former)
    if decided != Decided():
        behind = known()
        earlier = _earlier(night.former, decided, behind)
        counts = {one.id: one.all for one in earlier}
        found = tuple(_moved(one, counts, night.raised) for one in decided_issues(found, decided, behind))
    told = tuple(
        _first_told(one, night.raised)
        for place, one in enumerate(found)
        if place < night.most_told or decided.concerns(one.id)
    )
    return Seen(issues=told, closed=_closed(earlier, found), clusters=_kept(night, told, decided))


def _as_told(former: ToldIssues) -> tuple[ToldIssue, ...]:
    told = {one.id: one for one in former.issues}
    return tuple(told.get(one.id, one) for one in former.followed)


def _earlier(former: ToldIssues, decided: Decided, known: Known) -> tuple[ToldIssue, ...]:
    """The night before as it is decided now; an issue whose texts are all gone, as it was told."""
    standing = set(known.rows["complaint_key"])
    clusters = [one for one in former.followed if not one.missing]
    there = [one for one in clusters if not standing.isdisjoint(one.complaints)]
    keys = [key for one in there for key in one.complaints]
    then = replace(known, rows=known.rows.with_columns(recent=pl.col("complaint_key").is_in(keys)))
    days = {one.id: one.days for one in former.issues}
    issues = (*decided_issues(there, decided, then), *(one for one in clusters if one not in there))
    issues = tuple(structs.replace(one, days=days.get(one.id, ())) for one in issues)
    known_ids = {one.id for one in issues}
    return (*issues, *(one for one in former.followed if one.missing and one.id not in known_ids))


def _moved(one: ToldIssue, counts: dict[str, int], raised: Raised | None) -> ToldIssue:
    if one.id in counts:
        return structs.replace(one, state=moved(one.all, counts[one.id]))
    return structs.replace(one, state=TopicState.NEW if raised else None, first_raised=raised)


def _first_told(one: ToldIssue, raised: Raised | None) -> ToldIssue:
    """The issue as it is told; of one that no night has told yet, this one raises it."""
    if not one.untold:
        return one
    return structs.replace(one, state=TopicState.NEW if raised else None, first_raised=raised, untold=False)


def _closed(earlier: Iterable[ToldIssue], found: Iterable[ToldIssue]) -> tuple[ToldIssue, ...]:
    """What a less surprising cluster goes on from is neither told nor closed."""
    there = {one.id for one in found}
    return tuple(one for one in earlier if not (one.untold or one.missing or one.id in there))


def _kept(night: Night, told: Iterable[ToldIssue], decided: Decided) -> tuple[ToldIssue, ...]:
    """The clusters with what is told of them by now; by id alone those told before, which may come back."""
    ids = {name for one in told for name in (one.id, one.split_from)}
    found = [_first_told(one, night.raised) if decided.root(one.id) in ids else one for one in night.clusters]
    there = {one.id for one in found}
    resting = [
        structs.replace(one, missing=one.missing + 1, label="", terms=(), excerpts=(), days=())
        for one in night.former.followed
        if one.id not in there and not one.untold and one.missing < night.resting_nights
    ]
    return (*found, *resting)
