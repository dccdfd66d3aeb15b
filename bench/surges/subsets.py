"""What a scan over subsets of banks finds beside single nodes, at one number of false issues a day."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from xiaobao.analysis.surges.features import of_days
from xiaobao.analysis.surges.model import surprises
from xiaobao.analysis.surges.series import Frequency, SeriesTable
from xiaobao.analysis.surges.settings import DAILY
from xiaobao.analysis.surges.subset_scan import Scanned, scan
from xiaobao.catalog import reading

BANKS, CAUSES, DAYS, JUDGED = 18, 6, 900, 420
"""The first of the judged days calibrate the scan, the last 120 are scored."""
SCORED = 120
FIRST = date(2017, 6, 5)
_DISPERSION = 1.4
_EVERY = 40
"""Days between planted surges, so that none is another's past week."""
_QUIET_DAYS = 3
_TABLES = 12
_RATES = (0.1, 0.3)
_WEEK = np.array([1.15, 1.1, 1.05, 1.0, 1.0, 0.6, 0.5])


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One surge of some banks and one cause."""

    cause: int
    banks: np.ndarray
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """-log10 of the probability of each owner (banks, then causes) x scored days."""

    single: np.ndarray
    with_scan: np.ndarray
    scan_alone: np.ndarray
    """Causes x scored days."""


def drawn(seed: int, *, banks_hit: int, excess: float, length: int) -> tuple[np.ndarray, list[Planted]]:
    """Cells (banks x causes x days) with three planted surges in the scored days; none where `excess` is 0.

    `excess` is the share by which each of the banks is above its expectation, at least half a case a day.
    """
    random = np.random.default_rng(seed)
    mean = random.lognormal(0.0, 0.5, (BANKS, 1)) * random.lognormal(-0.3, 0.7, (1, CAUSES))
    week = np.resize(_WEEK, DAYS)
    expected = mean[:, :, np.newaxis] * week * np.exp(0.2 * np.sin(2 * np.pi * np.arange(DAYS) / 365.25))
    planted = []
    for number in range(SCORED // _EVERY if excess else 0):
        first = DAYS - SCORED + number * _EVERY + int(random.integers(5, _EVERY - 20))
        hit = random.permutation(BANKS)[:banks_hit]
        one = Planted(cause=int(random.integers(CAUSES)), banks=hit, first=first, last=first + length - 1)
        planted.append(one)
    size = expected / (_DISPERSION - 1.0)
    counts = random.negative_binomial(size, 1.0 / _DISPERSION)
    for one in planted:
        days = slice(one.first, one.last + 1)
        extra = np.maximum(excess * expected[one.banks, one.cause, days], excess / 2)
        counts[one.banks, one.cause, days] += random.poisson(extra)
    return counts, planted


def judged(counts: np.ndarray) -> Day:
    """Banks, cells and causes judged by the model; then the scan of each cause."""
    cells = counts.reshape(BANKS * CAUSES, DAYS)
    series = np.concatenate([counts.sum(axis=1), cells, counts.sum(axis=0)]).astype(np.int32)
    days = np.datetime64(FIRST) + np.arange(DAYS)
    table = SeriesTable(
        frequency=Frequency.DAILY,
        ids=tuple(map(str, range(len(series)))),
        times=tuple(map(str, days)),
        days=days,
        counts=series,
    )
    catalog = reading.load()
    features = of_days(
        days, calendar=catalog.calendars["cn"], festivals=catalog.detectors.spring_festivals["cn"]
    )
    group = np.concatenate(
        [np.zeros(BANKS), 1 + np.tile(np.arange(CAUSES), BANKS), 1 + CAUSES + np.arange(CAUSES)]
    ).astype(np.int64)
    said = surprises(table, features, group, DAILY, first_step=DAYS - JUDGED)
    of_bank, of_cell, of_cause = np.split(said.score, [BANKS, BANKS + BANKS * CAUSES])
    shape = (BANKS, CAUSES, JUDGED)
    expected = said.expected[BANKS : BANKS + BANKS * CAUSES].reshape(shape)
    dispersion = said.dispersion[BANKS : BANKS + BANKS * CAUSES].reshape(shape)
    late = counts[:, :, -JUDGED:].astype(float)
    scans = [scan(late[:, c], expected[:, c], dispersion[:, c]) for c in range(CAUSES)]
    return _owners(of_bank, of_cell.reshape(shape), of_cause, scans)


def _owners(of_bank: np.ndarray, of_cell: np.ndarray, of_cause: np.ndarray, scans: list[Scanned]) -> Day:
    banks = _simes(np.concatenate([of_bank[:, np.newaxis], of_cell], axis=1))
    scanned = np.array([one.score for one in scans])
    both = _simes(np.stack([of_cause, scanned], axis=1))
    return Day(
        single=np.concatenate([banks, of_cause])[:, -SCORED:],
        with_scan=np.concatenate([banks, both])[:, -SCORED:],
        scan_alone=scanned[:, -SCORED:],
    )


def _simes(scores: np.ndarray) -> np.ndarray:
    """Owners x tests x days to owners x days."""
    ordered = np.sort(10.0 ** -np.nan_to_num(scores), axis=1)
    tests = ordered.shape[1]
    factor = tests / np.arange(1, tests + 1)
    return np.asarray(-np.log10((ordered * factor[:, np.newaxis]).min(axis=1)))


def begins(owners: np.ndarray, threshold: float) -> int:
    """Issues of a table of quiet days: alarms of one owner no more than the quiet days apart are one."""
    count = 0
    for alarms in owners >= threshold:
        places = np.flatnonzero(alarms)
        count += int(places.size > 0) + int((np.diff(places) > _QUIET_DAYS).sum())
    return count


def threshold_at(quiet: list[np.ndarray], rate: float) -> float:
    """The lowest threshold with no more than `rate` issues a day on quiet tables."""
    days = sum(one.shape[1] for one in quiet)
    for threshold in np.arange(1.0, 8.0, 0.02):
        if sum(begins(one, threshold) for one in quiet) <= rate * days:
            return float(threshold)
    return 8.0


def hits(owners: np.ndarray, planted: list[Planted], threshold: float) -> list[bool]:
    """Whether the cause of each surge, or one of its banks, is told on one of its days."""
    found = []
    for one in planted:
        days = slice(one.first - DAYS + SCORED, one.last + 1 - DAYS + SCORED)
        rows = [*one.banks.tolist(), BANKS + one.cause]
        found.append(bool((owners[rows, days] >= threshold).any()))
    return found


def rows() -> list[tuple[str, str]]:
    """False alarms of the scan on quiet tables, then what both find, one row a sort of surge and rate."""
    quiet = [judged(drawn(8100 + n, banks_hit=0, excess=0.0, length=1)[0]) for n in range(_TABLES)]
    alone = np.concatenate([one.scan_alone for one in quiet])
    told = [
        (
            f"scan alone, quiet days of a cause: {alone.size:,}, alarms at {nominal:g}",
            f"{(alone >= -np.log10(nominal)).mean() / nominal:.2f} × nominal",
        )
        for nominal in (0.05, 0.01, 0.005)
    ]
    thresholds = {
        rate: (
            threshold_at([one.single for one in quiet], rate),
            threshold_at([one.with_scan for one in quiet], rate),
        )
        for rate in _RATES
    }
    for banks_hit in (3, 6, 12):
        for excess, length in ((1.0, 3), (0.5, 7), (0.5, 14)):
            told += _compared(banks_hit, excess, length, thresholds)
    return told


def _compared(
    banks_hit: int, excess: float, length: int, thresholds: dict[float, tuple[float, float]]
) -> list[tuple[str, str]]:
    sets = [
        drawn(9000 + 100 * banks_hit + 10 * length + n, banks_hit=banks_hit, excess=excess, length=length)
        for n in range(_TABLES)
    ]
    days = [judged(counts) for counts, _ in sets]
    found = []
    for rate, (plain, scanned) in thresholds.items():
        mine = [hits(d.with_scan, planted, scanned) for d, (_, planted) in zip(days, sets, strict=True)]
        other = [hits(d.single, planted, plain) for d, (_, planted) in zip(days, sets, strict=True)]
        ours, theirs = np.concatenate(mine).astype(float), np.concatenate(other).astype(float)
        random = np.random.default_rng(1)
        draws = random.integers(0, ours.size, (2_000, ours.size))
        low, high = np.quantile((ours - theirs)[draws].mean(axis=1), [0.025, 0.975])
        found.append(
            (
                f"{banks_hit} of {BANKS} banks, one cause, +{excess:.0%} for {length} days, "
                f"{rate:g} false issues a day",
                f"{ours.mean():.2f} with the scan against {theirs.mean():.2f}: "
                f"{ours.mean() - theirs.mean():+.3f} [{low:+.3f}, {high:+.3f}]",
            )
        )
    return found
