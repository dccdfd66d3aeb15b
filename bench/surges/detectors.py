"""What detectors say of a set: ours, the reference, and what was recorded of R and of oracles."""

import numpy as np
import polars as pl

from bench.surges.sets import SHARED, SurgeSet
from xiaobao.analysis.surges.auto import by_model
from xiaobao.analysis.surges.detection import Threshold, by_reference
from xiaobao.analysis.surges.series import Judgements

THRESHOLDS = {
    "daily": Threshold(alarm_probability=0.005, fewest_cases=3, recent_steps=10),
    "weekly": Threshold(alarm_probability=0.005, fewest_cases=5, recent_steps=4),
}


def ours(one: SurgeSet) -> Judgements:
    """`--method auto`, of the evaluated steps."""
    return by_model(one.table, one.features, one.group, _threshold(one), first_step=one.first_step)


def reference(one: SurgeSet) -> Judgements:
    """`--method farrington`, of the evaluated steps."""
    return by_reference(one.table, _threshold(one), first_step=one.first_step)


def _threshold(one: SurgeSet) -> Threshold:
    return THRESHOLDS["daily" if one.name == "daily" else "weekly"]


def in_place(one: SurgeSet, judgements: Judgements, values: np.ndarray) -> np.ndarray:
    """Values of judged steps as series x steps of the table, NaN elsewhere."""
    every = np.full(one.table.counts.shape, np.nan)
    every[:, list(judgements.steps)] = np.where(judgements.judged, values, np.nan)
    return every


def score_of(one: SurgeSet, judgements: Judgements) -> np.ndarray:
    """The score as series x steps of the table."""
    return in_place(one, judgements, judgements.score)


def recorded(one: SurgeSet, file: str) -> np.ndarray:
    """A recorded score of the development set as series x steps, NaN where there is no record."""
    rows = pl.read_csv(SHARED / "baselines" / f"{file}.csv.gz")
    place = {name: number for number, name in enumerate(one.table.ids)}
    step = {time: number for number, time in enumerate(one.table.times)}
    scores = np.full(one.table.counts.shape, np.nan)
    series = rows["series_id"].replace_strict(place).to_numpy()
    steps = rows["time"].cast(pl.String).replace_strict(step).to_numpy()
    scores[series, steps] = rows["score"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return scores
