"""Reads `linkage.toml`."""

from datetime import date

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.linkage import LinkageDecision, LinkageDecisions
from xiaobao.catalog.readers.decoding import Record, toml, wrong

_PATH = "linkage.toml"


class _Decision(Record, frozen=True, kw_only=True):
    from_on: date
    days_before: int
    days_after: int
    least_probability: float
    alike: tuple[float, float, float]
    said_first: tuple[str, ...]
    unless_said: tuple[str, ...]
    night_days: int | None = None


class _File(Record, frozen=True, kw_only=True):
    decision: list[_Decision]


def read_linkage(files: CatalogFiles) -> LinkageDecisions:
    """All decisions; none where the catalog has no such file."""
    if _PATH not in files:
        return LinkageDecisions(decisions=())
    stated = toml(files, _PATH, _File).decision
    for row in stated:
        _check(row)
    if len({row.from_on for row in stated}) < len(stated):
        raise wrong(_PATH, "decision.from_on", zh="同一日有两个决定", en="has two decisions from one day")
    return LinkageDecisions(decisions=tuple(LinkageDecision(**msgspec.structs.asdict(row)) for row in stated))


def _check(row: _Decision) -> None:
    if min(row.days_before, row.days_after) < 0:
        raise wrong(_PATH, "decision.days_before", zh="天数不得为负", en="has days that are negative")
    if row.night_days is not None and row.night_days < 1:
        raise wrong(_PATH, "decision.night_days", zh="至少 1 天", en="is at least one day")
    if not 0.5 <= row.least_probability < 1:
        raise wrong(
            _PATH,
            "decision.least_probability",
            zh="应不小于 0.5 且小于 1",
            en="is at least 0.5 and less than 1",
        )
    if not 0 < row.alike[0] < row.alike[1] < row.alike[2] <= 1:
        raise wrong(_PATH, "decision.alike", zh="应递增，介于 0 与 1", en="ascends between 0 and 1")
    if any(not word.strip() or word != word.lower() for word in (*row.said_first, *row.unless_said)):
        raise wrong(
            _PATH,
            "decision.said_first",
            zh="词不得为空，须小写",
            en="has an empty word or one not lower case",
        )
