"""The improved Farrington algorithm, batched over series: the published reference of all alarms.

Farrington et al. 1996 (J. R. Statist. Soc. A 159, 547-563) and Noufaily et al. 2013 (Statist. Med. 32,
1206-1222): a quasi-Poisson regression of past counts on a season factor and a trend, past outbreaks weighed
down by their Anscombe residuals, and an upper bound for the current count. Written from the papers.
"""

from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np

from xiaobao.analysis.surges import farrington_kernel as kernel
from xiaobao.analysis.surges.farrington_judge import judge
from xiaobao.analysis.surges.types import Booleans, Counts, Floats, Whole
from xiaobao.lib.parallel import WORKERS, in_order

_FEWEST_YEARS_OF_TREND = 3


class Trend(StrEnum):
    """When a trend is in the model."""

    ALWAYS = "always"
    """Noufaily 2013: unless it leads beyond every count of the baseline."""
    SIGNIFICANT = "significant"
    """Farrington 1996: only at 5 % as well, and with three years of baseline."""
    NEVER = "never"


class Bound(StrEnum):
    """How the upper bound is made."""

    PLUG_IN = "plug-in"
    """Quantile of the negative binomial with the estimated mean and dispersion."""
    ESTIMATED = "estimated"
    """The same with the upper confidence limit of the mean (Noufaily 2013, section 3.4)."""
    POWER = "power"
    """The 2/3-power transformation of Farrington 1996, two-sided as printed there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The published settings by default, in steps of the series."""

    steps_a_year: int = 52
    years_back: int = 5
    half_window: int = 3
    """Reference windows reach this many steps to both sides of the same week in past years."""
    seasons: int = 10
    """Levels of the season factor, the reference windows being one of them; 1 uses these windows alone."""
    excluded: int = 26
    """The latest steps that are no baseline, so that an outbreak under way is not learnt."""
    reweight_above: float = 2.58
    """Anscombe residuals beyond it are weighed down; 0 weighs nothing down."""
    trend: Trend = Trend.ALWAYS
    trend_level: float = 0.05
    bound: Bound = Bound.PLUG_IN
    alpha: float = 0.005
    fewest_cases: int = 5
    recent_steps: int = 4
    """No alarm with fewer than `fewest_cases` in the latest `recent_steps`, the current one included."""

    @property
    def reach(self) -> int:
        """How many steps before the current one the baseline begins."""
        return self.years_back * self.steps_a_year + self.half_window


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is expected at each judged step: arrays of series x steps; NaN where a step cannot be judged."""

    expected: Floats
    dispersion: Floats
    upper: Floats
    alarm: Booleans
    score: Floats
    """-log10 P(Y >= count), also where cases are too few for an alarm."""
    cases: Floats
    """What the expected count rests on: the cases around this step in past years, outbreaks weighed down."""


def baseline(options: Options) -> tuple[Whole, Whole]:
    """How many steps back each point of the baseline lies, oldest first, and its season level (0: reference).

    The steps between two reference windows are split into `seasons - 1` runs; the first ones after a window
    are one longer where they do not divide.
    """
    year, half = options.steps_a_year, options.half_window
    between = year - 2 * half - 1
    short, longer = divmod(between, max(1, options.seasons - 1))
    back, levels = [], []
    for steps in range(options.reach, options.excluded, -1):
        gone = (-steps - half - 1) % year  # steps since the end of the reference window before
        in_reference = gone >= between
        if in_reference:
            level = 0
        elif gone < longer * (short + 1):
            level = 1 + gone // (short + 1)
        else:
            level = 1 + longer + (gone - longer * (short + 1)) // max(1, short)
        if in_reference or options.seasons > 1:
            back.append(steps)
            levels.append(level)
    return np.array(back, dtype=np.int64), np.array(levels, dtype=np.int64)


def bounds(counts: Counts, steps: Whole, options: Options) -> Bounds:
    """Judge `steps` of every series of `counts` (series x steps, `MISSING` where unknown).

    A step needs the whole reach of its baseline behind it, and a known count; else it is not judged.
    """
    back, levels = baseline(options)
    settings = _settings(options)
    size = max(1, -(-len(counts) // (4 * WORKERS)))
    parts = [counts[first : first + size] for first in range(0, len(counts), size)]
    done = list(in_order(lambda part: judge(part, steps, back, levels, settings), parts))
    out = np.concatenate(done) if done else np.zeros((0, len(steps), 6))
    return Bounds(
        expected=out[:, :, 0],
        dispersion=out[:, :, 1],
        upper=out[:, :, 2],
        alarm=out[:, :, 3] > 0,
        score=out[:, :, 4],
        cases=out[:, :, 5],
    )


def _settings(options: Options) -> kernel.Settings:
    normal = NormalDist()
    return kernel.Settings(
        year=float(options.steps_a_year),
        long_enough=options.years_back >= _FEWEST_YEARS_OF_TREND,
        reweight_above=options.reweight_above,
        trend=list(Trend).index(options.trend),
        trend_z=normal.inv_cdf(1.0 - options.trend_level / 2.0),
        bound=list(Bound).index(options.bound),
        alpha=options.alpha,
        one_sided_z=normal.inv_cdf(1.0 - options.alpha),
        two_sided_z=normal.inv_cdf(1.0 - options.alpha / 2.0),
        fewest_cases=options.fewest_cases,
        recent_steps=options.recent_steps,
    )
