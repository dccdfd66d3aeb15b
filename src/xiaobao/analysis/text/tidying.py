"""The form in which texts are compared: the same words written by another hand or program read the same."""

import unicodedata
from functools import cache

import numpy as np
import polars as pl

from xiaobao.analysis.text.types import Codes
from xiaobao.analysis.text.utf8 import decoded, encoded

_INVISIBLE = r"\p{Cf}+"
"""Marks of direction, joiners, soft hyphens: nothing to the eye."""
_BLANK = r"[\p{Cc}\p{Z}]+"
"""Control characters and spaces of every kind, line ends among them."""
_PIECE_TEXTS = 20_000
_MANY_BYTES = 1_000_000
"""From here on compiled code is worth loading."""
_CODES = 0x10000
"""Code points that are looked up: those of the Basic Multilingual Plane."""
_BYTES, _RARE = 24, 4
"""The bit from which a replacement tells the number of its bytes, and what it tells where there is none."""
_JAMO = range(0x1100, 0x1200)


def tidied(texts: pl.Series) -> pl.Series:
    """Half-width (NFKC), without invisible signs, blanks as single spaces, trimmed; null becomes empty."""
    told = texts.fill_null("")
    if not len(told):
        return told
    tidy = looked_up if told.str.len_bytes().sum() >= _MANY_BYTES else worked_out
    # Piece by piece: every step is a copy, and a million texts have some hundred megabytes.
    pieces_of = told.to_frame().iter_slices(_PIECE_TEXTS)
    return pl.concat([tidy(piece.to_series()) for piece in pieces_of], rechunk=True)


def worked_out(texts: pl.Series) -> pl.Series:
    """What tidied means, by the rules of Unicode, text by text."""
    told = texts.str.normalize("NFKC").str.replace_all(_INVISIBLE, "")
    return told.str.replace_all(_BLANK, " ").str.strip_chars(" ")


def looked_up(texts: pl.Series) -> pl.Series:
    """The same several times as fast: each code point by itself; texts with a rare one are worked out."""
    from xiaobao.analysis.text.replacing import replace  # noqa: PLC0415  compiled code, a third of a second

    tidy, rare = replace(encoded(texts), replacements())
    told = decoded(tidy).alias(texts.name)
    return told.scatter(rare, worked_out(texts.gather(rare))) if len(rare) else told


@cache
def replacements() -> Codes:
    """What each code point becomes whatever stands beside it: at most three bytes of UTF-8, and how many.

    Rare are those that may join with their neighbours (marks, the parts of Korean syllables), that Python's
    Unicode does not know yet, and that become longer or something of that kind.
    """
    known = np.array([code for code in range(_CODES) if _stands_alone(code)])
    signs = pl.Series([f"x{chr(code)}x" for code in known.tolist()])
    become = worked_out(signs).str.slice(1).str.head(-1).to_list()
    found = np.full(_CODES, _RARE << _BYTES, np.uint32)
    for code, sign in zip(known.tolist(), become, strict=True):
        written = sign.encode()
        lasting = sign == " " or all(_stands_alone(ord(part)) and not part.isspace() for part in sign)
        if lasting and len(written) <= len(chr(code).encode()):
            found[code] = len(written) << _BYTES | int.from_bytes(written, "little")
    return found


def _stands_alone(code: int) -> bool:
    return code not in _JAMO and unicodedata.category(chr(code)) not in ("Cn", "Cs", "Mn", "Mc", "Me")
