"""Texts as weighted terms: runs of characters, and in languages with spaces words and pairs of words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from xiaobao.analysis.text.tidying import tidied
from xiaobao.analysis.text.types import Floats

Matrix: TypeAlias = sparse.csr_matrix
"""A row a text, a column a term."""

_MOST_CHARACTERS = 20_000
"""What is read of a text: a complaint says what it is about long before."""
_MOST_TERMS = {"characters": 200_000, "words": 100_000}
_DIVIDED = r"(\p{Han}) (\p{Han})"
_TEXTS_AT_ONCE = 2_000
_LONGEST, _LONGEST_OF_CHINESE = 4, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms that are looked for, by kind, and how much each tells by being rare."""

    longest: int
    """Characters in the longest run."""
    characters: tuple[str, ...]
    words: tuple[str, ...]
    rarity: Floats
    """Inverse document frequency of all of them, characters first."""

    def matrix(self, texts: pl.Series) -> Matrix:
        """Sublinear TF-IDF, each kind of unit length; a text without a known term is an empty row."""
        told = _lower(texts)
        kinds = [self._of_kind(told, kind) for kind in ("characters", "words")]
        return sparse.hstack(kinds, format="csr", dtype=np.float32)

    def _of_kind(self, texts: list[str], kind: str) -> Matrix:
        terms = self.characters if kind == "characters" else self.words
        if not terms or not texts:
            return sparse.csr_matrix((len(texts), len(terms)), dtype=np.float32)
        begin = 0 if kind == "characters" else len(self.characters)
        counter = _counter(kind, self.longest, terms)
        parts = [
            counter.transform(texts[first : first + _TEXTS_AT_ONCE])
            for first in range(0, len(texts), _TEXTS_AT_ONCE)
        ]
        counts = sparse.vstack(parts, format="csr", dtype=np.float32)
        counts.data = 1 + np.log(counts.data)
        return unit_rows(counts @ sparse.diags(self.rarity[begin : begin + len(terms)].astype(np.float32)))


def find_terms(texts: pl.Series) -> Terms:
    """The terms that at least two of the texts have, the most frequent where there are too many."""
    told = _lower(texts)
    chinese = _mostly_chinese(told)
    longest = _LONGEST_OF_CHINESE if chinese else _LONGEST
    characters, frequency = _frequent(told, "characters", longest)
    words: tuple[str, ...] = ()
    if not chinese:
        words, of_words = _frequent(told, "words", longest)
        frequency = np.concatenate([frequency, of_words])
    return Terms(
        longest=longest,
        characters=characters,
        words=words,
        rarity=np.log((1 + len(told)) / (1 + frequency)) + 1,
    )


def unit_rows(matrix: Matrix) -> Matrix:
    """The rows made of length one; empty ones stay empty."""
    squares = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    lengths = np.sqrt(np.where(squares > 0, squares, 1)).astype(np.float32)
    return sparse.csr_matrix(sparse.diags(1 / lengths) @ matrix)


def readable(texts: pl.Series) -> pl.Series:
    """Tidied, Chinese characters moved together where somebody divided the words; null becomes empty."""
    told = tidied(texts.fill_null("").str.head(_MOST_CHARACTERS))
    closed = told.str.replace_all(_DIVIDED, "${1}${2}")
    # A match takes both neighbours: the blank after a word of one character needs a second look.
    return closed.str.replace_all(_DIVIDED, "${1}${2}")


def _lower(texts: pl.Series) -> list[str]:
    return readable(texts).str.to_lowercase().to_list()


def _mostly_chinese(texts: list[str]) -> bool:
    told = pl.Series(texts, dtype=pl.String)
    return int(told.str.count_matches(r"\p{Han}").sum()) > int(told.str.count_matches(r"\p{Latin}").sum())


def _frequent(texts: list[str], kind: str, longest: int) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    counter = _counter(kind, longest, None)
    try:
        counts = counter.fit_transform(texts)
    except ValueError:  # not one term in any text
        return (), np.zeros(0, np.int64)
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    names = counter.get_feature_names_out()
    kept = np.flatnonzero(frequency >= 2)
    if len(kept) > _MOST_TERMS[kind]:
        order = np.lexsort((kept, -frequency[kept]))[: _MOST_TERMS[kind]]
        kept = np.sort(kept[order])
    return tuple(str(name) for name in names[kept]), frequency[kept].astype(np.int64)


def _counter(kind: str, longest: int, terms: Sequence[str] | None) -> CountVectorizer:
    analyzer = "char" if kind == "characters" else "word"
    return CountVectorizer(
        analyzer=analyzer,
        ngram_range=(1, longest if kind == "characters" else 2),
        token_pattern=r"(?u)\b\w+\b" if kind == "words" else None,
        lowercase=False,
        vocabulary=terms,
        dtype=np.float32,
    )
