"""What is said of a surge, in Chinese and in English; a brief fills the same templates with its tokens."""

from datetime import date

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.names import dimension_words, member_words
from xiaobao.analysis.questions import Filter
from xiaobao.analysis.rounding import per_cent
from xiaobao.analysis.surges.issues import State
from xiaobao.analysis.surges.told import ToldPart, ToldSurge
from xiaobao.lib.words import Words

STATES = {
    State.NEW: Words(zh="新发", en="new"),
    State.RISING: Words(zh="上升", en="rising"),
    State.FALLING: Words(zh="回落", en="falling"),
    State.WAITING: Words(zh="待报", en="awaiting reports"),
    State.CLOSED: Words(zh="结束", en="closed"),
}
LEVEL = "95%"
"""How much of what chance gives lies within the interval."""
SURGE = Words(
    zh="{name}：{when}共{observed}件，预期{expected}件（{level}区间{low}至{high}件）{times}。",
    en="{name}: {observed} complaints {when}, {expected} expected ({level} interval {low} to {high}){times}.",
)
TIMES = Words(zh="，为预期的{ratio}倍", en=", {ratio} times that")
PARTS = Words(zh="{parts}。", en="Of these {parts}.")
PART = Words(
    zh="{dimension}以{member}为主（{count}件，占{share}）", en="{member} ({dimension}) {count}, {share}"
)
PARTS_BETWEEN = Words(zh="；", en="; ")
ONE_DAY = Words(zh="{day}", en="on {day}")
DAYS = Words(zh="{from_day}至{to_day}", en="from {from_day} to {to_day}")


def name_of(where: Filter, *, scope: Scope, on: date) -> Words:
    """Its members, such as 股份行12 · 信用卡."""
    names = [member_words(name, member, scope=scope, on=on) for name, member in where]
    return Words(zh=" · ".join(one.zh for one in names), en=" · ".join(one.en for one in names))


def sentence(surge: ToldSurge, *, scope: Scope) -> Words:
    """Observed, expected, interval, ratio, since when, by whom."""
    on = surge.last_on
    name, times = name_of(surge.where, scope=scope, on=on), surge.ratio
    when = _filled(
        ONE_DAY if surge.since == on else DAYS, day=f"{on}", from_day=f"{surge.since}", to_day=f"{on}"
    )
    said = Words(
        zh=SURGE.zh.format(name=name.zh, when=when.zh, times=_times(times).zh, **_numbers(surge)),
        en=SURGE.en.format(name=name.en, when=when.en, times=_times(times).en, **_numbers(surge)),
    )
    parts = _parts(surge, scope=scope)
    return Words(zh=said.zh + parts.zh, en=f"{said.en} {parts.en}".rstrip())


def largest_parts(surge: ToldSurge) -> tuple[ToldPart, ...]:
    """Of each dimension that the surge is not held to the member that has more than half of it.

    With half of it another member may have the other half: neither is the main one.
    """
    largest: dict[str, ToldPart] = {}
    for part in surge.parts:
        largest.setdefault(part.dimension, part)
    return tuple(part for part in largest.values() if 2 * part.count > surge.observed)


def _numbers(surge: ToldSurge) -> dict[str, str]:
    return {
        "observed": f"{surge.observed}",
        "expected": f"{surge.expected}",
        "level": LEVEL,
        "low": f"{surge.low}",
        "high": f"{surge.high}",
    }


def _times(ratio: object) -> Words:
    return Words(zh="", en="") if ratio is None else _filled(TIMES, ratio=str(ratio))


def _parts(surge: ToldSurge, *, scope: Scope) -> Words:
    said = [_part(one, surge, scope=scope) for one in largest_parts(surge)]
    if not said:
        return Words(zh="", en="")
    return Words(
        zh=PARTS.zh.format(parts=PARTS_BETWEEN.zh.join(one.zh for one in said)),
        en=PARTS.en.format(parts=PARTS_BETWEEN.en.join(one.en for one in said)),
    )


def _part(part: ToldPart, surge: ToldSurge, *, scope: Scope) -> Words:
    dimension = dimension_words(part.dimension)
    member = member_words(part.dimension, part.member, scope=scope, on=surge.last_on)
    numbers = {
        "count": f"{part.count}",
        "share": f"{per_cent(part.count, surge.observed, decimals=1)}%",
    }
    return Words(
        zh=PART.zh.format(dimension=dimension.zh, member=member.zh, **numbers),
        en=PART.en.format(dimension=dimension.en, member=member.en, **numbers),
    )


def _filled(words: Words, **parts: str) -> Words:
    return Words(zh=words.zh.format(**parts), en=words.en.format(**parts))
