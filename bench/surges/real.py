"""Rises put into real weekly series by a draw of our own: the model beside the verified reference.

A series is copied; each copy has a rise in both halves of its later weeks: Poisson many cases, two, three,
five or eight standard deviations of its past five years, spread over weeks as in the weekly generator.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from bench.surges import detectors
from bench.surges.power import difference, found
from bench.surges.sets import NEUTRAL_STEPS, SHARED, SurgeSet
from xiaobao.analysis.surges.detection import PUBLISHED
from xiaobao.analysis.surges.farrington import bounds
from xiaobao.analysis.surges.series import MISSING, Frequency, SeriesTable
from xiaobao.analysis.surges.types import Counts

_SEED = 7501
_COUNT_SERIES = SHARED.parent / "count_series"
_LONG = 300
"""Weeks that leave some to judge behind the five years of the reference."""
_SIZES = (2.0, 3.0, 5.0, 8.0)
_PAST = 260
_RATE = 0.01
_INFLUENZA = re.compile("flu", re.IGNORECASE)


def rows() -> list[tuple[str, str]]:
    """Paired differences at 1 % false alarms; with a short past the reference takes two years."""
    every = _count_series()
    long = {name: counts for name, counts in every.items() if counts.size > _LONG}
    short = {name: counts for name, counts in every.items() if name not in long}
    raw = _raw()
    influenza = {name: counts for name, counts in raw.items() if _INFLUENZA.search(name)}
    others = {name: counts for name, counts in raw.items() if name not in influenza}
    return [
        _compared(f"{len(long)} long series of count_series × 40", long, copies=40),
        _compared(f"{len(short)} short series of count_series × 20", short, copies=20, years_back=2),
        _compared(f"{len(others)} real series of the benchmark, no influenza × 10", others, copies=10),
        _compared(f"{len(influenza)} influenza districts × 10", influenza, copies=10),
    ]


def _compared(
    title: str, series: Mapping[str, Counts], *, copies: int, years_back: int = 5
) -> tuple[str, str]:
    options = replace(PUBLISHED[Frequency.WEEKLY], years_back=years_back)
    one = _injected(series, copies=copies, first=options.reach)
    mine = found([one], [detectors.score_of(one, detectors.ours(one))], _RATE)
    steps = np.arange(max(one.first_step, options.reach), one.table.counts.shape[1])
    scores = np.full(one.table.counts.shape, np.nan)
    scores[:, steps] = bounds(one.table.counts, steps, options).score
    other = found([one], [scores], _RATE)
    what = f"{title}, rises put in, reference: power at 1 %"
    return what, difference(_by_series(one, mine.cells), _by_series(one, other.cells))


def _by_series(one: SurgeSet, cells: pl.DataFrame) -> pl.DataFrame:
    """Resampled are series, not their copies."""
    names = [one.table.ids[place].split("#")[0] for place in one.surges["series"]]
    return cells.with_columns(pl.Series("unit", names))


def _count_series() -> dict[str, Counts]:
    """Name → weekly counts."""
    found_series = {}
    for path in sorted(_COUNT_SERIES.glob("*.csv")):
        table = pl.read_csv(path, infer_schema_length=None, null_values="NA")
        if "unit" not in table.columns:
            found_series[path.stem] = table["case"].to_numpy().astype(np.int32)
            continue
        for (unit,), rows_of in table.group_by("unit", maintain_order=True):
            name = f"{path.stem} {unit}"
            found_series[name] = rows_of.sort("t")["observed"].to_numpy().astype(np.int32)
    return found_series


def _raw() -> dict[str, Counts]:
    table = pl.read_csv(SHARED / "real_raw_wide.csv.gz", infer_schema_length=None)
    names = pl.read_csv(SHARED / "real_eval.csv")["source"].unique(maintain_order=True).to_list()
    return {name: table[name].drop_nulls().drop_nans().to_numpy().astype(np.int32) for name in names}


def _injected(series: Mapping[str, Counts], *, copies: int, first: int) -> SurgeSet:
    """All series from their first week; the later weeks of each, at most 104, are evaluated."""
    random = np.random.default_rng(_SEED)
    steps = max(counts.size for counts in series.values())
    table = np.full((len(series) * copies, steps), MISSING, dtype=np.int32)
    evaluated = np.zeros(table.shape, dtype=bool)
    ids: list[str] = []
    surges: list[tuple[int, int, int, int, bool]] = []
    for name, counts in series.items():
        begin = max(first, counts.size - 104)
        half = (counts.size - begin) // 2
        deviation = max(1.0, float(counts[max(0, begin - _PAST) : begin].std()))
        for copy in range(copies):
            place = len(ids)
            ids.append(f"{name}#{copy}")
            table[place, : counts.size] = counts
            evaluated[place, begin : counts.size] = True
            for part in range(2):
                start = int(random.integers(begin + part * half + 2, begin + (part + 1) * half - 6))
                cases = max(2, int(random.poisson(random.choice(_SIZES) * deviation)))
                weeks = start + np.floor(random.lognormal(0.0, 0.5, cases)).astype(int)
                weeks = np.minimum(weeks, counts.size - 1)
                np.add.at(table[place], weeks, 1)
                surges.append((len(surges), place, int(weeks.min()), int(weeks.max()), False))
    quiet = evaluated.copy()
    for _, place, begins, ends, _ in surges:
        quiet[place, begins : ends + 1 + NEUTRAL_STEPS["real"]] = False
    return SurgeSet(
        name="real",
        table=SeriesTable(
            frequency=Frequency.WEEKLY,
            ids=tuple(ids),
            times=tuple(map(str, range(1, steps + 1))),
            days=None,
            counts=table,
        ),
        evaluated=evaluated,
        quiet=quiet,
        surges=pl.DataFrame(surges, schema=["event_id", "series", "first", "last", "is_sum"], orient="row"),
        leaf=np.ones(len(ids), dtype=bool),
    )
