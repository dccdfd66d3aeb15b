"""Texts as code points, on which the kernels work."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numba import njit

from xiaobao.analysis.text.types import Codes, Rows
from xiaobao.analysis.text.utf8 import Bytes, encoded

_PIECE_CHARACTERS = 4_000_000
"""Code points that are unfolded into an array at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfolded:
    """Texts one behind the other as code points."""

    codes: Codes
    bounds: Rows
    """Where each text begins, and the end of the last."""


def unfolded(texts: pl.Series) -> Unfolded:
    """The code points of the texts, which must not be null."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    told = encoded(texts)
    codes = np.empty(bounds[-1], np.uint32)
    _decode(told.signs, told.bounds[0], codes)
    return Unfolded(codes=codes, bounds=bounds)


def pieces(lengths: Rows) -> Iterator[slice]:
    """Consecutive texts that are worth unfolding together, by their lengths in characters; each once."""
    share = np.cumsum(lengths + 1) // _PIECE_CHARACTERS
    edges = [0, *(np.flatnonzero(np.diff(share)) + 1).tolist(), len(lengths)]
    return (slice(first, last) for first, last in pairwise(edges) if last > first)


@njit(cache=True, nogil=True)
def code_point(signs: Bytes, place: int) -> tuple[np.unsignedinteger, int]:
    """The code point that begins at that byte of valid UTF-8, and the byte behind it."""
    byte = np.uint32(signs[place])
    if byte < 0x80:
        return byte, place + 1
    two = np.uint32(signs[place + 1] & 0x3F)
    if byte < 0xE0:
        return (byte & 0x1F) << 6 | two, place + 2
    three = np.uint32(signs[place + 2] & 0x3F)
    if byte < 0xF0:
        return (byte & 0xF) << 12 | two << 6 | three, place + 3
    return (byte & 7) << 18 | two << 12 | three << 6 | np.uint32(signs[place + 3] & 0x3F), place + 4


@njit(cache=True, nogil=True)
def _decode(signs: Bytes, place: int, codes: Codes) -> None:
    for at in range(codes.size):
        codes[at], place = code_point(signs, place)
