"""Texts of about 200 characters from sentences, each with its personal and its innocent places known."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from bench.personal_texts import sentences, sentences_documents, sentences_held_out
from bench.personal_texts.innocent import INNOCENT
from bench.personal_texts.personal import PERSONAL
from bench.personal_texts.samples import Kind, Sample, Span
from bench.personal_texts.writing import Hand

_PLACE = re.compile(r"\{([a-z_]+)\}")
_LENGTH = 200
_CHINESE_SHARE = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Sentences in two languages and how their writers write numbers."""

    chinese: tuple[str, ...]
    english: tuple[str, ...]
    hand: Hand


DEVELOPMENT = Book(
    chinese=sentences.CHINESE,
    english=sentences.ENGLISH,
    hand=Hand(grouped=0.25, full_width=0.12, chinese=0.1, single=0.03),
)
HELD_OUT = Book(
    chinese=sentences_held_out.CHINESE,
    english=sentences_held_out.ENGLISH,
    hand=Hand(grouped=0.35, full_width=0.15, chinese=0.15, single=0.05),
)
DOCUMENTS = Book(
    chinese=sentences_documents.CHINESE,
    english=sentences_held_out.ENGLISH,
    hand=Hand(grouped=0.2, full_width=0.1, chinese=0.0, single=0.0),
)
"""Rarer kinds, beside numbers that look like them."""


def samples(count: int, *, seed: int, book: Book) -> Iterator[Sample]:
    """So many texts, the same for one seed."""
    chance = Random(seed)
    for _ in range(count):
        chinese = chance.random() < _CHINESE_SHARE
        yield _sample(
            chance, book.chinese if chinese else book.english, book.hand, joined="" if chinese else " "
        )


def _sample(chance: Random, frames: Sequence[str], hand: Hand, *, joined: str) -> Sample:
    text, spans = "", list[Span]()
    while len(text) < _LENGTH:
        text += joined if text else ""
        for at, piece in enumerate(_PLACE.split(chance.choice(frames))):
            filling, kind = _filling(chance, piece, hand) if at % 2 else (piece, None)
            if kind is not None:
                spans.append(Span(start=len(text), end=len(text) + len(filling), kind=kind))
            text += filling
    return Sample(text=text, spans=tuple(spans))


def _filling(chance: Random, place: str, hand: Hand) -> tuple[str, Kind | None]:
    if place in PERSONAL:
        return PERSONAL[place](chance, hand)
    if place in INNOCENT:
        return INNOCENT[place](chance), Kind.INNOCENT
    return chance.choice(sentences.WORDS[place]), None
