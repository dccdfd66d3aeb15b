"""Clusters of texts by their sentence vectors, one text after the other: who was put together stays so.

A text joins the cluster whose centre is nearest, when that is near enough, else it begins one. Sentence
vectors all lie in a narrow cone, so that nearness is taken from the mean of all texts so far.
"""

import numpy as np

from xiaobao.analysis.text.types import Floats, Rows
from xiaobao.analysis.text.vectors.types import Vectors

_AT_A_TIME = 256
"""Texts after which the mean is taken anew."""


class Clusters:
    """Clusters that grow with every text; the same texts in the same order give the same clusters."""

    def __init__(self, *, width: int, alike: float) -> None:
        """`alike`: cosine to a centre from which a text joins it, both seen from the mean of all texts."""
        self._alike = alike
        self._sums = np.zeros((0, width))
        self._counts = np.zeros(0)
        self._total = np.zeros(width)
        self._seen = 0

    def __len__(self) -> int:
        return len(self._sums)

    def add(self, vectors: Vectors) -> Rows:
        """The cluster of each of these texts, in their order; earlier answers do not change."""
        found = np.empty(len(vectors), np.int64)
        for first in range(0, len(vectors), _AT_A_TIME):
            some = vectors[first : first + _AT_A_TIME].astype(np.float64)
            self._total += some.sum(axis=0)
            self._seen += len(some)
            found[first : first + len(some)] = self._placed(some, self._total / self._seen)
        return found

    def _placed(self, vectors: Floats, mean: Floats) -> list[int]:
        """Room is made for as many clusters as there are texts; centres are kept of length one."""
        room = len(self._sums) + len(vectors)
        sums = np.zeros((room, vectors.shape[1]))
        counts = np.zeros(room)
        sums[: len(self._sums)], counts[: len(self._counts)] = self._sums, self._counts
        known = len(self._sums)
        centres = np.zeros_like(sums)
        centres[:known] = _units(sums[:known] / counts[:known, None] - mean)
        placed = []
        for vector, seen in zip(vectors, _units(vectors - mean), strict=True):
            nearness = centres[:known] @ seen
            best = int(nearness.argmax()) if known else -1
            if best < 0 or nearness[best] < self._alike:
                best, known = known, known + 1
            sums[best] += vector
            counts[best] += 1
            centres[best] = _units(sums[best] / counts[best] - mean)
            placed.append(best)
        self._sums, self._counts = sums[:known], counts[:known]
        return placed


def _units(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float64)
