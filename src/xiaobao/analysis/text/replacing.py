"""Code points of many texts replaced by a table, compiled."""

import numpy as np
from numba import njit

from xiaobao.analysis.text.types import Booleans, Codes, Rows
from xiaobao.analysis.text.unfolding import code_point
from xiaobao.analysis.text.utf8 import Bytes, Encoded

_BLANK = 1 << 24 | 0x20
_LONGEST = 3


def replace(texts: Encoded, replacements: Codes) -> tuple[Encoded, Rows]:
    """The texts by the table of `tidying`, blanks single and trimmed; places of texts with a rare sign.

    The latter are left empty.
    """
    signs = np.empty(texts.bounds[-1] - texts.bounds[0] + _LONGEST, np.uint8)  # a replacement is never longer
    bounds = np.zeros(texts.bounds.size, np.int64)
    rare = np.zeros(texts.bounds.size - 1, np.bool_)
    _replace(texts.signs, texts.bounds, replacements, signs, bounds, rare)
    return Encoded(signs=signs[: bounds[-1]], bounds=bounds), np.flatnonzero(rare)


@njit(cache=True, nogil=True)
def _replace(
    signs: Bytes, bounds: Rows, replacements: Codes, told: Bytes, told_bounds: Rows, rare: Booleans
) -> None:
    put = np.int64(0)
    for text in range(rare.size):
        begun, behind_blank = put, True
        place = bounds[text]
        while place < bounds[text + 1]:
            code, place = code_point(signs, place)
            replacement = replacements[code] if code < replacements.size else np.uint32(0xFFFFFFFF)
            size = replacement >> np.uint32(24)
            if size > _LONGEST:
                rare[text] = True
                break
            told[put] = replacement & np.uint32(0xFF)
            told[put + 1] = replacement >> np.uint32(8) & np.uint32(0xFF)
            told[put + 2] = replacement >> np.uint32(16) & np.uint32(0xFF)
            blank = replacement == _BLANK
            # Without a branch, as nobody can guess where words end: what is not to stay is written over.
            put += np.int64(0 if blank and behind_blank else size)
            behind_blank = blank if size > 0 else behind_blank
        if rare[text]:
            put = begun
        elif put > begun and behind_blank:
            put -= 1
        told_bounds[text + 1] = put
