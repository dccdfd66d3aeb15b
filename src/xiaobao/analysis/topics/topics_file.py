"""The form of `topics.json`."""

from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from xiaobao.analysis.topics.conditions import Demanded
from xiaobao.analysis.topics.detection import Found, Topic
from xiaobao.analysis.topics.excerpts import Excerpt
from xiaobao.lib.periods import Period
from xiaobao.lib.words import Words

Masked = Callable[[Sequence[str]], Sequence[str]]
_SCORE_DIGITS = 2


class ExcerptRow(msgspec.Struct, frozen=True, kw_only=True):
    """A masked passage; rows of data are counted from 1."""

    row_id: int
    text: str


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """Always both: all texts, and each family of near-duplicates once."""

    all: int
    distinct: int


class TopicRow(msgspec.Struct, frozen=True, kw_only=True):
    """One topic; of its row ids the most typical come first."""

    id: str
    rank: int
    group: str
    label: str
    terms: tuple[str, ...]
    size: Size
    before: int
    first_day: date
    last_day: date
    score: float
    row_ids: list[int]
    excerpts: list[ExcerptRow]


class ConditionRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one group demands, of one kind."""

    kind: str
    zh: str
    en: str
    group: str
    size: Size
    quotes: list[ExcerptRow]


class TopicsFile(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file."""

    first_day: date
    last_day: date
    texts: int
    texts_before: int
    not_dated: int
    """Rows without a readable day, left out."""
    first_not_dated: int | None
    """The first of them, a row of data from 1."""
    no_text: int
    """Rows of days up to the last one without a text, left out as well."""
    decided_on: date
    """The decision of the catalog that was followed."""
    names_masked: bool
    """Whether names, addresses and employers are masked in what is quoted; numbers always are."""
    topics: list[TopicRow]
    conditions: list[ConditionRow]


def topics_file(
    found: Found,
    window: Period,
    *,
    rows: list[int],
    not_dated: Sequence[int],
    no_text: int,
    decided_on: date,
    kinds: dict[str, Words],
    masked: Masked | None,
) -> TopicsFile:
    """The file of what was found; `rows` are the row ids of the texts it was found in.

    `masked` masks names in what is quoted; None where that cannot be done here, which the file tells.
    """
    return TopicsFile(
        first_day=window.from_on,
        last_day=window.last_on,
        texts=found.texts,
        texts_before=found.before,
        not_dated=len(not_dated),
        first_not_dated=not_dated[0] if not_dated else None,
        no_text=no_text,
        decided_on=decided_on,
        names_masked=masked is not None,
        topics=[_topic(topic, rank, rows, masked) for rank, topic in enumerate(found.topics, start=1)],
        conditions=[_condition(one, kinds[one.kind], rows, masked) for one in found.conditions],
    )


def _topic(topic: Topic, rank: int, rows: list[int], masked: Masked | None) -> TopicRow:
    return TopicRow(
        id=topic.id,
        rank=rank,
        group=topic.group,
        label=topic.name.label,
        terms=topic.name.terms,
        size=Size(all=len(topic.rows), distinct=topic.distinct),
        before=topic.before,
        first_day=topic.first_on,
        last_day=topic.last_on,
        score=round(topic.score, _SCORE_DIGITS),
        row_ids=[rows[row] for row in topic.rows.tolist()],
        excerpts=_excerpts(topic.excerpts, rows, masked),
    )


def _condition(one: Demanded, name: Words, rows: list[int], masked: Masked | None) -> ConditionRow:
    return ConditionRow(
        kind=one.kind,
        zh=name.zh,
        en=name.en,
        group=one.group,
        size=Size(all=one.texts, distinct=one.distinct),
        quotes=_excerpts(one.quotes, rows, masked),
    )


def _excerpts(told: tuple[Excerpt, ...], rows: list[int], masked: Masked | None) -> list[ExcerptRow]:
    texts = [one.text for one in told]
    quoted = masked(texts) if masked else texts
    return [ExcerptRow(row_id=rows[one.row], text=text) for one, text in zip(told, quoted, strict=True)]
