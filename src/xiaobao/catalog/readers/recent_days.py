"""Reads `recent_days.toml`: the thresholds of the rules that look at a source's recent days."""

from datetime import date
from itertools import pairwise

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.readers.decoding import Record, toml, wrong
from xiaobao.catalog.recent_days import RecentDaysLimits

_PATH = "recent_days.toml"
_COUNTS = (
    *("window_days", "volume_least_days", "volume_weekday_days", "mix_least_days", "mix_least_rows"),
    *("vanished_reports", "vanished_least_days"),
)
_SHARES = ("volume_tail", "mix_rise", "mix_tail", "vanished_steady_share", "vanished_tail")


class _Limits(Record, frozen=True, kw_only=True):
    from_on: date
    decided_on: date
    window_days: int
    volume_least_days: int
    volume_weekday_days: int
    volume_tail: float
    volume_factor: float
    mix_least_days: int
    mix_least_rows: int
    mix_rise: float
    mix_tail: float
    vanished_reports: int
    vanished_least_days: int
    vanished_steady_share: float
    vanished_tail: float


class _File(Record, frozen=True, kw_only=True):
    in_force: list[_Limits]


def read_recent_days(files: CatalogFiles) -> tuple[RecentDaysLimits, ...]:
    """The thresholds in the order of their days, none where the catalog has no such file.

    CatalogError for what cannot be, and for days out of order.
    """
    if _PATH not in files:
        return ()
    found = tuple(_limits(place, row) for place, row in enumerate(toml(files, _PATH, _File).in_force, 1))
    for earlier, later in pairwise(found):
        if later.from_on <= earlier.from_on:
            raise wrong(_PATH, str(later.from_on), zh="日期应递增", en="is not later than the one before it")
    return found


def _limits(place: int, row: _Limits) -> RecentDaysLimits:
    for key in _COUNTS:
        _require(place, key, getattr(row, key) >= 1, zh="应大于 0", en="is greater than 0")
    for key in _SHARES:
        _require(place, key, 0 < getattr(row, key) < 1, zh="应在 0 与 1 之间", en="lies between 0 and 1")
    _require(place, "volume_factor", row.volume_factor > 1, zh="应大于 1", en="is greater than 1")
    return RecentDaysLimits(**msgspec.structs.asdict(row))


def _require(place: int, key: str, holds: bool, *, zh: str, en: str) -> None:
    if not holds:
        raise wrong(_PATH, f"in_force {place}: {key}", zh=zh, en=en)
