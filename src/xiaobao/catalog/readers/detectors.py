"""Reads `detectors.toml`."""

from datetime import date
from typing import Literal

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.detectors import Detector, Detectors
from xiaobao.catalog.readers.decoding import Record, toml, wrong

_PATH = "detectors.toml"


class _Detector(Record, frozen=True, kw_only=True):
    frequency: Literal["daily", "weekly"]
    from_on: date
    alarm_probability: float
    fewest_cases: int
    recent_steps: int


class _File(Record, frozen=True, kw_only=True):
    detector: list[_Detector]
    spring_festival: dict[str, list[date]] = msgspec.field(default_factory=dict)


def read_detectors(files: CatalogFiles) -> Detectors:
    """All detectors; none where the catalog has no such file."""
    if _PATH not in files:
        return Detectors(detectors=(), spring_festivals={})
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
        spring_festivals={calendar: tuple(days) for calendar, days in stated.spring_festival.items()},
    )


def _check(row: _Detector) -> None:
    if not 0.0 < row.alarm_probability < 0.5:
        raise wrong(_PATH, "detector.alarm_probability", zh="应在 0 与 0.5 之间", en="lies between 0 and 0.5")
    for name in ("fewest_cases", "recent_steps"):
        if getattr(row, name) < 1:
            raise wrong(_PATH, f"detector.{name}", zh="应大于 0", en="is greater than 0")
