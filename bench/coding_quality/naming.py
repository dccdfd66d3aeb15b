"""How often is any of 18 banks named that codes as the others do? Draws of disagreements, without texts."""

from collections.abc import Iterator

import numpy as np

from xiaobao.analysis.coding.quality.standing_out import fallen_agreement, low_agreement

WORLDS = 1500
_BANKS = 18
_AGREED_BY_CHANCE = 0.1
_MEAN_DISAGREEMENT = 0.08
_FEWEST, _MOST = 20, 1500
"""Distinct texts of a bank before the day of a change; after it half of them or more."""
_LEVEL = 0.05


def of_naming() -> Iterator[tuple[str, str]]:
    """Share of worlds in which a bank is named (goal: at most 5 %), whether banks change or do not."""
    for spread, change in ((0.0, 0.0), (0.3, 0.0), (0.6, 0.0), (0.9, 0.0), (0.3, 0.1), (0.3, 0.3)):
        fallen, low = _named(spread, change, seed=7)
        yield (
            f"{_BANKS} banks whose disagreement differs by a factor of e^±{spread:g}, and changes by one of "
            f"e^±{change:g}: any named for a fall of κ; for a low κ, of {WORLDS:,} draws",
            f"{fallen:.1%}; {low:.1%}",
        )


def _named(spread: float, change: float, *, seed: int) -> tuple[float, float]:
    draw = np.random.default_rng(seed)
    fallen = low = 0
    for _ in range(WORLDS):
        before = np.exp(draw.uniform(np.log(_FEWEST), np.log(_MOST), _BANKS)).astype(int)
        after = np.maximum(_FEWEST, (before * draw.uniform(0.5, 1, _BANKS)).astype(int))
        rate = np.clip(_MEAN_DISAGREEMENT * np.exp(draw.normal(0, spread, _BANKS)), 0.002, 0.6)
        later = np.clip(rate * np.exp(draw.normal(0, change, _BANKS)), 0.002, 0.6)
        first, first_variance = _kappa(draw.binomial(before, rate), before)
        second, second_variance = _kappa(draw.binomial(after, later), after)
        falls = fallen_agreement(
            second - first, second_variance, before.astype(np.float64), after.astype(np.float64)
        )
        lows = low_agreement(first, first_variance, before.astype(np.float64))
        fallen += any(one is not None and one <= _LEVEL for one in falls)
        low += any(one is not None and one <= _LEVEL for one in lows)
    return fallen / WORLDS, low / WORLDS


def _kappa(wrong: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    share = wrong / of
    most = 1 - _AGREED_BY_CHANCE
    return 1 - share / most, share * (1 - share) / of / most**2
