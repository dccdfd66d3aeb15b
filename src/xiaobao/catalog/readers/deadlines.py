"""Reads `deadlines.toml`."""

from datetime import date
from itertools import combinations

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.deadlines import LimitSet, TimeLimit, TimeUnit
from xiaobao.catalog.readers.decoding import Record, Text, toml_table, wrong

_PATH = "deadlines.toml"


class _Limit(Record, frozen=True, kw_only=True):
    id: str
    name: Text
    path: str | None = None
    begins: str | None = None
    ends: list[str] = msgspec.field(default_factory=list)
    count: int
    longest: int | None = None
    unit: TimeUnit
    article: str | None = None
    confidence: str


class _Set(Record, frozen=True, kw_only=True):
    domain: str
    name: Text
    source: str
    from_on: date
    to_on: date | None = None
    limit: list[_Limit]


def read_deadlines(files: CatalogFiles) -> dict[str, LimitSet]:
    """All sets of limits by id; none where the catalog has no such file."""
    if _PATH not in files:
        return {}
    found = {key: _set(key, row) for key, row in toml_table(files, _PATH, _Set).items()}
    for one, other in combinations(found.values(), 2):
        _check_apart(one, other)
    return found


def _set(key: str, row: _Set) -> LimitSet:
    if row.to_on is not None and row.to_on <= row.from_on:
        raise wrong(_PATH, key, zh="失效日不晚于生效日", en="ends before it begins")
    return LimitSet(
        id=key,
        domain_id=row.domain,
        name=row.name.words(),
        source=row.source,
        from_on=row.from_on,
        to_on=row.to_on,
        limits=tuple(_limit(f"{key}.{limit.id}", limit) for limit in row.limit),
    )


def _limit(key: str, row: _Limit) -> TimeLimit:
    if row.count < 1 or (row.longest is not None and row.longest < row.count):
        raise wrong(_PATH, key, zh="时限应大于 0，最长时限不短于时限", en="is at least 1, longest no shorter")
    if len({row.path is None, row.begins is None, not row.ends}) > 1:
        raise wrong(
            _PATH, key, zh="path、begins、ends 须同时填写", en="path, begins and ends are stated together"
        )
    return TimeLimit(
        id=row.id,
        name=row.name.words(),
        path=row.path,
        begins=row.begins,
        ends=tuple(row.ends),
        count=row.count,
        longest=row.longest,
        unit=row.unit,
        article=row.article,
        confidence=row.confidence,
    )


def _check_apart(one: LimitSet, other: LimitSet) -> None:
    """Two sets in force on one day do not limit the same step."""
    if one.domain_id != other.domain_id:
        return
    apart = (one.to_on or date.max) <= other.from_on or (other.to_on or date.max) <= one.from_on
    steps = [{(limit.path, limit.id) for limit in each.limits if limit.path} for each in (one, other)]
    if not apart and steps[0] & steps[1]:
        raise wrong(
            _PATH, f"{one.id}, {other.id}", zh="同一步骤的时限有效期重叠", en="limit one step on one day"
        )
