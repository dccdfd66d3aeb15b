"""Reads `near_duplicates.toml`."""

from datetime import date

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.near_duplicates import LikenessDecision, NearDuplicates
from xiaobao.catalog.readers.decoding import Record, toml, wrong

_PATH = "near_duplicates.toml"


class _Threshold(Record, frozen=True, kw_only=True):
    from_on: date
    alike: float
    leader_alike: float
    template_shingles: int


class _File(Record, frozen=True, kw_only=True):
    threshold: list[_Threshold]


def read_near_duplicates(files: CatalogFiles) -> NearDuplicates:
    """All thresholds; none where the catalog has no such file."""
    if _PATH not in files:
        return NearDuplicates(decisions=())
    stated = toml(files, _PATH, _File).threshold
    for row in stated:
        _check(row)
    if len({row.from_on for row in stated}) < len(stated):
        raise wrong(
            _PATH, "threshold.from_on", zh="同一日有两个决定", en="has two decisions in force from one day"
        )
    return NearDuplicates(decisions=tuple(LikenessDecision(**msgspec.structs.asdict(row)) for row in stated))


def _check(row: _Threshold) -> None:
    if not 0.0 < row.leader_alike <= row.alike <= 1.0:
        raise wrong(
            _PATH,
            "threshold.alike",
            zh="应有 0 < leader_alike ≤ alike ≤ 1",
            en="must satisfy 0 < leader_alike ≤ alike ≤ 1",
        )
    if row.template_shingles < 1:
        raise wrong(_PATH, "threshold.template_shingles", zh="应大于 0", en="is greater than 0")
