"""What the texts of a family have in common, and what each says besides: a template and its own words."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numba import njit

from xiaobao.analysis.text.families import Families
from xiaobao.analysis.text.shingles import USUAL, distinct, letters_of, shingles_of
from xiaobao.analysis.text.types import Booleans, Codes, Floats, Hashes, Rows
from xiaobao.analysis.text.unfolding import Unfolded, pieces, unfolded

_MOST_READ = 64
"""Texts of a family that tell what is common; more would not change it."""
_FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5)
_GAP = " … "


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainders:
    """Row by row, as the texts came. A text alone in its family shares nothing and remains whole."""

    shared: Floats
    """Share of its letters that stand in what most texts of its family have in common."""
    remainder: pl.Series
    """What stands outside of it, in the tidied text."""
    fingerprint: pl.Series
    """Four marks of the common part, of the family; null where too little is common."""


def find_remainders(families: Families, *, template_shingles: int) -> Remainders:
    """The common part of every family of two texts and more, and the remainders of its members."""
    told, rows = families.texts, np.arange(len(families.texts))
    shared = np.zeros(len(rows))
    remainder = told.to_list()
    marks: list[str | None] = [None] * len(rows)
    chosen = np.flatnonzero((families.sizes > 1) & (families.first_copy == rows))
    chosen = chosen[np.argsort(families.leader[chosen], kind="stable")]
    for members in _by_leader(chosen, families.leader):
        core = _core(told, members)
        fingerprint = _fingerprint(core) if len(core) >= template_shingles else None
        for piece in pieces(_lengths(told, members)):
            some = members[piece]
            text = unfolded(told.gather(some))
            covered = np.zeros(text.codes.size, np.bool_)
            _cover(text.codes, text.bounds, _longest(text), core, covered, part := np.zeros(len(some)))
            shared[some] = part
            for place, row in enumerate(some.tolist()):
                mask = covered[text.bounds[place] : text.bounds[place + 1]]
                remainder[row] = _uncovered(remainder[row], mask)
                marks[row] = fingerprint
    first = families.first_copy
    return Remainders(
        shared=shared[first],
        remainder=pl.Series(remainder, dtype=pl.String).gather(first),
        fingerprint=pl.Series(marks, dtype=pl.String).gather(first),
    )


def _by_leader(chosen: Rows, leader: Rows) -> Iterator[Rows]:
    edges = np.flatnonzero(np.diff(leader[chosen])) + 1
    return (members for members in np.split(chosen, edges) if len(members))


def _lengths(texts: pl.Series, rows: Rows) -> Rows:
    return texts.gather(rows).str.len_chars().to_numpy().astype(np.int64)


def _longest(text: Unfolded) -> int:
    return int(np.diff(text.bounds).max(initial=0))


def _core(texts: pl.Series, members: Rows) -> Hashes:
    """Shingles of more than half of the family's texts."""
    text = unfolded(texts.gather(members[:_MOST_READ]))
    every = _shingles(text.codes, text.bounds, _longest(text))
    hashes, counts = np.unique(every, return_counts=True)
    return hashes[counts * 2 > min(len(members), _MOST_READ)]


def _fingerprint(core: Hashes) -> str:
    """Least of the mixed hashes, four times: two families share a mark as often as they share shingles."""
    least = ((core * np.uint64(factor)).min() >> np.uint64(16) for factor in _FACTORS)
    return "-".join(f"{int(one) & 0xFFFFFF:06x}" for one in least)


def _uncovered(text: str, covered: Booleans) -> str:
    """The runs of a text that are not covered, those of blanks and signs alone left out."""
    edges = [0, *(np.flatnonzero(np.diff(covered)) + 1).tolist(), len(text)]
    runs = (text[first:last] for first, last in pairwise(edges) if not covered[first])
    return _GAP.join(trimmed for run in runs if (trimmed := _trimmed(run)))


def _trimmed(run: str) -> str:
    """Without blanks and punctuation at its ends."""
    told = [at for at, letter in enumerate(run) if unicodedata.category(letter)[0] not in "PZ"]
    return run[told[0] : told[-1] + 1] if told else ""


@njit(cache=True, nogil=True)
def _shingles(codes: Codes, bounds: Rows, longest: int) -> Hashes:
    letters = np.empty(longest, np.uint32)
    places = np.empty(longest, np.int64)
    hashes = np.empty(longest, np.uint64)
    weights = np.empty(longest, np.int64)
    every = np.empty(codes.size, np.uint64)
    filled = 0
    for text in range(bounds.size - 1):
        count = letters_of(codes, bounds[text], bounds[text + 1], letters, places)
        count = distinct(hashes, shingles_of(letters, count, USUAL, hashes, places, weights))
        every[filled : filled + count] = hashes[:count]
        filled += count
    return every[:filled].copy()


@njit(cache=True, nogil=True)
def _cover(codes: Codes, bounds: Rows, longest: int, core: Hashes, covered: Booleans, shared: Floats) -> None:
    """Mark the code points within shingles of the core, and tell the share of the letters that are."""
    letters = np.empty(longest, np.uint32)
    places = np.empty(longest, np.int64)
    hashes = np.empty(longest, np.uint64)
    weights = np.empty(longest, np.int64)
    ends = np.empty(longest, np.int64)
    for text in range(bounds.size - 1):
        count = letters_of(codes, bounds[text], bounds[text + 1], letters, places)
        behind = done = inside = 0
        for first in range(shingles_of(letters, count, USUAL, hashes, ends, weights)):
            at = np.searchsorted(core, hashes[first])
            if at == core.size or core[at] != hashes[first]:
                continue
            from_letter = max(first, done)
            inside += ends[first] - from_letter
            covered[max(places[first], behind) : places[ends[first] - 1] + 1] = True
            done, behind = ends[first], places[ends[first] - 1]
        shared[text] = inside / count if count else 0.0
