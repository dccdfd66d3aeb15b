"""From counts and what was expected to two numbers a step: its own surprise and that of late; compiled.

A count's surprise is its normal score: the standard normal quantile of its mid-probability. The surprise of
late is an exponentially weighted mean of these, which finds small rises that last; the step's own finds large
ones at once.
"""

import math

from numba import njit

from xiaobao.analysis.surges.tails import at_middle
from xiaobao.analysis.surges.types import Floats

LATEST = 0.3
"""Weight of the current step in the mean of late."""
SPREAD = math.sqrt(LATEST / (2.0 - LATEST))
"""Standard deviation of that mean of independent standard normal scores."""
OWN_HANDICAP = 0.15
"""What a step's own score must be above the mean of late to count instead."""
LOWEST, HIGHEST = -3.0, 4.0
"""Limits of a score as it enters the mean: one step alone neither makes a lasting rise nor hides one."""
USUAL_LATE = 2.5
"""A mean of late above it is more likely a past surge than chance, and tells nothing of what is usual."""
_CLOSE = 2e-5
"""A step this small leaves less than its square to go."""
_ROOT_TWO = math.sqrt(2.0)
_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)


@njit(cache=True, nogil=True)
def normal_tail(z: float) -> float:
    """P(Z >= z) of the standard normal."""
    return 0.5 * math.erfc(z / _ROOT_TWO)


@njit(cache=True, nogil=True)
def normal_score(tail: float) -> float:
    """The z with P(Z >= z) = `tail`, by Newton's method on its logarithm; between -37 and 37."""
    if tail > 0.5:
        return -normal_score(1.0 - tail) if tail < 1.0 else -37.0
    if tail < 1e-290:
        return 37.0
    goal = math.log(tail)
    # Begun within 0.0005 (Abramowitz and Stegun 26.2.23).
    t = math.sqrt(-2.0 * goal)
    z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (
        1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    )
    for _ in range(20):
        value = normal_tail(z)
        density = math.exp(-0.5 * z * z) / _ROOT_TWO_PI
        step = (math.log(value) - goal) * value / density
        z += step
        if abs(step) < _CLOSE:
            break
    return z


@njit(cache=True, nogil=True)
def surprise(count: float, mean: float, phi: float) -> float:
    """The normal score of a count by its mid-probability."""
    return float(normal_score(max(at_middle(count, mean, phi), 1e-295)))


@njit(cache=True, nogil=True)
def score_steps(
    y: Floats, mean: Floats, doubt: Floats, phi: float, own: Floats, late: Floats, size: Floats
) -> None:
    """Fill the score of each step, the mean of late in standard deviations, and the mean count of late.

    `mean` is 0 where nothing is known of a step: it is passed over, and the mean of late stands still.
    """
    running, count = 0.0, 0.0
    for t in range(y.size):
        own[t] = 0.0
        if mean[t] > 0.0:
            own[t] = surprise(y[t], mean[t], max(1.0, phi + mean[t] * doubt[t]))
            running = LATEST * min(max(own[t], LOWEST), HIGHEST) + (1.0 - LATEST) * running
            count = LATEST * mean[t] + (1.0 - LATEST) * count if count > 0.0 else mean[t]
        late[t] = running / SPREAD
        size[t] = count


@njit(cache=True, nogil=True)
def mean_square(score: Floats, mean: Floats, first: int, last: int) -> tuple[float, float]:
    """The sum of squares of a score over known steps of the past, outliers limited, and their number."""
    total, steps = 0.0, 0.0
    for t in range(max(first, 0), last):
        if mean[t] > 0.0 and score[t] <= USUAL_LATE:
            total += score[t] ** 2
            steps += 1.0
    return total, steps
