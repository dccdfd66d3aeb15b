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
    """One temperature and an offset for every node of a level (bias-corrected temperature scaling)."""

    slope: float
    offsets: Floats

    def probabilities(self, margins: Floats) -> Floats:
        """A row a text, summing to one."""
        told = self.slope * margins + self.offsets
        shares: Floats = np.exp(told - logsumexp(told, axis=1, keepdims=True))
        return shares


def calibrate(margins: Floats, nodes: Rows) -> Calibration:
    """By most likelihood of the true nodes of texts that the judge had not seen."""
    count, known = margins.shape
    truth = np.zeros(margins.shape)
    truth[np.arange(count), nodes] = 1

    def loss(told: Floats) -> tuple[float, Floats]:
        slope, offsets = np.exp(told[0]), told[1:]
        scores = slope * margins + offsets
        normal = logsumexp(scores, axis=1, keepdims=True)
        wrong = np.exp(scores - normal) - truth
        value = float((normal.sum() - (scores * truth).sum()) + _PULL * (offsets @ offsets))
        slopes = np.array([slope * (wrong * margins).sum()])
        return value / count, np.concatenate([slopes, wrong.sum(axis=0) + 2 * _PULL * offsets]) / count

    begin = np.concatenate([[np.log(3.0)], np.zeros(known)])
    bounds = [(-3.0, 4.0), *[(-20.0, 20.0)] * known]
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds)
    return Calibration(slope=float(np.exp(found.x[0])), offsets=np.asarray(found.x[1:], np.float64))


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
