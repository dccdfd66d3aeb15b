"""What consumers say was demanded of them: the clauses that say so, by kind, side by side across groups."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from xiaobao.analysis.text.types import Rows
from xiaobao.analysis.topics.excerpts import Excerpt, passage
from xiaobao.analysis.topics.settings import Settings

_CLAUSE = re.compile(r"[^。！？!?；;\n]+")
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
    for match in _CLAUSE.finditer(text):
        clause = match.group().strip()
        lower = clause.lower()
        if any(word in lower for word in settings.demands):
            for condition in settings.conditions:
                said = [word for word in condition.words if word in lower]
                if said and condition.kind not in found:
                    found[condition.kind] = passage(clause, said, length=settings.excerpt_characters)
    return found
