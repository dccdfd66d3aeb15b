"""What a back-test comes to: power, delay and false issues a day, with 95 % intervals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from xiaobao.analysis.intervals import wilson
from xiaobao.analysis.questions import Filter
from xiaobao.analysis.surges.backtest.days import PastDay, Raised
from xiaobao.analysis.surges.backtest.injections import Injection

_RESAMPLES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Thresholds a desk can choose."""

    most_issues: int
    false_discovery_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """How many of the injected surges were told, and how many days after their first."""

    injected: int
    found: int
    low: float
    high: float
    """95 % interval of the share found (Wilson); 0 to 1 where nothing was injected."""
    delay: float | None
    """Median of those found; None where none was."""
    delay_low: float | None
    delay_high: float | None
    """95 % interval of the median over resampled surges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An issue of the un-injected past: false, or a real surge that nobody has named yet."""

    where: Filter
    first_on: date
    last_on: date
    observed: int
    expected: float
    """Of its first day, as then known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a choice had meant."""

    choice: Choice
    power: Power
    candidates: tuple[Candidate, ...]
    issues_a_day: float | None
    """Issues of the un-injected past that begin, a judged day; None where no day was judged."""


def outcome(
    days: Sequence[PastDay],
    injections: Sequence[Injection],
    choice: Choice,
    *,
    from_on: date,
    quiet_days: int,
) -> Outcome:
    """All injections together under one choice.

    Days before `from_on` only tell which issues were there already: neither they nor these count.
    """
    candidates = tuple(
        one for one in candidates_of(days, choice, quiet_days=quiet_days) if one.first_on >= from_on
    )
    judged = sum(one.judged for one in days if one.on >= from_on)
    return Outcome(
        choice=choice,
        power=power(delays(days, injections, choice)),
        candidates=candidates,
        issues_a_day=len(candidates) / judged if judged else None,
    )


def delays(
    days: Sequence[PastDay], injections: Iterable[Injection], choice: Choice
) -> dict[Injection, int | None]:
    """Injection → days from its first to the one it is told on; None where it never is."""
    first: dict[int, date] = {}
    for day in days:
        for number, rank in day.ranks.get(choice.false_discovery_rate, {}).items():
            if rank <= choice.most_issues:
                first.setdefault(number, day.on)
    return {
        one: (first[one.plan.number] - one.plan.begins_on).days if one.plan.number in first else None
        for one in injections
    }


def power(found: Mapping[Injection, int | None]) -> Power:
    """Share and delay; the same for the same injections."""
    told = np.array([delay for delay in found.values() if delay is not None], dtype=float)
    low, high = wilson(told.size, len(found))
    if not told.size:
        return Power(
            injected=len(found), found=0, low=low, high=high, delay=None, delay_low=None, delay_high=None
        )
    draws = np.random.default_rng(1).integers(0, told.size, (_RESAMPLES, told.size))
    edges = np.quantile(np.median(told[draws], axis=1), [0.025, 0.975])
    return Power(
        injected=len(found),
        found=told.size,
        low=low,
        high=high,
        delay=float(np.median(told)),
        delay_low=float(edges[0]),
        delay_high=float(edges[1]),
    )


def by_type_and_size(
    found: Mapping[Injection, int | None],
) -> dict[tuple[tuple[str, ...], int], Power]:
    """(node type, complaints added) → power."""
    groups: dict[tuple[tuple[str, ...], int], dict[Injection, int | None]] = {}
    for one, delay in found.items():
        groups.setdefault((one.plan.by, one.plan.complaints), {})[one] = delay
    return {name: power(groups[name]) for name in sorted(groups)}


def candidates_of(days: Sequence[PastDay], choice: Choice, *, quiet_days: int) -> tuple[Candidate, ...]:
    """Days of one owner no more than the quiet days apart are one issue, as for those who are told."""
    runs: list[Candidate] = []
    going_on: dict[tuple[str, str], int] = {}
    for day in days:
        for one in day.raised.get(choice.false_discovery_rate, ())[: choice.most_issues]:
            at = going_on.get(one.owner)
            if at is not None and (day.on - runs[at].last_on).days <= quiet_days:
                runs[at] = _until(runs[at], day.on)
            else:
                going_on[one.owner] = len(runs)
                runs.append(_candidate(one, day.on))
    return tuple(runs)


def _candidate(one: Raised, on: date) -> Candidate:
    return Candidate(where=one.where, first_on=on, last_on=on, observed=one.observed, expected=one.expected)


def _until(one: Candidate, on: date) -> Candidate:
    return replace(one, last_on=on)
