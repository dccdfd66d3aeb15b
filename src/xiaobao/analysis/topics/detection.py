"""Topics that emerge in a window: found group by group, ranked by how much they exceed what came before."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from xiaobao.analysis.text.families import Threshold, find_families
from xiaobao.analysis.text.types import Booleans, Floats, Rows
from xiaobao.analysis.topics.conditions import Demanded, demanded
from xiaobao.analysis.topics.corpus import Corpus, corpus
from xiaobao.analysis.topics.emergence import surprise
from xiaobao.analysis.topics.excerpts import Excerpt, excerpts
from xiaobao.analysis.topics.growing import Grown, grow
from xiaobao.analysis.topics.naming import Name, name_of
from xiaobao.analysis.topics.settings import Settings
from xiaobao.lib.ids import sha256_hex
from xiaobao.lib.periods import Period

_MOST_SEEDS = 200
"""Phrases of a group that are tried as beginnings of topics."""
ID_LETTERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Texts of one group that say the same new thing."""

    id: str
    """By the group and the first of its texts: the same topic keeps it while that text stays its first."""
    group: str
    name: Name
    rows: Rows
    """Texts of the window, the most typical first."""
    distinct: int
    """Of them, each family of near-duplicates counted once."""
    before: int
    """Texts of the kind before the window; weighed, rounded."""
    first_on: date
    last_on: date
    score: float
    """-log10 of the chance of so many texts, by what came before."""
    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a window holds."""

    topics: tuple[Topic, ...]
    """The most surprising first."""
    conditions: tuple[Demanded, ...]
    """What was demanded, in all texts of the window."""
    texts: int
    """In the window."""
    before: int


def detect(texts: pl.DataFrame, window: Period, settings: Settings, *, alike: Threshold) -> Found:
    """The topics of the window; nothing behind its last day is looked at.

    `texts` has `text` (masked already, not null), `day` and `group`; rows are told by their place in it. The
    same texts in the same order give the same topics.
    """
    known = texts.with_row_index("row").filter(pl.col("day") < window.to_on)
    leaders = find_families(known["text"], alike).leader
    recent = (known["day"] >= window.from_on).to_numpy()
    topics = topics_of_groups(known, recent, leaders, settings)
    conditions = demanded(known.filter(recent), leaders[recent], settings)
    return Found(
        topics=tuple(topics[: settings.most_topics]),
        conditions=conditions,
        texts=int(recent.sum()),
        before=int((~recent).sum()),
    )


def topics_of_groups(known: pl.DataFrame, recent: Booleans, leaders: Rows, settings: Settings) -> list[Topic]:
    """The topics of each group of `known` (`row`, `text`, `day`, `group`), the most surprising first.

    `recent` says which rows are in the window, `leaders` names the family of each.
    """
    topics: list[Topic] = []
    for group in known["group"].unique(maintain_order=True).to_list():
        rows = np.flatnonzero((known["group"] == group).to_numpy())
        if recent[rows].sum() >= settings.least_texts:
            topics += _in_group(known, rows, recent[rows], leaders, settings)
    topics.sort(key=lambda topic: (-topic.score, topic.id))
    return topics


def _in_group(
    known: pl.DataFrame, rows: Rows, recent: Booleans, leaders: Rows, settings: Settings
) -> list[Topic]:
    told = corpus(known["text"].gather(rows), recent, least=settings.least_texts)
    return [_topic(known, told, rows, grown, leaders, settings) for grown in _grown(told, settings)]


def _grown(told: Corpus, settings: Settings) -> list[Grown]:
    """Topics by seeds, the most surprising phrase first; each text is of one topic at most."""
    free = told.recent.copy()
    found: list[Grown] = []
    scores = _scores(told)
    emerging = scores >= settings.least_score
    for seed in _seeds(scores, emerging).tolist():
        texts = told.holding(seed)
        left = told.weighed(texts[free[texts]])
        if _score(told, seed, left) < settings.least_score or left < settings.least_texts:
            continue
        grown = grow(told, seed, free=free, emerging=emerging, stray_share=settings.stray_share)
        if grown is not None and grown.score >= settings.least_score:
            free[grown.texts] = False
            found.append(grown)
        if len(found) == settings.most_topics:
            break
    return found


def _seeds(scores: Floats, emerging: Booleans) -> Rows:
    likely = np.flatnonzero(emerging)
    return likely[np.argsort(-scores[likely], kind="stable")][:_MOST_SEEDS]


def _scores(told: Corpus) -> Floats:
    counts = enumerate(told.in_window.tolist())
    return np.array([_score(told, phrase, count) for phrase, count in counts], np.float64)


def _score(told: Corpus, phrase: int, count: float) -> float:
    return surprise(count, before=float(told.before[phrase]), ratio=told.ratio)


def _topic(
    known: pl.DataFrame, told: Corpus, rows: Rows, grown: Grown, leaders: Rows, settings: Settings
) -> Topic:
    places = rows[grown.texts]
    in_order = known[places].sort("day", "row")
    group, text = in_order["group"][0], in_order["text"][0]
    name = name_of(told, grown.texts, grown.phrases)
    return Topic(
        id=sha256_hex(f"{group}\n{text}".encode())[:ID_LETTERS],
        group=group,
        name=name,
        rows=known["row"].to_numpy()[places].astype(np.int64),
        distinct=len(np.unique(leaders[places])),
        before=round(grown.before),
        first_on=in_order["day"][0],
        last_on=in_order["day"][-1],
        score=grown.score,
        excerpts=excerpts(
            known[places],
            leaders[places],
            name.terms,
            most=settings.most_excerpts,
            length=settings.excerpt_characters,
        ),
    )
