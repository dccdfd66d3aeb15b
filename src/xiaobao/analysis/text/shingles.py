"""Shingles of a text, compiled: overlapping runs of letters that carry about as much in any script.

Three Chinese characters or five Latin letters or digits make a shingle; a fine one, for short texts, has two
or four. Case, blanks and punctuation do not count, so that a text is not told apart by them; a text of
nothing else is taken as it stands.
"""

import numpy as np
from numba import njit

from xiaobao.analysis.text.types import Codes, Hashes, Rows

_WIDE_FROM = 0x2E80
"""From here on scripts write a syllable or a word in one character."""
_WIDE, _NARROW = 4, 2
USUAL, FINE = 10, 7
"""What the letters of a shingle weigh together at least."""
_SHORT = 200
"""What a short text weighs at most: fifty Chinese characters or a hundred Latin letters."""


@njit(cache=True, nogil=True)
def _is_sign(code: int) -> bool:
    """Blanks, punctuation, and what only changes how a neighbour looks."""
    if code < 0xC0:
        digit = 0x30 <= code <= 0x39
        letter = 0x41 <= code <= 0x5A or 0x61 <= code <= 0x7A
        return not (digit or letter)
    if 0x2000 <= code <= 0x206F or 0xFE00 <= code <= 0xFE6F:
        return True
    return 0x3000 <= code <= 0x303F and code != 0x3005 and code != 0x3007  # 々 and 〇 are letters


@njit(cache=True, nogil=True)
def letters_of(codes: Codes, start: int, end: int, letters: Codes, places: Rows) -> int:
    """Fill the letters of a text, lower case, and where they stand in `codes`; return how many."""
    count = 0
    for place in range(start, end):
        code = codes[place]
        if _is_sign(code):
            continue
        if 0x41 <= code <= 0x5A:
            code += 0x20
        letters[count] = code
        places[count] = place
        count += 1
    if count == 0:
        for place in range(start, end):
            letters[count] = codes[place]
            places[count] = place
            count += 1
    return count


@njit(cache=True, nogil=True)
def is_wide(letters: Codes, count: int) -> bool:
    """Whether most letters are such as three make a shingle."""
    wide = 0
    for place in range(count):
        wide += letters[place] >= _WIDE_FROM
    return 2 * wide > count


@njit(cache=True, nogil=True)
def is_short(letters: Codes, count: int) -> bool:
    """Whether so few shingles are in it that a few edits leave none."""
    weight = 0
    for place in range(count):
        weight += _WIDE if letters[place] >= _WIDE_FROM else _NARROW
        if weight > _SHORT:
            return False
    return True


@njit(cache=True, nogil=True)
def shingles_of(letters: Codes, count: int, size: int, hashes: Hashes, ends: Rows) -> int:
    """Fill the hash of each shingle of that size and the letter behind its last; return how many.

    Shingle `i` begins at letter `i`. A text shorter than one is one shingle; an empty one has none.
    """
    for first in range(count):
        hashed = np.uint64(0x9E3779B97F4A7C15)
        weight = 0
        last = first
        while last < count and weight < size:
            weight += _WIDE if letters[last] >= _WIDE_FROM else _NARROW
            hashed = (hashed ^ np.uint64(letters[last])) * np.uint64(0xD6E8FEB86659FD93)
            hashed ^= hashed >> np.uint64(32)
            last += 1
        if weight < size and first > 0:
            return first
        hashed *= np.uint64(0xD6E8FEB86659FD93)
        hashes[first] = hashed ^ (hashed >> np.uint64(32))
        ends[first] = last
        if weight < size:
            return 1
    return count


@njit(cache=True, nogil=True)
def distinct(hashes: Hashes, count: int) -> int:
    """Sort the first `count` in place, each once; return how many are left."""
    if count == 0:
        return 0
    hashes[:count].sort()
    kept = 1
    for i in range(1, count):
        if hashes[i] != hashes[kept - 1]:
            hashes[kept] = hashes[i]
            kept += 1
    return kept
