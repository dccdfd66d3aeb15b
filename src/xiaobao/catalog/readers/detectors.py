"""Reads `detectors.toml`."""

from datetime import date
from typing import Literal

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.detectors import Detector, Detectors, Watch
from xiaobao.catalog.readers.decoding import Record, toml, wrong

_PATH = "detectors.toml"


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


class _File(Record, frozen=True, kw_only=True):
    detector: list[_Detector]
    watch: list[_Watch] = msgspec.field(default_factory=list)
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
    )


def _watch(row: _Watch) -> Watch:
    if not row.nodes or not all(row.nodes):
        raise wrong(_PATH, "watch.nodes", zh="不得为空", en="names no dimension")
    if not 0.0 < row.false_discovery_rate < 1.0:
        raise wrong(_PATH, "watch.false_discovery_rate", zh="应在 0 与 1 之间", en="lies between 0 and 1")
    for name in ("past_days", "most_issues", "quiet_days"):
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
    )


def _check(row: _Detector) -> None:
    if not 0.0 < row.alarm_probability < 0.5:
        raise wrong(_PATH, "detector.alarm_probability", zh="应在 0 与 0.5 之间", en="lies between 0 and 0.5")
    for name in ("fewest_cases", "recent_steps"):
        if getattr(row, name) < 1:
            raise wrong(_PATH, f"detector.{name}", zh="应大于 0", en="is greater than 0")
