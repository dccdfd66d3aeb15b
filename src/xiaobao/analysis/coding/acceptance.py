"""Which labels may stand without an officer, and what else a label may be: split conformal prediction."""

from dataclasses import dataclass

import numpy as np

from xiaobao.analysis.text.types import Booleans, Floats, Rows

_ONE_SIDED_95 = 1.6449
"""Quantile of the normal distribution: the share right among those accepted is that low once in twenty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What is asked for (`catalog/coding.toml`)."""

    coverage: float
    """Share of the texts whose set has the true label."""
    accepted_accuracy: float
    """Share right among those accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Limits found on texts held out."""

    least_probability: float
    """From which a label is in the set (Sadinle, Lei and Wasserman 2019)."""
    least_confidence: float
    """From which a label alone in its set is accepted; above 1 where no limit is good enough."""

    def sets(self, probabilities: Floats) -> Booleans:
        """Of every text (rows) the labels in its set; none where it is like nothing known."""
        return probabilities >= self.least_probability

    def accepted(self, probabilities: Floats, picked: Rows) -> Booleans:
        """Whether the label picked stands alone and is sure enough."""
        within = self.sets(probabilities)
        rows = np.arange(len(picked))
        alone: Booleans = (within.sum(axis=1) == 1) & within[rows, picked]
        return alone & (probabilities[rows, picked] >= self.least_confidence)


def set_limits(probabilities: Floats, picked: Rows, truth: Rows, levels: Levels) -> Acceptance:
    """From probabilities of texts that nobody learned from, the labels picked and the true ones."""
    count = len(truth)
    rows = np.arange(count)
    true = np.sort(probabilities[rows, truth])
    missed = int(np.floor((1 - levels.coverage) * (count + 1)))
    least = float(true[missed - 1]) if missed else 0.0
    found = Acceptance(least_probability=least, least_confidence=0.0)
    alone = found.accepted(probabilities, picked)
    confidence = probabilities[rows, picked][alone]
    right = (picked == truth)[alone]
    return Acceptance(
        least_probability=least,
        least_confidence=_least_confidence(confidence, right, levels.accepted_accuracy),
    )


def _least_confidence(confidence: Floats, right: Booleans, wanted: float) -> float:
    """The lowest limit above which the share right is at least the wanted one, by Wilson's lower bound."""
    order = np.argsort(-confidence, kind="stable")
    count = np.arange(1, len(order) + 1)
    share = np.cumsum(right[order]) / np.maximum(count, 1)
    square = _ONE_SIDED_95**2
    spread = _ONE_SIDED_95 * np.sqrt(share * (1 - share) / count + square / (4 * count**2))
    lower = (share + square / (2 * count) - spread) / (1 + square / count)
    good = np.flatnonzero(lower >= wanted)
    return float(confidence[order[good[-1]]]) if len(good) else 2.0
