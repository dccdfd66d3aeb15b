"""Representative passages: of the most typical texts, the part that says what the topic is about."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from xiaobao.analysis.text.types import Rows

_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A passage of a text."""

    row: int
    text: str


def excerpts(
    typical: pl.DataFrame, leaders: Rows, terms: Iterable[str], *, most: int, length: int
) -> tuple[Excerpt, ...]:
    """Of texts (`row`, `text`), the most typical first, at most one of each family.

    A text longer than `length` characters is cut around the first of the terms it says.
    """
    told: dict[int, Excerpt] = {}
    known = tuple(terms)
    for family, row, text in zip(leaders.tolist(), typical["row"], typical["text"], strict=True):
        if len(told) < most and family not in told:
            told[family] = Excerpt(row=row, text=passage(text, known, length=length))
    return tuple(told.values())


def passage(text: str, terms: Iterable[str], *, length: int) -> str:
    """So many characters of the text, from shortly before the first of the terms it says."""
    if len(text) <= length:
        return text
    lower = text.lower()
    places = [at for term in terms if (at := lower.find(term)) >= 0]
    first = max(0, min(min(places, default=0) - length // 4, len(text) - length))
    cut = text[first : first + length]
    return (_ELLIPSIS if first else "") + cut + (_ELLIPSIS if first + length < len(text) else "")
