"""Reads `topics.toml`."""

import math
import re
from datetime import date

import msgspec

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.readers.decoding import Record, toml, wrong
from xiaobao.catalog.topics import (
    LONGEST_WINDOW_DAYS,
    ConditionKind,
    HotDecision,
    TopicsDecision,
    TopicsDecisions,
)
from xiaobao.lib.words import Words

_PATH = "topics.toml"


class _Decision(Record, frozen=True, kw_only=True):
    from_on: date
    least_texts: int
    least_score: float
    stray_share: float
    most_topics: int
    most_excerpts: int
    excerpt_characters: int
    demands: tuple[str, ...]
    demands_first: tuple[str, ...] = ()
    demands_last: tuple[str, ...] = ()
    no_demands: tuple[str, ...] = ()


class _Hot(Record, frozen=True, kw_only=True):
    from_on: date
    window_days: int
    baseline_days: int
    least_past_days: int
    least_score: float
    most_told: int
    unusual_shares: tuple[float, ...] = ()
    least_demand_score: float = math.inf
    least_unusual: int = 3
    resting_nights: int = 0


class _Condition(Record, frozen=True, kw_only=True):
    from_on: date
    to_on: date | None = None
    kind: str
    zh: str
    en: str
    words: tuple[str, ...]


class _File(Record, frozen=True, kw_only=True):
    decision: list[_Decision]
    condition: list[_Condition] = msgspec.field(default_factory=list)
    hot: list[_Hot] = msgspec.field(default_factory=list)


def read_topics(files: CatalogFiles) -> TopicsDecisions:
    """All decisions; none where the catalog has no such file."""
    if _PATH not in files:
        return TopicsDecisions(decisions=(), conditions=())
    stated = toml(files, _PATH, _File)
    for row in stated.decision:
        _check(row)
    if len({row.from_on for row in stated.decision}) < len(stated.decision):
        raise wrong(_PATH, "decision.from_on", zh="同一日有两个决定", en="has two decisions from one day")
    return TopicsDecisions(
        decisions=tuple(TopicsDecision(**msgspec.structs.asdict(row)) for row in stated.decision),
        conditions=tuple(map(_condition, stated.condition)),
        hot=tuple(map(_hot, stated.hot)),
    )


def _hot(row: _Hot) -> HotDecision:
    counts = (row.window_days, row.baseline_days, row.least_past_days, row.most_told)
    if min(counts) < 1 or row.least_score <= 0 or row.least_past_days > row.baseline_days:
        raise wrong(
            _PATH,
            "hot",
            zh="各数大于 0，least_past_days 不大于 baseline_days",
            en="has a number of 0 or less, or more least_past_days than baseline_days",
        )
    if row.window_days > LONGEST_WINDOW_DAYS:
        raise wrong(
            _PATH,
            "hot.window_days",
            zh=f"不大于 {LONGEST_WINDOW_DAYS}",
            en=f"must be at most {LONGEST_WINDOW_DAYS}",
        )
    shares, score = row.unusual_shares, row.least_demand_score
    if bool(shares) != (score < math.inf) or not all(0 < one < 1 for one in shares) or score <= 0:
        raise wrong(
            _PATH,
            "hot.unusual_shares",
            zh="unusual_shares（各在 0 到 1 之间）与 least_demand_score（大于 0）须同时填写",
            en="goes with least_demand_score: shares between 0 and 1, a score greater than 0",
        )
    if row.least_unusual < 1:
        raise wrong(_PATH, "hot.least_unusual", zh="至少为 1", en="must be at least 1")
    if row.resting_nights < 0:
        raise wrong(_PATH, "hot.resting_nights", zh="不小于 0", en="must not be negative")
    return HotDecision(**msgspec.structs.asdict(row))


def _check(row: _Decision) -> None:
    for key in ("demands", "demands_first", "demands_last", "no_demands"):
        for pattern in getattr(row, key):
            _check_pattern(pattern, key=f"decision.{key}")
    counts = (row.least_texts - 1, row.most_topics, row.most_excerpts, row.excerpt_characters)
    if min(counts) < 1:
        raise wrong(
            _PATH,
            "decision",
            zh="least_texts 至少为 2，其余各数大于 0",
            en="least_texts is at least 2 and every other count greater than 0",
        )
    if not (row.least_score > 0 and 0 < row.stray_share < 1):
        raise wrong(
            _PATH,
            "decision.stray_share",
            zh="应有 least_score > 0 且 0 < stray_share < 1",
            en="must satisfy least_score > 0 and 0 < stray_share < 1",
        )


def _check_pattern(pattern: str, *, key: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise wrong(
            _PATH,
            key,
            zh=f"“{pattern}”不是正则表达式",
            en=f"has {pattern!r}, which is no regular expression",
        ) from error


def _condition(row: _Condition) -> ConditionKind:
    if not row.words or any(not word or word != word.lower() for word in row.words):
        raise wrong(
            _PATH,
            f"condition.{row.kind}.words",
            zh="词不得为空，须小写",
            en="has an empty word or one not lower case",
        )
    return ConditionKind(
        from_on=row.from_on,
        to_on=row.to_on,
        kind=row.kind,
        name=Words(zh=row.zh, en=row.en),
        words=row.words,
    )
