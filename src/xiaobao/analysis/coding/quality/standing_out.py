"""Which banks stand out from the others, with one chance of a false accusation for all of them.

Banks differ: their mixes of cases are not read equally well. So a bank is held against the spread of the
others, not against chance alone: by its studentized deleted residual in a random-effects model of the
others (DerSimonian and Laird 1986; Viechtbauer and Cheung 2010), and shares by the predictive distribution
of the others' shares. p-values are one-sided and adjusted for the number of banks (Holm 1979).
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import betabinom, t

from xiaobao.analysis.text.types import Floats

_FEWEST_OTHERS = 4
"""Other banks, below which nobody knows how banks differ."""


def low_agreement(values: Floats, variances: Floats, families: Floats) -> list[float | None]:
    """p-value of each κ being as low by chance and usual spread; None where the others are too few.

    On the scale of the logarithm of the disagreement, since banks differ by factors rather than by sums.
    """
    if not len(values):
        return []
    disagreement = 1 - values
    mean = float(disagreement @ families / families.sum())
    if mean <= 0:
        return [1.0 if len(values) > _FEWEST_OTHERS else None] * len(values)
    noise = pooled_variance(variances, families) / mean**2 / families
    return _stands_below(-np.log(disagreement + 0.5 / families), noise)


def fallen_agreement(falls: Floats, variances: Floats, before: Floats, after: Floats) -> list[float | None]:
    """p-value of each difference of κ (after less before) being as low by chance and usual spread.

    `variances` are those of κ after, `before` and `after` the families of either side.
    """
    if not len(falls):
        return []
    pooled = pooled_variance(variances, after)
    if pooled <= 0:
        return [1.0 if len(falls) > _FEWEST_OTHERS else None] * len(falls)
    return _stands_below(falls, pooled / before + pooled / after)


def _stands_below(values: Floats, variances: Floats) -> list[float | None]:
    """The variances come from all banks: one's own is small just where its value is extreme."""
    return holm([_below(place, values, variances) for place in range(len(values))])


def pooled_variance(variances: Floats, families: Floats) -> float:
    """Variance of the κ of one family, as the mean of all banks by their size."""
    return float((variances * families**2).sum() / families.sum())


def _below(place: int, values: Floats, variances: Floats) -> float | None:
    others = np.arange(len(values)) != place
    count = int(others.sum())
    if count < _FEWEST_OTHERS:
        return None
    seen, variance = values[others], variances[others]
    between = _between(seen, variance)
    weights = 1 / (variance + between)
    middle = float(weights @ seen / weights.sum())
    spread = float(np.sqrt(variances[place] + between + 1 / weights.sum()))
    return float(t.cdf((values[place] - middle) / spread, count - 1))


def _between(values: Floats, variances: Floats) -> float:
    """Variance between banks beyond chance (DerSimonian and Laird 1986)."""
    weights = 1 / variances
    middle = weights @ values / weights.sum()
    excess = weights @ (values - middle) ** 2 - (len(values) - 1)
    return max(0.0, float(excess / (weights.sum() - (weights**2).sum() / weights.sum())))


def shares_above(found: Sequence[float], of: Sequence[float]) -> list[float | None]:
    """p-value of each share being as high by chance and usual spread, given the others' shares.

    The others give a beta distribution: their mean, and as much certainty as their number or their spread
    leaves. Fractions of cases are taken down to whole ones. None where nothing was counted, or the others are
    too few.
    """
    cases, rows = np.asarray(found, np.float64), np.asarray(of, np.float64)
    return holm([_above(place, cases, rows) for place in range(len(cases))])


def _above(place: int, cases: Floats, rows: Floats) -> float | None:
    others = (np.arange(len(cases)) != place) & (rows > 0)
    if not rows[place] or int(others.sum()) < _FEWEST_OTHERS:
        return None
    total = float(rows[others].sum())
    mean = (float(cases[others].sum()) + 0.5) / (total + 1)
    excess = (cases[others] - rows[others] * mean) ** 2 / (mean * (1 - mean)) - rows[others]
    pairs = float((rows[others] * (rows[others] - 1)).sum())
    likeness = max(0.0, float(excess.sum()) / pairs) if pairs else 0.0
    certainty = min(1 / likeness - 1, total + 1) if likeness > 0 else total + 1
    certainty = max(certainty, 1.0)
    count, least = int(rows[place]), int(cases[place])
    return float(betabinom.sf(least - 1, count, mean * certainty, (1 - mean) * certainty))


def holm(raw: Sequence[float | None]) -> list[float | None]:
    """p-values adjusted for all of those that are known (Holm 1979)."""
    known = [place for place, one in enumerate(raw) if one is not None]
    order = sorted(known, key=lambda place: (raw[place] or 0.0, place))
    adjusted: list[float | None] = [None] * len(raw)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (raw[place] or 0.0) * (len(order) - rank)))
        adjusted[place] = highest
    return adjusted
