"""How alike two texts are, exactly: the shingles of both over the shingles of either (Jaccard 1912)."""

import numpy as np
import polars as pl
from numba import njit

from xiaobao.analysis.text.shingles import distinct, letters_of, shingles_of
from xiaobao.analysis.text.tidying import pieces, unfolded
from xiaobao.analysis.text.types import Codes, Floats, Rows


def likeness(texts: pl.Series, ones: Rows, others: Rows) -> Floats:
    """The likeness, 0 to 1, of the tidied texts at `ones[i]` and `others[i]`."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    alike = np.zeros(len(ones))
    for piece in pieces(lengths[ones] + lengths[others]):
        told = unfolded(texts.gather(np.concatenate([ones[piece], others[piece]])))
        longest = int(np.diff(told.bounds).max(initial=0))
        _compare(told.codes, told.bounds, longest, alike[piece])
    return alike


@njit(cache=True, nogil=True)
def _compare(codes: Codes, bounds: Rows, longest: int, alike: Floats) -> None:
    letters = np.empty(longest, np.uint32)
    places = np.empty(longest, np.int64)
    one = np.empty(longest, np.uint64)
    other = np.empty(longest, np.uint64)
    for pair in range(alike.size):
        second = pair + alike.size
        count = letters_of(codes, bounds[pair], bounds[pair + 1], letters, places)
        n = distinct(one, shingles_of(letters, count, one, places))
        count = letters_of(codes, bounds[second], bounds[second + 1], letters, places)
        m = distinct(other, shingles_of(letters, count, other, places))
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
        alike[pair] = both / (n + m - both) if n + m > both else 0.0
