"""Measures: one file a statistic. `catalog/measures/<id>.toml`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xiaobao.lib.words import Words


class MeasureKind(StrEnum):
    """How a measure is computed; the arithmetic of each kind lives in `analysis.measures`."""

    COUNT = "count"  # sum of signs
    SHARE = "share"  # count of a group over the count of all, in per cent
    RANK = "rank"  # place by count, equal counts share the better place
    CHANGE = "change"  # like-for-like difference to an earlier period, in per cent
    AVERAGE = "average"  # mean per working day of the days before, each at its own close
    LATE = "late"  # count of earlier days as known now minus as known at each day's own close


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One statistic of the bureau."""

    id: str
    kind: MeasureKind
    name: Words
    unit: Words
    formula: str
    basis: Words
    why: str
    owner: str
    next_review_on: date
    entry_kinds: tuple[str, ...]
    """Which entry kinds count."""
    compared_days: int | None = None
    """CHANGE: how many days back the compared period lies."""
    window_days: int | None = None
    """AVERAGE: length of the window in calendar days."""
    minimum_days: int | None = None
    """AVERAGE: fewer working days than this is *not enough days*."""
    decimals: int = 0
