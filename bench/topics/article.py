"""The case of the published article among the hotline's complaints: named with its bank within three days?

The hotline of a simulated spring, all its branches, with the case as the simulator draws it by seed. Each day
is asked as the night asks it (window, time before, scores and how many are told by the catalog), of what
the hotline had received by then, from the day before its third complaint until it is named. The case is named
where an issue of its bank has mostly complaints of the case. The same with its complaints told of other
matters, in other categories and words (`demands.py`). Issues that are mostly of nothing put in are false; new
ones were not told the day before. Names are not masked here: that changes no number of complaints and takes
longest.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from bench.linkage.worlds import hotline_of
from bench.topics.demands import DemandCase
from xiaobao.analysis.text.families import Threshold
from xiaobao.analysis.topics.complaints import CATEGORY, INSTITUTION
from xiaobao.analysis.topics.hot import hot_issues
from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.simulate.years.injections import Injection
from xiaobao.workflows.detect_topics import settings_on, unusual_on

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
    days: int
    """That were asked, from the third complaint on."""
    told: int
    """False issues of these days."""
    new: int
    """Of them those that the day before did not tell."""


def rows(
    catalog: Catalog,
    seeds: Sequence[int],
    *,
    scale: float = 1.0,
    retold: Sequence[DemandCase] = (),
    called: str = "the article's case",
) -> list[tuple[str, str]]:
    """Rows of the results table."""
    outcomes = (of_seed(catalog, seed, scale=scale, retold=retold) for seed in seeds)
    return [row([one for one in outcomes if one is not None], called=called, scale=scale)]


def row(found: Sequence[Outcome], *, called: str, scale: float) -> tuple[str, str]:
    """What became of the seeds' cases."""
    named = [one for one in found if one.named]
    sizes = sorted(one.size for one in found)
    first = sum(one.rank == 1 for one in named)
    days = sum(one.days for one in found)
    told, new = sum(one.told for one in found) / days, sum(one.new for one in found) / days
    false = f"{new:.2f} new, {told:.2f} with those told the day before"
    return (
        f"{called}, {len(found)} seeds, {scale:g} times the hotline's volume: named with its "
        f"bank within {IN_TIME} days of its third complaint (goal ≥ 80 %)",
        f"{len(named) / max(1, len(found)):.0%}; first of its day in {first}; cases of {sizes[0]} to "
        f"{sizes[-1]} complaints; false issues a day: {false}",
    )


def of_seed(
    catalog: Catalog, seed: int, *, scale: float, retold: Sequence[DemandCase] = ()
) -> Outcome | None:
    """The case of one seed, told of one of other matters where there are some; None without a case."""
    known = hotline_of(catalog, period=PERIOD, seed=seed, scale=scale)
    cases = [place for place, one in enumerate(known.injections) if one.kind == "case"]
    if not cases:
        return None
    case = known.injections[cases[0]]
    complaints = known.complaints.with_columns(
        of_case=pl.col("injection") == cases[0], put_in=pl.col("injection") >= 0
    ).sort("day", "complaint_no")
    days = complaints.filter("of_case")["day"].sort()
    if len(days) < _FIRST_CALLERS:
        return None
    if retold:
        complaints = _retold(complaints, retold[seed % len(retold)], seed)
    third = days[_FIRST_CALLERS - 1]
    told = new = 0
    before = _false(_told(catalog, complaints, third - ONE_DAY), complaints)
    for late in range(IN_TIME + 1):
        issues = _told(catalog, complaints, third + timedelta(days=late))
        ranks = [place for place, one in enumerate(issues, start=1) if _is_case(one, complaints, case)]
        false = _false(issues, complaints)
        told += len(false)
        new += sum(not _goes_on(one, before) for one in false)
        before = false
        if ranks:
            break
    return Outcome(
        size=len(days),
        named=bool(ranks),
        rank=ranks[0] if ranks else None,
        label=issues[ranks[0] - 1][2] if ranks else "",
        days=late + 1,
        told=told,
        new=new,
    )


def _retold(complaints: pl.DataFrame, case: DemandCase, seed: int) -> pl.DataFrame:
    drawn = random.Random(seed)
    texts = [
        drawn.choice(case.texts) if mine else text
        for text, mine in zip(complaints["text"], complaints["of_case"], strict=True)
    ]
    category = pl.when("of_case").then(pl.lit(case.category)).otherwise(CATEGORY)
    return complaints.with_columns(category.alias(CATEGORY), text=pl.Series(texts, dtype=pl.String))


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
        unusual=unusual_on(catalog, day),
    )
    return [
        (
            dict(one.where).get(INSTITUTION, ""),
            known["complaint_no"].gather(one.topic.rows).to_list(),
            one.topic.name.label,
        )
        for one in found.issues[: decided.most_told]
    ]


def _is_case(told: _Told, complaints: pl.DataFrame, case: Injection) -> bool:
    bank, numbers, _ = told
    mine = complaints.filter("of_case")["complaint_no"].is_in(numbers).sum()
    return bank == case.bank and mine >= max(2, _MOSTLY * len(numbers))


def _false(told: list[_Told], complaints: pl.DataFrame) -> list[_Told]:
    """Those that are mostly of nothing put in."""
    put_in = set(complaints.filter("put_in")["complaint_no"])
    return [one for one in told if len(put_in.intersection(one[1])) < _MOSTLY * len(one[1])]


def _goes_on(told: _Told, before: list[_Told]) -> bool:
    mine = set(told[1])
    return any(len(mine.intersection(one[1])) >= _MOSTLY * min(len(mine), len(one[1])) for one in before)
