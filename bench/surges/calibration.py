"""How often quiet steps alarm, by the mean count of a series, against how often they may."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from bench.surges.detectors import in_place, ours
from bench.surges.sets import SurgeSet

EDGES = (0.0, 0.5, 1.0, 2.0, 5.0, 20.0, np.inf)
_NOMINAL = 0.005
_WANTED_STEPS = 40_000
_CLASSES = len(EDGES) - 1


def rows(name: str, sets: Iterable[SurgeSet]) -> list[tuple[str, str]]:
    """A row a class; the class of a series is its mean before the evaluated steps, seasons evened out.

    Sets are drawn until every class has its steps; of weekly ones, which share nothing, only series of
    classes that still need some are judged.
    """
    alarms, steps, draws = np.zeros(_CLASSES), np.zeros(_CLASSES), 0
    for one in sets:
        draws += 1
        of_series = _class_of(one)
        needed = (steps < _WANTED_STEPS)[of_series] | (one.name == "daily")
        if needed.any():
            part, of_series = one.of(np.flatnonzero(needed)), of_series[needed]
            found = ours(part)
            alarm = in_place(part, found, found.alarm.astype(float))
            counted = part.quiet & np.isfinite(alarm)
            np.add.at(alarms, of_series, np.where(counted, np.nan_to_num(alarm), 0.0).sum(axis=1))
            np.add.at(steps, of_series, counted.sum(axis=1))
        if (steps >= _WANTED_STEPS).all():
            break
    return [
        (
            f"{name}, mean {low:g} to {high:g}: {int(of):,} quiet steps of {draws} draws{_few(of)}",
            f"{share / of:.4f}, {share / of / _NOMINAL:.2f} × nominal",
        )
        for (low, high), share, of in zip(pairwise(EDGES), alarms, steps, strict=True)
        if of
    ]


def _class_of(one: SurgeSet) -> np.ndarray:
    before = one.table.counts[:, one.first_step - _year(one) : one.first_step]
    return np.asarray(np.digitize(before.mean(axis=1), EDGES) - 1)


def _few(steps: float) -> str:
    return "" if steps >= _WANTED_STEPS else " (fewer than the 40,000 asked for)"


def _year(one: SurgeSet) -> int:
    return 365 if one.name == "daily" else 52
