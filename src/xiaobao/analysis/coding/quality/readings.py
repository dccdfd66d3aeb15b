"""What coders read from texts, each bank's by a coder that has learned nothing from that bank.

A coder that learned a bank's codes would repeat the bank's habits and call them right. So banks are dealt
into parts, and the texts of a part are read by judges of the other parts. Of every bank about as many texts
are learned from, so that no large one sets the standard. Probabilities are calibrated on other parts as
well. Near-duplicates of other banks' texts stay: the same letter coded by others is the best standard there
is.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from xiaobao.analysis.coding.calibration import calibrate, joined
from xiaobao.analysis.coding.labels import Hierarchy, hierarchy_of
from xiaobao.analysis.coding.linear import train_judge
from xiaobao.analysis.coding.terms import Matrix, find_terms
from xiaobao.analysis.text.types import Booleans, Floats, Rows

_FEWEST_TO_LEARN = 20
"""Texts of other banks, below which nothing is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How banks are dealt and how much is learned from."""

    parts: int
    most_of_bank: int
    """Texts of one bank that others are judged by."""
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Submitted and read labels of the same texts, as places in the hierarchy's labels."""

    hierarchy: Hierarchy
    submitted: Rows
    read: Rows
    """The likeliest label; -1 where nothing could be read."""
    confidence: Floats
    """Probability of the label read."""
    doubt: Floats
    """Probability that the submitted label is not the right one."""

    @property
    def known(self) -> Booleans:
        """Where something was read."""
        known: Booleans = self.read >= 0
        return known


def out_of_bank(
    texts: pl.Series,
    labels: list[str],
    banks: Rows,
    *,
    separator: str,
    plan: Plan,
    per_label: bool = False,
) -> Readings:
    """Read every text by judges that saw no text of its bank; labels may have levels.

    `per_label`: so many texts of a bank are learned from of each label, rather than of all.

    Nothing is read (-1) where the others are too few, have one label only, or the text has no known term.
    """
    hierarchy = hierarchy_of(labels, separator)
    submitted = hierarchy.rows_of(labels)
    part = parts_of(banks, plan.parts)
    groups = banks * len(hierarchy.labels) + submitted if per_label else banks
    learned = _learned_from(groups, plan)
    probabilities = np.zeros((len(labels), len(hierarchy.labels)))
    terms = find_terms(texts.filter(pl.Series(learned)))
    matrix = terms.matrix(texts)
    readable = [
        one for one in range(part.max() + 1) if _tells_apart(submitted[learned & (part != one)], matrix)
    ]
    margins = _margins(matrix, submitted, hierarchy, part, learned, readable, plan.seed)
    fair = learned & np.isin(part, readable) & _known_to_judges(submitted, part, learned)
    readable = [one for one in readable if (fair & (part != one)).any()]
    # The matrices are small: several threads would wait for one another.
    with threadpool_limits(limits=1, user_api="blas"):
        for one in readable:
            others = np.flatnonzero(fair & (part != one))
            held = np.flatnonzero(part == one)
            of_levels = [
                calibrate(told[None, others], nodes[submitted[others]]).probabilities(told[None, held])
                for told, nodes in zip(margins, hierarchy.of_label, strict=True)
            ]
            probabilities[held] = joined(of_levels, hierarchy)
    rows = np.arange(len(labels))
    read = np.argmax(probabilities, axis=1)
    known = np.isin(part, readable) & (np.diff(matrix.indptr) > 0)
    return Readings(
        hierarchy=hierarchy,
        submitted=submitted,
        read=np.where(known, read, -1),
        confidence=np.where(known, probabilities[rows, read], 0.0),
        doubt=np.where(known, 1 - probabilities[rows, submitted], 1.0),
    )


def _known_to_judges(submitted: Rows, part: Rows, learned: Booleans) -> Booleans:
    """Whether the judge of a text has seen its label: a code that one bank alone uses calibrates nothing."""
    known = np.zeros(len(part), bool)
    for one in np.unique(part):
        own = part == one
        known[own] = np.isin(submitted[own], submitted[learned & ~own])
    return known


def parts_of(banks: Rows, parts: int) -> Rows:
    """Every bank in one part: the largest first, each into the part with fewest texts so far."""
    found, place, counts = np.unique(banks, return_inverse=True, return_counts=True)
    sizes = np.zeros(min(parts, len(found)), np.int64)
    part_of = np.zeros(len(found), np.int64)
    for bank in np.lexsort((found, -counts)):
        part_of[bank] = int(np.argmin(sizes))
        sizes[part_of[bank]] += counts[bank]
    dealt: Rows = part_of[place]
    return dealt


def _learned_from(banks: Rows, plan: Plan) -> Booleans:
    """At most so many texts of each group, drawn."""
    order = np.random.default_rng(plan.seed).permutation(len(banks))
    chosen = np.zeros(len(banks), bool)
    by_bank = order[np.argsort(banks[order], kind="stable")]
    _, first, counts = np.unique(banks[by_bank], return_index=True, return_counts=True)
    within = np.arange(len(banks)) - np.repeat(first, counts)
    chosen[by_bank[within < plan.most_of_bank]] = True
    return chosen


def _tells_apart(labels: Rows, matrix: Matrix) -> bool:
    return bool(matrix.shape[1]) and len(labels) >= _FEWEST_TO_LEARN and len(np.unique(labels)) > 1


def _margins(
    matrix: Matrix,
    submitted: Rows,
    hierarchy: Hierarchy,
    part: Rows,
    learned: Booleans,
    readable: list[int],
    seed: int,
) -> list[Floats]:
    """Of every level the margins of each text by the judge of the other parts."""
    margins = [np.zeros((len(submitted), len(names))) for names in hierarchy.nodes]
    for level, nodes in enumerate(hierarchy.of_label):
        for one in readable:
            others, held = np.flatnonzero(learned & (part != one)), part == one
            known = len(hierarchy.nodes[level])
            judge = train_judge(matrix[others], nodes[submitted[others]], known=known, seed=seed)
            margins[level][held] = judge.margins(matrix[held])
    return margins
