"""The development benchmark of surge detection, read where it lies beside the project."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from xiaobao.analysis.surges.series import Frequency, SeriesTable
from xiaobao.analysis.surges.wide_file import read_wide

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "surge_bench"


def table_of(name: str) -> SeriesTable:
    """The series `weekly`, `daily` or `real`; the test is skipped where the benchmark is not there."""
    path = FOLDER / f"{name}_series_wide.csv"
    if not path.exists():
        pytest.skip("the shared benchmark of surges is not beside the project")
    return read_wide(path, Frequency.DAILY if name == "daily" else Frequency.WEEKLY)


def recorded(name: str, table: SeriesTable) -> tuple[np.ndarray, np.ndarray]:
    """R's recorded alarms as series x steps, and where there is a record."""
    rows = pl.read_csv(FOLDER / "baselines" / f"R_farringtonFlexible_{name}.csv.gz").with_columns(
        pl.col("time").cast(pl.String)
    )
    place = {name: number for number, name in enumerate(table.ids)}
    step = {time: number for number, time in enumerate(table.times)}
    series = [place[name] for name in rows["series_id"]]
    steps = [step[time] for time in rows["time"]]
    alarms = np.zeros(table.counts.shape, dtype=bool)
    there = np.zeros(table.counts.shape, dtype=bool)
    alarms[series, steps] = rows["alarm"].to_numpy() > 0
    there[series, steps] = True
    return alarms, there
