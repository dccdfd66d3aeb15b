"""A country's night: 4,000 institutions with 12 cells each, fifty days, twenty incidents a day.

Cells count from 0.01 to some dozens a day, dispersed, with the calendar's weekdays and a season. Each day ten
institutions see one cell rise by five standard deviations (four complaints at least), ten others every cell
by one and a half; each institution is hit once at most. What its rise still raises in the next thirteen days
counts neither way. Beside the model stands an oracle that knows mean and dispersion of
every count and judges the day alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy.stats import nbinom

from xiaobao.analysis.surges.features import of_days
from xiaobao.analysis.surges.issues import Budget, Judged, Picked, budget_of, issues
from xiaobao.analysis.surges.model import surprises
from xiaobao.analysis.surges.nodes import Node
from xiaobao.analysis.surges.series import Frequency, SeriesTable
from xiaobao.analysis.surges.settings import DAILY
from xiaobao.analysis.surges.types import Counts, Floats, Whole
from xiaobao.catalog import reading
from xiaobao.catalog.catalog import Catalog

_SEED = 7403
_INSTITUTIONS, _CELLS = 4_000, 12
_PAST, _DAYS = 1_096, 50
_EACH = 10
_DISPERSION = 1.4
_ONE_CELL, _FEWEST = 5.0, 4.0
_EVERY_CELL = 1.5
_LINGERS = 14
_ORACLE_ALARM = 2.3
"""A node that stands out less, 1 in 200, is not what an issue is told of."""
_BUDGETS = (10, 14)
_NODES = _INSTITUTIONS * (_CELLS + 1)
_FIRST_DAY = date(2021, 1, 4)
_WEEKDAYS = np.array([1.14, 1.05, 1.0, 0.98, 0.95, 0.42, 0.36])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Country:
    counts: Counts
    """Series x days: an institution's total, then its cells."""
    hit_on: Whole
    """Institution → the day it is hit, counted from the first that is judged; -1 for never."""
    whole: np.ndarray
    """Institution → whether every cell is hit."""
    mean: Floats
    """Series x judged days: what was to come were nobody hit."""


def rows() -> list[tuple[str, str]]:
    """False issues a day, precision and incidents found: by a budget, and by false discovery alone."""
    country, catalog = _drawn(np.random.default_rng(_SEED)), reading.load()
    judged = _judged(country, catalog)
    decided = catalog.detectors.watched_on(date(2024, 1, 1))
    budget = replace(budget_of(decided), quiet_days=0)
    return _figures(country, judged, budget, "ours") + _figures(
        country, _by_oracle(country, judged), budget, "an oracle that knows every mean and dispersion"
    )


def _figures(country: _Country, judged: Judged, budget: Budget, who: str) -> list[tuple[str, str]]:
    days = [_told(country, issues(_of_day(judged, day), budget), day) for day in range(_DAYS)]
    title = f"{_INSTITUTIONS:,} institutions × {_CELLS} cells, {_DAYS} days, 20 incidents a day, {who}"
    limits = {f"no more than {most} issues a day": most for most in _BUDGETS}
    rows = []
    for name, most in {**limits, "by the false discovery rate alone": _NODES}.items():
        told = [one for day in days for one in day[:most]]
        false, cell, bank = (told.count(kind) for kind in ("false", "cell", "bank"))
        precision = (cell + bank) / max(cell + bank + false, 1)
        text = f"{false / _DAYS:.1f}; {precision:.2f}; {(cell + bank) / _DAYS:.1f}"
        parts = f"({cell / _DAYS:.1f} of 10 with one cell up, {bank / _DAYS:.1f} of 10 with every cell up)"
        what = "false issues a day (goal ≤ 5); precision (≥ 0.65); incidents found (≥ 9)"
        rows.append((f"{title}, {name}: {what}", f"{text} {parts}"))
    return rows


def _by_oracle(country: _Country, judged: Judged) -> Judged:
    chance = nbinom.sf(judged.count - 1, country.mean / (_DISPERSION - 1.0), 1.0 / _DISPERSION)
    score = -np.log10(np.maximum(chance, 1e-300))
    return replace(
        judged,
        expected=country.mean,
        dispersion=np.full(country.mean.shape, _DISPERSION),
        score=score,
        alarm=score >= _ORACLE_ALARM,
    )


