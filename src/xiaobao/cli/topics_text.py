"""How the hot issues of a day are shown."""

import msgspec

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.topics.sentences import (
    STATE_WORDS,
    called_words,
    category_words,
    institution_words,
    institutions_words,
    several_words,
)
from xiaobao.analysis.topics.told import ToldDemand, ToldIssue, ToldIssues, ToldTopics
from xiaobao.lib.words import Words, counted, joined
from xiaobao.privacy.placeholders import placeholders_said

_NOTHING = Words(zh="", en="")
_BANKS_SHOWN = 4


class PathTexts(msgspec.Struct, frozen=True, kw_only=True):
    """Of a path, what its issues were looked for in."""

    path: str | None
    complaints: int
    with_text: int
    """Whose text could be read."""
    without_text: int
    """Whose text did not come or has expired."""
    can_be_judged: bool
    not_judged: tuple[str, ...]
    """Institutions without a text before the window to hold theirs against."""
    issues: int


class ShownTopics(msgspec.Struct, frozen=True, kw_only=True):
    """A run as JSON, and where it is from."""

    stored: bool
    simulated: bool
    texts: tuple[PathTexts, ...]
    run: ToldTopics


class FoundTopics(msgspec.Struct, frozen=True, kw_only=True):
    """How many issues a look found, as JSON."""

    day: str
    issues: int
    paths: tuple[PathTexts, ...]


def as_json(told: ToldTopics, *, stored: bool, simulated: bool) -> ShownTopics:
    """Everything the run tells."""
    return ShownTopics(stored=stored, simulated=simulated, texts=_texts(told), run=told)


def found_json(told: ToldTopics) -> FoundTopics:
    """How many a look found, and in what."""
    count = sum(len(one.issues) for one in told.paths)
    return FoundTopics(day=told.day.isoformat(), issues=count, paths=_texts(told))


def _texts(told: ToldTopics) -> tuple[PathTexts, ...]:
    return tuple(
        PathTexts(
            path=one.path,
            complaints=one.complaints,
            with_text=one.with_text,
            without_text=one.without_text,
            can_be_judged=one.can_be_judged,
            not_judged=one.not_judged,
            issues=len(one.issues),
        )
        for one in told.paths
    )


def as_words(told: ToldTopics, *, stored: bool, scope: Scope) -> Words:
    """The same for people."""
    if told.refused:
        return joined([_title(told, stored=stored, scope=scope), _refused(told)])
    parts = [part for one in told.paths for part in _path(told, one, scope)]
    return joined([_title(told, stored=stored, scope=scope), *parts])


def found_words(told: ToldTopics, scope: Scope) -> Words:
    """How many a look found, and in what."""
    if told.refused:
        return Words(zh=f"{told.day}：{told.refused['zh']}", en=f"{told.day}: {told.refused['en']}")
    count = sum(len(one.issues) for one in told.paths)
    head = Words(zh=f"{told.day}：热点问题 {count} 项", en=f"{told.day}: {counted(count, 'hot issue')}")
    said = [
        part
        for one in told.paths
        for part in (
            _head(one, scope),
            *([] if one.can_be_judged else [_none(one)]),
            *_not_judged(one, told, scope),
        )
    ]
    return joined([head, *said])


def _refused(told: ToldTopics) -> Words:
    return Words(zh=told.refused["zh"], en=told.refused["en"])


def _title(told: ToldTopics, *, stored: bool, scope: Scope) -> Words:
    mark = Words(zh="〔模拟数据〕", en="[simulated data] ") if scope.simulated else _NOTHING
    source = (
        Words(zh="取自日结后的运行结果", en="from the run after the close")
        if stored
        else Words(zh="现算", en="worked out now")
    )
    return Words(
        zh=f"{mark.zh}热点问题 {told.day}（{told.first_day} 至 {told.day} 的投诉，"
        f"记账序号 {told.posted_seq}，{source.zh}）",
        en=f"{mark.en}hot issues of {told.day} (complaints of {told.first_day} to {told.day}, "
        f"posting sequence {told.posted_seq}, {source.en})",
    )


