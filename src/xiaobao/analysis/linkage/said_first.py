"""Callers who say that they had complained to their bank first, by the words of their narrative.

No column of the hotline's case file states it, so the words of the catalog do. The text is read, not shown.
"""

from collections.abc import Sequence

import polars as pl

from xiaobao.analysis.text.tidying import tidied


def says_first(texts: pl.Series, words: Sequence[str], *, unless: Sequence[str]) -> pl.Series:
    """True where one of the words stands in a text and none of those that deny it; null without a text."""
    told = _spaceless(tidied(texts).str.to_lowercase())
    said = told.str.contains_any(_listed(words)) & ~told.str.contains_any(_listed(unless))
    return pl.select(pl.when(told.str.len_chars() > 0).then(said)).to_series().rename("said_first")


def _listed(words: Sequence[str]) -> list[str]:
    return _spaceless(pl.Series(words, dtype=pl.String)).to_list()


def _spaceless(texts: pl.Series) -> pl.Series:
    return texts.str.replace_all(" ", "", literal=True)
