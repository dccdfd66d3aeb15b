"""How much of a day's complaints is usually in some days later, by institution: what is expected by now."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from xiaobao.analysis.counting import Count, count_all
from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.figures import Reading
from xiaobao.analysis.questions import Filter
from xiaobao.analysis.surges.nodes import INSTITUTION
from xiaobao.ledger.entries import EntryKind
from xiaobao.ledger.snapshot import Snapshot
from xiaobao.lib.periods import day_period

LONGEST_LAG = 7
"""Days after which a day counts as complete."""
LEARNT_DAYS = 42
_FEWEST_DAYS = 14
_TRUSTED = 50.0
"""Complaints that the profile of all weighs against that of an institution."""

Member = TypeVar("Member", bound=Hashable)
ShareIn = Mapping[date, Mapping[str, float]]


def share_in(
    snapshot: Snapshot,
    scope: Scope,
    *,
    on: date,
    path: str | None,
    closes: Mapping[date, int],
    posted_seq: int,
) -> ShareIn:
    """Day → institution → share of its complaints that is usually in at `posted_seq`.

    Learnt from closed days that are complete by now, each as it was known some closes later. Nothing where
    fewer than two weeks of these are known: then what is in counts as all there is. A day that is looked at
    again after later closes has had as much longer for its reports to come in.
    """
    edge = on - timedelta(days=LONGEST_LAG)
    learnt = [
        day
        for day, sequence in sorted(closes.items())
        if day <= edge and sequence <= posted_seq and (on - day).days <= LEARNT_DAYS + LONGEST_LAG
    ]
    if len(learnt) < _FEWEST_DAYS:
        return {}
    since = _days_since(on, closes, posted_seq)
    lags = {on - timedelta(days=lag): lag + since for lag in range(LONGEST_LAG - since)}
    counts = [
        _count([(day, _known(closes, day, lag, posted_seq)) for day in learnt], path=path)
        for lag in range(LONGEST_LAG)
    ]
    counts.append(_count([(day, posted_seq) for day in learnt], path=path))
    *known, whole = (one.groups for one in count_all(counts, scope=scope, snapshot=snapshot))
    return {
        day: {code: share for (code,), share in usual_shares(known[lag], whole).items()}
        for day, lag in lags.items()
    }


def _days_since(on: date, closes: Mapping[date, int], posted_seq: int) -> int:
    """Days from the one asked to the last whose close is known; 0 where nothing is known behind its own."""
    if closes.get(on, -1) >= posted_seq:
        return 0
    known = [day for day, sequence in closes.items() if day > on and sequence <= posted_seq]
    return min((max(known, default=on) - on).days, LONGEST_LAG)


def usual_shares(known: Mapping[Member, int], whole: Mapping[Member, int]) -> dict[Member, float]:
    """The share known early of what is known by now, by institution; that of all weighs in each."""
    every = min(1.0, sum(known.values()) / max(sum(whole.values()), 1))
    return {
        key: min(1.0, (known.get(key, 0) + _TRUSTED * every) / (count + _TRUSTED))
        for key, count in whole.items()
    }


def _known(closes: Mapping[date, int], day: date, lag: int, posted_seq: int) -> int:
    """The sequence of the close `lag` days after a day, or of the last close before that."""
    later = [
        closes[one] for one in (day + timedelta(days=back) for back in range(lag, -1, -1)) if one in closes
    ]
    return min(later[0], posted_seq)


def _count(readings: Sequence[tuple[date, int]], *, path: str | None) -> Count:
    where: Filter = (("path", path),) if path else ()
    return Count(
        entry_kinds=(EntryKind.COMPLAINT.value,),
        by=(INSTITUTION,),
        where=where,
        readings=tuple(Reading(period=day_period(day), posted_seq=sequence) for day, sequence in readings),
    )
