"""The share that has a property, from a test that errs: Rogan and Gladen (1978), with its interval.

The observed share and its Wilson limits are corrected for the errors; the limits widen by what is not known
of the errors themselves (after Lang and Reiczigel 2014).
"""

from dataclasses import dataclass
from math import inf, sqrt

from xiaobao.analysis.intervals import NORMAL_95

LEAST_TOLD_APART = 0.1
"""Below that difference of the two rates the test tells nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRates:
    """How often the test finds the property, and on how many rows either rate rests."""

    of_true: float
    """Sensitivity: found of those that have it."""
    of_false: float
    """Found of those that have it not."""
    true_rows: float = inf
    false_rows: float = inf

    @property
    def apart(self) -> float:
        """What the test tells."""
        return self.of_true - self.of_false


@dataclass(frozen=True, slots=True, kw_only=True)
class Prevalence:
    """A corrected share with its 95 % interval."""

    share: float | None
    """None where the test tells nothing, or nothing was tested."""
    low: float
    high: float


UNKNOWN = Prevalence(share=None, low=0.0, high=1.0)


def prevalence(observed: float, limits: tuple[float, float], rates: ErrorRates) -> Prevalence:
    """The corrected share; unknown where the test tells nothing apart."""
    if rates.apart < LEAST_TOLD_APART:
        return UNKNOWN
    share = _corrected(observed, rates)
    low, high = (_corrected(end, rates) for end in limits)
    more = _of_rates(_bounded(share), rates)
    return Prevalence(
        share=_bounded(share),
        low=_bounded(share - sqrt((share - low) ** 2 + more**2)),
        high=_bounded(share + sqrt((high - share) ** 2 + more**2)),
    )


def _corrected(found: float, rates: ErrorRates) -> float:
    return (found - rates.of_false) / rates.apart


def _of_rates(share: float, rates: ErrorRates) -> float:
    """Half the width that not knowing the rates exactly adds."""
    if not rates.true_rows or not rates.false_rows:
        return 1.0
    of_true = share**2 * rates.of_true * (1 - rates.of_true) / rates.true_rows
    of_false = (1 - share) ** 2 * rates.of_false * (1 - rates.of_false) / rates.false_rows
    return NORMAL_95 * sqrt(of_true + of_false) / rates.apart


def _bounded(share: float) -> float:
    return min(1.0, max(0.0, share))
