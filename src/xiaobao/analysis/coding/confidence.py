"""How sure the label given is: its probability seen against how often labels as probable were right.

Probabilities are fitted over all labels at once, and the label given is the largest of them, some favored
because they are rare: both bend it, differently at both ends. Beta calibration (Kull, Silva Filho and Flach,
2017) mends that with three numbers, which stay where nothing changes as far as few texts tell.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from xiaobao.analysis.text.types import Booleans, Floats, Rows

_PULL = 3.0
"""How strongly the three are held where nothing changes, in texts per squared unit."""
_LEAST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """What the probability of the label given becomes."""

    of_likely: float
    """Weight of the logarithm of the probability."""
    of_unlikely: float
    """Weight of minus the logarithm of what is left to all others."""
    offset: float

    def of(self, probabilities: Floats) -> Floats:
        """Of the labels given, rising with their probabilities."""
        weights = np.array([self.of_likely, self.of_unlikely, self.offset])
        return np.asarray(expit(_features(probabilities) @ weights), np.float64)

    def applied(self, probabilities: Floats, picked: Rows) -> Floats:
        """The same probabilities with that of the label given so sure, the others sharing what is left."""
        rows = np.arange(len(picked))
        sure = self.of(probabilities[rows, picked])
        others = probabilities + _LEAST
        others[rows, picked] = 0.0
        others *= ((1 - sure) / np.maximum(others.sum(axis=1), _LEAST))[:, None]
        others[rows, picked] = sure
        return others


def fit_confidence(probabilities: Floats, right: Booleans) -> Confidence:
    """From the probabilities of labels given to texts nobody learned from, and whether each was right."""
    features = _features(probabilities)
    unchanged = np.array([1.0, 1.0, 0.0])

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = features @ weights
        away = weights - unchanged
        value = float((np.logaddexp(0, scores) - right * scores).sum() + _PULL / 2 * (away @ away))
        return value, features.T @ (expit(scores) - right) + _PULL * away

    found = minimize(
        loss, unchanged, jac=True, method="L-BFGS-B", bounds=[(0.0, None), (0.0, None), (None, None)]
    )
    likely, unlikely, offset = np.asarray(found.x, np.float64).tolist()
    return Confidence(of_likely=likely, of_unlikely=unlikely, offset=offset)


def _features(probabilities: Floats) -> Floats:
    told = np.clip(probabilities, _LEAST, 1 - _LEAST)
    return np.stack([np.log(told), -np.log1p(-told), np.ones(len(told))], axis=1)
