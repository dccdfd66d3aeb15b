"""Clusters of texts by their sentence vectors, one text after the other: who was put together stays so.

A text joins the cluster it is nearest to, when that is near enough, else it begins one: half of nearness is
that to the centre, half that to the nearest member. Centres alone make a cluster of everything that is near
the middle, members alone chain texts together. Sentence vectors all lie in a narrow cone, so that nearness
is taken from the mean of all texts so far.
"""

import numpy as np

from xiaobao.analysis.text.types import Floats, Rows
from xiaobao.analysis.text.vectors.types import Vectors

_AT_A_TIME = 256
"""Texts after which the mean is taken anew."""


class Clusters:
    """Clusters that grow with every text; the same texts in the same order give the same clusters.

    The vectors of all texts are kept, 1.5 kB each.
    """

    def __init__(self, *, width: int, alike: float) -> None:
        """`alike`: nearness to a cluster, at most 1, from which a text joins it."""
        self._alike = alike
        self._known = 0
        self._texts = np.zeros((0, width), np.float32)
        self._members = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return self._known

    def add(self, vectors: Vectors) -> Rows:
        """The cluster of each of these texts, in their order; earlier answers do not change."""
        first = len(self._texts)
        self._texts = np.concatenate([self._texts, vectors.astype(np.float32)])
        self._members = np.concatenate([self._members, np.full(len(vectors), -1)])
        for start in range(first, len(self._texts), _AT_A_TIME):
            self._place(start, min(start + _AT_A_TIME, len(self._texts)))
        return self._members[first:].copy()

    def _place(self, first: int, end: int) -> None:
        """Place the texts from `first` to before `end`; those before are placed already."""
        from_mean = self._texts[:end] - self._texts[:end].mean(axis=0, dtype=np.float64)
        seen = _units(from_mean)
        sums = np.zeros((self._known + end - first, seen.shape[1]))
        np.add.at(sums, self._members[:first], from_mean[:first])
        centres = _units(sums)
        for text in range(first, end):
            nearness = self._nearness(seen, text, centres)
            best = int(nearness.argmax()) if len(nearness) else -1
            if best < 0 or nearness[best] < self._alike:
                best, self._known = self._known, self._known + 1
            sums[best] += from_mean[text]
            centres[best] = _units(sums[best])
            self._members[text] = best

    def _nearness(self, seen: Floats, text: int, centres: Floats) -> Floats:
        """Of each cluster, to a text."""
        nearest = np.full(self._known, -1.0)
        np.maximum.at(nearest, self._members[:text], seen[:text] @ seen[text])
        return np.asarray((centres[: self._known] @ seen[text] + nearest) / 2, np.float64)


def _units(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float64)
