"""Reads `coding.toml`."""

from datetime import date

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.coding import CodingDecision, CodingLevels
from xiaobao.catalog.readers.decoding import Record, toml, wrong

_PATH = "coding.toml"


class _Level(Record, frozen=True, kw_only=True):
    from_on: date
    coverage: float
    accepted_accuracy: float


class _File(Record, frozen=True, kw_only=True):
    level: list[_Level]


def read_coding(files: CatalogFiles) -> CodingLevels:
    """All levels; none where the catalog has no such file."""
    if _PATH not in files:
        return CodingLevels(decisions=())
    stated = toml(files, _PATH, _File).level
    for row in stated:
        for name in ("coverage", "accepted_accuracy"):
            if not 0.5 <= getattr(row, name) < 1:
                raise wrong(_PATH, f"level.{name}", zh="应在 0.5 与 1 之间", en="lies between 0.5 and 1")
    if len({row.from_on for row in stated}) < len(stated):
        raise wrong(
            _PATH, "level.from_on", zh="同一日有两个决定", en="has two decisions in force from one day"
        )
    return CodingLevels(decisions=tuple(CodingDecision(**msgspec.structs.asdict(row)) for row in stated))
