"""Shingles of a text, compiled: overlapping runs of letters that carry about as much in any script.

Three Chinese characters or five Latin letters or digits make a shingle; a fine one, for short texts, has two
or four. Case, blanks and punctuation do not count, so that a text is not told apart by them; a text of
nothing else is taken as it stands.
"""

import numpy as np
from numba import njit

from xiaobao.analysis.text.types import Booleans, Codes, Hashes, Rows

_WIDE_FROM = 0x2E80
"""From here on scripts write a syllable or a word in one character."""
_WIDE, _NARROW = 4, 2
USUAL, FINE = 10, 7
"""What the letters of a shingle weigh together at least."""
_SHORT = 200
"""What a short text weighs at most: fifty Chinese characters or a hundred Latin letters."""


_LAST = 0xFFFF
"""What holds of it holds of all code points behind it: letters as they are."""


def _letters() -> tuple[Booleans, Codes]:
    """Of each code point up to the last whether it is a letter, and what makes it lower case.

    Blanks, punctuation, and what only changes how a neighbour looks are signs, no letters.
    """
    code = np.arange(_LAST + 1)
    capital = (code >= 0x41) & (code <= 0x5A)
    sign = (code < 0xC0) & ~capital & ~((code >= 0x30) & (code <= 0x39)) & ~((code >= 0x61) & (code <= 0x7A))
    sign |= (code >= 0x2000) & (code <= 0x206F)
    sign |= (code >= 0xFE00) & (code <= 0xFE6F)
    sign |= (code >= 0x3000) & (code <= 0x303F) & (code != 0x3005) & (code != 0x3007)  # 々 and 〇 are letters
    return ~sign, np.where(capital, 0x20, 0).astype(np.uint32)


_IS_LETTER, _TO_LOWER = _letters()


@njit(cache=True, nogil=True)
def letters_of(codes: Codes, start: int, end: int, letters: Codes, places: Rows) -> int:
    """Fill the letters of a text, lower case, and where they stand in `codes`; return how many."""
    count = 0
    for place in range(start, end):
        code = codes[place]
        known = min(code, np.uint32(_LAST))
        letters[count] = code + _TO_LOWER[known]
        places[count] = place
        count += _IS_LETTER[known]  # what is none is written over: no branch to guess, half the time
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
def shingles_of(letters: Codes, count: int, size: int, hashes: Hashes, ends: Rows, weights: Rows) -> int:
    """Fill the hash of each shingle of that size and the letter behind its last; return how many.

    Shingle `i` begins at letter `i`. A text shorter than one is one shingle; an empty one has none.
    `weights` is room to work in.
    """
    hashes[:count] = np.uint64(0x9E3779B97F4A7C15)
    weights[:count] = 0
    for place in range(count):
        ends[place] = place
    # Letter by letter of all shingles, not shingle by shingle: so processors work on several at a time.
    for taken in range(min(count, (size + _NARROW - 1) // _NARROW)):
        some = count - taken
        _take(letters[taken:count], size, hashes[:some], ends[:some], weights[:some])
    for place in range(count):
        hashed = hashes[place] * np.uint64(0xD6E8FEB86659FD93)
        hashes[place] = hashed ^ (hashed >> np.uint64(32))
    while count > 1 and weights[count - 1] < size:
        count -= 1
    return count


@njit(cache=True, nogil=True)
def _take(letters: Codes, size: int, hashes: Hashes, ends: Rows, weights: Rows) -> None:
    """Take one more letter into every shingle that is not yet heavy enough."""
    for place in range(hashes.size):
        wanted = weights[place] < size
        hashed = (hashes[place] ^ np.uint64(letters[place])) * np.uint64(0xD6E8FEB86659FD93)
        hashes[place] = hashed ^ (hashed >> np.uint64(32)) if wanted else hashes[place]
        ends[place] += wanted
        weights[place] += (_WIDE if letters[place] >= _WIDE_FROM else _NARROW) if wanted else 0


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
