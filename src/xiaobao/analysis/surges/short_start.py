"""How a step is judged before the model has enough of a past: against the mean of the weeks before, compiled.

As EARS does (Hutwagner et al. 2003): the steps before the latest few are the baseline. Days that are worked
and days that are not are compared among themselves. The mean is in doubt by the counts it rests on, so that
few days promise little.
"""

import math
from typing import NamedTuple

from numba import njit

from xiaobao.analysis.surges.features import MAKE_UP, SATURDAY
from xiaobao.analysis.surges.series import MISSING
from xiaobao.analysis.surges.tails import at_least
from xiaobao.analysis.surges.types import Counts, Floats, Shares, Whole

FEWEST = 5
"""Steps of the same sort that a baseline needs."""
_FEWEST_OF_ALL = 7
"""Steps of any sort that it needs: a whole week."""
_TRUSTED_USUAL = 10.0
"""Steps that the usual dispersion weighs against what the baseline shows."""


class Short(NamedTuple):
    """Lengths in steps."""

    guard: int
    latest: int
    """How far back the baseline goes."""
    dispersion: float
    """What is usual."""


@njit(cache=True, nogil=True)
def start_short(
    counts: Counts, there: Shares, begins: Whole, kind: Whole, short: Short, first_step: int, out: Floats
) -> None:
    """Fill what the model left open at the start of a series: from the first step it judges on, nothing.

    `out` is series x steps from `first_step` on x (score, mean, dispersion, swing).
    """
    for s in range(counts.shape[0]):
        for t in range(begins[s], counts.shape[1]):
            # The model judges from the renewal after its fewest known steps on, a gap after that stays one.
            if t - begins[s] > 3 * short.latest:
                break
            if t < first_step or not math.isnan(out[s, t - first_step, 0]) or counts[s, t] == MISSING:
                continue
            _judge(counts[s], there[s], begins[s], kind, short, t, out[s, t - first_step])


@njit(cache=True, nogil=True)
def _judge(counts, there, begin, kind, short, now, out):  # type: ignore[no-untyped-def]
    worked = kind[now] < SATURDAY or kind[now] == MAKE_UP
    total, shares, squares, steps, every = 0.0, 0.0, 0.0, 0, 0
    for t in range(max(begin, now - short.latest), now - short.guard):
        if counts[t] == MISSING or there[t] <= 0.0:
            continue
        every += 1
        if (kind[t] < SATURDAY or kind[t] == MAKE_UP) == worked:
            total += counts[t]
            squares += float(counts[t]) ** 2
            shares += there[t]
            steps += 1
    if steps < FEWEST or every < _FEWEST_OF_ALL or there[now] <= 0.0:
        return
    mean = (total + 0.5) / shares
    own = max(squares - total * total / steps, 0.0) / max(steps - 1, 1) / max(total / steps, 0.1)
    phi = max(1.0, (steps * own + _TRUSTED_USUAL * short.dispersion) / (steps + _TRUSTED_USUAL))
    mean *= there[now]
    wide = phi * (1.0 + 1.0 / steps)
    out[0] = -math.log10(max(at_least(float(counts[now]), mean, wide), 1e-300))
    out[1], out[2], out[3] = mean, wide, 0.0
