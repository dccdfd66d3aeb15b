"""What consumers say was demanded of them: the clauses that say so, by kind, side by side across groups."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from xiaobao.analysis.text.types import Rows
from xiaobao.analysis.topics.excerpts import Excerpt, passage
from xiaobao.analysis.topics.settings import Condition, Settings

_SENTENCE = re.compile(r"(?:[^。！？!?；;.\n]|(?<=\d)\.(?=\d))+")
_NEAR = 40
"""Characters between what demands and what is demanded: texts without signs are one long sentence."""
_COVER = "\0"
_QUOTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Demanded:
    """One kind of condition in one group."""

    kind: str
    group: str
    texts: int
    distinct: int
    quotes: tuple[Excerpt, ...]
    """Of different families; a quote says a word of the kind and one that demands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A word of a kind near one that demands."""

    kind: str
    word: str
    sentence: str


def demanded(texts: pl.DataFrame, leaders: Rows, settings: Settings) -> tuple[Demanded, ...]:
    """Of texts (`row`, `text`, `group`), by kind in the catalog's order, then by texts, most first."""
    found: dict[tuple[str, str], list[tuple[int, Excerpt]]] = {}
    rows = texts.select("row", "text", "group").iter_rows()
    for family, (row, text, group) in zip(leaders.tolist(), rows, strict=True):
        for kind, quote in quotes(text, settings).items():
            found.setdefault((kind, group), []).append((family, Excerpt(row=row, text=quote)))
    order = {condition.kind: place for place, condition in enumerate(settings.conditions)}
    told = [_told(kind, group, said) for (kind, group), said in found.items()]
    return tuple(sorted(told, key=lambda one: (order[one.kind], -one.texts, one.group)))


def _told(kind: str, group: str, said: list[tuple[int, Excerpt]]) -> Demanded:
    of_family: dict[int, Excerpt] = {}
    for family, excerpt in said:
        of_family.setdefault(family, excerpt)
    first = tuple(of_family.values())[:_QUOTES]
    return Demanded(kind=kind, group=group, texts=len(said), distinct=len(of_family), quotes=first)


def quotes(text: str, settings: Settings) -> Mapping[str, str]:
    """Of each kind the first sentence that demands it."""
    found: dict[str, str] = {}
    for one in demands_of(text, settings):
        if one.kind not in found:
            found[one.kind] = passage(one.sentence, [one.word], length=settings.excerpt_characters)
    return found


def demands_of(text: str, settings: Settings) -> Iterator[Demand]:
    """What a text says was demanded, sentence by sentence."""
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        lower = _told_of_others(sentence.lower(), settings)
        near = _Near.of(lower, settings)
        if near is None:
            continue
        for condition in settings.conditions:
            for word in _words(condition).finditer(lower):
                if near.holds(*word.span(1)):
                    yield Demand(kind=condition.kind, word=word.group(1), sentence=sentence)


def _told_of_others(lower: str, settings: Settings) -> str:
    """The sentence with what is no demand of the institution's covered, letter by letter."""
    if not settings.no_demands:
        return lower
    return _any_of(settings.no_demands).sub(lambda found: _COVER * len(found.group()), lower)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Near:
    """Where a word is near what demands: of each letter whether it is, so that long sentences stay linear."""

    either: bytearray
    follows: bytearray
    precedes: bytearray

    @classmethod
    def of(cls, lower: str, settings: Settings) -> "_Near | None":
        """None where nothing demands."""
        either = _reach(lower, settings.demands, before=_NEAR, after=_NEAR)
        follows = _reach(lower, settings.demands_first, before=0, after=_NEAR)
        precedes = _reach(lower, settings.demands_last, before=_NEAR, after=0)
        return (
            cls(either=either, follows=follows, precedes=precedes) if either or follows or precedes else None
        )

    def holds(self, begin: int, end: int) -> bool:
        """Of a word's place: it is near, or begins behind what demands, or ends before that does."""
        return (
            any(self.either[begin : end + 1])
            or any(self.follows[begin : begin + 1])
            or any(self.precedes[end : end + 1])
        )


def _reach(lower: str, patterns: tuple[str, ...], *, before: int, after: int) -> bytearray:
    """One place more than letters, 1 where a pattern is so near; empty where none is."""
    spans = [one.span() for one in _any_of(patterns).finditer(lower)] if patterns else []
    reach = bytearray(len(lower) + 1 if spans else 0)
    for first, last in spans:
        begin, end = max(0, first - before), min(len(reach), last + after + 1)
        reach[begin:end] = b"\1" * (end - begin)
    return reach


@lru_cache(maxsize=32)
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns))


@lru_cache(maxsize=64)
def _words(condition: Condition) -> re.Pattern[str]:
    """Its only group: of words that begin alike the longest; words may overlap, as 居住证 and 证明 do."""
    words = "|".join(re.escape(one) for one in sorted(condition.words, key=len, reverse=True))
    return re.compile(f"(?=({words}))")
