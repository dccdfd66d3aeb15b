"""From odds of pairs to links: an entry is linked to one entry at most, the likeliest together.

The probability that two entries are one matter, given that neither is one with two others, is the pair's odds
over those of all that either could be, and of none.
"""

from dataclasses import dataclass

import numpy as np

from xiaobao.analysis.text.types import Floats, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Links, and what they tell of themselves."""

    hotline: Rows
    bank: Rows
    probability: Floats
    expected: float
    """Entries of the hotline that have a counterpart, by the probabilities of all pairs."""
    entries: int
    """Entries of the hotline that were compared."""

    @property
    def precision(self) -> float:
        """Of the links, the share that is right, as estimated; 1 where there is none."""
        return float(self.probability.mean()) if len(self.probability) else 1.0

    @property
    def recall(self) -> float:
        """Of the matters on both paths, the share that is linked, as estimated; 1 where there is none."""
        return min(1.0, float(self.probability.sum()) / self.expected) if self.expected > 0 else 1.0

    @property
    def false_share(self) -> float:
        """Of the entries without a counterpart, the share that is linked all the same, as estimated."""
        without = self.entries - self.expected
        return float(min(1.0, (1 - self.probability).sum() / without)) if without > 0 else 0.0


def linked(
    hotline: Rows, bank: Rows, odds: Floats, *, entries: int, banks: int, least_probability: float
) -> Links:
    """Links among candidate pairs (places in both paths): likeliest first, ties by place."""
    of_hotline = np.bincount(hotline, weights=odds, minlength=entries)
    of_bank = np.bincount(bank, weights=odds, minlength=banks)
    probability = odds / (1 + of_hotline[hotline] + of_bank[bank] - odds)
    expected = np.minimum(1.0, np.bincount(hotline, weights=probability, minlength=entries)).sum()
    free, left = np.ones(entries, bool), np.ones(banks, bool)
    kept = []
    for place in np.lexsort((bank, hotline, -probability)).tolist():
        if probability[place] < least_probability:
            break
        if free[hotline[place]] and left[bank[place]]:
            free[hotline[place]] = left[bank[place]] = False
            kept.append(place)
    chosen = np.sort(np.array(kept, np.int64))
    return Links(
        hotline=hotline[chosen],
        bank=bank[chosen],
        probability=probability[chosen],
        expected=float(expected),
        entries=entries,
    )
