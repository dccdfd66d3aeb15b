"""Pairs of sketches that are worth comparing: neighbours in sorted trees (LSH forest, Bawa et al. 2005).

Each tree sorts the texts by four places of their sketches; who is alike stands side by side in some tree. A
text meets a fixed number of neighbours in a tree, so that the work is bounded whatever the texts are.
"""

from collections.abc import Iterator

import numpy as np
from numba import njit

from xiaobao.analysis.text.sketches import TREES, shared_bytes
from xiaobao.analysis.text.types import Booleans, Codes, Rows, Sketches

_NEIGHBOURS = 4
_MOST_FAILED = 64
"""Comparisons in vain after which a text is left alone."""


class Forest:
    """The trees over all sketches, and which texts are joined already."""

    def __init__(self, sketches: Sketches) -> None:
        self._sketches = sketches
        self._parents = np.arange(len(sketches))
        self._failed = np.zeros(len(sketches), np.int64)

    def candidates(self, least: float) -> Iterator[tuple[Rows, Rows]]:
        """Pairs not joined yet whose sketches agree in at least that share, in rounds; `settle` each round.

        Every comparison in vain raises the bar for its texts by one place of the sketch.
        """
        fewest = int(least * self._sketches.shape[1])
        for tree in range(TREES):
            keys = self._sketches.view(np.uint32)[:, tree]
            order = np.argsort(keys, kind="stable")
            for apart in range(1, _NEIGHBOURS + 1):
                pairs = _neighbours(
                    order, keys[order], apart, self._sketches, self._parents, self._failed, fewest
                )
                if len(pairs):
                    yield pairs[:, 0], pairs[:, 1]

    def settle(self, ones: Rows, others: Rows, *, alike: Booleans) -> None:
        """Join the pairs that are alike; remember that the others were compared in vain."""
        _join(self._parents, ones[alike], others[alike])
        np.add.at(self._failed, np.concatenate([ones[~alike], others[~alike]]), 1)

    def roots(self) -> Rows:
        """For each text the first text it is joined with, over any number of pairs."""
        return _roots(self._parents)


@njit(cache=True, nogil=True)
def _root(parents: Rows, at: int) -> int:
    while parents[at] != at:
        parents[at] = parents[parents[at]]
        at = parents[at]
    return at


@njit(cache=True, nogil=True)
def _roots(parents: Rows) -> Rows:
    found = np.empty_like(parents)
    for at in range(parents.size):
        found[at] = _root(parents, at)
    return found


@njit(cache=True, nogil=True)
def _join(parents: Rows, ones: Rows, others: Rows) -> None:
    for pair in range(ones.size):
        one, other = _root(parents, ones[pair]), _root(parents, others[pair])
        parents[max(one, other)] = min(one, other)


@njit(cache=True, nogil=True)
def _neighbours(
    order: Rows,
    keys: Codes,
    apart: int,
    sketches: Sketches,
    parents: Rows,
    failed: Rows,
    fewest: int,
) -> Rows:
    pairs = np.empty((order.size, 2), np.int64)
    count = 0
    for i in range(order.size - apart):
        if (keys[i] ^ keys[i + apart]) >> np.uint32(16):  # fewer than two of the four places agree
            continue
        one, other = order[i], order[i + apart]
        most = max(failed[one], failed[other])
        if most >= _MOST_FAILED or _root(parents, one) == _root(parents, other):
            continue
        if shared_bytes(sketches[one], sketches[other]) >= fewest + most:
            pairs[count, 0], pairs[count, 1] = one, other
            count += 1
    return pairs[:count].copy()
