"""The figures of surge detection, as rows of docs/benchmarks.md; differences with their 95 % intervals."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from bench.surges import article, calibration, detectors, late, national, real, speed, subsets
from bench.surges.power import Found, difference, found
from bench.surges.sets import SurgeSet, development, drawn

Rows = list[tuple[str, str]]
_DAILY_SEEDS = tuple(range(7101, 7107))
_WEEKLY_SEEDS = (7201, 7202)
_CALIBRATION_DAILY = range(7401, 7501)
_CALIBRATION_WEEKLY = range(7201, 7251)
_REPLICATES = 100
_LATE_SEEDS = (7301, 7302, 7303)
_ARTICLE_SEEDS = range(1, 101)
_INFLUENZA = re.compile("flu", re.IGNORECASE)


def power(folder: Path) -> Rows:
    """On the development sets R's recorded alarms stand beside ours, on draws the reference for it."""
    rows = []
    for name in ("weekly", "daily"):
        one = development(name)
        file = "R_farringtonFlexible_daily7" if name == "daily" else "R_farringtonFlexible_weekly"
        scores = [detectors.score_of(one, detectors.ours(one))], [detectors.recorded(one, file)]
        rows += _compared(f"{name}, development set, R", [one], *scores)
        seeds = _DAILY_SEEDS if name == "daily" else _WEEKLY_SEEDS
        sets = [drawn(name, seed, folder) for seed in seeds]
        scores = (
            [detectors.score_of(one, detectors.ours(one)) for one in sets],
            [detectors.score_of(one, detectors.reference(one)) for one in sets],
        )
        rows += _compared(f"{name}, {len(sets)} fresh draws, reference", sets, *scores)
    return rows + _oracle() + _real()


def _compared(title: str, sets: Sequence[SurgeSet], mine: list[np.ndarray], other: list[np.ndarray]) -> Rows:
    ours, theirs = found(sets, mine, 0.005), found(sets, other, 0.005)
    rows = [(f"{title}: power at 0.5 %", difference(ours.cells, theirs.cells))]
    if sets[0].name == "daily":
        rows += [
            (f"{title}: first day", difference(ours.cells, theirs.cells, at_once=True)),
            (f"{title}: events", difference(ours.events, theirs.events)),
            (f"{title}: median delay of events", f"{_delay(ours)} d against {_delay(theirs)} d"),
        ]
    return rows


def _delay(one: Found) -> str:
    return f"{one.events.filter(pl.col('delay') >= 0)['delay'].median():g}"


def _oracle() -> Rows:
    one = development("weekly")
    ours = found([one], [detectors.score_of(one, detectors.ours(one))], 0.005)
    oracle = found([one], [detectors.recorded(one, "oracle_weekly")], 0.005)
    share = ours.power() / oracle.power()
    return [("weekly, development set: share of the oracle's power at 0.5 % (goal ≥ 97 %)", f"{share:.0%}")]


def _real() -> Rows:
    whole = development("real")
    ours = detectors.score_of(whole, detectors.ours(whole))
    other = detectors.recorded(whole, "R_farringtonFlexible_real")
    influenza = np.array([bool(_INFLUENZA.search(name)) for name in whole.table.ids])
    rows = []
    for title, kept in (("without influenza", ~influenza), ("influenza districts", influenza)):
        part = whole.of(np.flatnonzero(kept))
        mine, theirs = found([part], [ours[kept]], 0.01), found([part], [other[kept]], 0.01)
        rows.append((f"real series {title}, R: power at 1 %", difference(mine.cells, theirs.cells)))
    return rows


def false_alarms(folder: Path) -> Rows:
    """Of fresh draws: quiet steps that alarm at the threshold of the catalog."""
    daily = (drawn("daily", seed, folder) for seed in _CALIBRATION_DAILY)
    weekly = (drawn("weekly", seed, folder, replicates=_REPLICATES) for seed in _CALIBRATION_WEEKLY)
    return calibration.rows("daily", daily) + calibration.rows("weekly", weekly)


def subset_scan(_: Path) -> Rows:
    """What a scan over subsets of banks adds to single nodes."""
    return subsets.rows()


def speeds(folder: Path) -> Rows:
    """Wall and processor time."""
    return speed.rows(folder)


def late_reports(folder: Path) -> Rows:
    """Of fresh draws: totals of banks at the end of each day."""
    return late.rows([(drawn("daily", seed, folder), folder / f"daily-{seed}") for seed in _LATE_SEEDS])


def real_series(_: Path) -> Rows:
    """Rises put into real series."""
    return real.rows()


def country(_: Path) -> Rows:
    """Thousands of institutions, a budget of issues."""
    return national.rows()


def article_case(_: Path) -> Rows:
    """The published article's case on the simulator."""
    return article.rows(_ARTICLE_SEEDS)
