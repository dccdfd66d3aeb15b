"""The texts of one group as topics are found in them: phrases, weights, what is in the window."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from xiaobao.analysis.text.types import Booleans, Floats, Rows
from xiaobao.analysis.topics.phrases import Phrases, shared_phrases
from xiaobao.analysis.topics.tokens import Tokens, tokenised


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Texts up to the last day of the window."""

    tokens: Tokens
    phrases: Phrases
    first_pair: Rows
    """Of each phrase its first pair in `phrases`, and the end of the last."""
    recent: Booleans
    """Which texts are in the window."""
    weight: Floats
    """Of a text: each further copy of the same words in the same part of time counts less (1 + ln n of n)."""
    in_window: Floats
    """Of each phrase the weight of its texts in the window."""
    before: Floats
    """Of each phrase the weight of its texts before."""
    ratio: float
    """Texts in the window over those before; 1 where fewer came before, which then says little."""

    def weighed(self, texts: Booleans | Rows) -> float:
        """Their weight."""
        return float(self.weight[texts].sum())

    def holding(self, phrase: int) -> Rows:
        """The texts that hold the phrase."""
        return self.phrases.text[self.first_pair[phrase] : self.first_pair[phrase + 1]]

    def words(self, phrase: int) -> str:
        """The phrase as a reader sees it."""
        return self.tokens.said(self.of_phrase(phrase))

    def of_phrase(self, phrase: int) -> Rows:
        """Its tokens."""
        first = int(self.phrases.place[phrase])
        return self.tokens.ids[first : first + int(self.phrases.length[phrase])]

    def weighed_by_phrase(self, texts: Booleans) -> Floats:
        """Of each phrase the weight of those of these texts that hold it."""
        held = self.weight * texts
        return _sums(self.phrases.phrase, held[self.phrases.text], len(self.phrases))

    def scored(self, worth: Floats) -> Floats:
        """Of each text the sum over its phrases of what they are worth."""
        return _sums(self.phrases.text, worth[self.phrases.phrase], len(self.recent))


def corpus(texts: pl.Series, recent: Booleans, *, least: int) -> Corpus:
    """Phrases that `least` distinct texts of the window share."""
    copies = pl.DataFrame({"text": texts.fill_null(""), "recent": recent, "row": np.arange(len(texts))})
    copies = copies.with_columns(
        first=pl.col("row").min().over("text", "recent"), count=pl.len().over("text", "recent")
    )
    count = copies["count"].to_numpy().astype(np.float64)
    weight = (1 + np.log(count)) / count
    tokens = tokenised(texts)
    phrases = shared_phrases(tokens, recent=recent, distinct=copies["first"].to_numpy(), least=least)
    held, size = weight[phrases.text], len(phrases)
    now = recent[phrases.text]
    return Corpus(
        tokens=tokens,
        phrases=phrases,
        first_pair=np.searchsorted(phrases.phrase, np.arange(size + 1)),
        recent=recent,
        weight=weight,
        in_window=_sums(phrases.phrase, held * now, size),
        before=_sums(phrases.phrase, held * ~now, size),
        ratio=min(1.0, float(weight[recent].sum()) / (float(weight[~recent].sum()) + 1)),
    )


def _sums(of: Rows, values: Floats, size: int) -> Floats:
    return np.bincount(of, values, size).astype(np.float64, copy=False)
