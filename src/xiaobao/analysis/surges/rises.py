"""How much likelier a day is if something has risen at an owner than if nothing has changed (0160).

A rise of a whole bank spreads over its cells: none need stand out, and in the total the rare ones are lost
among the many. A likelihood ratio weighs every cell by what a complaint in it tells. Two things may have
happened: every cell is up by some of its standard deviations, or one cell by a number of complaints.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit

from xiaobao.analysis.surges.nodes import Node
from xiaobao.analysis.surges.settings import DAILY
from xiaobao.analysis.surges.tails import none_and_rise
from xiaobao.analysis.surges.types import Floats

_LEAST_MEAN = 1e-4
_LEAST_PHI = 1.02
_MOST = 20_000
"""Complaints of a rise beyond which none is thought of."""


class Rises(NamedTuple):
    """What is looked for at an owner."""

    deviations: tuple[float, ...]
    """By how many standard deviations every cell may be up, each as likely."""
    fewest: int
    """From so many complaints on one cell may be up: by k of them with a weight of 1 / k²."""
    chance: float
    """Probability, times the ratio, of a ratio as high where nothing has changed; by Markov's inequality no
    more than 1."""


def probabilities(
    nodes: Sequence[Node], count: Floats, expected: Floats, dispersion: Floats, rises: Rises
) -> dict[tuple[str, str], float]:
    """Owner → probability of a day as unusual among its cells; owners without known cells are left out.

    `count`, `expected` and `dispersion` are of the nodes on that day. Types of cells, such as a bank's causes
    and its categories, are averaged, since the same complaints stand in both.
    """
    known = np.isfinite(expected) & (expected > 0.0) & (count >= 0.0)
    of_type: dict[tuple[str, str], dict[tuple[str, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    whole: dict[tuple[str, str], int] = {}
    for place in np.flatnonzero(known).tolist():
        if nodes[place].depth == 1:
            whole[nodes[place].owner] = place
        else:
            of_type[nodes[place].owner][nodes[place].dimensions].append(place)
    phi = np.where(known, np.nan_to_num(dispersion, nan=1.0), 1.0)
    mean = np.maximum(np.where(known, expected, 0.0), _LEAST_MEAN)
    phi = np.maximum(phi + DAILY.wander * mean, _LEAST_PHI)
    ratios = np.zeros((len(nodes), 1 + len(rises.deviations)))
    cells = np.array(
        [place for types in of_type.values() for one in types.values() for place in one], np.int64
    )
    _fill(cells, count, mean, phi, np.array(rises.deviations), rises.fewest, ratios)
    found = {}
    for owner, types in of_type.items():
        of_types = [
            _of_cells(ratios[one], _together(expected, dispersion, whole.get(owner), one))
            for one in types.values()
        ]
        found[owner] = min(1.0, rises.chance * math.exp(-_mean(of_types)))
    return found


def _together(expected: Floats, phi: Floats, whole: int | None, cells: Sequence[int]) -> float:
    """How much more the total is dispersed than its cells, by which they swing together; 1 at least."""
    if whole is None:
        return 1.0
    usual = float(expected[cells] @ phi[cells]) / float(expected[cells].sum())
    return max(1.0, float(phi[whole]) / usual)


def _of_cells(ratios: Floats, together: float) -> float:
    """Logarithm of the ratio of cells of one type: one of them is up, or every one.

    Cells that rise and fall together tell as much as so many fewer.
    """
    one = _mean(ratios[:, 0])
    return one if len(ratios) == 1 else _mean([one, _mean(ratios[:, 1:].sum(axis=0) / together)])


def _mean(logarithms: Sequence[float] | Floats) -> float:
    """Logarithm of the mean of numbers given by their logarithms."""
    return float(np.logaddexp.reduce(np.asarray(logarithms))) - math.log(len(logarithms))


@njit(cache=True, nogil=True)
def _fill(cells, count, mean, phi, deviations, fewest, ratios):  # type: ignore[no-untyped-def]
    """Fill the logarithms of the ratios of `cells`: up by a number of complaints, then by each deviation.

    A rise by k complaints has the ratio P(count - k) / P(count), which is followed from k = 0 on.
    """
    all_weight = 0.0
    for k in range(fewest, fewest + _MOST):
        all_weight += 1.0 / k**2
    first_of = np.empty(deviations.size)
    for place in cells:
        _, first, rise = none_and_rise(mean[place], phi[place])
        for j in range(deviations.size):
            first_of[j] = deviations[j] * math.sqrt(phi[place] * mean[place])
            ratios[place, 1 + j] = -first_of[j]
        ratios[place, 0] = -np.inf
        ratio, factorial = 0.0, 0.0
        for k in range(1, min(int(count[place]), _MOST) + 1):
            left = count[place] - k
            ratio += math.log((left + 1.0) / (first + left * rise))
            factorial += math.log(k)
            if k >= fewest:
                ratios[place, 0] = np.logaddexp(ratios[place, 0], ratio - math.log(all_weight * k**2))
            for j in range(deviations.size):
                chance = k * math.log(first_of[j]) - first_of[j] - factorial
                ratios[place, 1 + j] = np.logaddexp(ratios[place, 1 + j], ratio + chance)
