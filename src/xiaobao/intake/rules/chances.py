"""How rarely a count comes about by chance, where what is usual changes from day to day.

Shares of rows by the beta-binomial law, numbers of rows by the negative binomial one. Both are exact for
small counts, and as wide as the source's own days are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from statistics import fmean, median, variance

_DEVIATIONS = 1.4826  # a standard deviation in median distances to the median, of a normal distribution
_FAR = 3.0  # spreads from the median beyond which a day counts as if it were there
_FEW_DAYS = 2.0  # by how many of its own standard errors a dispersion found in few days is raised


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What is known of the share of one code: a beta distribution."""

    with_code: float
    without: float

    def at_least(self, count: int, rows: int, *, enough: float) -> float:
        """The chance of `count` or more among `rows`; sums no further than `enough`."""
        term = exp(self._log_chance(count, rows))
        total = 0.0
        for each in range(count, rows + 1):
            total += term
            if total >= enough or term < total * 1e-9 or each == rows:
                break
            ratio = (rows - each) / (each + 1)
            term *= ratio * (self.with_code + each) / (self.without + rows - each - 1)
        return total

    def none_of(self, rows: int) -> float:
        """The chance that none of `rows` has the code."""
        return exp(self._log_chance(0, rows))

    def _log_chance(self, count: int, rows: int) -> float:
        ways = lgamma(rows + 1) - lgamma(count + 1) - lgamma(rows - count + 1)
        both = self.with_code + self.without
        found = lgamma(self.with_code + count) + lgamma(self.without + rows - count) - lgamma(both + rows)
        return ways + found - lgamma(self.with_code) - lgamma(self.without) + lgamma(both)


def share_of(code: str, days: Sequence[Mapping[str, int]]) -> Share:
    """The share of a code as days of rows by code tell it, and how much it changes from day to day.

    The correlation of rows within a day is estimated by moments, for the code and for all codes together, and
    the greater one believed. As many rows as the days have is the most that can be known of a share.
    """
    sizes = [sum(day.values()) for day in days]
    rows = sum(sizes)
    counts = {each: sum(day.get(each, 0) for day in days) for each in {code}.union(*days)}
    pairs = sum(size * (size - 1) for size in sizes)
    spread = {each: _spread(each, count / rows, days, sizes) for each, count in counts.items()}
    expected = {each: count / rows * (1 - count / rows) for each, count in counts.items()}
    within = max(
        _correlation(spread[code], expected[code], rows, pairs),
        _correlation(sum(spread.values()), sum(expected.values()), rows, pairs),
    )
    known = 1 / (within + 1 / rows)
    mean = (counts[code] + 0.5) / (rows + 1)
    return Share(with_code=known * mean, without=known * (1 - mean))


def _spread(code: str, share: float, days: Sequence[Mapping[str, int]], sizes: Sequence[int]) -> float:
    return sum((day.get(code, 0) - size * share) ** 2 for day, size in zip(days, sizes, strict=True))


def _correlation(spread: float, expected: float, rows: int, pairs: int) -> float:
    if not expected or not pairs:
        return 0.0
    return min(max((spread / expected - rows) / pairs, 0.0), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What is known of the number of rows of a day: a negative binomial distribution."""

    mean: float
    shape: float
    """Of the gamma distribution that the mean of a day has; the greater, the steadier the days."""

    def band(self, tail: float) -> tuple[int, int]:
        """The least and the most rows that are not rarer than `tail`, what lies beyond them counted in."""
        return self._edge(tail, -1), self._edge(tail, 1)

    def _edge(self, tail: float, step: int) -> int:
        """From the mean outwards as far as anything is to be found, then back until it adds up to `tail`."""
        beyond = self.mean / (self.shape + self.mean)
        place, term = int(self.mean), exp(self._log_chance(int(self.mean)))
        terms = [(place, term)]
        while term > tail * 1e-6 and place + step >= 0:
            ratio = (place + self.shape) / (place + 1) if step > 0 else place / (place - 1 + self.shape)
            term *= ratio * (beyond if step > 0 else 1 / beyond)
            place += step
            terms.append((place, term))
        total = 0.0
        while terms and total < tail:
            place, term = terms.pop()
            total += term
        return place

    def _log_chance(self, rows: int) -> float:
        found = lgamma(rows + self.shape) - lgamma(self.shape) - lgamma(rows + 1)
        both = self.shape + self.mean
        return found + self.shape * log(self.shape / both) + rows * log(self.mean / both)


def count_of(days: Sequence[int]) -> Count:
    """The number of rows as days of so many tell it; two days at least.

    A day far from the others, say one reported twice, counts as if it lay at their edge. What so few days
    cannot tell of mean and dispersion widens the distribution.
    """
    middle = median(days)
    distance = median(abs(rows - middle) for rows in days)
    edge = _FAR * max(_DEVIATIONS * distance, (middle + 1) ** 0.5)
    near = [min(max(rows, middle - edge), middle + edge) for rows in days]
    number = len(days)
    mean = fmean(near) + 0.5 / number
    between = max(0.0, (variance(near) - mean) / mean**2)
    unknown = (between + 1 / mean) / number
    return Count(mean=mean, shape=1 / (between * (1 + _FEW_DAYS / number**0.5) + unknown))
