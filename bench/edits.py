"""Texts as another hand would send them: characters dropped, replaced, put in, sentences in another order."""

import random
import re

import numpy as np
import polars as pl

EDITED = 0.10
"""Share of the characters that are dropped, replaced, or followed by another."""
_REORDERED = 0.25
"""Share of the copies whose sentences are in another order as well."""
_SENTENCES = re.compile(r"(?<=[。！？；.!?;])")
_WORDS, _WORD_LETTERS, _SKEW = 30_000, 2, 1.1


def edited(text: str, letters: str, drawn: random.Random) -> str:
    """The text with a tenth of its characters edited, at places and with letters that are drawn."""
    sentences = _SENTENCES.split(text)
    if drawn.random() < _REORDERED:
        drawn.shuffle(sentences)
    return "".join(_edited_letter(letter, letters, drawn) for letter in "".join(sentences))


def _edited_letter(letter: str, letters: str, drawn: random.Random) -> str:
    if drawn.random() >= EDITED:
        return letter
    return drawn.choice(("", drawn.choice(letters), letter + drawn.choice(letters)))


def generated(texts: int, *, words: int, seed: int, copies: int = 0) -> pl.Series:
    """Texts of invented words, common and rare; the last `copies` are others with a tenth replaced."""
    drawn = np.random.default_rng(seed)
    vocabulary = drawn.integers(0x4E00, 0x9000, size=(_WORDS, _WORD_LETTERS), dtype=np.uint32)
    ranks = np.arange(1, _WORDS + 1, dtype=np.float64) ** -_SKEW
    chosen = np.searchsorted(np.cumsum(ranks) / ranks.sum(), drawn.random((texts, words), np.float32))
    letters = vocabulary[np.minimum(chosen, _WORDS - 1)].reshape(texts, words * _WORD_LETTERS)
    if copies:
        of = drawn.integers(0, texts - copies, copies)
        kept = drawn.random((copies, letters.shape[1])) >= EDITED
        letters[-copies:] = np.where(kept, letters[of], letters[-copies:])
    return pl.Series((row.tobytes().decode("utf-32-le") for row in letters), dtype=pl.String)
