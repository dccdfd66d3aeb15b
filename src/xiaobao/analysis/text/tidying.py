"""The form in which texts are compared: the same words written by another hand or program read the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from xiaobao.analysis.text.types import Codes, Rows

_INVISIBLE = r"\p{Cf}+"
"""Marks of direction, joiners, soft hyphens: nothing to the eye."""
_BLANK = r"[\p{Cc}\p{Z}]+"
"""Control characters and spaces of every kind, line ends among them."""
_PIECE_TEXTS = 20_000
_PIECE_CHARACTERS = 4_000_000
"""Code points that are unfolded into an array at a time."""


def tidied(texts: pl.Series) -> pl.Series:
    """Half-width (NFKC), without invisible signs, blanks as single spaces, trimmed; null becomes empty."""
    if not len(texts):
        return texts.fill_null("")
    # Piece by piece: every step is a copy, and a million texts have some hundred megabytes.
    pieces_of = texts.fill_null("").to_frame().iter_slices(_PIECE_TEXTS)
    return pl.concat([_tidied(piece.to_series()) for piece in pieces_of], rechunk=True)


def _tidied(texts: pl.Series) -> pl.Series:
    told = texts.str.normalize("NFKC").str.replace_all(_INVISIBLE, "")
    return told.str.replace_all(_BLANK, " ").str.strip_chars(" ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfolded:
    """Texts one behind the other as code points."""

    codes: Codes
    bounds: Rows
    """Where each text begins, and the end of the last."""


def unfolded(texts: pl.Series) -> Unfolded:
    """The code points of the texts, which must not be null."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    joined = "".join(texts.to_list()).encode("utf-32-le")
    bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    return Unfolded(codes=np.frombuffer(joined, np.uint32), bounds=bounds)


def pieces(lengths: Rows) -> Iterator[slice]:
    """Consecutive texts that are worth unfolding together, by their lengths in characters; each once."""
    share = np.cumsum(lengths + 1) // _PIECE_CHARACTERS
    edges = [0, *(np.flatnonzero(np.diff(share)) + 1).tolist(), len(lengths)]
    return (slice(first, last) for first, last in pairwise(edges) if last > first)
