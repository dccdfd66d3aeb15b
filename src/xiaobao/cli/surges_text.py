"""How the surges of a day are shown."""

import msgspec

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.surges.sentences import STATES, sentence
from xiaobao.analysis.surges.told import Told, ToldPath, ToldSurge
from xiaobao.lib.words import Words, joined


class ShownSurge(msgspec.Struct, frozen=True, kw_only=True):
    """One surge as JSON."""

    where: dict[str, str]
    state: str
    first_raised: dict[str, str | int] | None
    since: str
    alarmed_on: str
    last_on: str
    days: int
    observed: int
    expected: float
    low: int
    high: int
    ratio: float | None
    observed_today: int
    expected_today: float
    probability: float
    parts: tuple[dict[str, str | int], ...]
    posted_seq: int
    sentence: dict[str, str]


class ShownWatch(msgspec.Struct, frozen=True, kw_only=True):
    """The surges of a day on one path as JSON."""

    day: str
    path: str | None
    stored: bool
    """True where the run of the day's close told it; False where it was worked out now."""
    posted_seq: int
    catalog_digest: str
    node_types: tuple[str, ...]
    nodes: int
    judged: int
    past_days: int
    surges: tuple[ShownSurge, ...]


def as_json(told: Told, path: ToldPath, *, stored: bool, scope: Scope) -> ShownWatch:
    """Everything that stands beside the surges, and the surges."""
    return ShownWatch(
        day=told.day.isoformat(),
        path=path.path,
        stored=stored,
        posted_seq=told.posted_seq,
        catalog_digest=told.catalog_digest,
        node_types=path.node_types,
        nodes=path.nodes,
        judged=path.judged,
        past_days=path.past_days,
        surges=tuple(_shown(one, told, scope) for one in path.surges),
    )


def _shown(surge: ToldSurge, told: Told, scope: Scope) -> ShownSurge:
    words, raised = sentence(surge, scope=scope), surge.first_raised
    return ShownSurge(
        where={
            name: ",".join(member for of, member in surge.where if of == name) for name in dict(surge.where)
        },
        state=surge.state.value,
        first_raised={"on": raised.on.isoformat(), "posted_seq": raised.posted_seq} if raised else None,
        since=surge.since.isoformat(),
        alarmed_on=surge.alarmed_on.isoformat(),
        last_on=surge.last_on.isoformat(),
        days=len(surge.period),
        observed=surge.observed,
        expected=float(surge.expected),
        low=surge.low,
        high=surge.high,
        ratio=None if surge.ratio is None else float(surge.ratio),
        observed_today=surge.observed_today,
        expected_today=float(surge.expected_today),
        probability=float(surge.probability),
        parts=tuple(
            {"dimension": one.dimension, "member": one.member, "count": one.count} for one in surge.parts
        ),
        posted_seq=told.posted_seq,
        sentence={"zh": words.zh, "en": words.en},
    )


def as_words(told: Told, path: ToldPath, *, stored: bool, scope: Scope) -> Words:
    """The same for people."""
    lines = [_line(number, one, scope) for number, one in enumerate(path.surges, start=1)]
    none = () if path.judged and lines else (_none(path),)
    return joined([_head(told, path, stored=stored, scope=scope), *none, *lines])


def refused_words(told: Told) -> Words:
    """Why a day could not be judged at all."""
    return Words(
        zh=f"突增 {told.day}：未能监测：{told.refused['zh']}",
        en=f"surges of {told.day}: not looked for: {told.refused['en']}",
    )


def _head(told: Told, path: ToldPath, *, stored: bool, scope: Scope) -> Words:
    words = scope.domain.paths.get(path.path or "")
    named = Words(zh=f"，{words.zh}", en=f", {words.en}") if words else Words(zh="", en="")
    source = (
        Words(zh="取自日结后的运行结果", en="from the run after the close")
        if stored
        else Words(zh="现算", en="worked out now")
    )
    days, nodes = path.past_days, path.nodes
    mark = Words(zh="〔模拟数据〕", en="[simulated data] ") if scope.simulated else Words(zh="", en="")
    return Words(
        zh=f"{mark.zh}突增 {told.day}{named.zh}（记账序号 {told.posted_seq}，{source.zh}）："
        f"据已知的 {days} 日判断 {path.judged}/{nodes} 个序列",
        en=f"{mark.en}surges of {told.day}{named.en} (posting sequence {told.posted_seq}, {source.en}): "
        f"{path.judged} of {nodes} series judged by {days} known days",
    )


def _none(path: ToldPath) -> Words:
    if path.judged:
        return Words(zh="没有突增", en="no surges")
    return Words(
        zh="无法判断：当日尚无报送，或过去太短（至少需要一周已知的日期）",
        en="cannot be judged: nobody has reported of the day yet, or the past is too short "
        "(a week of known days is the least)",
    )


def _line(number: int, surge: ToldSurge, scope: Scope) -> Words:
    words, state, raised = sentence(surge, scope=scope), STATES[surge.state], surge.first_raised
    first = (
        Words(
            zh=f"首次提示 {raised.on}（记账序号 {raised.posted_seq}）。",
            en=_raised(raised.on, raised.posted_seq),
        )
        if raised
        else Words(zh="", en="")
    )
    return Words(
        zh=f"{number}. 〔{state.zh}〕{words.zh}{first.zh}",
        en=f"{number}. [{state.en}] {words.en}{first.en}",
    )


def _raised(on: object, posted_seq: int) -> str:
    return f" First raised {on} (posting sequence {posted_seq})."
