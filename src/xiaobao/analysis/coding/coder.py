"""A trained coder: probabilities of labels for any texts."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from xiaobao.analysis.coding.acceptance import Acceptance
from xiaobao.analysis.coding.calibration import Calibration, joined, of_nodes
from xiaobao.analysis.coding.labels import Hierarchy
from xiaobao.analysis.coding.linear import Judge
from xiaobao.analysis.coding.terms import Matrix, Terms
from xiaobao.analysis.text.types import Booleans, Floats, Hashes, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """What the coder says of each text."""

    hierarchy: Hierarchy
    probabilities: Floats
    """A row a text, a column a label; consistent over the levels by being sums of these."""
    picked: Rows
    """The label given."""
    within: Booleans
    """The labels of the conformal set."""
    accepted: Booleans
    """May stand without an officer."""
    mute: Booleans
    """Texts without a single known term: no label is given."""

    @property
    def confidence(self) -> Floats:
        """Probability of the label given; 0 where none is."""
        told = self.probabilities[np.arange(len(self.picked)), self.picked]
        return np.where(self.mute, 0.0, told)

    def confidence_at(self, level: int) -> Floats:
        """Probability of the node above the label given, on a level counted from 0 at the top."""
        nodes = of_nodes(self.probabilities, self.hierarchy, level)
        told = nodes[np.arange(len(self.picked)), self.hierarchy.of_label[level][self.picked]]
        return np.where(self.mute, 0.0, told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What a coder learned from."""

    texts: int
    left_out: int
    """Rows without text or label, and those that a later decision on the same text replaced."""
    families: int
    by_author: dict[str, int]
    """Decisions used, by who took them; empty where the file does not say."""
    held_out: str
    """`family` or `time`: what the calibration was made on."""
    seed: int
    coverage: float
    accepted_accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder:
    """All that is needed to code texts."""

    hierarchy: Hierarchy
    terms: Terms
    judges: tuple[Judge, ...]
    """One a level, from the top."""
    calibrations: tuple[Calibration, ...]
    favor: Floats
    """Of every label what its probability is multiplied by before the largest is picked."""
    acceptance: Acceptance
    training: Training
    seen: Hashes
    """Digests of the texts it learned from, sorted."""

    def predict(self, texts: pl.Series) -> Predictions:
        """A prediction for every text, null taken as empty."""
        return self.judged(self.terms.matrix(texts))

    def judged(self, matrix: Matrix) -> Predictions:
        """Of texts as terms."""
        of_levels = [
            calibration.probabilities(judge.margins(matrix))
            for judge, calibration in zip(self.judges, self.calibrations, strict=True)
        ]
        probabilities = joined(of_levels, self.hierarchy)
        picked = np.argmax(probabilities * self.favor, axis=1)
        mute: Booleans = np.diff(matrix.indptr) == 0
        return Predictions(
            hierarchy=self.hierarchy,
            probabilities=probabilities,
            picked=picked,
            within=self.acceptance.sets(probabilities) & ~mute[:, None],
            accepted=self.acceptance.accepted(probabilities, picked) & ~mute,
            mute=mute,
        )
