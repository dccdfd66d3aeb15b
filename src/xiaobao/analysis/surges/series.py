"""Series of counts that share their steps of time."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from xiaobao.analysis.surges.types import Booleans, Counts, Dates, Floats, Whole

MISSING = -1
"""Stands where no count is known: nobody reported, the series has not begun, or it has ended."""


class Frequency(StrEnum):
    """How long a step is."""

    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesTable:
    """Counts of several series over the same consecutive steps."""

    frequency: Frequency
    ids: tuple[str, ...]
    times: tuple[str, ...]
    """Each step as its file writes it."""
    days: Dates | None
    """The first day of each step; None where weeks are numbered."""
    counts: Counts
    """Series x steps; `MISSING` where unknown."""

    def known(self) -> Booleans:
        """Where a count is known."""
        return np.asarray(self.counts != MISSING)

    def of(self, series: Whole) -> "SeriesTable":
        """The series at these places alone."""
        return replace(self, ids=tuple(self.ids[place] for place in series), counts=self.counts[series])

    def since(self, step: int) -> "SeriesTable":
        """The steps from `step` on alone."""
        return replace(
            self,
            times=self.times[step:],
            days=None if self.days is None else self.days[step:],
            counts=np.ascontiguousarray(self.counts[:, step:]),
        )

    def until(self, steps: int) -> "SeriesTable":
        """The first `steps` of it, as it was known then."""
        return replace(
            self,
            times=self.times[:steps],
            days=None if self.days is None else self.days[:steps],
            counts=self.counts[:, :steps],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """What a detector says of the steps it judged; arrays are series x judged steps."""

    steps: tuple[int, ...]
    """Which steps of the table the columns stand for."""
    judged: Booleans
    """Where the past was enough to judge."""
    alarm: Booleans
    score: Floats
    """-log10 of the probability of a count this high or higher where nothing has changed."""