def _path(told: ToldTopics, path: ToldIssues, scope: Scope) -> list[Words]:
    none = [] if path.issues else [_none(path)]
    head = joined([_head(path, scope), *none, *_not_judged(path, told, scope)])
    issues = [_issue(place, one, scope) for place, one in enumerate(path.issues, start=1)]
    closed = [_closed(one, scope) for one in path.closed]
    return [head, *issues, *closed, *_demands(path, told, scope)]


def _head(path: ToldIssues, scope: Scope) -> Words:
    name = scope.domain.paths.get(path.path or "") or Words(zh="投诉", en="complaints")
    return Words(
        zh=f"{name.zh}：{path.complaints} 件，有可读文本 {path.with_text} 件，无文本（未报送或已到期销毁）"
        f"{path.without_text} 件；此前 {path.before} 件",
        en=f"{name.en}: {counted(path.complaints, 'complaint')}, {path.with_text} with a text that can be "
        f"read, {path.without_text} without one (none came, or it has expired); {path.before} before",
    )


def _none(path: ToldIssues) -> Words:
    if path.can_be_judged:
        return Words(zh="没有新起的话题", en="no topic emerges")
    if path.judged:
        return Words(
            zh="无法判断：期间内没有一件投诉的文本可读",
            en="cannot be judged: no complaint of the window has a text that can be read",
        )
    return Words(
        zh=f"无法判断：此前只有 {path.past_days} 日有投诉",
        en=f"cannot be judged: days before with complaints: only {path.past_days}",
    )


def _not_judged(path: ToldIssues, told: ToldTopics, scope: Scope) -> list[Words]:
    """Institutions of which nothing is said, because nothing of before is there to compare."""
    if not path.can_be_judged or not path.not_judged:
        return []
    names = [institution_words(one, scope=scope, on=told.day) for one in path.not_judged]
    return [
        Words(
            zh=f"无法判断（此前没有可读的文本可比）：{'、'.join(one.zh for one in names)}",
            en="cannot be judged (no text of before can be read to compare): "
            + ", ".join(one.en for one in names),
        )
    ]


def _issue(place: int, one: ToldIssue, scope: Scope) -> Words:
    state = STATE_WORDS[one.state] if one.state else None
    zh = f"〔{state.zh}〕" if state else ""
    en = f"[{state.en}] " if state else ""
    called, of = called_words(one), _of(one, scope)
    days = f"{one.first_day} – {one.last_day}"
    lines = [
        Words(
            zh=f"{place}. {zh}{of.zh}：“{called.zh}”，{days}，全部 {one.all} 件，"
            f"去重 {one.distinct} 件，此前 {one.before} 件",
            en=f"{place}. {en}{of.en}: “{called.en}”, {days}, {one.all} in all, "
            f"{one.distinct} distinct, {one.before} before",
        )
    ]
    if len(one.institutions) > 1:
        names = institutions_words(one, scope=scope)
        lines.append(Words(zh=f"   机构：{names.zh}", en=f"   institutions: {names.en}"))
    lines += [*_decided(one), *_watched(one)]
    if one.excerpts:
        case = placeholders_said(one.excerpts[0])
        lines.append(Words(zh=f"   个案：{case.zh}", en=f"   a case: {case.en}"))
    return joined(lines)


def _of(one: ToldIssue, scope: Scope) -> Words:
    """The institution and category; of several institutions how many, as a line of their own names them."""
    category = category_words(one, scope=scope)
    if len(one.institutions) == 1:
        name = institutions_words(one, scope=scope)
        return Words(zh=f"{name.zh} · {category.zh}", en=f"{name.en} · {category.en}")
    several = several_words(one, scope=scope)
    return Words(zh=f"{category.zh}（{several.zh}）", en=f"{category.en} ({several.en})")


