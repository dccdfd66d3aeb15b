"""Texts as runs of tokens: a Chinese character each, a word of Latin letters or digits each, breaks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from xiaobao.analysis.text.tidying import tidied
from xiaobao.analysis.text.types import Rows

_TOKEN = re.compile(
    r"\[[A-Z]+\]|\b[Xx]{2,}\b|(?:\d{1,4} ?年 ?)?\d{1,2} ?月(?: ?\d{1,2} ?[日号])?|\d{2,4} ?年|\d{1,2} ?日"
    r"|\d{4}-\d{1,2}-\d{1,2}|[A-Za-z0-9]+|\S"
)
"""Placeholders of masked numbers are no words, nor is XXXX; nor are dates, new in every window."""
BREAK = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """All texts one behind the other."""

    ids: Rows
    """`BREAK` at signs and behind each text."""
    text_of: Rows
    """Of each token the row of its text."""
    words: tuple[str, ...]
    """What each id says."""

    def said(self, tokens: Rows) -> str:
        """Tokens as a reader sees them: a blank between Latin words alone."""
        told = ""
        for word in (self.words[token] for token in tokens.tolist()):
            told += f" {word}" if told and told[-1].isascii() and word.isascii() else word
        return told


def _is_said(word: str) -> bool:
    if word[:2].lower() == "xx" and not word.strip("Xx"):
        return False
    return word.isalnum() and (len(word) == 1 or word.isascii())


def tokenised(texts: pl.Series) -> Tokens:
    """The tokens of the texts as they are compared: tidied, lower case; null is empty."""
    known = {"": BREAK}
    pieces: list[Sequence[int]] = []
    for text in tidied(texts).to_list():
        found = [word.lower() if _is_said(word) else "" for word in _TOKEN.findall(text)]
        pieces.append([known.setdefault(word, len(known)) for word in [*found, ""]])
    lengths = np.array([len(piece) for piece in pieces], np.int64)
    ids = np.fromiter((one for piece in pieces for one in piece), np.int64, int(lengths.sum()))
    return Tokens(ids=ids, text_of=np.repeat(np.arange(len(pieces)), lengths), words=tuple(known))
