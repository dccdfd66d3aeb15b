"""How the surges of a day are shown."""

from datetime import timedelta

import msgspec

from xiaobao.analysis.dimensions import Scope
from xiaobao.analysis.surges.sentences import STATES, sentence
from xiaobao.analysis.surges.watching import Surge, Watched
from xiaobao.lib.words import Words, joined


class ShownSurge(msgspec.Struct, frozen=True, kw_only=True):
    """One surge as JSON."""

    where: dict[str, str]
    state: str
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
    posted_seq: int
    catalog_digest: str
    node_types: tuple[str, ...]
    nodes: int
    judged: int
    past_days: int
    surges: tuple[ShownSurge, ...]


def as_json(watched: Watched, *, scope: Scope) -> ShownWatch:
    """Everything that stands beside the surges, and the surges."""
    question = watched.question
    return ShownWatch(
        day=question.on.isoformat(),
        path=question.path,
        posted_seq=question.posted_seq,
        catalog_digest=scope.catalog.digest,
        node_types=tuple(" × ".join(by) for by in watched.types),
        nodes=watched.nodes,
        judged=watched.judged,
        past_days=watched.past_days,
        surges=tuple(_shown(one, watched, scope) for one in watched.surges),
    )


def _shown(surge: Surge, watched: Watched, scope: Scope) -> ShownSurge:
    on, of = watched.question.on, surge.extent
    words = sentence(surge, scope=scope, on=on)
    return ShownSurge(
        where={
            name: ",".join(member for of, member in surge.where if of == name) for name in dict(surge.where)
        },
        state=surge.state.value,
        since=(surge.last_on - timedelta(days=of.days - 1)).isoformat(),
        alarmed_on=surge.alarmed_on.isoformat(),
        last_on=surge.last_on.isoformat(),
        days=of.days,
        observed=of.observed,
        expected=round(of.expected, 3),
        low=of.low,
        high=of.high,
        ratio=None if of.ratio is None else round(of.ratio, 2),
        observed_today=surge.today,
        expected_today=round(surge.expected_today, 3),
        probability=surge.probability,
        parts=tuple(
            {"dimension": one.dimension, "member": one.member, "count": one.count} for one in surge.parts
        ),
        posted_seq=surge.posted_seq,
        sentence={"zh": words.zh, "en": words.en},
    )


def as_words(watched: Watched, *, scope: Scope) -> Words:
    """The same for people."""
    question = watched.question
    path = scope.domain.paths.get(question.path or "")
    told = Words(zh=f"，{path.zh}", en=f", {path.en}") if path else Words(zh="", en="")
    days, nodes = watched.past_days, watched.nodes
    head = Words(
        zh=f"突增 {question.on}{told.zh}（记账序号 {question.posted_seq}）："
        f"据 {days} 日判断 {watched.judged}/{nodes} 个序列",
        en=f"surges of {question.on}{told.en} (posting sequence {question.posted_seq}): "
        f"{watched.judged} of {nodes} series judged by {days} days",
    )
    if not watched.judged:
        none = Words(
            zh="无法判断：当日尚无报送，或过去太短（至少需要一周已知的日期）",
            en="cannot be judged: nobody has reported of the day yet, or the past is too short "
            "(a week of known days is the least)",
        )
    else:
        none = Words(zh="没有突增", en="no surges")
    lines = [
        Words(
            zh=f"{number}. 〔{STATES[one.state].zh}〕{sentence(one, scope=scope, on=question.on).zh}",
            en=f"{number}. [{STATES[one.state].en}] {sentence(one, scope=scope, on=question.on).en}",
        )
        for number, one in enumerate(watched.surges, start=1)
    ]
    return joined([head, *(lines or [none])])
