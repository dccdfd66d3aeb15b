"""Hot issues of a day: topics inside one institution and category, or of a category over several of them.

Beside topics, whose texts share words, what one institution demands and others hardly ever do. Masking names
takes longest, so that groups are looked at twice: first which of them have a topic at all, then these again
with the names of their window masked. Only what the second look finds is told.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from xiaobao.analysis.dimensions import SPECIAL_MEMBERS
from xiaobao.analysis.questions import Filter
from xiaobao.analysis.text.families import Threshold, find_families
from xiaobao.analysis.text.types import Booleans, Rows
from xiaobao.analysis.topics.complaints import CATEGORY, INSTITUTION
from xiaobao.analysis.topics.conditions import Demanded, demanded
from xiaobao.analysis.topics.detection import ID_LETTERS, Topic, topics_of_groups
from xiaobao.analysis.topics.excerpts import excerpts
from xiaobao.analysis.topics.naming import Name
from xiaobao.analysis.topics.settings import Settings, Unusual
from xiaobao.analysis.topics.unusual import UnusualDemands, unusual_demands
from xiaobao.lib.ids import sha256_hex
from xiaobao.lib.periods import Period

Masks = Callable[[Sequence[str]], Sequence[str]]
"""Masks names, addresses and employers of texts whose numbers are masked already."""
_IN_LABEL = 3
_MAIN_SHARE = 0.5
"""Of a topic over institutions, from which it is one institution's; of complaints told before, an echo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotIssue:
    """A topic and what it is of."""

    where: Filter
    """Category, and the institution where it is one's."""
    topic: Topic
    institutions: tuple[tuple[str, int], ...]
    """Complaints by institution, most first."""
    demanded: tuple[str, ...] = ()
    """Kinds of the unusual demands that its complaints share; empty where they share words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotIssues:
    """What a window holds; rows of topics are places in the complaints they were found in."""

    issues: tuple[HotIssue, ...]
    conditions: tuple[Demanded, ...]
    """What institutions demand, in the complaints of the window."""
    not_judged: tuple[str, ...]
    """Institutions with nothing before the window to hold theirs against."""
    leaders: Rows
    """Of each complaint the first of its family of near-duplicates."""


def hot_issues(
    complaints: pl.DataFrame,
    window: Period,
    settings: Settings,
    *,
    alike: Threshold,
    masks: Masks,
    unusual: Unusual | None = None,
) -> HotIssues:
    """The issues of the window, the most surprising first; of those that tell the same complaints the first.

    Without `unusual` no demands are looked at but to be told side by side.

    `complaints` by day and key: `text` (numbers masked, not null), `day`, `institution`, `business.1`.
    """
    known = complaints.with_row_index("row")
    recent = (known["day"] >= window.from_on).to_numpy()
    before = set(known.filter(~pl.Series(recent))[INSTITUTION].unique().to_list())
    new = sorted(set(known.filter(pl.Series(recent))[INSTITUTION].unique().to_list()) - before)
    leaders = find_families(known["text"], alike).leader
    judged = np.flatnonzero(known[INSTITUTION].is_in(sorted(before)).to_numpy())
    look = _Look(known=known, judged=judged, recent=recent, leaders=leaders, settings=settings, masks=masks)
    found = [*_issues(look, by=(INSTITUTION, CATEGORY)), *_issues(look, by=(CATEGORY,))]
    found += _of_demands(look, unusual) if unusual is not None else []
    found.sort(key=lambda one: (-one.topic.score, one.where))
    said = known.filter(pl.Series(recent)).with_columns(group=pl.col(INSTITUTION))
    return HotIssues(
        issues=tuple(_without_echoes(found)),
        conditions=tuple(_masked(one, masks) for one in demanded(said, leaders[recent], settings)),
        not_judged=tuple(one for one in new if one not in SPECIAL_MEMBERS),
        leaders=leaders,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    known: pl.DataFrame
    judged: Rows
    """Rows of institutions that can be judged."""
    recent: Booleans
    leaders: Rows
    settings: Settings
    masks: Masks


def _issues(look: _Look, *, by: Sequence[str]) -> list[HotIssue]:
    """The topics of each group; of a group over institutions those of several of them."""
    some = look.known[look.judged]
    members = some.select(by).to_dicts()
    keys = ["\n".join(one.values()) for one in members]
    where = {key: tuple(sorted(one.items())) for key, one in zip(keys, members, strict=True)}
    grouped = some.with_columns(group=pl.Series(keys, dtype=pl.String))
    topics = _topics(look, grouped)
    found = [_issue(look.known, where[topic.group], topic) for topic in topics]
    if INSTITUTION in by:
        return [one for one in found if dict(one.where)[INSTITUTION] not in SPECIAL_MEMBERS]
    return [one for one in found if one.institutions[0][1] < _MAIN_SHARE * len(one.topic.rows)]


def _topics(look: _Look, grouped: pl.DataFrame) -> list[Topic]:
    """The topics of the masked texts of those groups that have one before they are masked."""
    recent, leaders = look.recent[look.judged], look.leaders[look.judged]
    likely = sorted({topic.group for topic in topics_of_groups(grouped, recent, leaders, look.settings)})
    rows = np.flatnonzero(grouped["group"].is_in(likely).to_numpy())
    some, now = grouped[rows], recent[rows]
    shown = some.filter(pl.Series(now))["text"].unique(maintain_order=True).to_list()
    masked = dict(zip(shown, look.masks(shown), strict=True))
    told = [masked[text] if new else text for text, new in zip(some["text"], now.tolist(), strict=True)]
    some = some.with_columns(text=pl.Series(told, dtype=pl.String))
    return topics_of_groups(some, now, leaders[rows], look.settings)


def _of_demands(look: _Look, unusual: Unusual) -> list[HotIssue]:
    """What one institution demands and others hardly ever do, named by what is demanded."""
    some, recent, leaders = look.known[look.judged], look.recent[look.judged], look.leaders[look.judged]
    found = unusual_demands(some, recent, leaders, look.settings, unusual)
    return [_of_demand(look, one) for one in found if one.institution not in SPECIAL_MEMBERS]


def _of_demand(look: _Look, one: UnusualDemands) -> HotIssue:
    rows, settings = look.judged[one.rows], look.settings
    typical = look.known[rows]
    in_order = typical.sort("day", "row")
    shown = typical.with_columns(text=pl.Series(look.masks(typical["text"].to_list()), dtype=pl.String))
    group = f"{one.institution}\n{one.category}"
    topic = Topic(
        id=sha256_hex(f"demanded\n{group}\n{in_order['text'][0]}".encode())[:ID_LETTERS],
        group=group,
        name=Name(label=" · ".join(one.words[:_IN_LABEL]), terms=one.words),
        rows=rows,
        distinct=len(np.unique(look.leaders[rows])),
        before=one.before,
        first_on=in_order["day"][0],
        last_on=in_order["day"][-1],
        score=one.score,
        excerpts=excerpts(
            shown,
            look.leaders[rows],
            one.words,
            most=settings.most_excerpts,
            length=settings.excerpt_characters,
        ),
    )
    where = ((CATEGORY, one.category), (INSTITUTION, one.institution))
    return HotIssue(
        where=where,
        topic=topic,
        institutions=((one.institution, len(rows)),),
        demanded=one.kinds,
    )


def _masked(one: Demanded, masks: Masks) -> Demanded:
    quotes = masks([quote.text for quote in one.quotes])
    shown = zip(one.quotes, quotes, strict=True)
    return replace(one, quotes=tuple(replace(quote, text=text) for quote, text in shown))


def _issue(known: pl.DataFrame, where: Filter, topic: Topic) -> HotIssue:
    rows = known[topic.rows]
    counted = Counter(rows[INSTITUTION].to_list())
    return HotIssue(
        where=where,
        topic=topic,
        institutions=tuple(sorted(counted.items(), key=lambda one: (-one[1], one[0]))),
    )


def _without_echoes(found: list[HotIssue]) -> list[HotIssue]:
    """Without those whose complaints have mostly been told already."""
    told: set[int] = set()
    kept = []
    for one in found:
        rows = set(one.topic.rows.tolist())
        if len(rows & told) < _MAIN_SHARE * len(rows):
            kept.append(one)
            told |= rows
    return kept
