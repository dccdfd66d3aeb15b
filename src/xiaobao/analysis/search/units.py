"""Texts as pairs of neighbouring units, so that a phrase of pairs is found exactly where a scan finds it.

A unit is one character, or one word of Latin letters and digits; blanks part words and are otherwise nothing;
every other sign ends a run. Segmentation into words would lose hits, and three characters at a time would
never find a word of two.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import polars as pl

from xiaobao.analysis.text.tidying import tidied

_UNIT = re.compile(r"[a-z0-9]{1,64}|[^\W_]|\S")
_WORD = re.compile(r"[^\W_]")
_LATIN = re.compile(r"[a-z0-9]+")
_JOIN = "·"
"""Between two Latin words of a pair: without it `la te` would read like `late`."""
_BREAK = "¶"
"""Holds the place of a run's end where two pairs would otherwise look like neighbours."""


def folded(texts: pl.Series) -> pl.Series:
    """Texts as they are compared: half-width, without invisible signs, in lower case."""
    return tidied(texts).str.to_lowercase()


def runs(text: str) -> list[list[str]]:
    """The units of a folded text, run by run."""
    found: list[list[str]] = [[]]
    for unit in _UNIT.findall(text):
        if _WORD.match(unit):
            found[-1].append(unit)
        elif found[-1]:
            found.append([])
    return [run for run in found if run]


def pair(first: str, second: str) -> str:
    """The term of two neighbouring units."""
    both_latin = _LATIN.fullmatch(first) and _LATIN.fullmatch(second)
    return f"{first}{_JOIN}{second}" if both_latin else first + second


def pairs(run: Sequence[str]) -> list[str]:
    """The terms of a run, none for a run of one unit."""
    return [pair(first, second) for first, second in pairwise(run)]


def indexed_pairs(text: str) -> str:
    """The terms of a folded text in their order, divided by blanks."""
    return " ".join(_terms(runs(text)))


def indexed_units(text: str) -> str:
    """The different units of a folded text, divided by blanks."""
    return " ".join(dict.fromkeys(unit for run in runs(text) for unit in run))


def _terms(found: Sequence[Sequence[str]]) -> Iterator[str]:
    last = None
    for run in found:
        if len(run) > 1:
            # Two pairs that share a unit are neighbours of one run, or must not stand side by side.
            if last == run[0]:
                yield _BREAK
            yield from pairs(run)
            last = run[-1]
