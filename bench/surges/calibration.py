"""How often quiet steps alarm, by the mean count of a series, against how often they may."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from bench.surges.detectors import in_place, ours
from bench.surges.sets import SurgeSet

EDGES = (0.0, 0.5, 1.0, 2.0, 5.0, 20.0, np.inf)
_NOMINAL = 0.005
_WANTED_STEPS = 40_000


def rows(name: str, sets: Iterable[SurgeSet]) -> list[tuple[str, str]]:
    """A row a class; the class of a series is its mean before the evaluated steps, seasons evened out."""
    alarms, steps = np.zeros(len(EDGES) - 1), np.zeros(len(EDGES) - 1)
    for one in sets:
        found = ours(one)
        alarm = in_place(one, found, found.alarm.astype(float))
        before = one.table.counts[:, one.first_step - _year(one) : one.first_step]
        of_series = np.digitize(before.mean(axis=1), EDGES) - 1
        counted = one.quiet & np.isfinite(alarm)
        np.add.at(alarms, of_series, np.where(counted, np.nan_to_num(alarm), 0.0).sum(axis=1))
        np.add.at(steps, of_series, counted.sum(axis=1))
    return [
        (
            f"{name}, mean {low:g} to {high:g}: {int(of):,} quiet steps{_few(of)}",
            f"{share / of:.4f}, {share / of / _NOMINAL:.2f} × nominal",
        )
        for (low, high), share, of in zip(pairwise(EDGES), alarms, steps, strict=True)
        if of
    ]


def _few(steps: float) -> str:
    return "" if steps >= _WANTED_STEPS else " (fewer than the 40,000 asked for)"


def _year(one: SurgeSet) -> int:
    return 365 if one.name == "daily" else 52
