"""Families of near-duplicates: who says the same, with every membership verified on the texts themselves.

Nobody is dropped: a text that is like no other, or says nothing, is a family of its own.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from xiaobao.analysis.text.forest import Forest
from xiaobao.analysis.text.likeness import are_short, likeness
from xiaobao.analysis.text.shingles import FINE
from xiaobao.analysis.text.sketches import sketched
from xiaobao.analysis.text.tidying import tidied
from xiaobao.analysis.text.types import Booleans, Floats, Rows

_LENIENCY = 0.12
"""Sketches may underrate the likeness by that much (three standard errors) before it is computed."""
_ROUNDS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """When two texts are near-duplicates."""

    alike: float
    """Likeness of two texts from which they are joined."""
    leader_alike: float
    """What a member must at least share with the first text of its family, so that no chain drifts away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Families:
    """The family of every text."""

    texts: pl.Series
    """As compared: tidied."""
    leader: Rows
    """Of each text the place of the first text of its family."""
    first_copy: Rows
    """Of each text the place of the first that reads exactly the same."""
    likeness: Floats
    """To the leader, 0 to 1."""
    silent: Booleans
    """Texts without a single character."""

    @property
    def distinct(self) -> int:
        """Texts when each family counts once."""
        return len(np.unique(self.leader))

    @property
    def sizes(self) -> Rows:
        """Of each text how many there are in its family."""
        return np.bincount(self.leader, minlength=len(self.leader))[self.leader]


def find_families(texts: pl.Series, threshold: Threshold) -> Families:
    """Families of any texts, null taken as empty; the same texts in the same order give the same families."""
    told = tidied(texts)
    first = _first_copies(told)
    silent = (told.str.len_bytes() == 0).to_numpy()
    kept = np.flatnonzero((first == np.arange(len(told))) & ~silent)
    single = told.gather(kept)
    leader, alike = _verified(single, _chains(single, threshold), threshold)
    everywhere: Rows = np.arange(len(told))
    if not len(kept):
        return Families(
            texts=told, leader=everywhere, first_copy=everywhere, likeness=np.ones(len(told)), silent=silent
        )
    of_kept = np.zeros(len(told), np.int64)
    of_kept[kept] = np.arange(len(kept))
    copies = of_kept[first]
    return Families(
        texts=told,
        leader=np.where(silent, everywhere, kept[leader[copies]]),
        first_copy=np.where(silent, everywhere, first),
        likeness=np.where(silent, 1.0, alike[copies]),
        silent=silent,
    )


def _chains(texts: pl.Series, threshold: Threshold) -> Rows:
    """Of each text the first that a chain of pairs alike leads to."""
    short = np.flatnonzero(are_short(texts))
    linked = short[_joined_of_short(texts, short, threshold)]
    forest = Forest(sketched(texts))
    forest.settle(short, linked, alike=np.ones(len(short), np.bool_))
    _grow(forest, texts, np.arange(len(texts)), threshold)
    return forest.roots()


def _joined_of_short(texts: pl.Series, short: Rows, threshold: Threshold) -> Rows:
    """The same among the short texts, as places in `short`, found by fine shingles."""
    forest = Forest(sketched(texts.gather(short), size=FINE))
    _grow(forest, texts, short, threshold)
    return forest.roots()


def _grow(forest: Forest, texts: pl.Series, rows: Rows, threshold: Threshold) -> None:
    """Join all pairs that are alike of those that the forest, over the texts at these rows, proposes."""
    for ones, others in forest.candidates(threshold.alike - _LENIENCY):
        forest.settle(ones, others, alike=likeness(texts, rows[ones], rows[others]) >= threshold.alike)


def _first_copies(told: pl.Series) -> Rows:
    """Of each text the place of the first equal one."""
    _, places, inverse = np.unique(told.hash().to_numpy(), return_index=True, return_inverse=True)
    first: Rows = places[inverse]
    del places, inverse
    elsewhere = np.flatnonzero(first != np.arange(len(told)))
    same = (told.gather(elsewhere) == told.gather(first[elsewhere])).to_numpy()
    first[elsewhere[~same]] = elsewhere[~same]  # two texts of one hash; such a one stands for itself
    return first


def _verified(texts: pl.Series, roots: Rows, threshold: Threshold) -> tuple[Rows, Floats]:
    """Leader and likeness to it: who is too unlike the leader of a chain looks for another in the rest of it.

    What is left after some rounds stands alone: never called the same unverified.
    """
    leader, alike = np.arange(len(roots)), np.ones(len(roots))
    left = np.flatnonzero(roots != leader)
    firsts, least = roots[left], threshold.leader_alike
    for _ in range(_ROUNDS):
        if not len(left):
            break
        found = likeness(texts, left, firsts)
        joined = found >= least
        leader[left[joined]], alike[left[joined]] = firsts[joined], found[joined]
        left = left[~joined]
        # The first of those left in each chain leads them; what joins it must be like it in full.
        _, first, inverse = np.unique(roots[left], return_index=True, return_inverse=True)
        firsts, least = left[first][inverse], threshold.alike
        left, firsts = left[left != firsts], firsts[left != firsts]
    return leader, alike