def _decided(one: ToldIssue) -> list[Words]:
    """The id by which officers decide, and what they have decided."""
    lines = [Words(zh=f"   编号 {one.id}", en=f"   id {one.id}")]
    if one.name:
        by, on = one.name.by, one.name.on
        lines.append(
            Words(
                zh=f"   {by} {on} 命名；机器所取：“{one.label}”",
                en=f"   named by {by} on {on}; by machine: “{one.label}”",
            )
        )
    for former in one.former_names:
        lines.append(
            Words(
                zh=f"   曾用名：“{former.text}”（{former.by} {former.on} 命名）",
                en=f"   former name: “{former.text}” (named by {former.by} on {former.on})",
            )
        )
    if one.merged:
        merged = ", ".join(one.merged)
        lines.append(Words(zh=f"   经合并：{merged}", en=f"   merged with {merged}"))
    if one.split_from:
        lines.append(Words(zh=f"   拆自 {one.split_from}", en=f"   split from {one.split_from}"))
    return lines


def _watched(one: ToldIssue) -> list[Words]:
    """What the surge detector says of its days."""
    judged = [day for day in one.days if day.score is not None]
    if not judged:
        return []
    highest = max(judged, key=lambda day: (day.score or 0, day.day))
    alarms = [day for day in judged if day.alarm]
    course = "、".join("–" if day.count is None else str(day.count) for day in one.days)
    zh = f"报警日 {'、'.join(f'{day.day:%m-%d}' for day in alarms)}" if alarms else "未达报警线"
    en = f"alarms on {', '.join(f'{day.day:%m-%d}' for day in alarms)}" if alarms else "no alarm"
    counted = (
        Words(zh="提出这些条件", en="of these demands")
        if one.demanded
        else Words(zh="含其用语", en="of its words")
    )
    return [
        Words(
            zh=f"   逐日（{counted.zh}）{course}；突增监测最高得分 {highest.score}"
            f"（{highest.day:%m-%d}），{zh}",
            en=f"   days ({counted.en}) {course.replace('、', ', ')}; surge score at most {highest.score} "
            f"({highest.day:%m-%d}), {en}",
        )
    ]


def _closed(one: ToldIssue, scope: Scope) -> Words:
    of, called = _of(one, scope), called_words(one)
    return Words(zh=f"〔结束〕{of.zh}：“{called.zh}”", en=f"[closed] {of.en}: “{called.en}”")


def _demands(path: ToldIssues, told: ToldTopics, scope: Scope) -> list[Words]:
    """A line a kind with institutions side by side, and of each what one of its complaints says."""
    kinds = {kind.kind: kind.name for kind in scope.catalog.topics.conditions_on(told.day)}
    found: dict[str, list[ToldDemand]] = {}
    for one in path.demands:
        found.setdefault(one.kind, []).append(one)
    return [_side_by_side(kinds[kind], demands, told, scope) for kind, demands in found.items()]


def _side_by_side(kind: Words, demands: list[ToldDemand], told: ToldTopics, scope: Scope) -> Words:
    shown, more = demands[:_BANKS_SHOWN], len(demands) - _BANKS_SHOWN
    names = [institution_words(one.institution, scope=scope, on=told.day) for one in shown]
    sizes = [f"{one.all}/{one.distinct}" for one in shown]
    zh = "、".join(f"{name.zh} {size}" for name, size in zip(names, sizes, strict=True))
    en = ", ".join(f"{name.en} {size}" for name, size in zip(names, sizes, strict=True))
    quoted = [
        (name, placeholders_said(one.quotes[0])) for name, one in zip(names, shown, strict=True) if one.quotes
    ]
    quotes = Words(
        zh="".join(f"\n   {name.zh}：“{said.zh}”" for name, said in quoted),
        en="".join(f"\n   {name.en}: “{said.en}”" for name, said in quoted),
    )
    rest = Words(zh=f" 等另 {more} 家", en=f" and {more} more") if more > 0 else _NOTHING
    return Words(
        zh=f"条件·{kind.zh}（全部/去重）：{zh}{rest.zh}{quotes.zh}",
        en=f"condition, {kind.en} (all/distinct): {en}{rest.en}{quotes.en}",
    )