def _told(country: _Country, picked: Sequence[Picked], day: int) -> list[str]:
    """What each issue of a day is, most surprising first; a rise that lingers counts neither way."""
    kinds = []
    for one in picked:
        institution = int(one.owner[1])
        hit_on = int(country.hit_on[institution])
        if day == hit_on:
            kinds.append("bank" if country.whole[institution] else "cell")
        elif not 0 <= hit_on < day < hit_on + _LINGERS:
            kinds.append("false")
    return kinds


def _drawn(random: np.random.Generator) -> _Country:
    steps = _PAST + _DAYS
    size = random.lognormal(np.log(0.15), 1.3, _INSTITUTIONS)
    means = np.clip(size[:, None] * random.lognormal(0.0, 0.5, (_INSTITUTIONS, _CELLS)), 0.01, 60.0)
    day = np.arange(steps)
    shape = _WEEKDAYS[day % 7] * np.exp(0.1 * np.sin(2 * np.pi * day / 365.25))
    hit_on, whole = np.full(_INSTITUTIONS, -1), np.zeros(_INSTITUTIONS, dtype=bool)
    chosen = random.permutation(_INSTITUTIONS)[: 2 * _EACH * _DAYS].reshape(_DAYS, 2 * _EACH)
    hit_on[chosen] = np.arange(_DAYS)[:, None]
    whole[chosen[:, _EACH:]] = True
    counts = np.empty((_INSTITUTIONS * (_CELLS + 1), steps), dtype=np.int32)
    expected = np.empty((len(counts), _DAYS))
    for institution in range(_INSTITUTIONS):
        mean = means[institution][:, None] * shape
        cells = random.negative_binomial(mean / (_DISPERSION - 1.0), 1.0 / _DISPERSION)
        if hit_on[institution] >= 0:
            at = _PAST + hit_on[institution]
            deviation = np.sqrt(_DISPERSION * mean[:, at])
            if whole[institution]:
                cells[:, at] += random.poisson(_EVERY_CELL * deviation)
            else:
                cell = random.integers(_CELLS)
                cells[cell, at] += max(_FEWEST, random.poisson(_ONE_CELL * deviation[cell]))
        first = institution * (_CELLS + 1)
        counts[first] = cells.sum(axis=0)
        counts[first + 1 : first + 1 + _CELLS] = cells
        expected[first] = mean[:, _PAST:].sum(axis=0)
        expected[first + 1 : first + 1 + _CELLS] = mean[:, _PAST:]
    return _Country(counts=counts, hit_on=hit_on, whole=whole, mean=expected)


def _judged(country: _Country, catalog: Catalog) -> Judged:
    steps = country.counts.shape[1]
    days = np.datetime64(_FIRST_DAY) + np.arange(steps)
    table = SeriesTable(
        frequency=Frequency.DAILY,
        ids=tuple(map(str, range(len(country.counts)))),
        times=tuple(map(str, days)),
        days=days,
        counts=country.counts,
    )
    group = np.tile(np.arange(_CELLS + 1), _INSTITUTIONS)
    said = surprises(table, of_days(days, calendar=None), group, DAILY, first_step=_PAST)
    decided = catalog.detectors.on(date(2024, 1, 1), frequency="daily")
    late = np.lib.stride_tricks.sliding_window_view(
        country.counts[:, _PAST - decided.recent_steps + 1 :], decided.recent_steps, axis=1
    )
    enough = late.sum(axis=2) >= decided.fewest_cases
    return Judged(
        nodes=_nodes(),
        count=country.counts[:, _PAST:].astype(float),
        expected=said.expected,
        dispersion=said.dispersion,
        score=said.score,
        alarm=enough & (np.nan_to_num(said.score) >= -np.log10(decided.alarm_probability)),
    )


def _nodes() -> tuple[Node, ...]:
    found = []
    for institution in range(_INSTITUTIONS):
        owner = ("institution", str(institution))
        found.append(Node(where=(owner,)))
        found.extend(Node(where=(owner, ("cause.1", str(cell)))) for cell in range(_CELLS))
    return tuple(found)


def _of_day(judged: Judged, day: int) -> Judged:
    def one(values: Floats) -> Floats:
        return values[:, day : day + 1]

    return Judged(
        nodes=judged.nodes,
        count=one(judged.count),
        expected=one(judged.expected),
        dispersion=one(judged.dispersion),
        score=one(judged.score),
        alarm=one(judged.alarm),
    )
