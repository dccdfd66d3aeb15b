"""Labelled texts as a coder learns them: who decided, when, and what the latest decision on a text is."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from xiaobao.analysis.text.tidying import tidied
from xiaobao.analysis.text.types import Hashes, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Texts with the label an officer gave each."""

    texts: pl.Series
    labels: tuple[str, ...]
    authors: tuple[str, ...]
    """Who gave the label; empty where the file does not say."""
    decided_at: tuple[datetime, ...]
    """When; empty where the file does not say."""
    left_out: int
    """Rows of the file that are not here."""

    def at(self, rows: Rows) -> "Examples":
        """Those at the places, in their order."""
        return Examples(
            texts=self.texts.gather(rows),
            labels=tuple(self.labels[row] for row in rows),
            authors=tuple(self.authors[row] for row in rows) if self.authors else (),
            decided_at=tuple(self.decided_at[row] for row in rows) if self.decided_at else (),
            left_out=0,
        )

    def digests(self) -> Hashes:
        """Digests of the tidied texts, sorted, each once."""
        return np.unique(digests_of(self.texts))


def digests_of(texts: pl.Series) -> Hashes:
    """A 64-bit digest of every tidied text; the same from run to run."""
    told = tidied(texts)
    found: Hashes = told.hash(seed=0).to_numpy()
    return found


def chosen(frame: pl.DataFrame, *, author: bool, decided: bool) -> Examples:
    """The usable rows of columns `text`, `label`, and as said `author` and `decided_at`.

    A row without text or label is left out; of rows that read exactly the same, where the file says when they
    were decided, the latest decision stays and those before it are left out.
    """
    frame = frame.with_columns(
        pl.col("label").str.strip_chars().replace("", None), told=tidied(frame["text"])
    )
    known = frame.filter(pl.col("label").is_not_null() & (pl.col("told").str.len_bytes() > 0))
    if decided:
        known = known.filter(pl.col("decided_at") == pl.col("decided_at").max().over("told"))
        known = known.unique("told", keep="last", maintain_order=True)
    return Examples(
        texts=known["text"],
        labels=tuple(known["label"].to_list()),
        authors=tuple(known["author"].fill_null("").to_list()) if author else (),
        decided_at=tuple(known["decided_at"].to_list()) if decided else (),
        left_out=len(frame) - len(known),
    )
