"""Which texts are held out: whole families at random, or what came later."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from xiaobao.analysis.text.types import Rows

Fold = tuple[Rows, Rows]
"""Rows to learn from, rows held out."""

_EARLIEST_SHARE = 0.5
"""Share of the texts, the earliest, that is never held out where time decides."""


def by_family(families: Rows, labels: Rows, *, folds: int, seed: int) -> list[Fold]:
    """Every family in one fold, every label spread over them; each row is held out once."""
    draw = np.random.default_rng(seed)
    found, first = np.unique(families, return_index=True)
    # Dealt label by label, so that each fold gets its share of every label.
    order = np.lexsort((draw.random(len(found)), labels[first]))
    dealt = np.empty(len(found), np.int64)
    dealt[order] = np.arange(len(found)) % folds
    fold = dealt[np.searchsorted(found, families)]
    return [(np.flatnonzero(fold != one), np.flatnonzero(fold == one)) for one in range(folds)]


def by_time(moments: Sequence[datetime], families: Rows, *, folds: int) -> list[Fold]:
    """The later half in consecutive parts, each held out from all before it but its own families."""
    order = np.argsort(np.array([moment.timestamp() for moment in moments]), kind="stable")
    begin = int(len(order) * _EARLIEST_SHARE)
    held = []
    for part in np.array_split(order[begin:], folds):
        before = order[:begin]
        begin += len(part)
        held.append((np.sort(before[~np.isin(families[before], families[part])]), np.sort(part)))
    return held
