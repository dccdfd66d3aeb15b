"""A trained coder: probabilities of labels for any texts."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from xiaobao.analysis.coding.acceptance import Acceptance
from xiaobao.analysis.coding.calibration import Calibration, joined, of_nodes
from xiaobao.analysis.coding.confidence import Confidence
from xiaobao.analysis.coding.labels import Hierarchy
from xiaobao.analysis.coding.linear import Judge
from xiaobao.analysis.coding.senses import Reader, SenseJudge
from xiaobao.analysis.coding.terms import Matrix, Terms, readable
from xiaobao.analysis.text.types import Booleans, Floats, Hashes, Rows
from xiaobao.analysis.text.vectors.types import Vectors
from xiaobao.lib.errors import ExitCode, UserError
from xiaobao.lib.words import Words


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


class OtherVectorsError(UserError):
    """A coder that learned from vectors is asked without them, or with those of another model."""

    def __init__(self) -> None:
        super().__init__(
            Words(
                zh="该编码模型用语句向量训练，而本机没有向量模型或是另一个版本；"
                '请 pip install "xiaobao[text]" 并执行 xiaobao vectors build，或用 --words-only 重新训练',
                en="this coder learned from sentence vectors, and their model is not here or is another one: "
                'pip install "xiaobao[text]", then xiaobao vectors build, or train again with --words-only',
            ),
            exit_code=ExitCode.DATA_REFUSED,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder:
    """All that is needed to code texts."""

    hierarchy: Hierarchy
    terms: Terms
    judges: tuple[Judge, ...]
    """One a level, from the top."""
    senses: tuple[SenseJudge, ...]
    """The same on sentence vectors; none where they did not help."""
    vectors_model: str
    """The model whose vectors the senses take; empty without senses."""
    calibrations: tuple[Calibration, ...]
    favor: Floats
    """Of every label what its probability is multiplied by before the largest is picked."""
    sureness: Confidence
    """What the probability of the label picked becomes."""
    acceptance: Acceptance
    training: Training
    seen: Hashes
    """Digests of the texts it learned from, sorted."""

    def predict(self, texts: pl.Series, reader: Reader | None = None) -> Predictions:
        """A prediction for every text, null taken as empty; OtherVectorsError without the reader needed."""
        if not self.senses:
            return self._judged(self.terms.matrix(texts), None)
        if reader is None or reader.model != self.vectors_model:
            raise OtherVectorsError
        return self._judged(self.terms.matrix(texts), reader.encode(readable(texts).to_list()))

    def _judged(self, matrix: Matrix, vectors: Vectors | None) -> Predictions:
        """Of texts as terms, and as vectors where there are senses."""
        of_levels = []
        for level, (judge, calibration) in enumerate(zip(self.judges, self.calibrations, strict=True)):
            margins = [judge.margins(matrix)]
            if vectors is not None:
                margins.append(self.senses[level].margins(vectors))
            of_levels.append(calibration.probabilities(np.stack(margins)))
        probabilities = joined(of_levels, self.hierarchy)
        picked = np.argmax(probabilities * self.favor, axis=1)
        mute: Booleans = np.diff(matrix.indptr) == 0
        return Predictions(
            hierarchy=self.hierarchy,
            probabilities=self.sureness.applied(probabilities, picked),
            picked=picked,
            within=self.acceptance.sets(probabilities) & ~mute[:, None],
            accepted=self.acceptance.accepted(probabilities, picked) & ~mute,
            mute=mute,
        )
