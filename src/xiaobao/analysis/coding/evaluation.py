"""How good predictions are, against labels that officers gave."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score

from xiaobao.analysis.text.types import Booleans, Floats

_BINS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Predictions of texts beside the truth, a place a text."""

    truth: tuple[str, ...]
    picked: tuple[str, ...]
    """Empty where no label was given, which counts as wrong."""
    confidence: Floats
    covered: Booleans
    """Whether the set has the true label; a label unknown to the coder is never covered."""
    set_size: Floats
    accepted: Booleans

    @property
    def right(self) -> Booleans:
        """Whether the label given is the true one."""
        right: Booleans = np.array(self.truth, object) == np.array(self.picked, object)
        return right


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Figures of an evaluation; shares are 0 to 1."""

    texts: int
    accuracy: float
    macro_f1: float
    """Mean over the labels that occur."""
    calibration_error: float
    coverage: float
    mean_set: float
    """Labels in a set."""
    accepted_share: float
    accepted_accuracy: float | None
    """None where nothing was accepted."""


def together(outcomes: list[Outcome]) -> Outcome:
    """Outcomes of several parts as one."""
    return Outcome(
        truth=tuple(label for one in outcomes for label in one.truth),
        picked=tuple(label for one in outcomes for label in one.picked),
        confidence=np.concatenate([one.confidence for one in outcomes]),
        covered=np.concatenate([one.covered for one in outcomes]),
        set_size=np.concatenate([one.set_size for one in outcomes]),
        accepted=np.concatenate([one.accepted for one in outcomes]),
    )


def scored(outcome: Outcome) -> Scores:
    """The figures of at least one text."""
    right, accepted = outcome.right, outcome.accepted
    labels = sorted(set(outcome.truth))
    return Scores(
        texts=len(outcome.truth),
        accuracy=float(right.mean()),
        macro_f1=float(
            f1_score(outcome.truth, outcome.picked, labels=labels, average="macro", zero_division=0)
        ),
        calibration_error=calibration_error(outcome.confidence, right),
        coverage=float(outcome.covered.mean()),
        mean_set=float(outcome.set_size.mean()),
        accepted_share=float(accepted.mean()),
        accepted_accuracy=float(right[accepted].mean()) if accepted.any() else None,
    )


def calibration_error(confidence: Floats, right: Booleans) -> float:
    """Expected calibration error over 15 bins of equal width (Naeini, Cooper and Hauskrecht 2015)."""
    bins = np.minimum((confidence * _BINS).astype(np.int64), _BINS - 1)
    gap = np.bincount(bins, right - confidence, minlength=_BINS)
    return float(np.abs(gap).sum() / len(right))
