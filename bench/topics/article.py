"""The case of the published article among the hotline's complaints: named with its bank within three days?

The hotline of a simulated spring, all its branches, with the case as the simulator draws it by seed. Each day
is asked as the night asks it (window, time before, least score and how many are told by the catalog), of what
the hotline had received by then. The case is named where an issue of its bank has mostly complaints of the
case. Names are not masked here: that changes no number of complaints and takes longest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from bench.linkage.worlds import hotline_of
from xiaobao.analysis.text.families import Threshold
from xiaobao.analysis.topics.complaints import CATEGORY, INSTITUTION
from xiaobao.analysis.topics.hot import hot_issues
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.simulate.years.injections import Injection
from xiaobao.workflows.detect_topics import settings_on

PERIOD = Period(from_on=date(2020, 1, 20), to_on=date(2020, 4, 1))
IN_TIME = 3
_MOSTLY = 0.5
_FIRST_CALLERS = 3
"""From the third complaint on there is something to be the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one seed's case."""

    size: int
    """Complaints of the case."""
    named: bool
    rank: int | None
    """Among the issues of the first day that names it."""
    label: str
    others: float
    """Other issues told a day in those days."""


def rows(catalog: Catalog, seeds: Sequence[int], *, scale: float = 1.0) -> list[tuple[str, str]]:
    """Rows of the results table."""
    found = [one for seed in seeds if (one := of_seed(catalog, seed, scale=scale)) is not None]
    named = [one for one in found if one.named]
    sizes = sorted(one.size for one in found)
    first = sum(one.rank == 1 for one in named)
    return [
        (
            f"the article's case, {len(found)} seeds, {scale:g} times the hotline's volume: named with its "
            f"bank within {IN_TIME} days of its third complaint (goal ≥ 80 %)",
            f"{len(named) / max(1, len(found)):.0%}; first of its day in {first}; cases of {sizes[0]} to "
            f"{sizes[-1]} complaints; {sum(one.others for one in found) / len(found):.1f} other issues a day",
        )
    ]


def of_seed(catalog: Catalog, seed: int, *, scale: float) -> Outcome | None:
    """The case of one seed; None where the course holds none."""
    known = hotline_of(catalog, period=PERIOD, seed=seed, scale=scale)
    cases = [place for place, one in enumerate(known.injections) if one.kind == "case"]
    if not cases:
        return None
    case = known.injections[cases[0]]
    complaints = known.complaints.with_columns(of_case=pl.col("injection") == cases[0]).sort(
        "day", "complaint_no"
    )
    days = complaints.filter("of_case")["day"].sort()
    if len(days) < _FIRST_CALLERS:
        return None
    third = days[_FIRST_CALLERS - 1]
    others = []
    for late in range(IN_TIME + 1):
        told = _told(catalog, complaints, third + timedelta(days=late))
        ranks = [place for place, one in enumerate(told, start=1) if _is_case(one, complaints, case)]
        others.append(len(told) - len(ranks))
        if ranks:
            one = told[ranks[0] - 1]
            return Outcome(
                size=len(days), named=True, rank=ranks[0], label=one[2], others=sum(others) / len(others)
            )
    return Outcome(size=len(days), named=False, rank=None, label="", others=sum(others) / len(others))


_Told = tuple[str, list[str], str]
"""Institution, numbers of the complaints, label."""


def _told(catalog: Catalog, complaints: pl.DataFrame, day: date) -> list[_Told]:
    decided, like = catalog.topics.hot_on(day), catalog.near_duplicates.on(day)
    window = Period(from_on=day - timedelta(days=decided.window_days - 1), to_on=day + ONE_DAY)
    first = window.from_on - timedelta(days=decided.baseline_days)
    known = complaints.filter(pl.col("day").is_between(first, day))
    found = hot_issues(
        known.select("text", "day", INSTITUTION, CATEGORY),
        window,
        replace(settings_on(catalog, day), least_score=decided.least_score),
        alike=Threshold(alike=like.alike, leader_alike=like.leader_alike),
        masks=list,
        most=decided.most_told,
    )
    return [
        (
            dict(one.where).get(INSTITUTION, ""),
            known["complaint_no"].gather(one.topic.rows).to_list(),
            one.topic.name.label,
        )
        for one in found.issues
    ]


def _is_case(told: _Told, complaints: pl.DataFrame, case: Injection) -> bool:
    bank, numbers, _ = told
    mine = complaints.filter("of_case")["complaint_no"].is_in(numbers).sum()
    return bank == case.bank and mine >= max(2, _MOSTLY * len(numbers))
