"""What stands beside an issue: counts, what was expected with its interval, and since when."""

from dataclasses import dataclass

import numpy as np

from xiaobao.analysis.surges.tails import quantile
from xiaobao.analysis.surges.types import Floats

_LONGEST = 14
"""How many days back a rise is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """A rise over its days, the last of them the day that is told."""

    days: int
    observed: int
    expected: float
    low: int
    high: int
    """95 % of such counts lie between both where nothing has changed."""

    @property
    def ratio(self) -> float | None:
        """How many times what was expected; None where nothing was."""
        return self.observed / self.expected if self.expected > 0 else None


def extent(count: Floats, expected: Floats, dispersion: float) -> Extent:
    """Of one node's days up to the one told the run that stands out most; unknown days do not count."""
    known = np.isfinite(expected) & (count >= 0)
    best, days = -np.inf, 1
    for length in range(1, min(_LONGEST, count.size) + 1):
        of = slice(count.size - length, count.size)
        mean = float(expected[of][known[of]].sum())
        if known[count.size - length] and mean > 0.0:
            stands_out = (float(count[of][known[of]].sum()) - mean) / np.sqrt(dispersion * mean)
            if stands_out > best:
                best, days = stands_out, length
    of = slice(count.size - days, count.size)
    mean = float(expected[of][known[of]].sum())
    return Extent(
        days=days,
        observed=int(count[of][known[of]].sum()),
        expected=mean,
        low=int(quantile(0.025, mean, dispersion)),
        high=int(quantile(0.975, mean, dispersion)),
    )
