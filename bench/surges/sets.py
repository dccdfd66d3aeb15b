"""Sets of series with known surges: the shared development benchmark, and fresh draws of its generators."""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from xiaobao.analysis.surges.features import Features, of_days, of_weeks
from xiaobao.analysis.surges.series import Frequency, SeriesTable
from xiaobao.analysis.surges.wide_file import read_wide
from xiaobao.catalog import reading

SHARED = Path(os.environ.get("SURGE_BENCH", Path(__file__).parents[3] / "shared" / "data" / "surge_bench"))
NEUTRAL_STEPS = {"weekly": 2, "daily": 7, "real": 2}
"""Steps after a surge that count neither way, as in the shared scorer."""
_FROM_WEEK, _LAST_DAYS = 575, 180


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeSet:
    """Series, the steps that count, and where the surges are."""

    name: str
    table: SeriesTable
    evaluated: np.ndarray
    """Series x steps."""
    quiet: np.ndarray
    """Series x steps: evaluated, and neither in a surge nor shortly after."""
    surges: pl.DataFrame
    """Current ones: event, series, start, end (places), and whether the series is a sum of those hit."""
    leaf: np.ndarray
    """Whether a series is a cell, not a sum."""

    @property
    def features(self) -> Features:
        """What is known of each step."""
        if self.table.frequency is Frequency.WEEKLY or self.table.days is None:
            return of_weeks(self.table)
        catalog = reading.load()
        festivals = catalog.detectors.spring_festivals["cn"]
        return of_days(self.table.days, calendar=catalog.calendars["cn"], festivals=festivals)

    @property
    def group(self) -> np.ndarray:
        """Cells and the sum of one cause share a group, totals of banks have one of their own."""
        if self.name != "daily":
            return np.zeros(len(self.table.ids), dtype=np.int64)
        names = [one.split("_", 1)[1] for one in self.table.ids]
        known = {name: place for place, name in enumerate(dict.fromkeys(names))}
        return np.array([known[name] for name in names], dtype=np.int64)

    @property
    def first_step(self) -> int:
        """The first step that is evaluated in any series."""
        return int(self.evaluated.any(axis=0).argmax())

    def of(self, places: np.ndarray) -> "SurgeSet":
        """The series at these places alone, with their surges."""
        number = {int(place): at for at, place in enumerate(places)}
        surges = self.surges.filter(pl.col("series").is_in(list(number)))
        return replace(
            self,
            table=self.table.of(places),
            evaluated=self.evaluated[places],
            quiet=self.quiet[places],
            surges=surges.with_columns(pl.col("series").replace_strict(number, return_dtype=pl.Int64)),
            leaf=self.leaf[places],
        )


def development(name: str) -> SurgeSet:
    """The shared set `weekly`, `daily` or `real`."""
    return _read(name, SHARED)


def drawn(name: str, seed: int, folder: Path, *, replicates: int = 10) -> SurgeSet:
    """A fresh set of the shared generator."""
    place = folder / f"{name}-{seed}"
    place.mkdir()
    script = SHARED / f"gen_{name}.py"
    extra = [str(replicates)] if name == "weekly" else []
    subprocess.run(
        [sys.executable, str(script), str(seed), str(place), *extra], check=True, capture_output=True
    )
    return _read(name, place)


def _read(name: str, folder: Path) -> SurgeSet:
    frequency = Frequency.DAILY if name == "daily" else Frequency.WEEKLY
    table = read_wide(folder / f"{name}_series_wide.csv", frequency)
    place = {one: number for number, one in enumerate(table.ids)}
    step = {time: number for number, time in enumerate(table.times)}
    surges = (
        pl.read_csv(folder / f"{name}_outbreaks.csv")
        .with_row_index("row")
        .with_columns(
            pl.col("series_id").replace_strict(place).alias("series"),
            pl.col("start").cast(pl.String).replace_strict(step).alias("first"),
            pl.col("end").cast(pl.String).replace_strict(step).alias("last"),
        )
    )
    if name == "daily":
        surges = _with_sums(surges, place)
    else:
        surges = surges.with_columns(pl.col("row").alias("event_id"), pl.lit(value=False).alias("is_sum"))
    evaluated = _evaluated(name, table, folder)
    quiet = evaluated.copy()
    for series, first, last in surges.select("series", "first", "last").iter_rows():
        quiet[series, first : last + 1 + NEUTRAL_STEPS[name]] = False
    leaf = np.array([not (one.endswith("_TOTAL") or one.startswith("ALL_")) for one in table.ids])
    current = surges.filter(pl.col("kind") == "current").select(
        "event_id", "series", "first", "last", "is_sum"
    )
    return SurgeSet(name=name, table=table, evaluated=evaluated, quiet=quiet, surges=current, leaf=leaf)


def _evaluated(name: str, table: SeriesTable, folder: Path) -> np.ndarray:
    evaluated = np.zeros(table.counts.shape, dtype=bool)
    if name == "weekly":
        evaluated[:, _FROM_WEEK:] = True
    elif name == "daily":
        evaluated[:, -_LAST_DAYS:] = True
    else:
        of_series = {
            row["series_id"]: row for row in pl.read_csv(folder / "real_eval.csv").iter_rows(named=True)
        }
        for number, one in enumerate(table.ids):
            evaluated[number, of_series[one]["eval_start"] : of_series[one]["n"]] = True
    return evaluated


def _with_sums(surges: pl.DataFrame, place: dict[str, int]) -> pl.DataFrame:
    """A surge of cells is one of the bank's total, of the cause's sum, or of both, by its scope."""
    bank = pl.col("series_id").str.slice(0, 3) + "_TOTAL"
    cause = "ALL_" + pl.col("series_id").str.slice(4)
    cells = surges.with_columns(pl.lit(value=False).alias("is_sum"))
    sums = [
        surges.filter(pl.col("scope") != without)
        .with_columns(name.replace_strict(place).alias("series"), pl.lit(value=True).alias("is_sum"))
        .group_by("event_id", "series", maintain_order=True)
        .agg(pl.col("first").min(), pl.col("last").max(), pl.col("kind", "is_sum").first())
        for without, name in (("sector", bank), ("bank", cause))
    ]
    columns = ["event_id", "series", "first", "last", "kind", "is_sum"]
    return pl.concat([cells.select(columns), *(one.select(columns) for one in sums)])
