"""A linear judge of every node against all others, on terms weighted by what they tell of the labels."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.svm import LinearSVC

from xiaobao.analysis.coding.terms import Matrix, unit_rows
from xiaobao.analysis.text.types import Floats, Rows

_COST = 1.0
_SMOOTHING = 0.1
_ABSENT = -1.5
"""The margin of a node that a judge saw no text of: below every likely one, above the surest no."""

Single = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Margins of the nodes of one level."""

    weights: Single
    """Of every term, how far it tells the nodes apart."""
    slopes: Single
    """A row a node, a column a term."""
    offsets: Single
    """Of every node."""

    def margins(self, matrix: Matrix) -> Floats:
        """A row a text, a column a node; above zero where the node is likelier than not."""
        weighted = unit_rows(matrix @ sparse.diags(self.weights))
        return np.asarray(weighted @ self.slopes.T, np.float64) + self.offsets


def train_judge(matrix: Matrix, nodes: Rows, *, known: int, seed: int) -> Judge:
    """A support vector machine a node (Fan et al. 2008), every node of equal weight however rare it is.

    `nodes` are those of the texts, out of `known`; where all are the same one, that is certain.
    """
    if len(np.unique(nodes)) == 1:
        return _certain(int(nodes[0]), known=known, terms=matrix.shape[1])
    weights = _telling(matrix, nodes)
    machine = LinearSVC(C=_COST, class_weight="balanced", random_state=seed)
    machine.fit(unit_rows(matrix @ sparse.diags(weights)), nodes)
    slopes, offsets = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # one machine tells both apart
        slopes, offsets = np.concatenate([-slopes, slopes]), np.concatenate([-offsets, offsets])
    of_all = np.zeros((known, matrix.shape[1]), np.float32)
    of_all[machine.classes_] = slopes
    free = np.full(known, _ABSENT, np.float32)
    free[machine.classes_] = offsets
    return Judge(weights=weights, slopes=of_all, offsets=free)


def _certain(node: int, *, known: int, terms: int) -> Judge:
    offsets = np.full(known, _ABSENT, np.float32)
    offsets[node] = -_ABSENT
    return Judge(
        weights=np.ones(terms, np.float32), slopes=np.zeros((known, terms), np.float32), offsets=offsets
    )


def _telling(matrix: Matrix, nodes: Rows) -> Single:
    """The largest log-count ratio of each term over the nodes (after Wang and Manning 2012)."""
    _, rows = np.unique(nodes, return_inverse=True)
    members = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, np.arange(len(rows)))))
    inside = np.asarray((members @ matrix).todense(), np.float64) + _SMOOTHING
    outside = inside.sum(axis=0) - inside + _SMOOTHING
    ratio = np.log(inside / inside.sum(axis=1, keepdims=True))
    ratio -= np.log(outside / outside.sum(axis=1, keepdims=True))
    weights: Single = np.sqrt(np.abs(ratio).max(axis=0)).astype(np.float32)
    return weights
