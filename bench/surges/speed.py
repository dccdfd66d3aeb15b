"""How long judging takes: the reference on one week of many series, the model on one day of a country."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench.timing import seconds_and_mebibytes
from xiaobao.analysis.surges.auto import by_model
from xiaobao.analysis.surges.detection import Threshold, by_reference
from xiaobao.analysis.surges.features import of_days
from xiaobao.analysis.surges.series import Frequency, SeriesTable
from xiaobao.catalog import reading

_WEEKLY = Threshold(alarm_probability=0.005, fewest_cases=5, recent_steps=4)
_DAILY = Threshold(alarm_probability=0.005, fewest_cases=3, recent_steps=10)
_R_MILLISECONDS = 10.8
"""CPU time of R's farringtonFlexible for a series, recorded on a machine like this one."""
_WEEKS, _WEEKLY_SERIES = 624, 2_000
_DAYS, _DAILY_SERIES, _CAUSES = 1_461, 52_000, 13
_FEW = """
import time
from bench.surges import speed
for name, call in (("weekly", speed.few_weekly()), ("daily", speed.few_daily())):
    started = time.process_time()
    call()
    print(f"{time.process_time() - started:.1f}")
"""


def rows(folder: Path) -> list[tuple[str, str]]:
    """Rows of the results table; machine code is made in processes of their own, here it is loaded."""
    made = _first_calls(folder / "machine-code")
    loaded = _first_calls(folder / "machine-code")
    weekly, week = _series(_WEEKLY_SERIES, _WEEKS, Frequency.WEEKLY), _WEEKS - 1
    first = _cpu(lambda: by_reference(weekly, _WEEKLY, first_step=week))
    warm = min(_cpu(lambda: by_reference(weekly, _WEEKLY, first_step=week)) for _ in range(3))
    each = 1000 * warm / _WEEKLY_SERIES
    daily = _series(_DAILY_SERIES, _DAYS, Frequency.DAILY)
    catalog = reading.load()
    assert daily.days is not None
    features = of_days(
        daily.days,
        calendar=catalog.calendars["cn"],
        festivals=catalog.detectors.spring_festivals["cn"],
    )
    group = np.arange(_DAILY_SERIES) % _CAUSES

    def tonight() -> None:
        by_model(daily, features, group, _DAILY, first_step=_DAYS - 1)

    cold, _ = seconds_and_mebibytes(tonight)
    started = time.process_time()
    taken, memory = seconds_and_mebibytes(tonight)
    used = time.process_time() - started
    return [
        (
            "few series, CPU of the first call of a process, machine code made: reference, auto",
            f"{made[0]} s, {made[1]} s",
        ),
        ("the same, machine code loaded from its cache", f"{loaded[0]} s, {loaded[1]} s"),
        (
            f"reference, {_WEEKLY_SERIES:,} weekly series × 1 week, CPU: first call, warm",
            f"{first:.3f} s, {warm:.3f} s",
        ),
        (
            f"the same, CPU a series; times that of R, {_R_MILLISECONDS} ms (goal ≥ 300)",
            f"{each:.3f} ms, {_R_MILLISECONDS / each:.0f}",
        ),
        (
            f"auto, {_DAILY_SERIES:,} daily series × 1 day, four years back: first call, warm (goal ≤ 60 s)",
            f"{cold:.1f} s, {taken:.1f} s",
        ),
        ("the same, warm, CPU", f"{used:.1f} s"),
        ("the same, highest memory of the process, counts included (goal ≤ 1,024 MiB)", f"{memory:.0f} MiB"),
    ]


def few_weekly() -> Callable[[], object]:
    """Ten weekly series judged by the reference."""
    weekly = _series(10, _WEEKS, Frequency.WEEKLY)
    return lambda: by_reference(weekly, _WEEKLY, first_step=_WEEKS - 1)


def few_daily() -> Callable[[], object]:
    """Ten daily series judged by all there is."""
    daily = _series(10, _DAYS, Frequency.DAILY)
    assert daily.days is not None
    features = of_days(daily.days, calendar=None)
    group = np.zeros(10, dtype=np.int64)
    return lambda: by_model(daily, features, group, _DAILY, first_step=_DAYS - 1)


def _first_calls(cache: Path) -> list[str]:
    """Seconds of processor time in a fresh process that keeps its machine code in `cache`."""
    done = subprocess.run(
        [sys.executable, "-c", _FEW],
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def _cpu(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started


def _series(series: int, steps: int, frequency: Frequency) -> SeriesTable:
    """Negative binomial counts of means from 0.05 to 50, made in pieces to save memory."""
    random = np.random.default_rng(1)
    counts = np.empty((series, steps), dtype=np.int32)
    for row in counts:
        row[:] = random.poisson(random.gamma(4.0, np.exp(random.uniform(-3.0, 4.0)) / 4.0, steps))
    days = np.datetime64("2021-01-04") + np.arange(steps) * (7 if frequency is Frequency.WEEKLY else 1)
    return SeriesTable(
        frequency=frequency,
        ids=tuple(map(str, range(series))),
        times=tuple(map(str, days)),
        days=days,
        counts=counts,
    )
