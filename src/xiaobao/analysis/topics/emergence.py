"""How surprising a count in a window is, by what came before."""

import math

_FEW = 0.5
"""What is taken to have come before in any case (Jeffreys): what is new is not infinitely surprising."""
_TERMS = 400
_LEAST_SHARE = 1e-9


def surprise(count: float, *, before: float, ratio: float) -> float:
    """-log10 of the chance of so many texts or more, when the window holds `ratio` times the texts before.

    The rate is unknown but for what came before, so that the count is negative binomial (Gamma-Poisson).
    """
    shape = before + _FEW
    return beyond(count, shape=shape, mean=shape * ratio)


def beyond(count: float, *, shape: float, mean: float) -> float:
    """-log10 of the chance of so many or more, negative binomial (Gamma-Poisson) of this shape and mean."""
    least = round(count)
    if least <= 0 or mean <= 0:
        return 0.0
    share = mean / (shape + mean)
    log_first = (
        math.lgamma(least + shape)
        - math.lgamma(shape)
        - math.lgamma(least + 1)
        + shape * math.log1p(-share)
        + least * math.log(share)
    )
    total = term = 1.0
    for step in range(least, least + _TERMS):
        term *= (step + shape) / (step + 1) * share
        total += term
        if term < _LEAST_SHARE * total:
            break
    return max(0.0, -(log_first + math.log(total)) / math.log(10))
