"""MinHash sketches: how many bytes two of them share tells about how many shingles their texts share.

Broder 1997; of each minimum one byte is kept, as in b-bit MinHash (Li and König 2010).
"""

import numpy as np
import polars as pl
from numba import njit

from xiaobao.analysis.text.shingles import USUAL, letters_of, shingles_of
from xiaobao.analysis.text.types import Codes, Rows, Sketches
from xiaobao.analysis.text.unfolding import pieces, unfolded

TREES, DEPTH = 40, 4
BYTES = TREES * DEPTH
_TOGETHER = 4
"""Shingles mixed at a time: what belongs to a place of the sketch is read once for all of them."""
_random = np.random.default_rng(20200303)  # any: it must only stay the same
_FACTORS = _random.integers(0, 2**31, BYTES, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
_OFFSETS = _random.integers(0, 2**32, BYTES, dtype=np.uint32)


def sketched(texts: pl.Series, *, size: int = USUAL) -> Sketches:
    """The sketches of tidied texts, by such shingles; that of a text without a character is of no use."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    sketches = np.zeros((len(texts), BYTES), np.uint8)
    for piece in pieces(lengths):
        told = unfolded(texts[piece])
        longest = int(lengths[piece].max(initial=0))
        _sketch(told.codes, told.bounds, longest, size, _FACTORS, _OFFSETS, sketches[piece])
    return sketches


@njit(cache=True, nogil=True)
def _sketch(
    codes: Codes, bounds: Rows, longest: int, size: int, factors: Codes, offsets: Codes, sketches: Sketches
) -> None:
    letters = np.empty(longest, np.uint32)
    places = np.empty(longest, np.int64)
    weights = np.empty(longest, np.int64)
    hashes = np.empty(longest + _TOGETHER - 1, np.uint64)
    minima = np.empty(factors.size, np.uint32)
    for text in range(bounds.size - 1):
        count = letters_of(codes, bounds[text], bounds[text + 1], letters, places)
        count = shingles_of(letters, count, size, hashes, places, weights)
        if count:
            hashes[count : count + _TOGETHER - 1] = hashes[0]  # again: the last ones are taken together too
        minima[:] = np.uint32(0xFFFFFFFF)
        for shingle in range(0, count, _TOGETHER):
            one, two = np.uint32(hashes[shingle]), np.uint32(hashes[shingle + 1])
            three, four = np.uint32(hashes[shingle + 2]), np.uint32(hashes[shingle + 3])
            for k in range(factors.size):
                factor, offset = factors[k], offsets[k]
                first = min(np.uint32(one * factor + offset), np.uint32(two * factor + offset))
                second = min(np.uint32(three * factor + offset), np.uint32(four * factor + offset))
                minima[k] = min(minima[k], first, second)
        for k in range(factors.size):
            mixed = np.uint32(minima[k] ^ (minima[k] >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
            sketches[text, k] = np.uint8(np.uint32(mixed) >> np.uint32(24))


@njit(cache=True, nogil=True)
def shared_bytes(one: Sketches, other: Sketches) -> int:
    """How many places of two sketches agree."""
    same = 0
    for k in range(one.size):
        same += one[k] == other[k]
    return same
