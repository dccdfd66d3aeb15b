"""How alike two texts are, exactly: the shingles of both over the shingles of either (Jaccard 1912).

An edit of a text of twelve characters takes three of its ten shingles, so that chance decides. Of two short
texts the letters that stand in the same order in both are counted too; their likeness is then that of long
texts of which the same share is unedited.
"""

import numpy as np
import polars as pl
from numba import njit

from xiaobao.analysis.text.shingles import USUAL, distinct, is_short, is_wide, letters_of, shingles_of
from xiaobao.analysis.text.types import Booleans, Codes, Floats, Hashes, Rows
from xiaobao.analysis.text.unfolding import pieces, unfolded


def likeness(texts: pl.Series, ones: Rows, others: Rows) -> Floats:
    """The likeness, 0 to 1, of the tidied texts at `ones[i]` and `others[i]`."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    alike = np.zeros(len(ones))
    for piece in pieces(lengths[ones] + lengths[others]):
        told = unfolded(texts.gather(np.concatenate([ones[piece], others[piece]])))
        longest = int(np.diff(told.bounds).max(initial=0))
        _compare(told.codes, told.bounds, longest, alike[piece])
    return alike


def are_short(texts: pl.Series) -> Booleans:
    """Which of the tidied texts are short."""
    short = np.zeros(len(texts), np.bool_)
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    for piece in pieces(lengths):
        told = unfolded(texts[piece])
        _mark_short(told.codes, told.bounds, int(lengths[piece].max(initial=0)), short[piece])
    return short


@njit(cache=True, nogil=True)
def _mark_short(codes: Codes, bounds: Rows, longest: int, short: Booleans) -> None:
    letters = np.empty(longest, np.uint32)
    places = np.empty(longest, np.int64)
    for text in range(short.size):
        count = letters_of(codes, bounds[text], bounds[text + 1], letters, places)
        short[text] = is_short(letters, count)


@njit(cache=True, nogil=True)
def _compare(codes: Codes, bounds: Rows, longest: int, alike: Floats) -> None:
    first = np.empty(longest, np.uint32)
    second = np.empty(longest, np.uint32)
    places = np.empty(longest + 1, np.int64)
    one = np.empty(longest, np.uint64)
    other = np.empty(longest, np.uint64)
    weights = np.empty(longest, np.int64)
    for pair in range(alike.size):
        at = pair + alike.size
        n = letters_of(codes, bounds[pair], bounds[pair + 1], first, places)
        m = letters_of(codes, bounds[at], bounds[at + 1], second, places)
        alike[pair] = _jaccard(
            one,
            distinct(one, shingles_of(first, n, USUAL, one, places, weights)),
            other,
            distinct(other, shingles_of(second, m, USUAL, other, places, weights)),
        )
        if alike[pair] < 1 and is_short(first, n) and is_short(second, m):
            share = 2 * _in_order(first[:n], second[:m], places) / max(n + m, 1)
            kept = share ** (3 if is_wide(first, n) else 5)  # a shingle stays where all its letters do
            alike[pair] = max(alike[pair], kept / (2 - kept))


@njit(cache=True, nogil=True)
def _jaccard(one: Hashes, n: int, other: Hashes, m: int) -> float:
    """Of two sorted lists without repetition."""
    i = j = both = 0
    while i < n and j < m:
        if one[i] == other[j]:
            both += 1
            i += 1
            j += 1
        elif one[i] < other[j]:
            i += 1
        else:
            j += 1
    return both / (n + m - both) if n + m > both else 0.0


@njit(cache=True, nogil=True)
def _in_order(one: Codes, other: Codes, longest: Rows) -> int:
    """Letters of the longest common subsequence (Wagner and Fischer 1974); `longest` is room to work in."""
    longest[: other.size + 1] = 0
    for i in range(one.size):
        before = 0
        for j in range(other.size):
            above = longest[j + 1]
            if one[i] == other[j]:
                longest[j + 1] = before + 1
            elif longest[j] > above:
                longest[j + 1] = longest[j]
            before = above
    return int(longest[other.size])
