"""Cohen's κ of submitted and read codes, with an interval that knows of near-duplicates.

κ (Cohen 1960) is chance-corrected agreement. Every family of near-duplicates weighs the same: forty copies
of one letter are one thing to be coded. The variance is that of the influence function (the delta method of
Fleiss, Cohen and Everitt 1969), summed within families before it is squared, as for clustered data (Yang
and Zhou 2014). The limits are Wilson's of the disagreement, with the number of independent rows that would
give that variance, and do not collapse to a point where both sides agree throughout.
"""

from dataclasses import dataclass

import numpy as np

from xiaobao.analysis.intervals import wilson
from xiaobao.analysis.text.types import Booleans, Rows

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """Agreement of some rows; value and limits are None where κ is not told."""

    rows: int
    families: int
    """Near-duplicates counted once."""
    agreeing: int
    value: float | None
    low: float | None
    """95 % interval."""
    high: float | None
    variance: float
    """Of the value; 0 where it is not told or nothing varies."""

    @property
    def is_told(self) -> bool:
        """False where there are too few rows, or all have one and the same code."""
        return self.value is not None


def kappa(submitted: Rows, read: Rows, families: Rows, *, least: int) -> Kappa:
    """κ of two codings of the same rows, told from `least` families on.

    Codes and families are numbers from 0. Not told either where both sides have but one code, of which chance
    agreement leaves nothing.
    """
    rows = len(submitted)
    agrees = submitted == read
    _, place, sizes = np.unique(families, return_inverse=True, return_counts=True)
    count = len(sizes)
    if count < max(least, 2):
        return _untold(rows, count, agrees)
    weights = 1 / (sizes[place] * count)
    codes = int(max(submitted.max(), read.max())) + 1
    of_submitted = np.bincount(submitted, weights, minlength=codes)
    of_read = np.bincount(read, weights, minlength=codes)
    chance = float(of_submitted @ of_read)
    if chance >= 1 - _ROUNDING:
        return _untold(rows, count, agrees)
    disagreed = float(weights @ ~agrees)
    influence = (1 - chance) * (disagreed - ~agrees)
    influence -= disagreed * (of_read[submitted] + of_submitted[read] - 2 * chance)
    sums = np.bincount(place, weights * influence / (1 - chance) ** 2)
    variance = float(sums @ sums) * count / (count - 1)
    low, high = wilson_of(disagreed, (1 - chance) ** 2 * variance, count)
    return Kappa(
        rows=rows,
        families=count,
        agreeing=int(agrees.sum()),
        value=1 - disagreed / (1 - chance),
        low=1 - high / (1 - chance),
        high=1 - low / (1 - chance),
        variance=variance,
    )


def _untold(rows: int, families: int, agrees: Booleans) -> Kappa:
    return Kappa(
        rows=rows,
        families=families,
        agreeing=int(agrees.sum()),
        value=None,
        low=None,
        high=None,
        variance=0.0,
    )


def wilson_of(share: float, variance: float, most: float) -> tuple[float, float]:
    """Wilson's limits of a share with that variance: those of as many independent rows, at most `most`.

    As with complex samples (Franco, Little, Louis and Slud 2019): a share of none or all has no variance, and
    counts `most` rows.
    """
    rows = share * (1 - share) / variance if variance > 0 else most
    return wilson(share * min(rows, most), min(rows, most))


def code_rows(codes: Rows, code: int) -> Rows:
    """1 where a row has the code, else 0: agreement on one code against all others."""
    having: Rows = (codes == code).astype(np.int64)
    return having
