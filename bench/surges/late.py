"""What late reports cost: totals of banks at the end of each day, judged on what was reported by then."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from bench.surges.detectors import THRESHOLDS, in_place
from bench.surges.power import found
from bench.surges.sets import SurgeSet
from xiaobao.analysis.surges.auto import by_model
from xiaobao.analysis.surges.features import Features
from xiaobao.analysis.surges.lateness import LEARNT_DAYS, LONGEST_LAG, usual_shares
from xiaobao.analysis.surges.model import surprises
from xiaobao.analysis.surges.settings import DAILY
from xiaobao.analysis.surges.types import Counts, Floats, Whole

_LAGS = 15
_RATE = 0.01


def rows(sets: list[tuple[SurgeSet, Path]]) -> list[tuple[str, str]]:
    """Power at 1 % with all reports, with those in by the end of the day, and with these taken for all."""
    totals = [(_totals(one), folder) for one, folder in sets]
    kinds: dict[str, list[np.ndarray]] = {"all reports": [], "by the end of the day": [], "taken for all": []}
    for one, folder in totals:
        reported = _reported(one, folder)
        kinds["all reports"].append(_whole(one))
        kinds["by the end of the day"].append(_at_end_of_day(one, reported, corrected=True))
        kinds["taken for all"].append(_at_end_of_day(one, reported, corrected=False))
    power = {kind: found([one for one, _ in totals], scores, _RATE).power() for kind, scores in kinds.items()}
    events = sum(len(one.surges) for one, _ in totals)
    whole = power["all reports"]
    return [
        (
            f"totals of 18 banks, {len(sets)} fresh draws, {events} rises: power at 1 %, all reports",
            f"{whole:.3f}",
        ),
        *(
            (f"the same, {text}", f"{power[kind]:.3f}: {power[kind] / whole - 1:+.0%}")
            for kind, text in (
                ("by the end of the day", "what is in by the end of the day (goal: no more than 15 % lost)"),
                ("taken for all", "that, taken for all there is"),
            )
        ),
    ]


def _totals(one: SurgeSet) -> SurgeSet:
    kept = np.flatnonzero([name.endswith("_TOTAL") for name in one.table.ids])
    totals = one.of(kept)
    surges = totals.surges.with_columns(pl.lit(value=False).alias("is_sum"))
    return replace(totals, surges=surges, leaf=np.ones(kept.size, dtype=bool))


def _whole(one: SurgeSet) -> Floats:
    group = np.zeros(len(one.table.ids), dtype=np.int64)
    judged = by_model(one.table, one.features, group, THRESHOLDS["daily"], first_step=one.first_step)
    return in_place(one, judged, judged.score)


def _reported(one: SurgeSet, folder: Path) -> Counts:
    """Series x days x days until reported; zero on days whose reports were not drawn."""
    place = {name: number for number, name in enumerate(one.table.ids)}
    step = {time: number for number, time in enumerate(one.table.times)}
    rows = pl.read_csv(folder / "daily_reporting_triangle.csv.gz")
    counts = np.zeros((*one.table.counts.shape, _LAGS), dtype=np.int32)
    series = rows["series_id"].replace_strict(place).to_numpy()
    steps = rows["time"].replace_strict(step).to_numpy()
    counts[series, steps, rows["delay_days"].to_numpy()] = rows["count"].to_numpy()
    return counts


def _at_end_of_day(one: SurgeSet, reported: Counts, *, corrected: bool) -> Floats:
    """Scores of each evaluated day as at its end: series x steps."""
    known = reported.cumsum(axis=2)
    group, features = np.zeros(len(one.table.ids), dtype=np.int64), one.features
    scores = np.full(one.table.counts.shape, np.nan)
    for now in range(one.first_step, one.table.counts.shape[1]):
        table = one.table.until(now + 1)
        counts = table.counts.copy()
        for lag in range(_LAGS):
            counts[:, now - lag] = known[:, now - lag, lag]
        there = np.ones(counts.shape, dtype=np.float32)
        if corrected:
            for lag in range(LONGEST_LAG):
                there[:, now - lag] = _share(known, now, lag)
        judged = surprises(
            replace(table, counts=counts),
            _until(features, now + 1),
            group,
            DAILY,
            first_step=now,
            there=there,
        )
        scores[:, now] = judged.score[:, -1]
    return scores


def _share(known: Whole, now: int, lag: int) -> Floats:
    """Of each series: the share usually known after `lag` days, learnt as the product learns it."""
    days = np.arange(now - LONGEST_LAG - LEARNT_DAYS, now - LONGEST_LAG + 1)
    early = known[:, days, lag].sum(axis=1)
    by_now = known[:, days, np.minimum(now - days, _LAGS - 1)].sum(axis=1)
    shares = usual_shares(dict(enumerate(early.tolist())), dict(enumerate(by_now.tolist())))
    return np.array(list(shares.values()))


def _until(features: Features, steps: int) -> Features:
    return replace(
        features,
        number=features.number[:steps],
        day_kind=features.day_kind[:steps],
        rebound=features.rebound[:steps],
        festival=features.festival[:steps],
        season=features.season[:steps],
    )
