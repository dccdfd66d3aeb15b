"""Who says to have complained to the bank first and is not in its file: a share with its interval.

Links are a diagnostic test of being in the file: of those who are, `recall` are linked, of the others
`false_share`. The share of those not linked is therefore corrected as a prevalence is (Rogan and Gladen
1978), and so are the ends of its interval (Wilson 1927), which also widen by what is not known of the recall
(after Lang and Reiczigel 2014).
"""

from dataclasses import dataclass
from math import sqrt

from xiaobao.analysis.intervals import NORMAL_95, wilson

_LEAST_TOLD_APART = 0.1
"""Below that difference of the two rates links tell nothing of being in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRates:
    """How links tell who is in the file."""

    recall: float
    false_share: float
    linked: float
    """Matters on both paths behind `recall`: how well it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsentShare:
    """Of the callers who say so, those absent from the bank's file."""

    said: int
    not_linked: int
    share: float | None
    """Corrected for errors of linkage; None where nobody says so, or links tell nothing."""
    low: float
    high: float


def absent_share(*, said: int, not_linked: int, rates: LinkRates) -> AbsentShare:
    """The corrected share and its 95 % interval; 0 to 1 where it cannot be told."""
    apart = rates.recall - rates.false_share
    if not said or apart < _LEAST_TOLD_APART:
        return AbsentShare(said=said, not_linked=not_linked, share=None, low=0.0, high=1.0)
    absent = _corrected(not_linked / said, rates, apart)
    low, high = (_corrected(end, rates, apart) for end in wilson(not_linked, said))
    more = _of_rates(absent, rates, apart)
    return AbsentShare(
        said=said,
        not_linked=not_linked,
        share=_bounded(absent),
        low=_bounded(absent - sqrt((absent - low) ** 2 + more**2)),
        high=_bounded(absent + sqrt((high - absent) ** 2 + more**2)),
    )


def _corrected(not_linked: float, rates: LinkRates, apart: float) -> float:
    """Rogan and Gladen: not linked are the absent, but for false links, and the present that were missed."""
    return (not_linked - (1 - rates.recall)) / apart


def _of_rates(absent: float, rates: LinkRates, apart: float) -> float:
    """Half the width that not knowing the recall exactly adds."""
    if rates.linked <= 0:
        return 1.0
    deviation = sqrt(rates.recall * (1 - rates.recall) / rates.linked)
    return NORMAL_95 * max(0.0, 1 - _bounded(absent)) * deviation / apart


def _bounded(share: float) -> float:
    return min(1.0, max(0.0, share))
