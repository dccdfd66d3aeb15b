"""Margins made probabilities, and the levels made one: what lies under a node never exceeds it."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from xiaobao.analysis.coding.labels import Hierarchy
from xiaobao.analysis.text.types import Floats, Rows

_PULL = 0.05
"""How strongly the offsets are held at zero, in texts per squared unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What each judge of a level weighs, and an offset for every node.

    With one judge this is bias-corrected temperature scaling, with two their shares are multiplied as well as
    texts show that neither had seen (stacking, Wolpert 1992).
    """

    slopes: Floats
    """Of every judge, above zero."""
    offsets: Floats

    def probabilities(self, margins: Floats) -> Floats:
        """A row a text, summing to one; the margins of the judges one behind the other: judge, text, node."""
        told = np.tensordot(self.slopes, margins, axes=1) + self.offsets
        shares: Floats = np.exp(told - logsumexp(told, axis=1, keepdims=True))
        return shares


def calibrate(margins: Floats, nodes: Rows) -> Calibration:
    """By most likelihood of the true nodes of texts that the judges had not seen."""
    judges, count, known = margins.shape
    truth = np.zeros((count, known))
    truth[np.arange(count), nodes] = 1

    def loss(told: Floats) -> tuple[float, Floats]:
        slopes, offsets = np.exp(told[:judges]), told[judges:]
        scores = np.tensordot(slopes, margins, axes=1) + offsets
        normal = logsumexp(scores, axis=1, keepdims=True)
        wrong = np.exp(scores - normal) - truth
        value = float((normal.sum() - (scores * truth).sum()) + _PULL * (offsets @ offsets))
        turned = slopes * np.tensordot(margins, wrong, axes=2)
        return value / count, np.concatenate([turned, wrong.sum(axis=0) + 2 * _PULL * offsets]) / count

    begin = np.concatenate([[np.log(3.0)], np.full(judges - 1, np.log(0.5)), np.zeros(known)])
    bounds = [*[(-6.0, 4.0)] * judges, *[(-20.0, 20.0)] * known]
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds)
    told = np.asarray(found.x, np.float64)
    return Calibration(slopes=np.exp(told[:judges]), offsets=told[judges:])


def joined(of_levels: list[Floats], hierarchy: Hierarchy) -> Floats:
    """Probabilities of the labels: each node shares out what its parent has, as the level itself weighs them.

    A row a text, summing to one; a node's probability is the sum over its labels.
    """
    above = np.ones((len(of_levels[0]), 1))
    for level, free in enumerate(of_levels):
        parents = hierarchy.parents(level)
        within = np.zeros((len(free), above.shape[1]))
        np.add.at(within.T, parents, free.T)
        above = free / np.maximum(within[:, parents], 1e-300) * above[:, parents]
    return above


def of_nodes(labels: Floats, hierarchy: Hierarchy, level: int) -> Floats:
    """Probabilities of the nodes of a level, from those of the labels."""
    told = np.zeros((len(labels), len(hierarchy.nodes[level])))
    np.add.at(told.T, hierarchy.of_label[level], labels.T)
    return told
