"""A linear judge of every node on sentence vectors: what a text means where its words are new."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression

from xiaobao.analysis.coding.linear import Single
from xiaobao.analysis.text.types import Floats, Rows
from xiaobao.analysis.text.vectors.types import Vectors

_COST, _STEPS = 1.0, 300
_LEAST = -10.0
"""No margin is lower: that of a node that the judge saw no text of."""


class Reader(Protocol):
    """What gives texts their vectors (`analysis/text/vectors`)."""

    @property
    def model(self) -> str:
        """Which model it is: vectors of another are no use to a judge."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A row a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenseJudge:
    """Margins of the nodes of one level by vectors."""

    slopes: Single
    """A row a node, a column a number of the vectors."""
    offsets: Single
    """Of every node; minus infinity of those that it saw no text of."""

    def margins(self, vectors: Vectors) -> Floats:
        """A row a text, a column a node: logarithms of shares, from `_LEAST` to 0."""
        told = vectors.astype(np.float64) @ self.slopes.T.astype(np.float64) + self.offsets
        margins: Floats = np.maximum(told - logsumexp(told, axis=1, keepdims=True), _LEAST)
        return margins


def train_sense_judge(vectors: Vectors, nodes: Rows, *, known: int) -> SenseJudge:
    """Logistic regression over the nodes, each of equal weight however rare it is.

    `nodes` are those of the texts, out of `known`. Vectors lie in a narrow cone: they are seen from their
    mean, in units of their mean distance to it.
    """
    slopes = np.zeros((known, vectors.shape[1]), np.float32)
    offsets = np.full(known, -np.inf, np.float32)
    found = np.unique(nodes)
    if len(found) == 1:
        offsets[found] = 0
        return SenseJudge(slopes=slopes, offsets=offsets)
    told = vectors.astype(np.float64)
    mean = told.mean(axis=0)
    distance = float(np.sqrt(np.square(told - mean).sum(axis=1).mean())) or 1.0
    machine = LogisticRegression(C=_COST, class_weight="balanced", max_iter=_STEPS)
    machine.fit((told - mean) / distance, nodes)
    lines, free = machine.coef_ / distance, machine.intercept_
    if len(found) == 2:  # one line tells both apart
        lines, free = np.concatenate([np.zeros_like(lines), lines]), np.concatenate([np.zeros(1), free])
    slopes[found] = lines
    offsets[found] = free - lines @ mean
    return SenseJudge(slopes=slopes, offsets=offsets)
