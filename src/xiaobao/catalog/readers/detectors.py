"""Reads `detectors.toml`."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.detectors import Backtest, Detector, Detectors, LevelShift, Watch
from xiaobao.catalog.readers.decoding import Record, toml, wrong

_PATH = "detectors.toml"
_LONGEST_SURGE_DAYS = 7
"""A baseline learns nothing of its latest week: a longer surge would be part of it."""


class _Detector(Record, frozen=True, kw_only=True):
    frequency: Literal["daily", "weekly"]
    from_on: date
    alarm_probability: float
    fewest_cases: int
    recent_steps: int


class _Watch(Record, frozen=True, kw_only=True):
    from_on: date
    nodes: list[list[str]]
    past_days: int
    least_a_day: float
    false_discovery_rate: float
    most_issues: int
    quiet_days: int
    rise_deviations: list[float] = msgspec.field(default_factory=list)
    rise_fewest: int = 3
    rise_chance: float = 1.0
    subset_scan: bool = False


class _Backtest(Record, frozen=True, kw_only=True):
    from_on: date
    injections: int
    complaints: list[int]
    shortest_days: int
    longest_days: int
    budgets: list[int]
    false_discovery_rates: list[float]


class _LevelShift(Record, frozen=True, kw_only=True):
    where: dict[str, str]
    from_on: date
    acknowledged_on: date
    reason: str


class _File(Record, frozen=True, kw_only=True):
    detector: list[_Detector]
    watch: list[_Watch] = msgspec.field(default_factory=list)
    backtest: list[_Backtest] = msgspec.field(default_factory=list)
    level_shift: list[_LevelShift] = msgspec.field(default_factory=list)
    spring_festival: dict[str, list[date]] = msgspec.field(default_factory=dict)


def read_detectors(files: CatalogFiles) -> Detectors:
    """All detectors; none where the catalog has no such file."""
    if _PATH not in files:
        return Detectors(detectors=(), watches=(), spring_festivals={})
    stated = toml(files, _PATH, _File)
    for row in stated.detector:
        _check(row)
    if len({(row.frequency, row.from_on) for row in stated.detector}) < len(stated.detector):
        raise wrong(
            _PATH, "detector.from_on", zh="同一日有两个决定", en="has two decisions in force from one day"
        )
    for calendar, days in stated.spring_festival.items():
        if days != sorted(set(days)):
            raise wrong(
                _PATH, f"spring_festival.{calendar}", zh="日期须按序且不重复", en="has days out of order"
            )
    return Detectors(
        detectors=tuple(Detector(**msgspec.structs.asdict(row)) for row in stated.detector),
        watches=tuple(_watch(row) for row in stated.watch),
        spring_festivals={calendar: tuple(days) for calendar, days in stated.spring_festival.items()},
        backtests=tuple(_backtest(row) for row in stated.backtest),
        level_shifts=tuple(_level_shift(row, stated.watch) for row in stated.level_shift),
    )


def _watch(row: _Watch) -> Watch:
    if not row.nodes or not all(row.nodes):
        raise wrong(_PATH, "watch.nodes", zh="不得为空", en="names no dimension")
    if not 0.0 < row.false_discovery_rate < 1.0:
        raise wrong(_PATH, "watch.false_discovery_rate", zh="应在 0 与 1 之间", en="lies between 0 and 1")
    if not all(one > 0.0 for one in row.rise_deviations):
        raise wrong(_PATH, "watch.rise_deviations", zh="应大于 0", en="are greater than 0")
    if not 0.0 < row.rise_chance <= 1.0:
        raise wrong(_PATH, "watch.rise_chance", zh="应大于 0 且不超过 1", en="is above 0 and at most 1")
    for name in ("past_days", "most_issues", "quiet_days", "rise_fewest"):
        if getattr(row, name) < 1:
            raise wrong(_PATH, f"watch.{name}", zh="应大于 0", en="is greater than 0")
    return Watch(
        from_on=row.from_on,
        nodes=tuple(tuple(by) for by in row.nodes),
        past_days=row.past_days,
        least_a_day=row.least_a_day,
        false_discovery_rate=row.false_discovery_rate,
        most_issues=row.most_issues,
        quiet_days=row.quiet_days,
        rise_deviations=tuple(row.rise_deviations),
        rise_fewest=row.rise_fewest,
        rise_chance=row.rise_chance,
        subset_scan=row.subset_scan,
    )


def _backtest(row: _Backtest) -> Backtest:
    if not 1 <= row.shortest_days <= row.longest_days <= _LONGEST_SURGE_DAYS:
        raise wrong(
            _PATH,
            "backtest.longest_days",
            zh=f"应在 shortest_days 与 {_LONGEST_SURGE_DAYS} 之间",
            en=f"lies between shortest_days and {_LONGEST_SURGE_DAYS}",
        )
    for name in ("complaints", "budgets"):
        listed = getattr(row, name)
        if not listed or listed != sorted(set(listed)) or listed[0] < 1:
            raise wrong(_PATH, f"backtest.{name}", zh="应为递增的正整数", en="lists whole numbers in order")
    if not all(0.0 < one < 1.0 for one in row.false_discovery_rates):
        raise wrong(_PATH, "backtest.false_discovery_rates", zh="应在 0 与 1 之间", en="lie between 0 and 1")
    if row.injections < 1:
        raise wrong(_PATH, "backtest.injections", zh="应大于 0", en="is greater than 0")
    return Backtest(
        from_on=row.from_on,
        injections=row.injections,
        complaints=tuple(row.complaints),
        shortest_days=row.shortest_days,
        longest_days=row.longest_days,
        budgets=tuple(row.budgets),
        false_discovery_rates=tuple(row.false_discovery_rates),
    )


def _level_shift(row: _LevelShift, watches: Sequence[_Watch]) -> LevelShift:
    if not row.where:
        raise wrong(_PATH, "level_shift.where", zh="不得为空", en="names no dimension")
    if not any(row.where.keys() <= set(by) for watch in watches for by in watch.nodes):
        raise wrong(
            _PATH,
            "level_shift.where",
            zh=f"没有按 {'、'.join(row.where)} 监测的序列（见 watch.nodes）",
            en=f"is of series that nothing watches: {', '.join(row.where)} (see watch.nodes)",
        )
    if row.acknowledged_on < row.from_on:
        raise wrong(_PATH, "level_shift.acknowledged_on", zh="不得早于 from_on", en="is not before from_on")
    if not row.reason.strip():
        raise wrong(_PATH, "level_shift.reason", zh="须写明原因", en="says why the level shifted")
    return LevelShift(**msgspec.structs.asdict(row))


def _check(row: _Detector) -> None:
    if not 0.0 < row.alarm_probability < 0.5:
        raise wrong(_PATH, "detector.alarm_probability", zh="应在 0 与 0.5 之间", en="lies between 0 and 0.5")
    for name in ("fewest_cases", "recent_steps"):
        if getattr(row, name) < 1:
            raise wrong(_PATH, f"detector.{name}", zh="应大于 0", en="is greater than 0")
