"""How likely a pair of each pattern is one matter: Fellegi and Sunter (1969), estimated without any truth.

The m-probabilities (how entries of one matter agree) and the share of matches come from the EM algorithm
(Dempster, Laird, Rubin 1977; Winkler 1988): under independence of the fields, started from `FIELDS` and held
there by a few imagined pairs, so that a handful of entries does not decide. The u-probabilities (how entries
of different matters agree) are counted among all pairs, jointly within the groups of `GROUPS`, as many
complaints are about one thing. What either side does not state tells nothing.
"""

from dataclasses import dataclass

import numpy as np

from xiaobao.analysis.linkage.fields import FIELDS, GROUPS, levels_of
from xiaobao.analysis.text.types import Floats, Rows

_IMAGINED_PAIRS = 5.0
"""Pairs of one matter that agree as `FIELDS` says, taken beside those of the data."""
_UNSEEN = 0.5
"""Pairs of different matters taken beside those of a joint level."""
_ROUNDS = 200
_SETTLED = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What was estimated."""

    odds: Floats
    """Pattern → odds of one matter; 0 for patterns that no pair has."""
    matches: float
    """Pairs of one matter expected among all."""
    agreement: tuple[Floats, ...]
    """m-probability of the levels of each field, missing apart."""


def estimate(counts: Rows) -> Model:
    """Fit the pairs' patterns (how many pairs of each); no pairs give odds of zero."""
    patterns = np.flatnonzero(counts)
    odds = np.zeros(len(counts))
    agreement = [np.array(field.start) for field in FIELDS]
    if not len(patterns):
        return Model(odds=odds, matches=0.0, agreement=tuple(agreement))
    pairs, levels = counts[patterns].astype(np.float64), levels_of(patterns)
    groups = [_Group.of(levels[:, list(group)], group) for group in GROUPS]
    chance = np.prod([group.chance(pairs) for group in groups], axis=0)
    share = min(0.5, 1.0 / np.sqrt(pairs.sum() + 1.0) / 10)
    told, before = np.zeros(len(patterns)), np.full(len(patterns), -1.0)
    for _ in range(_ROUNDS):
        ratio = share / (1 - share) * _likelihood(agreement, levels) / chance
        told = ratio / (1 + ratio)
        if np.abs(told - before).max() < _SETTLED:
            break
        before = told
        matched = pairs * told
        agreement = [_agreement(place, levels[:, place], matched) for place in range(len(FIELDS))]
        chance = np.prod([group.chance(pairs - matched) for group in groups], axis=0)
        share = float(np.clip(matched.sum() / pairs.sum(), 1e-12, 0.5))
    odds[patterns] = told / np.maximum(1 - told, 1e-12)
    return Model(odds=odds, matches=float((pairs * told).sum()), agreement=tuple(agreement))


def _likelihood(agreement: list[Floats], levels: Rows) -> Floats:
    """The m-probability of every pattern; a missing level tells nothing."""
    result = np.ones(len(levels))
    for place, field in enumerate(FIELDS):
        table = np.append(agreement[place], 1.0) if field.missing else agreement[place]
        result *= table[levels[:, place]]
    return result


def _agreement(place: int, level: Rows, matched: Floats) -> Floats:
    field = FIELDS[place]
    seen = np.bincount(level, weights=matched, minlength=field.levels)[: len(field.start)]
    imagined = np.array(field.start) * _IMAGINED_PAIRS
    table: Floats = (seen + imagined) / (seen.sum() + _IMAGINED_PAIRS)
    return table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """The joint levels of some fields among the patterns."""

    joint: Rows
    """Pattern → its joint level."""
    stated: Rows
    """Pattern → which of the fields both sides state."""

    @staticmethod
    def of(levels: Rows, places: tuple[int, ...]) -> "_Group":
        sizes = [FIELDS[place].levels for place in places]
        lacking = [
            levels[:, nth] == FIELDS[place].levels - 1
            if FIELDS[place].missing
            else np.zeros(len(levels), bool)
            for nth, place in enumerate(places)
        ]
        joint = np.ravel_multi_index(tuple(levels.T), sizes)
        stated = np.ravel_multi_index(tuple(np.array(lacking, np.int64)), [2] * len(places))
        _, joint = np.unique(joint, return_inverse=True)
        _, stated = np.unique(stated, return_inverse=True)
        return _Group(joint=joint, stated=stated)

    def chance(self, pairs: Floats) -> Floats:
        """The share of each pattern's joint level among the pairs that state the same fields."""
        of_joint = np.bincount(self.joint, weights=pairs) + _UNSEEN
        of_stated = np.bincount(self.stated, weights=pairs) + _UNSEEN
        share: Floats = of_joint[self.joint] / of_stated[self.stated]
        return np.minimum(share, 1.0)
