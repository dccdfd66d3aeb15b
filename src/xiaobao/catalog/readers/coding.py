"""Reads `coding.toml`."""

from datetime import date

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.coding import CodingDecision, CodingLevels, QualityDecision
from xiaobao.catalog.readers.decoding import Record, toml, wrong

_PATH = "coding.toml"


class _Level(Record, frozen=True, kw_only=True):
    from_on: date
    coverage: float
    accepted_accuracy: float


class _Quality(Record, frozen=True, kw_only=True):
    from_on: date
    window_days: int
    recent_days: int
    least_distinct: int
    least_enquiries: int
    most_cells: int
    false_accusation: float
    parts: int
    most_of_bank: int
    audited: int


class _File(Record, frozen=True, kw_only=True):
    level: list[_Level]
    quality: tuple[_Quality, ...] = ()


def read_coding(files: CatalogFiles) -> CodingLevels:
    """All levels; none where the catalog has no such file."""
    if _PATH not in files:
        return CodingLevels(decisions=())
    stated = toml(files, _PATH, _File)
    for row in stated.level:
        for name in ("coverage", "accepted_accuracy"):
            if not 0.5 <= getattr(row, name) < 1:
                raise wrong(_PATH, f"level.{name}", zh="应在 0.5 与 1 之间", en="lies between 0.5 and 1")
    for each in stated.quality:
        _check_quality(each)
    _one_a_day([row.from_on for row in stated.level], "level")
    _one_a_day([each.from_on for each in stated.quality], "quality")
    return CodingLevels(
        decisions=tuple(CodingDecision(**msgspec.structs.asdict(row)) for row in stated.level),
        quality=tuple(QualityDecision(**msgspec.structs.asdict(each)) for each in stated.quality),
    )


def _one_a_day(days: list[date], table: str) -> None:
    if len(set(days)) < len(days):
        raise wrong(
            _PATH, f"{table}.from_on", zh="同一日有两个决定", en="has two decisions in force from one day"
        )


def _check_quality(each: _Quality) -> None:
    """Fewer than ten texts tell nothing of agreement, whatever the interval says."""
    least = {"recent_days": 1, "least_distinct": 10, "least_enquiries": 10, "most_cells": 1}
    least |= {"parts": 2, "most_of_bank": 10, "audited": 10, "window_days": each.recent_days + 1}
    for name, lowest in least.items():
        if getattr(each, name) < lowest:
            raise wrong(_PATH, f"quality.{name}", zh=f"至少为 {lowest}", en=f"is at least {lowest}")
    if not 0 < each.false_accusation <= 0.5:
        raise wrong(_PATH, "quality.false_accusation", zh="应在 0 与 0.5 之间", en="lies between 0 and 0.5")
