"""Power at one rate of false alarms, and the difference of two detectors with a bootstrap interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.surges.sets import SurgeSet

_RESAMPLES = 2_000
_MISSED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a detector found at one rate of false alarms; a row a surge of a cell, and a row an event."""

    cells: pl.DataFrame
    """unit (series), delay in steps or -1."""
    events: pl.DataFrame
    """unit (event), delay in steps or -1."""

    def power(self) -> float:
        """Share of surges of cells found on any step."""
        return float((self.cells["delay"] >= 0).mean() or 0.0)


def found(sets: Sequence[SurgeSet], scores: Sequence[np.ndarray], rate: float) -> Found:
    """One threshold for all sets together, at which `rate` of the quiet steps of cells alarm.

    A score is series x steps of its set's table, NaN where a step is not judged.
    """
    quiet = [score[one.quiet & one.leaf[:, np.newaxis]] for one, score in zip(sets, scores, strict=True)]
    ordered = np.sort(np.nan_to_num(np.concatenate(quiet), nan=-np.inf))[::-1]
    threshold = ordered[int(rate * ordered.size)]
    parts = [
        _delays(one, np.nan_to_num(score, nan=-np.inf) > threshold, number)
        for number, (one, score) in enumerate(zip(sets, scores, strict=True))
    ]
    every = pl.concat(parts)
    cells = every.filter(~pl.col("is_sum")).select("unit", "delay")
    hit = pl.when(pl.col("alarm") >= 0).then(pl.col("alarm"))
    events = (
        every.group_by("event", maintain_order=True)
        .agg((hit.min() - pl.col("first").min()).fill_null(_MISSED).alias("delay"))
        .select(pl.col("event").alias("unit"), "delay")
    )
    return Found(cells=cells, events=events)


def _delays(one: SurgeSet, alarms: np.ndarray, number: int) -> pl.DataFrame:
    rows = []
    for event, series, first, last, is_sum in one.surges.iter_rows():
        hits = np.flatnonzero(alarms[series, first : last + 1] & one.evaluated[series, first : last + 1])
        delay = int(hits[0]) if hits.size else _MISSED
        at = first + delay if hits.size else _MISSED
        rows.append((f"{number}-{event}", f"{number}-{series}", first, delay, at, is_sum))
    return pl.DataFrame(rows, schema=["event", "unit", "first", "delay", "alarm", "is_sum"], orient="row")


def difference(ours: pl.DataFrame, theirs: pl.DataFrame, *, at_once: bool = False) -> str:
    """Both powers, and their paired difference with its 95 % interval over resampled units."""
    mine, other = (_hits(rows, at_once=at_once) for rows in (ours, theirs))
    _, unit = np.unique(ours["unit"].to_numpy(), return_inverse=True)
    units = unit.max() + 1
    gained = np.bincount(unit, mine.astype(float) - other, units)
    weight = np.bincount(unit, minlength=units).astype(float)
    random = np.random.default_rng(1)
    draws = random.integers(0, units, (_RESAMPLES, units))
    low, high = np.quantile(gained[draws].sum(axis=1) / weight[draws].sum(axis=1), [0.025, 0.975])
    both = f"{mine.mean():.3f} against {other.mean():.3f}"
    return f"{both}: {mine.mean() - other.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def _hits(rows: pl.DataFrame, *, at_once: bool) -> np.ndarray:
    delay = rows["delay"].to_numpy()
    return np.asarray(delay == 0 if at_once else delay >= 0)
