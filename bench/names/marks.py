"""Sentences drawn from the shared texts, and what two readers marked in each; the texts stay where they are.

`sentences.csv` says where a sentence stands and what its digest is, `marks.csv` which characters of it each
reader marked. Half of the sentences were drawn from all, half from those with words that often stand near
names: a surname, an honorific, a door, a place of work.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bench.real_texts import FOLDER

_HERE = Path(__file__).parent
_DIGITS = 12
OPTIONAL = "optional"
"""Marked where masking is neither asked for nor wrong."""

Span = tuple[int, int, str]
"""Characters [start, end) of a sentence and their kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence within its text."""

    number: int
    drawn: str
    """`random` or `likely`."""
    text: str
    """The whole text, of which the sentence is [start, end)."""
    start: int
    end: int
    marks: dict[str, tuple[Span, ...]]
    """Reader → marks, counted from the start of the sentence."""


def sentences() -> Iterator[Sentence]:
    """All sentences with their marks; ValueError where a text is not the one that was read."""
    marks = _marks()
    texts: dict[tuple[str, str], list[str | None]] = {}
    for row in _rows("sentences.csv"):
        place = (row["file"], row["column"])
        if place not in texts:
            texts[place] = pl.read_csv(FOLDER / row["file"], infer_schema=False)[row["column"]].to_list()
        text, number = texts[place][int(row["row"])] or "", int(row["number"])
        start, end = int(row["start"]), int(row["end"])
        if hashlib.sha256(text[start:end].encode()).hexdigest()[:_DIGITS] != row["sha256"]:
            raise ValueError(f"sentence {number} is another one than was read")
        yield Sentence(
            number=number, drawn=row["drawn"], text=text, start=start, end=end, marks=marks.get(number, {})
        )


def _marks() -> dict[int, dict[str, tuple[Span, ...]]]:
    marks: defaultdict[int, dict[str, tuple[Span, ...]]] = defaultdict(dict)
    for row in _rows("marks.csv"):
        span = (int(row["start"]), int(row["end"]), row["kind"])
        of_sentence = marks[int(row["number"])]
        of_sentence[row["reader"]] = (*of_sentence.get(row["reader"], ()), span)
    return marks


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
