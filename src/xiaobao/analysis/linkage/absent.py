"""Who says to have complained to the bank first and is not in its file: a share with its interval.

Links are a diagnostic test of being in the file: of those who are, `recall` are linked, of the others
`false_share`. The share of those not linked is therefore corrected as a prevalence is
(`analysis.prevalence`).
"""

from dataclasses import dataclass

from xiaobao.analysis.intervals import wilson
from xiaobao.analysis.prevalence import UNKNOWN, ErrorRates, prevalence


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
    not_linked_by = ErrorRates(
        of_true=1 - rates.false_share, of_false=1 - rates.recall, false_rows=max(0.0, rates.linked)
    )
    found = UNKNOWN
    if said:
        found = prevalence(not_linked / said, wilson(not_linked, said), not_linked_by)
    return AbsentShare(said=said, not_linked=not_linked, share=found.share, low=found.low, high=found.high)
