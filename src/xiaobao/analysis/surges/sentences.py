"""What is said of a surge, in Chinese and in English."""

from datetime import date, timedelta

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.names import dimension_words, member_words
from xiaobao.analysis.surges.issues import State
from xiaobao.analysis.surges.parts import Part
from xiaobao.analysis.surges.watching import Surge
from xiaobao.lib.words import Words

STATES = {
    State.NEW: Words(zh="新发", en="new"),
    State.RISING: Words(zh="上升", en="rising"),
    State.FALLING: Words(zh="回落", en="falling"),
    State.CLOSED: Words(zh="结束", en="closed"),
}


def name_of(surge: Surge, *, scope: Scope, on: date) -> Words:
    """Its members, such as 股份行12 · 信用卡."""
    names = [member_words(name, member, scope=scope, on=on) for name, member in surge.where]
    return Words(zh=" · ".join(one.zh for one in names), en=" · ".join(one.en for one in names))


def sentence(surge: Surge, *, scope: Scope, on: date) -> Words:
    """Observed, expected, interval, ratio, since when, by whom."""
    name, of = name_of(surge, scope=scope, on=on), surge.extent
    on = surge.last_on
    since = on - timedelta(days=of.days - 1)
    if of.days == 1:
        when = Words(zh=f"{on:%Y-%m-%d} 当日", en=f"on {on:%Y-%m-%d}")
    else:
        when = Words(
            zh=f"自 {since:%Y-%m-%d} 起 {of.days} 日", en=f"in the {of.days} days from {since:%Y-%m-%d}"
        )
    times = "" if of.ratio is None else f"{of.ratio:.1f}"
    zh = (
        f"{name.zh}：{when.zh}投诉 {of.observed} 件，"
        f"预期 {of.expected:.1f} 件（95% 区间 {of.low}–{of.high} 件）"
    )
    en = (
        f"{name.en}: {of.observed} complaints {when.en}, {of.expected:.1f} expected "
        f"(95 % interval {of.low} to {of.high})"
    )
    if times:
        zh, en = f"{zh}，为预期的 {times} 倍", f"{en}, {times} times that"
    told = parts_of(surge, scope=scope, on=on)
    return Words(zh=f"{zh}。{told.zh}", en=f"{en}. {told.en}".rstrip())


def parts_of(surge: Surge, *, scope: Scope, on: date) -> Words:
    """The largest member of each dimension with its share; nothing where there is none."""
    largest: dict[str, Part] = {}
    for part in surge.parts:
        largest.setdefault(part.dimension, part)
    if not largest or not surge.extent.observed:
        return Words(zh="", en="")
    zh, en = [], []
    for part in largest.values():
        dimension = dimension_words(part.dimension)
        member = member_words(part.dimension, part.member, scope=scope, on=on)
        zh.append(f"{dimension.zh}：{member.zh} {part.count} 件")
        en.append(f"{dimension.en}: {member.en} {part.count}")
    return Words(zh=f"其中最多：{'；'.join(zh)}。", en=f"Most by {'; '.join(en)}.")
